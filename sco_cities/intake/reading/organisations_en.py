"""Finds English names of organisations (capitalised words around a head word, or lower-case words next to a city)."""

import re
from collections.abc import Iterable

from sco_cities.names.vocabulary import alternatives, vocabulary, words_of

from .dictionary import Hit
from .report_text import ReportText, Span, SpanSet

_ENGLISH = {row.word: row.meaning for row in vocabulary("organisations") if row.language == "en"}
# The head words, with their meanings.
_HEADS = {word: meaning for word, meaning in _ENGLISH.items() if " " not in word}
_SINGLE = {word: meaning for word, meaning in _HEADS.items() if not meaning.startswith("lower")}
# Words that are not a name, alone or together.
_GENERIC = words_of("function_words", "en", "not enough for an organisation") | {
    each.lower() for each in _SINGLE
}
_NOT_WITHIN = words_of("function_words", "en", "not in an organisation")
# Maximum number of words before or after the head. Without this limit, reading a text in capitals takes long.
_LONGEST = 12
# Text next to an organisation that does not exist yet, as in "will open a Youth Center" and "a Youth Center will be
# built".
_FOUNDED_BEFORE = re.compile(
    r"\b(?:establish|set up|create|build|open|found|launch|(?:creation|establishment|opening) of)"
    r" (?:an?|the first) (?:(?:joint|new) )?\Z"
)
_FOUNDED_AFTER = re.compile(
    r" (?:will|would|may|could|should|is to|is planned to|is expected to) be "
    r"(?:established|set up|created|built|opened|founded|launched)\b"
)
_OFFICES = words_of("function_words", "en", "word of an office")
_NUMBERS = frozenset({"one", "two", "three", "four", "five"})
_OF = frozenset({"of", "for", "on"})
_REGIONS = words_of("function_words", "en", "kind of region")
_WITH_PLACE = frozenset({"in", "at"})
_JOINS_BY_AND = words_of("function_words", "en", "organisation with and")
_SEATED = words_of("function_words", "en", "organisation with its seat")
# A description that follows a company's name, as in "Three Rivers Solar, a Chinese company".
_KIND_AFTER = re.compile(
    rf",? (?:an?|the) (?:[\w-]+ ){{0,3}}{alternatives('function_words', 'en', 'kind of a company')}\b"
)
_OF_ROLE = re.compile(
    rf"\b{alternatives('function_words', 'en', 'role in a company')} (?:officer )?(?:of|at|from) (?:the )?(?=[A-Z])"
)
_REGIONAL = re.compile(
    r"\b[Tt]he (?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?(?: (?:city|municipal|provincial|regional|state))?"
    r" (?:government|administration|authorities|cabinet|assembly|parliament))\b"
)
_LOWER_CASE = re.compile(alternatives("organisations", "en", "lower city"))
_RUN = re.compile(r"[A-Z][\w'’&-]*(?: (?:[A-Z][\w'’&-]*|&|of(?= [A-Z])))*")


def find(report: ReportText, hits: list[Hit]) -> Iterable[tuple[int, int, str, tuple[str, ...], bool]]:
    """Yields start, end, name, other names, and True if a place in the name is a place of the report."""
    places = {hit.start: hit.end for hit in hits if hit.of_kind("city", "country")}
    delegates = {hit.start for hit in hits if hit.of_kind("delegate")}
    titles = SpanSet(line for line in report.lines if _is_in_title_case(report, line))
    done = -1
    for index, token in enumerate(report.tokens):
        if token.start < done or token.text not in _SINGLE or titles.hold(token.start, token.end):
            continue
        first, last = _leftmost(report, index, done, places), _rightmost(report, index, places, delegates)
        words = [each.key for each in report.tokens[first : last + 1]]
        if len(words) < 2 or not set(words) - _GENERIC:
            continue
        start, end = report.tokens[first].start, report.tokens[last].end
        done = end
        before = report.flat[max(start - 40, 0) : start]
        is_indefinite = re.search(r"\b[Aa]n? \Z", before)
        if _FOUNDED_BEFORE.search(before) or (is_indefinite and _FOUNDED_AFTER.match(report.flat, end)):
            continue
        name = report.text[start:end].replace("\n", " ")
        other_names = {re.sub(r" (?:in|at) [A-Z].*\Z", "", name)} - {name}
        yield start, end, name, tuple(other_names), _SINGLE[token.text] in {"city", "government", "agency"}
    yield from _by_signal(report, places)
    yield from _lower_case(report, hits)
    yield from _of_region(report, hits)


