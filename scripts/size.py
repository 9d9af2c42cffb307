"""Prints the size of each package, and its budget in pyproject.toml (`make size`).

A budget is the maximum number of lines in a package's Python modules, without migrations but with blank lines. A
convention test fails if a package exceeds its budget. A commit that raises a budget gives the reason.
"""

import argparse
import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = ROOT / "pyproject.toml"
PRODUCT = ("delegates", "initiatives", "sco_cities")
OTHERS = ("scripts", "tests")
# Modules with fewer lines, such as an empty __init__.py, are not counted in the average.
SHORTEST = 5
_NO_CODE = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING,
    tokenize.ENDMARKER,
}  # fmt: skip


@dataclass
class Size:
    """The totals of several modules. `code` counts the lines that contain more than a comment or a docstring."""

    lines: int = 0
    code: int = 0
    modules: int = 0
    short: int = 0
    functions: int = 0

    def add(self, other: "Size") -> None:
        for name in vars(other):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def lines_per_module(self) -> float:
        return self.lines / max(1, self.modules - self.short)


def modules(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)


def package_of(path: Path) -> str:
    """Returns the package of a module. Modules of sco_cities outside a package belong to the site."""
    parts = path.relative_to(ROOT).parts
    return ".".join(parts[:2]) if parts[0] == "sco_cities" and len(parts) > 2 else parts[0]


def size_of(text: str) -> Size:
    """Returns the size of one module."""
    tree = ast.parse(text)
    texts = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for line in range(node.lineno, node.end_lineno + 1)
    }
    code = {
        line
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in _NO_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    lines = text.count("\n")
    return Size(
        lines=lines,
        code=len(code - texts),
        modules=1,
        short=lines < SHORTEST,
        functions=sum(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(tree)),
    )


def sizes() -> dict[str, Size]:
    """Returns the size of each package."""
    found: dict[str, Size] = {}
    for folder in (*PRODUCT, *OTHERS):
        for path in modules(ROOT / folder):
            found.setdefault(package_of(path), Size()).add(size_of(path.read_text(encoding="utf-8")))
    return found


def budgets() -> dict[str, int]:
    """Returns the maximum number of lines of each package."""
    return tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["size"]["budgets"]


def is_product(package: str) -> bool:
    return package.partition(".")[0] in PRODUCT


def lower_budgets() -> None:
    """Writes the current sizes as the budgets of packages that have become smaller."""
    found, text = sizes(), PYPROJECT.read_text(encoding="utf-8")
    for package, budget in budgets().items():
        size = found.get(package, Size()).lines
        if size < budget:
            text = re.sub(
                rf'^"{re.escape(package)}" = {budget}$', f'"{package}" = {size}', text, flags=re.MULTILINE
            )
    PYPROJECT.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lower", action="store_true", help="lower the budgets to the current sizes")
    if parser.parse_args().lower:
        lower_budgets()
    found, limits, product = sizes(), budgets(), Size()
    print(
        f"{'package':28} {'lines':>7} {'budget':>7} {'code':>7} {'modules':>8} {'lines/module':>13} {'functions':>10}"
    )

    def show(name: str, size: Size, budget: int | str) -> None:
        print(
            f"{name:28} {size.lines:7} {budget:>7} {size.code:7} {size.modules:8} {size.lines_per_module:13.0f} "
            f"{size.functions:10}"
        )

    for package, size in sorted(found.items(), key=lambda item: (not is_product(item[0]), item[0])):
        if is_product(package):
            product.add(size)
        show(package, size, limits.get(package, "none"))
    show("product in all", product, sum(limit for name, limit in limits.items() if is_product(name)))


if __name__ == "__main__":
    main()
