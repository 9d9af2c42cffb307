"""Finds initiatives in clauses with an object, a status and a place, and in lists of sister cities or routes."""

import re
from itertools import pairwise

from sco_cities.names.vocabulary import title_label, title_of, words_of

from .city_pairs import city_pairs, is_list, partners_of_one
from .dictionary import Cue, finder
from .report_text import DOUBTFUL, LIKELY, Mark, Mention, ReportText, Span, SpanSet, mentions_of
from .statuses import ORDER, StatusCues

_LISTED = re.compile(r"[-–—•*·]|\d+[.)、]")
_TWO_SIDES = re.compile(
    r"\b(?:(?:two|both|the) (?:cities|parties)|sides|they)\b|сторон[ыа]|оба города|города договор"
    r"|双方|两[市地]|两座城市"
)
_THE_CITY = re.compile(
    r"\b(?:the city|the capital|here|there)\b(?!-)|\bв городе\b|\bстолиц[ае]\b|该市|当地|市内|首都"
    r"|\bгород (?:намерен|планирует|заинтересован|хочет|получит|готов|построит|закупит|подписал|изучает|ведёт)"
)
_SAME_SPEAKER = re.compile(r"(?:he|she|он|она)\b|[他她]")
# General objects, such as a document. If a specific object is next to a general object, the specific object is the
# initiative.
_GENERAL = words_of("function_words", "", "general object of an initiative")
_PAPERS = frozenset({"agreement", "memorandum"})
_EXISTING = frozenset({"sister cities"})
# Objects that already exist if they are next to a list of pairs, without a verb.
_LASTING = _EXISTING | {"direct flight", "freight train", "train", "bus route"}
# Objects that have two parties. The city where an event took place is not a party.
OF_TWO = _PAPERS | _EXISTING | {"cooperation"}
_FIRM = frozenset({"agreed", "under_way", "operating", "stalled"})
_TALKS = frozenset({"interest", "proposed"})
_VENUE = re.compile(r"(?:\bin|\bв|\bво|在)\s?\Z", re.IGNORECASE)
# The text after the host of an event.
_HOSTS = re.compile(r"市?(?:成功)?(?:举行|举办|召开)| host(?:s|ed)\b| принима\w+\b")
# The text before a city that begins a new clause, as in ", and Bishkek wants …".
_NEXT_SUBJECT = re.compile(r",\s(?:(?P<list>and|и)|but|while|whereas|а|но)\s\Z")
# The text before a second initiative in a sentence.
_FURTHER = re.compile(r"[,;]\s(?:and|и|а также|as well as|while)\s|;\s|[，；]")
_QUOTED = re.compile(r"[«“《「][^«»“”《》「」\n.。,，]{1,30}[»”》」]")
# Numbers of a city's partners, or of agreements that others signed there, are not initiatives.
_NUMBER = rf"(?:\d+|{'|'.join(sorted(words_of('number_words', '')))})"
_COUNTED = re.compile(
    rf"\b{_NUMBER} (?:[\w-]+ ){{0,2}}?(?:cities|countries|pairs|agreements|(?:город|стран|пар|соглашени|договор)\w*)\b"
    r"|(?<![第\d])\d+[个座对份项]"
)
_SOURCE = re.compile(r"(?:from|of|at|for|by|опыт\w*|у|学习|借鉴|考察|对)\s?\Z", re.IGNORECASE)


