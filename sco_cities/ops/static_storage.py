"""Static files storage that bundles, minifies, hashes and compresses the collected files.

Only the project's own files are bundled and minified. The fonts of the pages are added to the collected files.
Lightning CSS minifies style sheets. It parses CSS instead of using regular expressions, so that `collectstatic` stops
at a syntax error. It has hashed wheels for every supported Python version and platform. rcssmin and rjsmin have no
wheels for macOS, and csscompressor has had no release since 2017. Lightning CSS is used without browser targets, so
that it only shortens the source. Only comment lines and indentation are removed from scripts, because no maintained
JavaScript minifier for Python has wheels for all these platforms. rjsmin would reduce the compressed scripts from 9 kB
to 8.5 kB. A script and all its imports become one file. A page then loads one script instead of up to eight, and the
total size of compressed scripts falls from 11.2 to 9.2 kB. Bundles reduce the requests for a list page from sixteen,
and for a map page from twenty, to at most seven. A single handwritten script would have four hundred lines with several
purposes. No maintained JavaScript bundler for Python has wheels for all these platforms. A simple bundler is enough,
because this project's modules have only named imports and exports at the beginning of a line.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from sco_cities.ops.fonts import font_faces, font_files

# Matches `import "./menu.js";` and `import { open } from "./menu.js";`. The braces may span several lines.
IMPORT = re.compile(r'^import (?:(\{(?:\s*\w+\s*,)*\s*(?:\w+\s*)?\}) from )?"(\.[^"]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)
# Matches statements that the other patterns cannot replace, such as default exports, renamed imports and live bindings.
OTHER_STATEMENT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def imported_modules(name: str, source: str) -> list[str]:
    """Returns the names of the modules that a module imports, in order."""
    return [_resolve(name, path) for _, path in IMPORT.findall(source)]


def bundle(name: str, read: Callable[[str], str]) -> str:
    """Combines a module and all its imports into one module. `read` returns the source of a module by its name.

    Each module becomes a function that returns the exports. Each function is called once, in a browser's execution
    order. A module without imports stays unchanged. Raises ValueError, with the name of the module, for unsupported
    forms of imports and exports and for circular imports.
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


COMMENT_LINES_AND_INDENTATION = re.compile(r"^[ \t]*(?://.*)?\n|^[ \t]+", re.MULTILINE)


def minify_style_sheet(path: str) -> str:
    """Minifies a style sheet and its imports. Raises ValueError, with the file and line, if the CSS is malformed."""
    # Imported here, because web processes do not need this library, which takes 12 MB of memory.
    import lightningcss

    return lightningcss.bundle_css(path)


def minify_script(js: str, name: str) -> str:
    """Removes comment lines and indentation from a script.

    Raises ValueError for a template literal with several lines, because their indentation is part of the text.
    """
    shortened = COMMENT_LINES_AND_INDENTATION.sub("", js)
    for line in shortened.splitlines():
        if line.count("`") % 2:
            raise ValueError(f"A template literal of {name} crosses lines: {line}")
    return shortened


BUNDLED = (".css", ".js")
# The style sheet that declares the fonts. Other style sheets import it to use the fonts.
TOKENS = "css/tokens.css"
# Matches imports in the form used by the project's style sheets.
STYLE_SHEET_IMPORT = re.compile(r'^@import "([^"]+)";$', re.MULTILINE)


def imported_files(name: str, source: str) -> list[str]:
    """Returns the names of the files that a style sheet or a script imports, in order."""
    if name.endswith(".js"):
        return imported_modules(name, source)
    return [_resolve(name, each) for each in STYLE_SHEET_IMPORT.findall(source)]


@cache
def names_in_bundles() -> frozenset[str]:
    """Returns the names of project files that are served only as parts of other files."""
    return frozenset(
        each
        for folder in settings.STATICFILES_DIRS
        for path in Path(folder).rglob("*.*")
        if path.suffix in BUNDLED
        for each in imported_files(str(path.relative_to(folder)), path.read_text())
    )


class MinifyingStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Bundles and minifies the project's own style sheets and scripts before all files are hashed and compressed.

    A file that other files import is part of their bundles, and is not stored separately. Files of Django and other
    packages are served unchanged.
    """

    @cache  # noqa: B019 - a process has one storage, and few files have links
    def url(self, name: str, force: bool = False) -> str:
        """Returns the URL of a file.

        Cached, because a page contains sixteen URLs, and computing one takes as long as rendering five variables.
        """
        return super().url(name, force)

    def post_process(self, paths: dict, dry_run: bool = False, **options) -> Iterator[tuple]:
        if not dry_run:
            own = {
                name: (source, path)
                for name, (source, path) in paths.items()
                if _is_own(source) and PurePosixPath(name).suffix in BUNDLED
            }
            sources = {name: _read(*place) for name, place in own.items()}
            imported = {each for name, source in sources.items() for each in imported_files(name, source)}
            for name in own:
                # `collectstatic --link` creates a symbolic link, and writing to the link would change the source.
                self.delete(name)
            for name in own.keys() - imported:
                if name.endswith(".js"):
                    content = minify_script(bundle(name, sources.__getitem__), name)
                else:
                    source, path = own[name]
                    content = minify_style_sheet(source.path(path))
                    if TOKENS in imported_files(name, sources[name]):
                        content = font_faces() + content
                self.save(name, ContentFile(content.encode()))
            paths = {
                name: (self, name) if name in own else place
                for name, place in paths.items()
                if name not in imported
            }
            for name, font in font_files():
                self.delete(name)
                self.save(name, ContentFile(font))
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run=dry_run, **options)


def _read(source: FileSystemStorage, path: str) -> str:
    with source.open(path) as file:
        return file.read().decode()


def _is_own(source: FileSystemStorage) -> bool:
    return Path(source.location) in map(Path, settings.STATICFILES_DIRS)
