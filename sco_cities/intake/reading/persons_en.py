"""Finds persons in English texts by a capitalised name next to a role."""

import re
from collections.abc import Iterable
from functools import lru_cache

from sco_cities.names.vocabulary import words_of

from .bodies import Body
from .dictionary import Hit
from .name_runs import name_runs
from .report_text import ReportText, SpanSet, Token

_NO_PERSON = words_of("function_words", "en", "not in a person name")
# Words that cannot be part of a role.
_STOP = words_of("function_words", "en", "not in a role")
_OFFICES = words_of("function_words", "en", "word of an office")
_NATIONAL = words_of("countries", "en")
# The text between a name and its role.
_BEFORE_ROLE = (", ", " (", " - ", " – ", " — ", "-- ", " -- ")
_MAX_ROLE = 14
_BEFORE_WORD = re.compile(r",| [a-z]")
# Words that follow a name in street names, hotel names and the like, as in "Ambassador Hotel".
_AFTER_PLACES = words_of("not_places", "en", "after")


def role_before(report: ReportText, first: int, bodies: SpanSet, places: set[int]) -> tuple[int, int] | None:
    """A role directly before the name, as in "Deputy Mayor of Dushanbe", "Bishkek Mayor", "Dr."."""
    title = report.tokens[first - 1].key in words_of("roles", "en", "title") if first else False
    if title and report.gap(first) in (" ", ". "):
        first -= 1
    if not first or report.gap(first) != " " or report.tokens[first - 1].key in {"of", "for"}:
        return None
    for index in range(first - 1, max(first - 1 - _MAX_ROLE, -1), -1):
        token = report.tokens[index]
        if token.key in role_heads():
            return report.tokens[_role_start(report, index)].start, report.tokens[first - 1].end
        if token.key in _STOP or not _joins(report, index):
            return None
        following, before = report.tokens[index + 1], report.tokens[index - 1]
        ends_role = (
            token.key == "with"
            or (token.key == "and" and following.key not in _OFFICES)
            or (token.key == "to" and following.start not in places)
            or (report.gap(index) == ", " and not {token.key, before.key} <= _OFFICES)
        )
        if ends_role and not bodies.hold(token.start, token.end):
            return None
    return None


def _role_start(report: ReportText, head: int) -> int:
    """The first token of a role with this head, including modifiers, a place or nationality, and fields of work."""
    roles = words_of("roles", "en", "head", "modifier")
    start = head
    while start and report.gap(start) in (" ", "-", "'", "’"):
        token = report.tokens[start - 1]
        keeps = (
            token.key in roles
            or (token.capitalised and token.key not in _NO_PERSON - _NATIONAL)
            or token.key == "s"
        )
        if not keeps:
            break
        start -= 1
    return start


def role_after(report: ReportText, last: int, name_starts: set[int]) -> tuple[int, int] | None:
    """A role after the name and a comma or in brackets, as in "Zhao Wenbin, vice mayor of Tianjin"."""
    first = last + 1
    if first == len(report.tokens) or report.gap(first) not in _BEFORE_ROLE:
        return None
    if report.tokens[first].key in {"the", "a", "an"}:
        first += 1
    end, seen = 0, False
    for index, token in enumerate(report.tokens[first : first + 24], first):
        is_head = token.key in role_heads()
        goes_on = index == first or report.gap(index) != ", " or (seen and is_head)
        if not goes_on or (index > first and not _joins(report, index)):
            break
        if token.key in _STOP or token.start in name_starts:
            break
        begins = is_head or token.capitalised or token.key in words_of("roles", "en") | _OFFICES
        if not seen and (index - first > 6 or (index == first and not begins)):
            return None
        seen = seen or is_head
        end = token.end
    text = report.flat[report.tokens[first].start : end] if seen else ""
    end -= len(text) - len(re.sub(r"(?: and| with| in| to| of| for)+\Z", "", text))
    return (report.tokens[first].start, end) if seen else None


def role_before_comma(report: ReportText, first: int, name_starts: set[int]) -> tuple[int, int] | None:
    """The role before a comma and the name, as in "The head of the city administration, Ruslan Tagirov, said"."""
    if report.gap(first) != ", ":
        return None
    head = None
    for index in range(first - 1, max(first - 1 - _MAX_ROLE, -1), -1):
        token = report.tokens[index]
        if token.start in name_starts:
            return None
        if token.key in words_of("roles", "en", "head"):
            head = index
        if not _joins(report, index) or report.gap(index) == ", ":
            break
    return (
        None
        if head is None
        else (report.tokens[_role_start(report, head)].start, report.tokens[first - 1].end)
    )


def _joins(report: ReportText, index: int) -> bool:
    """True if a token continues the text before it, without the end of a sentence between them."""
    return report.gap(index) in (" ", "-", "'", "’", " & ", ", ")


