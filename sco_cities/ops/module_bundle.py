"""Bundles of JavaScript modules: a module and all that it imports as one file.

A page then loads one script in place of up to eight, and all scripts together shrink from 11.2 to 9.2 KB compressed.
Without bundles a list needs sixteen requests, and a page with a map twenty, in place of at most seven; with fewer
modules, a script of four hundred lines would do several things. No JavaScript bundler for Python is both maintained
and available as wheels for all platforms that the site installs on, and our modules need little of one: they have only
named imports and exports, at the beginning of a line.
"""

import re
from collections.abc import Callable
from pathlib import PurePosixPath

# `import "./menu.js";` and `import { open } from "./menu.js";`, the braces on one line or on several.
IMPORT = re.compile(r'^import (?:(\{(?:\s*\w+\s*,)*\s*(?:\w+\s*)?\}) from )?"(\.[^"]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)
# What the two patterns have not replaced: default exports, renamed imports, live bindings.
OTHER_STATEMENT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def imported_modules(name: str, source: str) -> list[str]:
    """The names of the modules that a module imports, in order."""
    return [_resolve(name, path) for _, path in IMPORT.findall(source)]


def bundle(name: str, read: Callable[[str], str]) -> str:
    """A module and all that it imports as one module. `read` returns the source of a module by its name.

    Each module becomes a function that is called once and returns its exports, in the order in which a browser would
    run them. A module without imports stays as it is. Raises ValueError, with the name of the module, at an import or
    export of another form and at a circular import.
    """
    if not imported_modules(name, read(name)):
        return read(name)
    functions: dict[str, str] = {}
    _add(name, read, functions, ())
    return "".join(functions.values())


def _add(
    name: str, read: Callable[[str], str], functions: dict[str, str], importers: tuple[str, ...]
) -> None:
    if name in functions:
        return
    if name in importers:
        raise ValueError(f"{name} imports itself through {importers[-1]}")
    source = read(name)
    for imported in imported_modules(name, source):
        _add(imported, read, functions, (*importers, name))
    exports = ", ".join(EXPORT.findall(source))
    body = EXPORT.sub("", IMPORT.sub(lambda match: _binding(name, *match.groups()), source))
    if other := OTHER_STATEMENT.search(body):
        raise ValueError(f"{name} has a statement that bundles do not support: {other[0]}")
    functions[name] = f"const {_variable(name)} = (() => {{\n{body}return {{ {exports} }};\n}})();\n"


def _binding(importer: str, names: str | None, path: str) -> str:
    return f"const {names} = {_variable(_resolve(importer, path))};" if names else ""


def _variable(name: str) -> str:
    return "_" + re.sub(r"\W", "_", name.removesuffix(".js"))


def _resolve(importer: str, path: str) -> str:
    parts: list[str] = []
    for part in (PurePosixPath(importer).parent / path).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
