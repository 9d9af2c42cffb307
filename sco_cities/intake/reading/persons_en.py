"""Persons in English texts: a capitalised name beside a role."""

import re
from collections.abc import Iterable

from sco_cities.names.vocabulary import words_of

from .bodies import Body, body_behind
from .dictionary import Hit
from .name_runs import PARTICLES, name_runs, role_of_both
from .report_text import ReportText, SpanSet, Token
from .roles_en import role_before, role_beside_comma, role_heads

_NO_NAME = words_of("function_words", "en", "not in a person name", "word of an office") | words_of(
    "bodies", "en"
)


def find(report: ReportText, hits: list[Hit], bodies: list[Body]) -> Iterable[tuple]:
    """Start and end of the name, the name, start and end of the role."""
    names = list(_names(report, hits, bodies))
    within_bodies = SpanSet((body.start, body.end) for body in bodies)
    places = {hit.start for hit in hits if hit.of_kind("city") or hit.of_kind("country")}
    name_starts = {report.tokens[first].start for first, _ in names}
    previous_role = None
    for first, last in names:
        role = None
        if (begin := _behind_office(report, first, last, places)) is not None:
            role = role_before(report, begin, within_bodies, places)
        if role:
            first = begin
        else:
            role = (
                role_beside_comma(report, first, last, name_starts, previous_role and previous_role[1])
                or body_behind(report, report.tokens[last].end, bodies)
                or role_of_both(report, first, previous_role, _is_plural)
            )
        previous_role = (last, role) if role else None
        if role:
            start, end = report.tokens[first].start, report.tokens[last].end
            yield start, end, report.text[start:end].replace("\n", " "), *role


def _behind_office(report: ReportText, first: int, last: int, places: set[int]) -> int | None:
    """Where a name begins that may have an office of one word before it: "Governor of Xinjiang Erkin Tuniyaz".

    None if the office may have more words, or the name.
    """
    before = [token.key for token in report.tokens[max(first - 3, 0) : first]]
    of_place = before[:2] == ["of", "the"] and report.tokens[first - 1].start in places
    if before[-1:] != ["of"] and before[-2:] != ["of", "the"] and not of_place:
        return first
    words = [index for index in range(first, last + 1) if index == first or report.gap(index) == " "]
    with_particle = len(words) == 4 and report.tokens[words[2]].key in PARTICLES
    return words[1] if len(words) == 3 or with_particle else None


def _is_plural(word: str) -> bool:
    return word.endswith("s") and word[:-1] in words_of("roles", "en", "head")


def _names(report: ReportText, hits: list[Hit], bodies: list[Body]) -> Iterable[tuple[int, int]]:
    """First and last token of what may be names: runs of two to five capitalised words that mean nothing else."""
    barred, tokens = _barred(report, hits, bodies), report.tokens
    delegates = frozenset(hit.start for hit in hits if hit.of_kind("delegate"))
    for first, last in name_runs(report, lambda index: _in_name(tokens[index], barred), delegates):
        count = len(report.text[tokens[first].start : tokens[last].end].split())
        if 2 <= count <= 5 or (first == last and _is_surname_after_role(report, first)):
            yield first, last


def _is_surname_after_role(report: ReportText, index: int) -> bool:
    """Whether one word is a surname: "Mayor Lapshin said"."""
    if (
        not index
        or report.gap(index) != " "
        or report.tokens[index - 1].key not in words_of("roles", "en", "head")
    ):
        return False
    following = re.match(
        r"(?:,| (?:and )?[a-z]+| and )", report.flat[report.tokens[index].end : report.tokens[index].end + 12]
    )
    return bool(following) and len(report.tokens[index].text) > 2 and not report.tokens[index].text.isupper()


def _barred(report: ReportText, hits: list[Hit], bodies: list[Body]) -> set[int]:
    """Starts of tokens of places and bodies; a town that is a first name as well is none before a capital."""
    barred: set[int] = set()
    also_names = words_of("person_names", "en", "also a town")
    for hit in hits:
        if hit.of_kind("delegate"):
            continue
        tokens = report.tokens_in(hit.start, hit.end)
        if len(tokens) == 1 and hit.of_kind("country") is None:
            index = report.token_index(hit.start)
            following = report.tokens[index + 1] if index + 1 < len(report.tokens) else None
            before_capital = following and following.capitalised and report.gap(index + 1) == " "
            doubtful = tokens[0].key in also_names or all(known.rank > 0 for known in hit.known)
            if doubtful and (
                before_capital
                or (index and report.tokens[index - 1].capitalised and report.gap(index) == " ")
            ):
                previous = report.tokens[index - 1].key if index else ""
                if previous not in {"of", "in", "from"} or tokens[0].key in also_names:
                    continue
        barred.update(token.start for token in tokens)
    for body in bodies:
        barred.update(token.start for token in report.tokens_in(body.start, body.end))
    return barred


def _in_name(token: Token, barred: set[int]) -> bool:
    if (
        token.start in barred
        or not token.capitalised
        or token.key in _NO_NAME
        or any(each.isdigit() for each in token.text)
    ):
        return False
    if token.key in role_heads() or token.key in words_of("roles", "en"):
        return False
    return not (token.text.isupper() and len(token.text) > 3)