@lru_cache(maxsize=1)
def role_heads() -> frozenset[str]:
    """The head words of roles in the singular and plural."""
    heads = words_of("roles", "en", "head")
    return heads | {head + "s" for head in heads}


_NO_NAME = words_of("function_words", "en", "not in a person name", "word of an office") | words_of(
    "bodies", "en"
)


def find(report: ReportText, hits: list[Hit], bodies: list[Body]) -> Iterable[tuple]:
    """Yields the start and end of the name, the name, and the start and end of the role."""
    names = list(_names(report, hits, bodies))
    within_bodies = SpanSet((body.start, body.end) for body in bodies)
    name_starts = {report.tokens[first].start for first, _ in names}
    places = {hit.start for hit in hits if hit.of_kind("city") or hit.of_kind("country")}
    previous = None
    for first, last in names:
        words = [first, *(index for index in range(first + 1, last + 1) if report.gap(index) == " ")]
        if first and report.tokens[first - 1].key in {"of", "the"} and len(words) == 3:
            # In "Governor of Xinjiang Erkin Tuniyaz", the first word is an unknown place.
            first = words[1]
        role = (
            role_before(report, first, within_bodies, places)
            or role_before_comma(report, first, name_starts)
            or role_after(report, last, name_starts)
            or _role_of_both(report, first, previous)
        )
        previous = (last, role) if role else None
        if role:
            start, end = report.tokens[first].start, report.tokens[last].end
            yield start, end, report.text[start:end].replace("\n", " "), *role


def _role_of_both(report: ReportText, first: int, previous: tuple | None) -> tuple[int, int] | None:
    """The role of the previous person in the plural, as in "Mayors Andrei Lapshin and Wang Wei"."""
    if previous and previous[0] == first - 2 and report.tokens[first - 1].key == "and":
        heads = words_of("roles", "en", "head")
        if any(
            token.key.endswith("s") and token.key[:-1] in heads for token in report.tokens_in(*previous[1])
        ):
            return previous[1]
    return None


def _names(report: ReportText, hits: list[Hit], bodies: list[Body]) -> Iterable[tuple[int, int]]:
    """Yields the first and last token of possible names (two to five capitalised words without other meanings)."""
    barred, tokens = _barred(report, hits, bodies), report.tokens
    delegates = frozenset(hit.start for hit in hits if hit.of_kind("delegate"))
    for first, last in name_runs(report, lambda index: _in_name(tokens[index], barred), delegates):
        count = len(report.text[tokens[first].start : tokens[last].end].split())
        if 2 <= count <= 5 or (first == last and _is_surname_after_role(report, first)):
            yield first, last


def _is_surname_after_role(report: ReportText, index: int) -> bool:
    """True if a single word is a surname, as in "Mayor Lapshin said". In a headline it may be a verb."""
    word, role = report.tokens[index], report.tokens[index - 1]
    if report.gap(index) != " " or not role.capitalised or role.key not in words_of("roles", "en", "head"):
        return False
    is_headline = report.flat[report.sentence_at(word.start).end - 1].isalnum()
    is_name = len(word.text) > 2 and not word.text.isupper() and word.key not in _AFTER_PLACES
    return is_name and not is_headline and bool(_BEFORE_WORD.match(report.flat, word.end))


def _barred(report: ReportText, hits: list[Hit], bodies: list[Body]) -> set[int]:
    """Start offsets of tokens in place and organisation names.

    Towns that may be a part of a person's name next to a capitalised word are left out.
    """
    barred: set[int] = set()
    also_names = words_of("person_names", "en", "also a town")
    for hit in hits:
        if hit.of_kind("delegate"):
            continue
        tokens = report.tokens_in(hit.start, hit.end)
        if len(tokens) == 1 and hit.of_kind("country") is None:
            index = report.token_index(hit.start)
            beside_capital = any(
                report.gap(at) == " " and report.tokens[at + step].capitalised
                for at, step in ((index, -1), (index + 1, 0))
                if 0 < at < len(report.tokens)
            )
            located = report.tokens[index - 1].key in {"of", "in", "from"}
            doubtful = not located and all(known.rank > 0 for known in hit.known)
            if beside_capital and (tokens[0].key in also_names or doubtful):
                continue
        barred.update(token.start for token in tokens)
    for body in bodies:
        barred.update(token.start for token in report.tokens_in(body.start, body.end))
    return barred


def _in_name(token: Token, barred: set[int]) -> bool:
    is_role = token.key in role_heads() or token.key in words_of("roles", "en")
    is_abbreviation = token.text.isupper() and len(token.text) > 3
    is_other = is_role or is_abbreviation or token.start in barred or token.key in _NO_NAME
    return token.capitalised and not is_other