def _is_in_title_case(report: ReportText, line: Span) -> bool:
    """Returns True if a line is in title case. Capitals in such lines do not indicate names."""
    words = [token for token in report.tokens_in(*line) if len(token.text) > 3]
    return (
        len(words) > 3
        and report.flat[line.start : line.end].rstrip()[-1:] not in ".!?…"
        and all(word.capitalised for word in words)
        and not all(word.text.isupper() for word in words)
    )


def _leftmost(report: ReportText, head: int, done: int, places: dict[int, int]) -> int:
    first = head
    while first and head - first < _LONGEST:
        gap, previous = report.gap(first), report.tokens[first - 1]
        if previous.start < done or not re.fullmatch(r" |-|['’]| & ", gap):
            break
        if previous.key == "and" and report.tokens[head].key in _JOINS_BY_AND and first - 1 > 0:
            before = report.tokens[first - 2]
            known = any(start <= before.start < end for start, end in places.items())
            is_other = known or before.text in _HEADS or before.key in _NOT_WITHIN
            if before.capitalised and not is_other:
                first -= 2
                continue
            break
        if previous.key == "s" and gap == " ":
            # "People's" and "Women's" are part of a name, but a possessive place name is not.
            owner = report.tokens[first - 2] if first > 1 else previous
            if owner.key not in {"people", "women", "children", "workers", "citizens", "veterans"}:
                break
            first -= 1
            continue
        if not previous.capitalised or previous.key in _NOT_WITHIN or _is_role(previous.key):
            break
        first -= 1
    return first


def _rightmost(report: ReportText, head: int, places: dict[int, int], delegates: set[int]) -> int:
    last, tokens = head, report.tokens
    while last + 1 < len(tokens) and last - head < _LONGEST:
        gap, following = report.gap(last + 1), tokens[last + 1]
        if re.fullmatch(r"[ .,]{1,3}", gap) and following.text in {"Co", "Ltd", "Inc", "LLC", "Limited"}:
            last += 1
            continue
        if gap == " " and following.key in (
            (_OF if tokens[head].key not in words_of("organisations", "en", "company") else {"of"})
            | (_WITH_PLACE if tokens[head].key in _SEATED else set())
        ):
            end = _complement(report, last + 2, places, delegates, following.key in _WITH_PLACE)
            if end is None:
                break
            last = end
            continue
        if last == head and (further := _further_head(report, head)):
            last = further
            continue
        break
    return last


def _further_head(report: ReportText, head: int) -> int | None:
    """Returns a later head word of the same name, as in "Peking University People's Hospital"."""
    for index in range(head + 1, min(head + 5, len(report.tokens))):
        token = report.tokens[index]
        if not re.fullmatch(r" |['’]", report.gap(index)) or not (token.capitalised or token.text == "s"):
            return None
        if token.text in _HEADS:
            return index
    return None


def _complement(
    report: ReportText, index: int, places: dict[int, int], delegates: set[int], place_only: bool
) -> int | None:
    """Returns the index of the last token of a complement (such as "of Foreign Relations"), or None."""
    tokens = report.tokens
    if index < len(tokens) and tokens[index].key == "the" and report.gap(index) == " ":
        index += 1
    last, limit = None, min(index + _LONGEST, len(tokens))
    while index < limit:
        token, gap = tokens[index], report.gap(index)
        if last is not None and not re.fullmatch(r" |-|['’]|\. |, ", gap):
            break
        if end := places.get(token.start):
            last = report.token_index(end) - 1
            # A place may begin a longer name, as in "of the Bishkek City Hall" and "at Kazan Federal University".
            following = tokens[last + 1 : last + 2]
            is_region = following and following[0].capitalised and following[0].key in _REGIONS
            return last + 1 if is_region else _further_head(report, last) or last
        if place_only:
            return None
        if token.key == "and" and last is not None and index + 1 < len(tokens):
            following = tokens[index + 1]
            joins = following.capitalised and following.start not in places and following.text not in _HEADS
            if following.key in _OFFICES or (joins and gap == " " and not _is_name(report, index + 1)):
                index += 1
                continue
            break
        if gap == ", " and not _list_goes_on(report, index):
            break
        if not token.capitalised or _is_role(token.key) or token.start in delegates:
            break
        if last is not None and tokens[last].key in _OFFICES and _is_name(report, index):
            break
        last, index = index, index + 1
    return last


