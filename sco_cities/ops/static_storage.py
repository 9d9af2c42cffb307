"""Storage of collected static files: the project's own bundled and minified, all names hashed, all contents compressed.

Style sheets are minified by Lightning CSS. It parses CSS instead of matching it with regular expressions, so it stops
`collectstatic` at a syntax error, and its hashed wheels cover every Python and platform that the site installs on:
rcssmin and rjsmin have no wheels for macOS, and csscompressor has had no release since 2017. No browser targets are
given: it shortens what the sources say and translates nothing.

Scripts lose their comment lines and their indentation, and nothing else: no JavaScript minifier for Python is both
maintained and available as wheels for all these platforms. Of the nine compressed kilobytes that remain, rjsmin
would save half of one.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from .module_bundle import bundle, imported_modules

COMMENT_LINES_AND_INDENTATION = re.compile(r"^[ \t]*(?://.*)?\n|^[ \t]+", re.MULTILINE)


def minify_style_sheet(css: str, name: str) -> str:
    """The same rules in fewer characters. Raises ValueError, with the name and the line, where CSS is malformed."""
    # Imported here: 12 MB that no web process needs.
    import lightningcss

    return lightningcss.process_stylesheet(css, filename=name)


def minify_script(js: str, name: str) -> str:
    """The same statements without comment lines and indentation.

    Raises ValueError where a template literal crosses lines: its lines are text, not indented code.
    """
    shortened = COMMENT_LINES_AND_INDENTATION.sub("", js)
    for line in shortened.splitlines():
        if line.count("`") % 2:
            raise ValueError(f"A template literal of {name} crosses lines: {line}")
    return shortened


MINIFIERS = {".css": minify_style_sheet, ".js": minify_script}


class MinifyingStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Bundles and minifies the project's own style sheets and scripts before all files are hashed and compressed.

    A module that others import is in their bundles, and is not stored itself. Files of Django and of other packages are
    served as they were released.
    """

    @cache  # noqa: B019 - a process has one storage, and few files have links
    def url(self, name: str, force: bool = False) -> str:
        """The URL of a file. Cached: a page has sixteen, and each took as long as five variables in a template."""
        return super().url(name, force)

    def post_process(self, paths: dict, dry_run: bool = False, **options) -> Iterator[tuple]:
        if not dry_run:
            own = {
                name: _read(source, path)
                for name, (source, path) in paths.items()
                if _is_own(source) and PurePosixPath(name).suffix in MINIFIERS
            }
            modules = {each for name in own if _is_script(name) for each in imported_modules(name, own[name])}
            for name in own:
                # With `collectstatic --link` the copy is a link, and writing to it would change the source.
                self.delete(name)
            minified = {name: (self, self._save_minified(name, own)) for name in own.keys() - modules}
            paths = {name: place for name, place in paths.items() if name not in modules} | minified
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _save_minified(self, name: str, sources: dict[str, str]) -> str:
        """Save a file, a script with all that it imports, from its sources, and return its name."""
        source = bundle(name, sources.__getitem__) if _is_script(name) else sources[name]
        content = MINIFIERS[PurePosixPath(name).suffix](source, name)
        return self.save(name, ContentFile(content.encode()))


def _read(source: FileSystemStorage, path: str) -> str:
    with source.open(path) as file:
        return file.read().decode()


def _is_script(name: str) -> bool:
    return name.endswith(".js")


def _is_own(source: FileSystemStorage) -> bool:
    return Path(source.location) in map(Path, settings.STATICFILES_DIRS)
