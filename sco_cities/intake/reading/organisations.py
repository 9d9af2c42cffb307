"""Finds organisations in a report (known organisations, and names with a head word such as "Ministry")."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from sco_cities.names.letters import HAN, folded
from sco_cities.names.vocabulary import alternatives, words_of

from . import organisations_en, organisations_ru
from .dictionary import Hit, KnownName, finder
from .report_text import LIKELY, Mark, ReportText, Span, SpanSet


class OrganisationName(NamedTuple):
    """The name of an organisation at one position in the text.

    If `names_its_place` is set, the organisation governs the place in its name, which is then a place of the report.
    """

    start: int
    end: int
    name: str
    other_names: tuple[str, ...]
    names_its_place: bool


def find_organisations(report: ReportText, hits: list[Hit]) -> list[OrganisationName]:
    """Finds names of organisations by their form. A longer name takes precedence over a name inside it."""
    finders = {"en": organisations_en.find, "ru": organisations_ru.find, "zh": _chinese}
    found = [OrganisationName(*each) for each in finders[report.language](report, hits)]
    kept: list[OrganisationName] = []
    for organisation in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or organisation.start >= kept[-1].end:
            kept.append(organisation)
    return kept


def known_organisations(
    report: ReportText, hits: list[Hit], organisations: list[OrganisationName], events: SpanSet
) -> list[tuple[Span, KnownName]]:
    """Positions of known organisations outside names of events, except news agencies cited as sources of the report."""
    names = SpanSet(organisations)
    found = []
    for hit in hits:
        known = hit.of_kind("organisation")
        if known is None or events.hold(hit.start, hit.end):
            continue
        name = names.first_overlap(hit.start, hit.end)
        within = name is not None and name.start <= hit.start and hit.end <= name.end
        is_part = within and name.end - name.start > hit.end - hit.start + 1
        if is_part or (known.details.get("kind") == "media" and _only_tells(report, hit)):
            continue
        found.append((Span(hit.start, hit.end), known))
    return found


def organisation_marks(
    report: ReportText, organisations: list[OrganisationName], known: list[tuple[Span, KnownName]]
) -> list[Mark]:
    """Creates one mark per organisation. The name of a known record becomes a mark of this record."""
    marks: dict[str, Mark] = {}
    for span, record in known:
        marks.setdefault(record.key or record.names[0], record.mark()).spans.append(span)
    records = SpanSet(span for span, _ in known)
    for organisation in organisations:
        if records.overlap(organisation.start, organisation.end):
            continue
        key = comparable(organisation.name)
        mark = marks.setdefault(key, Mark("organisation", organisation.name, [], LIKELY))
        mark.names = tuple(
            dict.fromkeys(
                [
                    *mark.names,
                    organisation.name,
                    *organisation.other_names,
                    report.text[organisation.start : organisation.end],
                ]
            )
        )
        mark.spans.append(Span(organisation.start, organisation.end))
    return list(marks.values())


def comparable(name: str) -> str:
    """Normalises a name so that its variants compare equal."""
    return "".join(each for each in folded(name).removeprefix("the ") if each.isalnum())


def _only_tells(report: ReportText, hit: Hit) -> bool:
    before = report.folded[max(hit.start - 30, 0) : hit.start].rstrip(' «"“')
    after = report.folded[hit.end : hit.end + 24].lstrip(' »"”')
    speech = words_of("person_names", report.language, "speech")
    return (
        before.endswith(tuple(words_of("function_words", "", "before an agency that tells")))
        or any(after.startswith(word) for word in speech)
        or after.startswith(("报道", "记者", "电", "讯"))
    )


_LONGEST = 22
# Words that are not part of a name. The lookaheads exclude 经济 and 建设银行, which are not verbs.
_OTHER_WORDS = (
    alternatives("function_words", "zh", "not in an organisation")
    + r"|采购(?!中心|局)|经(?![济贸营])|建设(?![局部厅委银集公工])"
)
_BOUNDARY = re.compile(
    r"[^\u3400-\u9fff·A-Za-z0-9（）()]|[与和由向对在是为到从将被及同跟让请给据于以把比等的了有该各说称系年月，]|日(?!报)"
    rf"|{_OTHER_WORDS}"
)
_HARD = re.compile(
    rf"[由向在是为到从将被同跟让请给据把等的了有该各说称与]|中心和|[府局部厅委院会]和|{_OTHER_WORDS}"
)
# Words that precede the name of a planned organisation.
_TO_BE_FOUNDED = tuple(words_of("function_words", "zh", "before what is to be founded"))
_NOT_NAMES = re.compile(
    r"(?:南|北|东|西|中|全|内|外|总|干|俱乐|大|各|当|结|布|格|餐|客|出海|香|进|有关|相关|当地|地方|本地|外国|国外|主管|上级|两家|一所|多个|分|[家所个座间一]|签|下属|[中哈俄塔乌吉印巴伊白蒙外双对各我]方)\Z"
)
_FOLLOWED = re.compile(r"(?:生(?!产|活)|长(?!春|沙|治|江|安)|分|门|位|队(?!伍)|化|员|件|族|人(?!民))")
_LEGAL_FORM = re.compile("(?:股份|控股)?有限(?:责任)?公司|总公司|公司")
_IN_EVERY_CITY = words_of("function_words", "zh", "in every city")
_NEEDS_NAME = words_of("function_words", "zh", "needs a name", "in every city")
# If the name of a school does not begin with a known place, it must follow one of these words. Otherwise, other words
# could become part of the name.
_LISTED = re.compile("(?:[、，与和及]|参观|考察|访问|[^无]来自)\\Z")
_PROVINCES = tuple(words_of("function_words", "zh", "province"))
_CENTRE = ("市中心", "中心城", "中心区")


def _chinese(report: ReportText, hits: list[Hit]) -> Iterable[tuple[int, int, str, tuple[str, ...], bool]]:
    """Yields the OrganisationName values of each name. A name extends from a place or other boundary to a suffix."""
    starts = {hit.start: hit for hit in hits if hit.of_kind("city", "country")}
    text, done = report.flat, 0
    for suffix in finder("organisations").find(report):
        if suffix.start < done or not re.match(f"[{HAN}]", suffix.word) or _FOLLOWED.match(text, suffix.end):
            continue
        start = earliest = max(done, suffix.start - _LONGEST)
        for boundary in _BOUNDARY.finditer(text, earliest, suffix.start):
            start = boundary.end()
        place = next((starts[at] for at in range(start, suffix.start) if at in starts), None)
        if place or (place := _place_before(text, starts, earliest, suffix.start)):
            start = place.start
        stem = text[start : suffix.start]
        is_placed = place is not None or stem.startswith(_PROVINCES)
        # A place before the suffix may end like a rejected word, such as 塔什干. 哈方, the Kazakh side, is not a place.
        is_place_alone = place is not None and place.end == suffix.start and stem[-1] != "方"
        if (_NOT_NAMES.search(stem) and not is_place_alone) or len(stem) < (1 if place else 2):
            continue
        if suffix.meaning in {"agency", "government", "city"} and not place:
            continue
        generic = _NEEDS_NAME if len(stem) < 3 else _IN_EVERY_CITY
        is_alone = suffix.meaning == "education" and not _LISTED.search(text, max(start - 2, 0), start)
        if not is_placed and (is_alone or suffix.word in generic):
            continue
        if text[:start].endswith(_TO_BE_FOUNDED):
            continue
        if suffix.word == "中心" and (text[suffix.start - 1 : suffix.end] in _CENTRE or suffix.end in starts):
            continue
        form = _LEGAL_FORM.match(text, suffix.end)
        end = done = form.end() if form else suffix.end
        is_national = bool(place and place.of_kind("country"))
        governs = is_national or suffix.meaning in {"city", "government", "agency"}
        yield start, end, text[start:end].strip(), (), governs


def _place_before(text: str, starts: dict[int, Hit], earliest: int, end: int) -> Hit | None:
    """Returns the nearest place before the suffix if only fields of work are between them, as in 西安市文化和旅游局."""
    for at in range(end - 1, earliest - 1, -1):
        if at in starts:
            between = text[starts[at].end : end].removeprefix("市")
            are_fields = re.fullmatch(rf"(?![和与及])[{HAN}]{{1,12}}", between) and not _HARD.search(between)
            return starts[at] if are_fields else None
    return None