def initiative_marks(report: ReportText, cities: list[Mark], events: SpanSet) -> list[Mark]:
    """Creates marks of initiatives, with cities and their roles, the status and its cue, and titles in `details`.

    Names in `events`, such as an exhibition of sister cities, contain no initiatives.
    """
    places = mentions_of(cities)
    cues = StatusCues(report)
    in_quotes = SpanSet(match.span() for match in _QUOTED.finditer(report.flat))
    objects = SpanSet(
        phrase
        for phrase in finder("initiative_objects").find(report)
        if phrase.meaning != "no initiative"
        and not events.hold(phrase.start, phrase.end)
        # "Hand in hand, sister cities" is the name of an exhibition.
        and not (phrase.meaning in _EXISTING and in_quotes.hold(phrase.start, phrase.end))
        # In 协会长, 协会 belongs to a person's role.
        and not report.flat.startswith("长", phrase.end)
    )
    found: list[Mark] = []
    recent: list[Mark] = []
    all_cities = sorted(cities, key=lambda city: (-len(city.spans), city.spans[0]))
    heading: tuple[Span, list[Cue]] | None = None
    before: tuple[Span, list[Cue]] | None = None
    for sentence in report.sentences:
        if _is_title(report, sentence):
            continue
        named, here = places.starting_in(*sentence), objects.starting_in(*sentence)
        if report.flat[sentence.end - 1] in ":：" and here:
            heading = sentence, here
            continue
        pairs = city_pairs(report, named, sentence.end)
        if not pairs and here and _thing(here).meaning in _EXISTING:
            pairs = [] if named and _is_venue(report, named[0]) else partners_of_one(report, named)
        # A line of a list begins with a bullet or a number, or it is a pair without a full stop.
        is_open = bool(pairs) and report.flat[sentence.end - 1] not in ".!?。！？"
        if not is_open and not _LISTED.match(report.flat, sentence.start):
            heading = None
        if pairs and heading:
            # A list item has the status of the sentence that introduces the list. If the item names no object, it also
            # has the object of this sentence.
            own = [phrase for phrase in here if phrase.meaning not in _GENERAL]
            found.extend(_of_pairs(report, heading[0], own or heading[1], pairs, cues))
        elif len(pairs) > 1 and (here or before):
            found.extend(_of_pairs(report, *((sentence, here) if here else before), pairs, cues))
        else:
            for clause in _clauses(report, sentence, named, here, cues):
                if mark := _of_clause(report, sentence, clause, named, here, cues, recent, all_cities):
                    _join(found, mark, named=bool(named))
        before = (sentence, here) if here else None
        if named:
            recent = list({id(place.mark): place.mark for place in named}.values())
    return found


def _within(items: list, span: Span) -> list:
    """Returns the items that start within a span."""
    return SpanSet(items).starting_in(*span)


def _is_title(report: ReportText, sentence: Span) -> bool:
    """Returns True for a title (the first line of the text, without a full stop), which the text repeats."""
    return (
        len(report.lines) > 1
        and sentence.start <= report.lines[0].start
        and sentence.end <= report.lines[0].end
        and report.flat[sentence.end - 1] not in ".。!?！？…»”:："
    )


def _of_pairs(report: ReportText, sentence: Span, here: list[Cue], pairs, cues: StatusCues) -> list[Mark]:
    """Creates an initiative for each pair, with the object and the status of its sentence or the previous sentence."""
    thing = _thing(here)
    status, cue = cues.status(*sentence, thing.start)
    if not status and thing.start < sentence.end and thing.meaning in _LASTING:
        status = "operating"
    elif not status and report.flat[sentence.end - 1] in ":：":
        status = "proposed"
    if not status:
        return []
    return [
        _mark(thing, [place.mark for place in pair], status, Span(pair[0].start, pair[-1].end), cue, report)
        for pair in pairs
    ]


