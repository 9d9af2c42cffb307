"""Finds persons in English texts by a capitalised name next to a role."""

import re
from collections.abc import Iterable
from functools import lru_cache

from sco_cities.names.vocabulary import words_of

from .bodies import Body, body_behind
from .dictionary import Hit
from .name_runs import PARTICLES, name_runs, role_of_both
from .report_text import ReportText, SpanSet, Token

_NO_PERSON = words_of("function_words", "en", "not in a person name")
# Words that cannot be part of a role.
_STOP = words_of("function_words", "en", "not in a role")
_OFFICES = words_of("function_words", "en", "word of an office")
# Text between a name and its role, as in ", called vice mayor of Tianjin".
_NAMED_AS = re.compile(
    r", (?:who is |who was )?(?:called|introduced as|named|then|serving as|currently|also|appointed|the then)"
    r" (?:an? |the )?"
)
_ARTICLES = frozenset(["the", "a", "an", "his", "her", "its", "their", "our"])
_MAX_ROLE = 14
_AFTER_HEAD = words_of("function_words", "en", "after the head of a role")
_NATIONAL = words_of("countries", "en")


def role_before(report: ReportText, first: int, bodies: SpanSet, places: set[int]) -> tuple[int, int] | None:
    """A role directly before the name, as in "Deputy Mayor of Dushanbe", "Bishkek Mayor", "Dr."."""
    if (
        first
        and report.tokens[first - 1].key in words_of("roles", "en", "title")
        and report.gap(first) in (" ", ". ")
    ):
        first -= 1
    if not first or report.gap(first) != " " or report.tokens[first - 1].key in {"of", "for"}:
        return None
    end = report.tokens[first - 1].end
    head, index = None, first - 1
    heads = role_heads()
    while index >= 0 and first - index <= _MAX_ROLE:
        token = report.tokens[index]
        if token.key in heads:
            head = index
            break
        if token.key in _STOP or token.key in words_of("roles", "en", "byline"):
            return None
        gap = report.gap(index)
        if not _joins(report, index) or _cannot_be_within(report, index, bodies, places):
            return None
        in_list = token.key in _OFFICES and report.tokens[index - 1].key in _OFFICES
        if gap == ", " and not in_list and not bodies.hold(token.start, token.end):
            return None
        index -= 1
    if head is None:
        return None
    between = report.tokens[head + 1 : first]
    if between and between[0].start not in places and between[0].key not in _AFTER_HEAD:
        return None
    start = _role_start(report, head)
    return report.tokens[start].start, end


def _cannot_be_within(report: ReportText, index: int, bodies: SpanSet, places: set[int]) -> bool:
    """True if a word such as "and" or "to" ends a role. False in an organisation or office, or before a place."""
    token = report.tokens[index]
    if token.key not in {"and", "with", "to", "in"} or bodies.hold(token.start, token.end):
        return False
    following = report.tokens[index + 1 : index + 3]
    if token.key == "and":
        return following[0].key not in _OFFICES
    if following[0].key == "the":
        following = following[1:]
    return token.key == "with" or not (following and following[0].start in places)


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


def role_beside_comma(
    report: ReportText, first: int, last: int, name_starts: set[int], taken: tuple[int, int] | None
) -> tuple[int, int] | None:
    """A role before the name and a comma, or after the name. `taken` is the role of the previous name."""
    before, after = role_before_comma(report, first, last, name_starts), role_after(report, last, name_starts)
    # In "the mayor of Osh, Ivan Petrov, the rector, Anna Lebedeva", the second role belongs to the second name.
    of_next = after and report.flat.startswith(", ", after[1]) and after[1] + 2 in name_starts
    before_is_taken = before and taken and before[0] < taken[1]
    return before if before and not before_is_taken and (after is None or of_next) else after


