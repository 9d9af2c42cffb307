"""Persons in English texts: a capitalised name beside a role."""

import re
from collections.abc import Iterable
from functools import lru_cache

from .bodies import Body
from .dictionary import Hit
from .report_text import ReportText, SpanSet, Token
from .vocabulary import words_of

_NO_NAME = words_of("function_words", "en", "not in a person name")
_PARTICLES = frozenset(
    [
        "al",
        "el",
        "bin",
        "ibn",
        "de",
        "van",
        "von",
        "der",
        "da",
        "di",
        "la",
        "ul",
        "ur",
        "abu",
        "ben",
        "del",
        "dos",
        "uulu",
        "kyzy",
        "zade",
        "ogly",
    ]
)
# What cannot stand within a role.
_STOP = words_of("function_words", "en", "not in a role")
_TITLES = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof)\.? \Z")
# ", who heads the Institute", ", called vice mayor of Tianjin": the role follows.
_NAMED_AS = re.compile(
    r", (?:who is |who was )?(?:called|introduced as|named|then|serving as|currently|also|appointed|the then)"
    r" (?:an? |the )?"
)
_MAX_ROLE = 14


def find(report: ReportText, hits: list[Hit], bodies: list[Body]) -> Iterable[tuple]:
    """Start and end of the name, the name, the role, start and end of the role."""
    names = list(_names(report, hits, bodies))
    within_bodies = SpanSet((body.start, body.end) for body in bodies)
    places = {hit.start for hit in hits if hit.of_kind("city") or hit.of_kind("country")}
    name_starts = {report.tokens[first].start for first, _ in names}
    previous_role = None
    for first, last in names:
        start, end = report.tokens[first].start, report.tokens[last].end
        role = (
            _role_before(report, first, within_bodies, places)
            or _role_after(report, last, name_starts)
            or _role_before_comma(report, first, last, name_starts)
            or _affiliation(report, last, bodies)
            or _role_of_both(report, first, previous_role)
        )
        previous_role = (last, role) if role else None
        if role:
            yield start, end, report.text[start:end].replace("\n", " "), report.text[role[0] : role[1]], *role


def _affiliation(report: ReportText, last: int, bodies: list[Body]) -> tuple[int, int] | None:
    """The organisation that a person is said to be of: "Igor Lapshin of the European University"."""
    match = re.match(
        r" (?:of|from) (?:the )?", report.flat[report.tokens[last].end : report.tokens[last].end + 12]
    )
    if match:
        at = report.tokens[last].end + match.end()
        return next(((body.start, body.end) for body in bodies if body.start == at), None)
    return None


def _role_of_both(report: ReportText, first: int, previous) -> tuple[int, int] | None:
    """The role of the one before, if it is in the plural: "Mayors Andrei Shorets and Wang Wei"."""
    if (
        previous is None
        or report.gap(first) != " "
        or report.tokens[first - 1].key != "and"
        or previous[0] != first - 2
    ):
        return None
    words = report.folded[previous[1][0] : previous[1][1]].split()
    plural = any(word.endswith("s") and word[:-1] in words_of("roles", "en", "head") for word in words)
    return previous[1] if plural else None


def _names(report: ReportText, hits: list[Hit], bodies: list[Body]) -> Iterable[tuple[int, int]]:
    """First and last token of what may be names: runs of two to four capitalised words that mean nothing else."""
    barred = _barred(report, hits, bodies)
    index, tokens = 0, report.tokens
    while index < len(tokens):
        if not _in_name(tokens[index], barred):
            index += 1
            continue
        last = index
        while last + 1 < len(tokens):
            gap, following = report.gap(last + 1), tokens[last + 1]
            initial = len(tokens[last].text) == 1 and gap == ". "
            if not (re.fullmatch(r" |-|['’]", gap) or initial):
                break
            if gap in ("'", "’") and not following.capitalised:
                break
            if not _in_name(following, barred):
                particle = (
                    following.key in _PARTICLES
                    and last + 2 < len(tokens)
                    and _in_name(tokens[last + 2], barred)
                )
                if not particle:
                    break
            last += 1
        words = report.text[tokens[index].start : tokens[last].end].split()
        if (2 <= len(words) <= 5 and last > index) or (
            last == index and _is_surname_after_role(report, index)
        ):
            yield index, last
        index = last + 1


