"""What there is to be translated: the messages of the code and of the templates."""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation import templatize

SOURCE_DIRECTORIES = ("delegates", "initiatives", "sco_cities", "templates")

# Which arguments of a function are the message ("c": what tells it from another of the same words).
_PLAIN, _PLURAL = None, (1, 2)
_IN_CONTEXT, _PLURAL_IN_CONTEXT = ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS = {
    f"{name}{ending}": arguments
    for name, arguments in {
        "gettext": _PLAIN,
        "ngettext": _PLURAL,
        "pgettext": _IN_CONTEXT,
        "npgettext": _PLURAL_IN_CONTEXT,
    }.items()
    for ending in ("", "_lazy", "_noop")
} | {"_": _PLAIN}
# Comments that begin so stand beside the message in the catalogue.
TRANSLATOR_COMMENT = ("Translators:",)


def template_to_python(text: str) -> str:
    """The messages of a template as calls of gettext, and all else as nothing that means anything.

    In brackets, or the indentation of what is no code would be read as code's.
    """
    return f"({templatize(text)}\n)"


def _files(root: Path) -> Iterator[Path]:
    for room in SOURCE_DIRECTORIES:
        for path in sorted((root / room).rglob("*")):
            if path.suffix in {".py", ".html", ".txt", ".xml", ".svg"} and "migrations" not in path.parts:
                yield path


def messages(root: Path | None = None) -> Catalog:
    """All messages, file by file in the order of their paths, and as they follow each other there."""
    root = root or settings.BASE_DIR
    found = Catalog()
    for path in _files(root):
        text = path.read_text(encoding="utf-8")
        code = text if path.suffix == ".py" else template_to_python(text)
        place = path.relative_to(root).as_posix()
        entries = extract(
            "python",
            io.BytesIO(code.encode()),
            keywords=KEYWORDS,
            comment_tags=TRANSLATOR_COMMENT,
            strip_comment_tags=True,
            options={"encoding": "utf-8"},
        )
        for line, words, comments, context in entries:
            found.add(words, locations=[(place, line)], auto_comments=comments, context=context)
    return found