def _of_clause(
    report: ReportText, sentence: Span, clause: Span, named, here, cues: StatusCues, recent, all_cities
) -> Mark | None:
    main = all_cities[:2]
    thing = _thing(_within(here, clause))
    status, cue = cues.status(*clause, thing.start)
    named = _within(named, clause) or named
    cities = list({id(place.mark): place.mark for place in named}.values())
    if thing.meaning in _EXISTING | _PAPERS and len(cities) < 2 and _COUNTED.search(report.folded, *sentence):
        return None
    if len(cities) > 2 or (cities and thing.meaning in OF_TWO - _PAPERS):
        others = _without_venue(report, named, cues)
        if not others and thing.meaning in OF_TWO:
            return None
        cities = others if len(others) > 1 else cities
    if not status and thing.meaning in _EXISTING and len(cities) > 1 and not cues.within(*sentence):
        status = "operating"
    if not status:
        return None
    certainty = LIKELY
    text = report.folded[sentence.start : sentence.end]
    if len(cities) == 1 and thing.meaning in OF_TWO and cities[0] in main and _TWO_SIDES.search(text):
        cities = main
    # Talks about cooperation in a report about two cities are between them.
    is_talk = thing.meaning == "cooperation" and status == "interest" and not cities and len(all_cities) == 2
    if not cities:
        if _TWO_SIDES.search(text):
            cities = recent if len(recent) > 1 else main
        elif is_talk:
            cities = main
        elif _SAME_SPEAKER.match(text) and len(recent) == 1:
            cities = recent
        elif _THE_CITY.search(text):
            cities = recent if len(recent) == 1 else main[:1]
        elif status in _FIRM and thing.meaning not in _PAPERS | {"project", "experience"}:
            cities = main[:1]
        elif thing.meaning not in _GENERAL:
            cities, certainty = main[:1], DOUBTFUL
    if not cities:
        return None
    if thing.meaning == "cooperation" and (len(cities) < 2 or not (named or is_talk)):
        certainty = DOUBTFUL
    if cue and cue.meaning == "future" and report.flat[sentence.start] in '"“«':
        certainty = DOUBTFUL
    if status == "completed" and thing.meaning in _GENERAL:
        certainty = DOUBTFUL
    mark = _mark(thing, cities, status, sentence, cue, report)
    mark.certainty = certainty
    if status == "interest":
        mark.details["city_roles"] = _with_reference(report, named, mark.details["city_roles"])
    return mark


def _thing(here: list[Cue]) -> Cue:
    """Returns the most specific object, such as a flight rather than the agreement on it."""
    specific = [phrase for phrase in here if phrase.meaning not in _GENERAL]
    general = [phrase for phrase in here if phrase.meaning != "cooperation"]
    return (specific or general or here)[0]


def _clauses(
    report: ReportText, sentence: Span, named: list[Mention], here: list[Cue], cues: StatusCues
) -> list[Span]:
    """Returns the parts of a sentence that are read separately.

    Each part except the first begins with a city as its subject. If several parts have an object and two cities each,
    all of them are read. Otherwise only the part with the most specific object is read.
    """
    ends = {place.end for place in named}
    subjects = [
        place.start
        for place in named
        if (match := _NEXT_SUBJECT.search(report.flat, max(place.start - 12, 0), place.start))
        # "To Kazan, Tianjin, and Bishkek" contains a list, not a new clause.
        and not (match["list"] and match.start() in ends)
    ]
    parts = [Span(*each) for each in pairwise([sentence.start, *subjects, sentence.end])]
    full = [
        each for each in parts if _within(here, each) and len({id(p.mark) for p in _within(named, each)}) > 1
    ]
    if len(full) > 1 or not here:
        return full
    thing = _thing(here)
    [part] = [part for part in parts if part.start <= thing.start < part.end]
    return _undertakings(report, part, named, here, cues)


def _undertakings(
    report: ReportText, part: Span, named: list[Mention], here: list[Cue], cues: StatusCues
) -> list[Span]:
    """Splits a part into pieces that each name an object and its status. Returns the part if it is the only piece."""
    pieces, start, things = [], part.start, set()
    for match in [*_FURTHER.finditer(report.flat, part.start, part.end), None]:
        end = match.start() if match else part.end
        own = {cue.meaning for cue in _within(here, Span(start, end))} - _GENERAL
        is_pair = len({id(place.mark) for place in _within(named, Span(start, end))}) == 2
        if (own - things or (own and is_pair)) and any(
            cue.meaning in ORDER for cue in cues.within(start, end)
        ):
            pieces.append(Span(start, end))
            things |= own
        elif pieces:
            pieces[-1] = Span(pieces[-1].start, end)
        else:
            continue
        start = end
    return pieces if len(pieces) > 1 else [part]


