"""Storage of collected static files: the project's own minified, all names hashed, all contents compressed.

Style sheets are minified by Lightning CSS. It parses CSS instead of matching it with regular expressions, so it stops
`collectstatic` at a syntax error, and its hashed wheels cover every Python and platform that the site installs on:
rcssmin and rjsmin have no wheels for macOS, and csscompressor has had no release since 2017. No browser targets are
given: it shortens what the sources say and translates nothing.

Scripts lose their comment lines and their indentation, and nothing else: no JavaScript minifier for Python is both
maintained and available as wheels for all these platforms. Of the eleven compressed kilobytes that remain, rjsmin
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

# `import "./menu.js";` and `import { open } from "./menu.js";`, the braces on one line or on several.
IMPORT_STATEMENT = r"""(?m)^(?P<matched>(?P<start>import (?:[^;"]+ from )?)"(?P<url>\.[^"]+)";)"""

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
    """Minifies the project's own style sheets and scripts before all files are hashed and compressed.

    Files of Django and of other packages are served as they were released.
    """

    # Modules import each other by hashed names. Django's own switch for this (support_js_module_import_aggregation)
    # reads every script, and fails at an example in a comment of htmx, which imports a file that does not exist.
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((IMPORT_STATEMENT, '%(start)s"%(url)s";'),)),
    )

    @cache  # noqa: B019 - a process has one storage, and few files have links
    def url(self, name: str, force: bool = False) -> str:
        """The URL of a file. Cached: a page has sixteen, and each took as long as five variables in a template."""
        return super().url(name, force)

    def post_process(self, paths: dict, dry_run: bool = False, **options) -> Iterator[tuple]:
        if not dry_run:
            paths = paths | {
                name: (self, self._save_minified(name, source, path))
                for name, (source, path) in paths.items()
                if _is_own(source) and PurePosixPath(name).suffix in MINIFIERS
            }
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _save_minified(self, name: str, source: FileSystemStorage, path: str) -> str:
        """Replace the collected copy of a file, always from its source, and return its name."""
        minify = MINIFIERS[PurePosixPath(name).suffix]
        with source.open(path) as file:
            content = minify(file.read().decode(), path)
        # With `collectstatic --link` the copy is a link, and writing to it would change the source.
        self.delete(name)
        return self.save(name, ContentFile(content.encode()))


def _is_own(source: FileSystemStorage) -> bool:
    return Path(source.location) in map(Path, settings.STATICFILES_DIRS)
