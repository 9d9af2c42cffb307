"""Changes the code in random places, and lists the changes that no test detects (`make mutants`).

Each change (a mutant) is made in a copy of the project. The tests that execute the changed line run in the copy on
SQLite and, if they pass, on PostgreSQL. They run first with the cases of `make test` and then with all cases. The
tests are found in the coverage data of `make test-full`, or of `coverage run -m pytest`. Without coverage data, the
tests of the line's package run. Exits with 1 if a mutant survives.
"""

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coverage import CoverageData

from scripts.size import PRODUCT, modules

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "var/coverage/data"
# Maximum number of tests per mutant. Thousands of tests execute some lines of the middleware, but the nearest tests
# are enough.
MAX_TESTS = 200
TIMEOUT_S = 600

OPPOSITES = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A change of the code, with the position of the replaced node in the file, and the replacement."""

    path: str
    line: int
    span: slice
    before: str
    after: str

    def __str__(self):
        return f"{self.path}:{self.line}: {_short(self.before)} → {_short(self.after)}"


def _short(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    return text if len(text) <= 60 else f"{text[:57]}…"


def mutants(path: str, source: str, lines: set[int]) -> Iterator[Mutant]:
    """All mutants of a module that begin on one of these lines."""
    # Positions in the syntax tree are in bytes.
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node in _nodes(ast.parse(source)):
        if node.lineno in lines and (after := _replacement(node)) is not None:
            span = slice(
                starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
            )
            yield Mutant(path, node.lineno, span, source.encode()[span].decode(), after)


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All expressions and statements, except annotations, decorators and docstrings."""
    for name, value in ast.iter_fields(tree):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                if isinstance(child, ast.expr | ast.stmt):
                    yield child
                # The parts of an f-string cannot be replaced separately.
                if not isinstance(child, ast.JoinedStr):
                    yield from _nodes(child)


def _replacement(node: ast.AST) -> str | None:
    """Returns the code that replaces a node, or None if the node is not changed."""
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in OPPOSITES:
            node = ast.Compare(node.left, [OPPOSITES[type(operator)]()], node.comparators)
        case ast.BoolOp():
            node = ast.BoolOp(OPPOSITES[type(node.op)](), node.values)
        case ast.BinOp() if type(node.op) in OPPOSITES:
            node = ast.BinOp(node.left, OPPOSITES[type(node.op)](), node.right)
        case ast.UnaryOp(op=ast.Not()):
            node = node.operand
        case ast.Constant(value=bool()):
            return str(not node.value)
        case ast.Constant(value=int()):
            return str(node.value + 1)
        case ast.Return(value=ast.expr()) if ast.unparse(node.value) != "None":
            return "return None"
        case ast.Expr(value=ast.Call()):
            return "pass"
        case ast.IfExp():
            node = ast.IfExp(node.test, node.orelse, node.body)
        case _:
            return None
    return f"({ast.unparse(node)})"


def node_id(context: str) -> str | None:
    """Returns the node ID of a test function that coverage names `tests.package.test_module.TestClass.test_name`."""
    found = re.fullmatch(r"(tests(?:\.\w+)*\.test_\w+)((?:\.\w+)+)", context)
    # Finds the longest prefix that is a module.
    parts = context.split(".") if found else []
    for length in range(len(parts) - 1, 0, -1):
        module = Path(*parts[:length]).with_suffix(".py")
        if (ROOT / module).exists():
            return "::".join([str(module), *parts[length:]])
    return None


def covering_tests(path: str, contexts: list[str]) -> list[str]:
    """Returns the tests to run for a change in a module. Tests of the module's package come first."""
    package = Path("tests", *Path(path).parent.parts[1 if path.startswith("sco_cities/") else 0 :])
    found = {name for context in contexts if (name := node_id(context))}
    return sorted(found, key=lambda name: (not name.startswith(str(package)), name))[:MAX_TESTS]


def package_tests(path: str) -> list[str]:
    """Returns the folder with the tests of a module, or the folder of all tests if the module has no such folder."""
    folders = [Path("tests", *folder.parts) for folder in Path(path.removeprefix("sco_cities/")).parents]
    return [next(str(folder) for folder in folders if (ROOT / folder).is_dir())]


def verdict(mutant: Mutant, tests: list[str], copy: Path) -> str:
    """Returns "noticed", "LATER" if a test fails only with all cases, or "SURVIVED" if no test fails."""
    file = copy / mutant.path
    source = file.read_bytes()
    file.write_bytes(source[: mutant.span.start] + mutant.after.encode() + source[mutant.span.stop :])
    pytest = [sys.executable, "-m", "pytest", "-x", "-q", "-n2", "-p", "no:cacheprovider", *tests]
    on_postgresql = [sys.executable, "-m", "tests.postgres_cluster", "--", *pytest]
    try:
        for noticed, extent in (("noticed", "covering-paths"), ("LATER", "all")):
            if _fails(pytest, copy, extent) or _fails(on_postgresql, copy, extent):
                return noticed
    finally:
        file.write_bytes(source)
    return "SURVIVED"


def _fails(command: list[str], copy: Path, extent: str) -> bool:
    environment = os.environ | {"TESTS": extent}
    try:
        process = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        # A timeout is treated as a detected change, because the change may cause an endless loop.
        return True
    # Exit status 5 means that none of these tests runs on this engine.
    return process.returncode not in (0, 5)


def candidates() -> Iterator[tuple[Mutant, list[str]]]:
    """All mutants of lines that a test executes, each with the tests of its line."""
    if not DATA.exists():
        for path in (path for package in PRODUCT for path in modules(ROOT / package)):
            name, source = str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
            for mutant in mutants(name, source, set(range(1, source.count("\n") + 1))):
                yield mutant, package_tests(name)
        return
    data = CoverageData(str(DATA))
    data.read()
    for measured in sorted(data.measured_files()):
        path = str(Path(measured).relative_to(ROOT))
        if "/migrations/" not in path:
            contexts = data.contexts_by_lineno(measured)
            tested = {line for line, names in contexts.items() if any(map(node_id, names))}
            for mutant in mutants(path, (ROOT / path).read_text(encoding="utf-8"), tested):
                yield mutant, covering_tests(path, contexts[mutant.line])


def main() -> int:
    """Runs the command line that the module docstring describes."""
    parser = argparse.ArgumentParser(description="Breaks the code in random places and runs its tests.")
    parser.add_argument("--count", type=int, default=40, help="how many mutants (40)")
    parser.add_argument("--seed", type=int, default=1, help="selects other mutants (1)")
    options = parser.parse_args()
    chosen = random.Random(options.seed).sample(list(candidates()), options.count)  # noqa: S311 - not a secret
    verdicts = Counter()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("var", ".git", ".venv*", ".*cache"))
        for number, (mutant, tests) in enumerate(chosen, 1):
            outcome = verdict(mutant, tests, copy)
            verdicts[outcome] += 1
            print(f"{number:3} {outcome:8} {mutant}", flush=True)
    print(
        f"Of {len(chosen)} changes, `make test` did not notice {len(chosen) - verdicts['noticed']}, "
        f"and `make test-all` {verdicts['SURVIVED']}."
    )
    return 1 if verdicts["SURVIVED"] else 0


if __name__ == "__main__":
    sys.exit(main())