def _is_surname_after_role(report: ReportText, index: int) -> bool:
    """Whether one word is a surname: "Mayor Sobyanin said"."""
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
    if (
        token.key in _heads()
        or token.key in words_of("roles", "en")
        or token.text
        in {
            "Ministry",
            "Department",
            "City",
            "University",
            "Forum",
            "Summit",
        }
    ):
        return False
    return not (token.text.isupper() and len(token.text) > 3)


def _role_before(report: ReportText, first: int, bodies: SpanSet, places: set[int]) -> tuple[int, int] | None:
    """A role directly before the name: "Deputy Mayor of Dushanbe", "Bishkek Mayor", "Dr."."""
    if not re.fullmatch(r" |\. | of | for ", report.gap(first)) or not first:
        return None
    end = report.tokens[first - 1].end
    if _TITLES.search(report.flat[max(report.tokens[first].start - 6, 0) : report.tokens[first].start]):
        return None
    head, index = None, first - 1
    heads = _heads()
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
        if gap == ", " and not bodies.hold(token.start, token.end):
            return None
        index -= 1
    if head is None:
        return None
    between = report.tokens[head + 1 : first]
    if (
        between
        and between[0].start not in places
        and between[0].key
        not in {
            "of",
            "for",
            "at",
            "in",
            "from",
            "general",
            "designate",
            "elect",
            "on",
        }
    ):
        return None
    start = _role_start(report, head)
    return report.tokens[start].start, end


def _cannot_be_within(report: ReportText, index: int, bodies: SpanSet, places: set[int]) -> bool:
    """Whether a word ends a role: "and" and "in", unless they are part of a body or "in" stands before a place."""
    token = report.tokens[index]
    if token.key not in {"and", "with", "to", "in"} or bodies.hold(token.start, token.end):
        return False
    return not (
        token.key == "in" and index + 1 < len(report.tokens) and report.tokens[index + 1].start in places
    )


def _role_start(report: ReportText, head: int) -> int:
    """The first token of a role with this head: modifiers, a place or nationality, and words such as "transport"."""
    roles = words_of("roles", "en", "head", "modifier")
    start = head
    while start and report.gap(start) in (" ", "-", "'", "’"):
        token = report.tokens[start - 1]
        keeps = (
            token.key in roles
            or (token.capitalised and token.key not in _NO_NAME - _NATIONAL)
            or token.key == "s"
        )
        if not keeps:
            break
        start -= 1
    return start


_NATIONAL = frozenset(
    [
        "chinese",
        "russian",
        "kazakh",
        "kyrgyz",
        "tajik",
        "uzbek",
        "indian",
        "iranian",
        "pakistani",
        "belarusian",
        "mongolian",
        "turkish",
    ]
)


def _role_after(report: ReportText, last: int, name_starts: set[int]) -> tuple[int, int] | None:
    """A role after the name and a comma: "Zhao Wenbin, vice mayor of Tianjin"; in brackets too."""
    gap = report.gap(last + 1) if last + 1 < len(report.tokens) else ""
    if gap not in (", ", " (", " - ", " – ", " — ", "-- ", " -- "):
        return None
    heads, end, seen = _heads(), None, False
    first = last + 1
    named_as = _NAMED_AS.match(report.flat, report.tokens[last].end)
    if named_as:
        first = report.token_index(named_as.end())
    for offset, token in enumerate(report.tokens[first : first + 24]):
        index = first + offset
        if offset and not _joins(report, index):
            break
        if offset and report.gap(index).startswith(",") and (not seen or not _role_goes_on(report, index)):
            break
        if token.key in _STOP or token.start in name_starts:
            break
        if token.key == "on" and index + 1 < len(report.tokens) and report.tokens[index + 1].key in _NO_NAME:
            break
        if not seen and offset > 6:
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


def _role_goes_on(report: ReportText, index: int) -> bool:
    return (
        report.gap(index) == ", "
        and index + 1 < len(report.tokens)
        and report.tokens[index].key in words_of("roles", "en", "head")
    )


def _role_before_comma(
    report: ReportText, first: int, last: int, name_starts: set[int]
) -> tuple[int, int] | None:
    """ "The head of the city administration, Ruslan Tagirov, said"."""
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
    """Whether a token goes on with what stands before it: no sentence ends between them."""
    gap = report.gap(index)
    return gap in (" ", "-", "'", "’", " & ", ", ") or (
        gap == ". " and len(report.tokens[index - 1].text) <= 2
    )


@lru_cache(maxsize=1)
def _heads() -> frozenset[str]:
    """Roles in the singular and plural."""
    heads = words_of("roles", "en", "head")
    return heads | {head + "s" for head in heads}