def role_after(report: ReportText, last: int, name_starts: set[int]) -> tuple[int, int] | None:
    """A role after the name and a comma or in brackets, as in "Zhao Wenbin, vice mayor of Tianjin"."""
    gap = report.gap(last + 1) if last + 1 < len(report.tokens) else ""
    if gap not in (", ", " (", " - ", " – ", " — ", "-- ", " -- "):
        return None
    heads, end, seen = role_heads(), None, False
    first = last + 1
    named_as = _NAMED_AS.match(report.flat, report.tokens[last].end)
    if named_as:
        first = report.token_index(named_as.end())
    for offset, token in enumerate(report.tokens[first : first + 24]):
        index = first + offset
        if offset and not _joins(report, index):
            break
        goes_on = seen and report.gap(index) == ", " and token.key in words_of("roles", "en", "head")
        if offset and report.gap(index).startswith(",") and not goes_on:
            break
        if token.key in _STOP or token.start in name_starts:
            break
        if (
            token.key == "on"
            and index + 1 < len(report.tokens)
            and report.tokens[index + 1].key in _NO_PERSON
        ):
            break
        if not seen and (offset > 6 or not _may_lead_to_role(token, is_first=not offset)):
            return None
        if token.key in words_of("roles", "en", "byline"):
            return None
        seen = seen or token.key in heads
        end = token.end
    if not seen or end is None:
        return None
    start = report.tokens[first]
    if start.key in {"the", "a", "an"}:
        start = report.tokens[first + 1]
    text = report.flat[start.start : end]
    end -= len(text) - len(re.sub(r"(?: and| with| in| to| of| for)+\Z", "", text))
    return start.start, end


def _may_lead_to_role(token: Token, *, is_first: bool) -> bool:
    """True if a word may stand between a name and the head of its role. Verbs and second articles may not."""
    if token.key in _ARTICLES:
        return is_first
    return (
        not is_first
        or token.capitalised
        or token.key in _OFFICES
        or token.key in words_of("roles", "en") | role_heads()
    )


def role_before_comma(
    report: ReportText, first: int, last: int, name_starts: set[int]
) -> tuple[int, int] | None:
    """The role before a comma and the name, as in "The head of the city administration, Ruslan Tagirov, said"."""
    if report.gap(first) != ", " or not first:
        return None
    following = report.flat[report.tokens[last].end : report.tokens[last].end + 12]
    if not re.match(r",|\.| (?:said|told|noted|added|stressed|announced|has|is|was)", following):
        return None
    heads = words_of("roles", "en", "head")
    sentence = report.sentence_at(report.tokens[first].start)
    index, head = first - 1, None
    while index >= 0 and report.tokens[index].start >= sentence.start and first - index <= _MAX_ROLE:
        token = report.tokens[index]
        if token.start in name_starts:
            return None
        if token.key in heads:
            head = index
        elif token.key in _STOP or (
            head is not None and token.key in {"the", "a", "his", "its", "to", "by", "with"}
        ):
            break
        if not _joins(report, index) or report.gap(index) == ", ":
            break
        index -= 1
    if head is None:
        return None
    return report.tokens[_role_start(report, head)].start, report.tokens[first - 1].end


def _joins(report: ReportText, index: int) -> bool:
    """True if a token continues the text before it, without the end of a sentence between them."""
    gap = report.gap(index)
    return gap in (" ", "-", "'", "’", " & ", ", ") or (
        gap == ". " and len(report.tokens[index - 1].text) <= 2
    )


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
    """The first token of a name that may follow a one-word office, as in "Governor of Xinjiang Erkin Tuniyaz".

    None if the office or the name may have more words.
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
    """Yields the first and last token of possible names (two to five capitalised words without other meanings)."""
    barred, tokens = _barred(report, hits, bodies), report.tokens
    delegates = frozenset(hit.start for hit in hits if hit.of_kind("delegate"))
    for first, last in name_runs(report, lambda index: _in_name(tokens[index], barred), delegates):
        count = len(report.text[tokens[first].start : tokens[last].end].split())
        if 2 <= count <= 5 or (first == last and _is_surname_after_role(report, first)):
            yield first, last


def _is_surname_after_role(report: ReportText, index: int) -> bool:
    """True if a single word is a surname, as in "Mayor Lapshin said"."""
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
