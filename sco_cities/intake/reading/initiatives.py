"""Initiatives: a clause with an object, a status and a place; each pair of a list of sister cities or routes."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter

from sco_cities.core.vocabulary import vocabulary

from .bodies import Body
from .city_pairs import CityMention, city_pairs
from .marks import LIKELY, MAYBE, Mark
from .phrases import Cue, finder
from .report_text import ReportText, Span, SpanSet
from .statuses import ORDER, StatusCues

# Between the label and the cities of a title.
TITLE_COLONS = {"en": ": ", "ru": ": ", "zh": "："}
_LISTED = re.compile(r"[-–—•*·]|\d+[.)]")
_TWO_SIDES = re.compile(
    r"\b(?:two sides|both sides|two cities|both cities|the parties|sides|the cities|they)\b|сторон[ыа]|стороны"
    r"|оба города|города договор"
    r"|双方|两市|两地|两座城市"
)
_THE_CITY = re.compile(
    r"\b(?:the city|the capital|here|there)\b(?!-)|\bв городе\b|\bстолиц[ае]\b|该市|当地|市内|首都"
    r"|\bгород (?:намерен|планирует|заинтересован|хочет|получит|готов|построит|закупит|подписал|изучает|ведёт)"
)
# What is named beside these is what is undertaken; the paper is how.
_GENERAL = frozenset(
    {"agreement", "project", "experience", "memorandum", "centre", "plant", "council", "park", "line"}
)
_PAPERS = frozenset({"agreement", "memorandum"})
_EXISTING = frozenset({"sister cities"})
_FIRM = frozenset({"agreed", "under_way", "operating", "stalled"})
_VENUE = re.compile(r"(?:\bin|\bв|\bво|在)\s?\Z", re.IGNORECASE)
# Before a city that is the subject of a new clause: ", and Bishkek wants …".
_NEXT_SUBJECT = re.compile(r",\s(?:and|but|while|whereas|а|но|и)\s\Z")
_SOURCE = re.compile(r"(?:from|of|at|for|by|опыт\w*|у|学习|借鉴|考察|对)\s?\Z", re.IGNORECASE)


_start = attrgetter("start")


def initiative_marks(
    report: ReportText, cities: list[Mark], bodies: list[Body], furniture: SpanSet
) -> list[Mark]:
    """Proposed initiatives; `details` holds the cities with their roles, the status with its cue, and titles."""
    places = sorted(
        (CityMention(span.start, span.end, city) for city in cities for span in city.spans), key=_start
    )
    cues, objects = StatusCues(report), finder("initiative_objects").find(report)
    found: list[Mark] = []
    recent: list[Mark] = []
    main = _main_cities(cities)
    heading: tuple[Span, list[Cue]] | None = None
    for sentence in report.sentences:
        if furniture.hold(*sentence) or _is_title(report, sentence, furniture):
            continue
        named = places[
            bisect_left(places, sentence.start, key=_start) : bisect_left(places, sentence.end, key=_start)
        ]
        here = [
            phrase
            for phrase in objects[
                bisect_left(objects, sentence.start, key=_start) : bisect_left(
                    objects, sentence.end, key=_start
                )
            ]
            if not furniture.hold(phrase.start, phrase.end)
        ]
        if report.flat[sentence.end - 1] in ":：" and here and cues.within(*sentence):
            heading = sentence, here
            continue
        elif heading and not _LISTED.match(report.flat, sentence.start):
            heading = None
        pairs = city_pairs(report, named)
        if pairs and heading:
            # A line of a list has the status of the sentence that opens the list.
            found.extend(_of_pairs(report, heading[0], pairs, heading[1], cues))
        elif len(pairs) > 1 and here:
            found.extend(_of_pairs(report, sentence, pairs, here, cues))
        elif not named and found and _is_its_paper(found[-1], here, cues, sentence):
            found[-1].spans.append(sentence)
            found[-1].details["status"] = "agreed"
        elif mark := _of_sentence(report, sentence, named, here, cues, recent, main):
            _join(found, mark, named=bool(named))
        if named:
            recent = list({id(place.city): place.city for place in named}.values())
    return found


def _is_its_paper(last: Mark, here: list[Cue], cues: StatusCues, sentence: Span) -> bool:
    """Whether a sentence says that what the one before announced has been signed: "An agreement on this was signed"."""
    if last.details["cue_meaning"] != "future" or not here or here[0].meaning not in _PAPERS:
        return False
    return cues.status(*sentence, here[0].start)[0] == "agreed"


def _is_title(report: ReportText, sentence: Span, furniture: SpanSet) -> bool:
    """Whether it is the first line of the text and no sentence: the text below says it again."""
    first = next((line for line in report.lines[:2] if not furniture.hold(*report.trimmed(*line))), sentence)
    return (
        sentence.start <= first.start
        and sentence.end <= first.end
        and len(report.lines) > 1
        and report.flat[sentence.end - 1] not in ".。!?！？…»”"
    )


def _main_cities(cities: list[Mark]) -> list[Mark]:
    return sorted(cities, key=lambda city: (-len(city.spans), city.spans[0]))[:2]


def _of_pairs(report: ReportText, sentence: Span, pairs, here: list[Cue], cues: StatusCues) -> list[Mark]:
    thing = _thing(here)
    status, cue = cues.status(*sentence, thing.start)
    if not status and thing.meaning in _EXISTING | {"direct flight", "freight train", "train", "bus route"}:
        status = "operating"
    if not status:
        return []
    return [
        _mark(thing, [first.city, second.city], status, Span(first.start, second.end), cue, report)
        for first, second in pairs
    ]


def _of_sentence(
    report: ReportText, sentence: Span, named, here, cues: StatusCues, recent, main
) -> Mark | None:
    if not here:
        return None
    thing = _thing(here)
    clause = _clause(report, sentence, named, thing)
    status, cue = cues.status(*clause, thing.start)
    named = [place for place in named if clause.start <= place.start < clause.end] or named
    cities = list({id(place.city): place.city for place in named}.values())
    if len(cities) > 2:
        cities = _without_venue(report, named) or cities
    if not status and thing.meaning in _EXISTING and len(cities) > 1 and not cues.within(*sentence):
        status = "operating"
    if not status:
        return None
    confidence = LIKELY
    if not cities:
        text = report.folded[sentence.start : sentence.end]
        if _TWO_SIDES.search(text):
            cities = recent if len(recent) > 1 else main
        elif _THE_CITY.search(text) or (
            status in _FIRM and thing.meaning not in _PAPERS | {"project", "experience"}
        ):
            cities = main[:1]
        elif thing.meaning not in _GENERAL:
            cities, confidence = main[:1], MAYBE
    if not cities:
        return None
    if cue and cue.meaning == "future" and report.flat[sentence.start] in '"“«':
        confidence = MAYBE
    if status == "completed" and thing.meaning in _GENERAL:
        confidence = MAYBE
    mark = _mark(thing, cities, status, sentence, cue, report)
    mark.confidence = confidence
    if status == "interest":
        mark.details["city_roles"] = _with_reference(report, named, mark.details["city_roles"])
    return mark


def _thing(here: list[Cue]) -> Cue:
    """The object that says most: a flight rather than the agreement on it."""
    specific = [phrase for phrase in here if phrase.meaning not in _GENERAL]
    return (specific or here)[0]


def _clause(report: ReportText, sentence: Span, named: list[CityMention], thing: Cue) -> Span:
    """The part of the sentence about the object: up to a city that is the subject of another part."""
    ends = {place.end for place in named}
    subjects = [
        place.start
        for place in named
        if (match := _NEXT_SUBJECT.search(report.flat, max(place.start - 12, 0), place.start))
        # "To Kazan, Tianjin, and Bishkek" is a list.
        and match.start() not in ends
    ]
    borders = [sentence.start, *subjects, sentence.end]
    index = bisect_right(subjects, thing.start)
    return Span(borders[index], borders[index + 1])


def _without_venue(report: ReportText, named: list[CityMention]) -> list[Mark]:
    venues = {
        id(place.city) for place in named if _VENUE.search(report.flat[max(place.start - 4, 0) : place.start])
    }
    others = {
        id(place.city)
        for place in named
        if not _VENUE.search(report.flat[max(place.start - 4, 0) : place.start])
    }
    kept = {
        id(place.city): place.city
        for place in named
        if id(place.city) in others or id(place.city) not in venues
    }
    return list(kept.values()) if len(kept) > 1 else []


def _with_reference(report: ReportText, named: list[CityMention], roles: dict[str, str]) -> dict[str, str]:
    """The roles with "reference" for a city from which another learns."""
    for place in named[1:]:
        if _SOURCE.search(report.flat[max(place.start - 8, 0) : place.start]) or report.flat[
            place.end : place.end + 2
        ] in ("'s", "’s", "的"):
            roles[place.city.value] = "reference"
    return roles


def _mark(
    thing: Cue, cities: list[Mark], status: str, span: Span, cue: Cue | None, report: ReportText
) -> Mark:
    # Neither of two cities leads what both sign.
    are_equal = len(cities) <= 2 and thing.meaning in _PAPERS | _EXISTING
    roles = {city.value: "partner" if index or are_equal else "lead" for index, city in enumerate(cities)}
    titles = {language: title(thing.meaning, cities, language) for language in ("en", "ru", "zh")}
    details = {
        "status": status, "object": thing.meaning,
        "word": report.folded[thing.start : thing.start + (2 if report.language == "zh" else 5)],
        "cities": cities, "city_roles": roles, "titles": titles,
        "cue": Span(cue.start, cue.end) if cue else None,
        "cue_meaning": cue.meaning if cue else "",
    }  # fmt: skip
    reason = (
        f"«{report.text[cue.start : cue.end]}» … «{report.text[thing.start : thing.end]}»" if cue else "list"
    )
    return Mark("initiative", titles[report.language], [span], LIKELY, reason=reason, details=details)


def title(thing: str, cities: list[Mark], language: str) -> str:
    """A title from a template: own words, never a sentence of the report."""
    labels = {row.meaning: row.word for row in vocabulary("initiative_titles") if row.language == language}
    scripts = {"en": "[A-Za-z]", "ru": "[А-Яа-яЁё]", "zh": "[\u3400-\u9fff]"}
    names = [
        next((name for name in city.names if re.match(scripts[language], name)), city.value)
        for city in cities
    ]
    return title_of(labels.get(thing, thing), names, language)


def title_of(label: str, names: Sequence[str], language: str) -> str:
    """A title of the template: a label and the names of cities."""
    join = {"en": " – ", "ru": " — ", "zh": "—"}[language]
    return f"{label}{TITLE_COLONS[language]}{join.join(names)}" if names else label


def _join(found: list[Mark], mark: Mark, *, named: bool) -> None:
    """Adds an initiative, or its place to one that the text has told of already."""
    cities = {city.value for city in mark.details["cities"]}
    for earlier in found:
        same_cities = {city.value for city in earlier.details["cities"]}
        same_thing = earlier.details["object"] == mark.details["object"]
        same_status = mark.details["status"] == earlier.details["status"]
        same_word = mark.details["word"] == earlier.details["word"]
        paper = mark.details["object"] in _PAPERS | {"project"} and cities <= same_cities and same_status
        if paper or (
            same_thing and ((cities <= same_cities and same_status) or (cities == same_cities and same_word))
        ):
            earlier.spans.extend(mark.spans)
            if (
                cities == same_cities
                and named
                and _rank(mark.details["status"]) < _rank(earlier.details["status"])
            ):
                earlier.details["status"], earlier.details["cue"] = (
                    mark.details["status"],
                    mark.details["cue"],
                )
            return
    found.append(mark)


def _rank(status: str) -> int:
    return ORDER.index(status) if status in ORDER else -1