def _without_venue(report: ReportText, named: list[Mention], cues: StatusCues) -> list[Mark]:
    """Returns the cities that are not venues of an event. For example, "in Kazan, Tver and Moscow" names three venues.

    In "in Kazan, Tver and Moscow signed", only the first is a venue, because English verbs follow their subject.
    """
    kept: dict[int, Mark] = {}
    listed: dict[int, Mark] = {}
    is_venue = False
    for index, place in enumerate(named):
        if is_venue and is_list(report, named[index - 1], place):
            listed[id(place.mark)] = place.mark
            if report.language == "en" and cues.within(place.end, place.end + 2):
                kept |= listed
            continue
        listed, is_venue = {}, _is_venue(report, place)
        if not is_venue:
            kept[id(place.mark)] = place.mark
    return list(kept.values())


def _is_venue(report: ReportText, place: Mention) -> bool:
    before = _VENUE.search(report.flat, max(place.start - 4, 0), place.start)
    return bool(before or _HOSTS.match(report.flat, place.end))


def _with_reference(report: ReportText, named: list[Mention], roles: dict[str, str]) -> dict[str, str]:
    """Sets the role "reference" for cities that are a model for another city."""
    for place in named[1:]:
        if _SOURCE.search(report.flat[max(place.start - 8, 0) : place.start]) or report.flat[
            place.end : place.end + 2
        ] in ("'s", "’s", "的"):
            roles[place.mark.value] = "reference"
    return roles


def _mark(
    thing: Cue, cities: list[Mark], status: str, span: Span, cue: Cue | None, report: ReportText
) -> Mark:
    # If two cities sign an agreement, neither city leads it.
    are_equal = len(cities) <= 2 and thing.meaning in OF_TWO
    roles = {city.value: "partner" if index or are_equal else "lead" for index, city in enumerate(cities)}
    titles = {language: title(thing.meaning, cities, language) for language in ("en", "ru", "zh")}
    details = {
        "status": status, "object": thing.meaning,
        "word": report.folded[thing.start : thing.start + (2 if report.language == "zh" else 5)],
        "cities": cities, "city_roles": roles, "titles": titles,
        "cue": Span(cue.start, cue.end) if cue else None,
    }  # fmt: skip
    return Mark("initiative", titles[report.language], [span], LIKELY, details=details)


def title(thing: str, cities: list[Mark], language: str) -> str:
    """Builds a title from a template. It never copies a sentence of the report."""
    scripts = {"en": "[A-Za-z]", "ru": "[А-Яа-яЁё]", "zh": "[\u3400-\u9fff]"}
    names = [
        next((name for name in city.names if re.match(scripts[language], name)), city.value)
        for city in cities
    ]
    return title_of(title_label(thing, language), names, language)


def _join(found: list[Mark], mark: Mark, *, named: bool) -> None:
    """Adds an initiative, or adds its position to the same initiative that was found earlier in the text."""
    thing, status, word, cities = _identity(mark)
    # General cooperation is part of the cities' other projects. Talks about further cooperation are a new initiative.
    in_general = thing == "cooperation" and status not in _TALKS
    for earlier in found:
        its_thing, its_status, its_word, its_cities = _identity(earlier)
        same_thing, same_status = thing == its_thing, status == its_status
        same_tie = its_thing in _EXISTING and {status, its_status} <= {"agreed", "operating"}
        same_paper = thing in _PAPERS | {"project"} and (same_status or same_tie)
        is_part = cities <= its_cities and (in_general or same_paper or (same_thing and same_status))
        if is_part or (same_thing and word == its_word and cities == its_cities):
            earlier.spans.extend(mark.spans)
            if named and cities == its_cities and _corrects(status, its_status):
                earlier.details |= {name: mark.details[name] for name in ("status", "cue")}
            return
    found.append(mark)


def _identity(mark: Mark) -> tuple[str, str, str, set[str]]:
    details = mark.details
    cities = {city.value for city in details["cities"]}
    return details["object"], details["status"], details["word"], cities


def _corrects(status: str, earlier: str) -> bool:
    """Returns True if a later status replaces the earlier one. The weaker is kept, except that "agreed" beats talks."""
    if "agreed" in (status, earlier) and {status, earlier} & _TALKS:
        return status == "agreed"
    ranks = [ORDER.index(each) if each in ORDER else -1 for each in (status, earlier)]
    return ranks[0] < ranks[1]
