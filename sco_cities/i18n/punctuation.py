"""Names and sentences in a row."""

import re
from collections.abc import Iterable

from django.utils.translation import get_language, pgettext

# Chinese marks hold the space that follows them; the end of a link may stand in between.
_SPACE_AFTER_A_MARK = re.compile(r"(?<=[。：，；！？）])((?:<[^>]*>)*)\s+")


def comma() -> str:
    """What stands between two names."""
    return pgettext("between names", ", ")


def pause() -> str:
    """What stands between a name and what else is said of it."""
    return pgettext("after a word", ", ")


def semicolon() -> str:
    """What stands between two parts that have commas or brackets of their own."""
    return pgettext("between names", "; ")


def colon() -> str:
    """What stands between a word and what is said of it."""
    return pgettext("after a word", ": ")


def brackets() -> tuple[str, str]:
    """What a remark stands between, after a word: " (" and ")"."""
    return pgettext("around a remark", " ("), pgettext("around a remark", ")")


def with_remark(said: object, remark: object) -> str:
    """A word with a remark: "Almaty (Kazakhstan)"."""
    opening, closing = brackets()
    return f"{said}{opening}{remark}{closing}"


def join_sentences(sentences: str) -> str:
    """HTML of sentences with spaces between them, without these where the language has none."""
    if (get_language() or "").startswith("zh"):
        return _SPACE_AFTER_A_MARK.sub(r"\1", sentences)
    return sentences


def with_label(label: object, said: object) -> str:
    """What is said under a label: "City: Almaty"."""
    return f"{label}{colon()}{said}"


def comma_list(names: Iterable[object]) -> str:
    """Names one after the other: "Almaty, Osh, Kazan"."""
    return comma().join(map(str, names))


def semicolon_list(parts: Iterable[object]) -> str:
    """What has commas or brackets of its own, one after the other."""
    return semicolon().join(map(str, parts))