def _is_name(report: ReportText, index: int) -> bool:
    """Returns True if two or three words look like a person's name (capitalised, without words of an office)."""
    run = []
    for token in report.tokens[index : index + 4]:
        is_apart = run and report.flat[run[-1].end : token.start] != " "
        if is_apart or not token.capitalised or _is_role(token.key):
            break
        run.append(token)
    return len(run) in (2, 3) and not any(token.key in _OFFICES or token.text in _HEADS for token in run)


def _list_goes_on(report: ReportText, index: int) -> bool:
    """Returns True if a comma continues a list of fields, as in "Ministry of Investment, Industry and Trade"."""
    tokens = report.tokens[index : index + 3]
    return len(tokens) == 3 and tokens[0].capitalised and tokens[1].key == "and" and tokens[2].capitalised


def _by_signal(report: ReportText, places: dict[int, int]):
    """Yields names without a head word, as in "Three Rivers Solar, a Chinese company"."""
    for match in _KIND_AFTER.finditer(report.flat):
        runs = list(_RUN.finditer(report.flat, max(match.start() - 60, 0), match.start()))
        if runs and runs[-1].end() == match.start():
            yield from _named(report, runs[-1].start(), match.start())
    for match in _OF_ROLE.finditer(report.flat):
        run = _RUN.match(report.flat, match.end())
        # "of Dubai Qasem Sultan" contains a town and a person. "of Uzbekistan Air Navigation Sanjar Umarov" contains an
        # organisation and a person.
        if run and (run.start() not in places or len(run.group().split()) > 4):
            yield from _named(report, run.start(), run.end())


def _named(report: ReportText, start: int, end: int):
    words = report.text[start:end].split()
    while words and words[0].lower() in _NOT_WITHIN - _NUMBERS:
        start += len(words.pop(0)) + 1
    name = report.text[start:end].removesuffix("'s").removesuffix("’s")
    following = re.match(r" ([a-z]+)", report.flat[end : end + 20])
    if len(words) >= 4 and following and following[1] in words_of("function_words", "en", "not in a role"):
        # "deputy chairman of Uzbekistan Air Navigation Sanjar Umarov confirmed" ends with the name of a person.
        words, name = words[:-2], " ".join(words[:-2])
    is_other = any(_is_role(word.lower()) or word in _HEADS for word in words)
    if len(words) >= 2 and " of " not in name and not is_other:
        yield start, start + len(name), name, (), False


def _lower_case(report: ReportText, hits: list[Hit]):
    cities = [hit for hit in hits if hit.of_kind("city") and not hit.adjective]
    starts, ends = {hit.start: hit for hit in cities}, {hit.end: hit for hit in cities}
    for match in _LOWER_CASE.finditer(report.folded):
        start, end = match.span()
        after = re.match(r" of (?:the city of )?", report.folded[end : end + 20])
        before = re.search(r"(?:'s)? (?:city )?\Z", report.folded[max(start - 9, 0) : start])
        if after and (city := starts.get(end + after.end())):
            yield start, city.end, report.text[start : city.end], (), True
        elif before and (city := ends.get(start - len(before.group()))):
            yield city.start, end, report.text[city.start : end], (), True


def _of_region(report: ReportText, hits: list[Hit]):
    """Yields governments of places that are not known cities, as in "the Volga regional government"."""
    countries = {hit.start for hit in hits if hit.of_kind("country")}
    for match in _REGIONAL.finditer(report.flat):
        if match.start("name") not in countries:
            yield *match.span("name"), match["name"], (), False


def _is_role(word: str) -> bool:
    return word in words_of("roles", "en") and word not in words_of(
        "function_words", "en", "role and part of a name"
    )
