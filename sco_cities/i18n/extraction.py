"""Extracts the translatable messages of code and templates."""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation import templatize

SOURCE_DIRECTORIES = ("delegates", "initiatives", "sco_cities", "templates")

# Which arguments of a function are the message; "c" marks its context.
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
# Comments with this prefix are copied to the catalogue.
TRANSLATOR_COMMENT = ("Translators:",)


def template_to_python(text: str) -> str:
    """A template as Python code: its messages as gettext calls, everything else as meaningless code.

    In brackets, so that the indentation of the template is not taken for that of code.
    """
    return f"({templatize(text)}\n)"


def _files(root: Path) -> Iterator[Path]:
    for directory in SOURCE_DIRECTORIES:
        for path in sorted((root / directory).rglob("*")):
            if path.suffix in {".py", ".html", ".txt", ".xml", ".svg"} and "migrations" not in path.parts:
                yield path


def messages(root: Path | None = None) -> Catalog:
    """All messages, by path and in their order in the files."""
    root = root or settings.BASE_DIR
    catalogue = Catalog()
    for path in _files(root):
        text = path.read_text(encoding="utf-8")
        code = text if path.suffix == ".py" else template_to_python(text)
        name = path.relative_to(root).as_posix()
        entries = extract(
            "python",
            io.BytesIO(code.encode()),
            keywords=KEYWORDS,
            comment_tags=TRANSLATOR_COMMENT,
            strip_comment_tags=True,
            options={"encoding": "utf-8"},
        )
        for line, words, comments, context in entries:
            catalogue.add(words, locations=[(name, line)], auto_comments=comments, context=context)
    return catalogue
