"""Reads a report and returns all its marks. Also finds the themes, by cues in the text."""

import datetime
import re
from collections import defaultdict
from dataclasses import dataclass

from sco_cities.names.letters import HAN

from .boilerplate import boilerplate_spans, repeated_sentences
from .dates import date_marks
from .dictionary import Dictionary, KnownName, finder
from .events import event_marks, fallback_event
from .figures import figure_marks
from .initiatives import OF_TWO, initiative_marks
from .organisations import find_organisations, known_organisations, organisation_marks
from .persons import person_marks, statement_marks
from .places import mentions, place_marks
from .report_text import DOUBTFUL, LIKELY, SURE, Mark, ReportText, Span, SpanSet, mentions_of


@dataclass
class ReportReading:
    """All marks of a report, by kind."""

    language: str
    persons: list[Mark]
    cities: list[Mark]
    countries: list[Mark]
    organisations: list[Mark]
    figures: list[Mark]
    dates: list[Mark]
    events: list[Mark]
    themes: list[Mark]
    initiatives: list[Mark]
    statements: list[Mark]

    @property
    def marks(self) -> list[Mark]:
        return [mark for marks in vars(self).values() if isinstance(marks, list) for mark in marks]


def read(text: str, dictionary: Dictionary, published: datetime.date | None = None) -> ReportReading:
    """Finds the marks of the text with their positions. Time and memory are linear in the length of the text."""
    page = ReportText(text)
    dates = date_marks(page, published)
    boilerplate = boilerplate_spans(page)
    report = page.without([*boilerplate.spans, *repeated_sentences(page, boilerplate)])
    hits = dictionary.find(report)
    organisations = find_organisations(report, hits)
    events = event_marks(report, hits, dates)
    event_spans = mentions_of(events)
    known = known_organisations(report, hits, organisations, event_spans)
    organisations = [
        organisation
        for organisation in organisations
        if not event_spans.overlap(organisation.start, organisation.end)
    ]
    persons = person_marks(report, hits, organisations)
    figures = figure_marks(report, SpanSet([*mentions_of(dates).spans, *event_spans.spans, *organisations]))
    organisations_at = [*organisations, *(span for span, _ in known)]
    names = [*organisations_at, *event_spans.spans, *mentions_of(persons).spans]
    governments = [organisation for organisation in organisations if organisation.names_its_place]
    governments += [span for span, record in known if record.details.get("kind") == "city-government"]
    # "На российско-китайском форуме" names two countries.
    governments += event_spans.spans
    countries_by_code = {
        each.details.get("code", ""): each for each in dictionary.known_names if each.kind == "country"
    }
    found = [
        *_seats(report, known, dictionary),
        *mentions(report, hits, SpanSet([*names, *mentions_of(figures).spans]), SpanSet(governments)),
    ]
    places = place_marks(found, countries_by_code)
    cities = [mark for mark in places if mark.kind == "city"]
    # The name of a ceremony may contain an initiative, because it describes the agreement that is signed there.
    gatherings = [event for event in events if not event.value.endswith("仪式")]
    # A centre in an organisation's name, or an exhibition of sister cities, is not an initiative.
    other_names = SpanSet([*organisations_at, *mentions_of(gatherings).spans])
    initiatives = initiative_marks(report, cities, other_names)
    agreements = [mark for mark in initiatives if mark.details["object"] in OF_TWO]
    return ReportReading(
        language=report.language,
        persons=persons,
        cities=cities,
        countries=[mark for mark in places if mark.kind == "country"],
        organisations=organisation_marks(report, organisations, known),
        figures=figures,
        dates=dates,
        events=events or fallback_event(report, cities, dates),
        themes=theme_marks(report, SpanSet(names), mentions_of(agreements).spans),
        initiatives=initiatives,
        statements=statement_marks(report, persons),
    )


def _seats(report: ReportText, known: list[tuple[Span, KnownName]], dictionary: Dictionary):
    """Yields the cities and countries in the names of their governments, as in 杜尚别市政府."""
    for span, record in known:
        kind = {"city-government": "city", "national-government": "country"}.get(
            record.details.get("kind", "")
        )
        place = kind and dictionary.record(kind, record.details.get(f"{kind}__slug", ""))
        if place and any(
            name[: min(4, len(name) - 1)].lower() in report.folded[span.start : span.end]
            for name in place.names
        ):
            yield span, place


# Minimum points of a theme. Two different cues or one unambiguous phrase are enough.
ENOUGH = 2


def theme_marks(report: ReportText, taken: SpanSet, undertakings: list[Span]) -> list[Mark]:
    """Creates one mark per theme.

    A phrase of several words counts twice, like any cue in a sentence about cooperation. A cue within a name counts
    half, and each repetition adds half a point.
    """
    found: dict[str, list[Span]] = defaultdict(list)
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    cues = finder("function_words", "about cooperation").find(report)
    about = SpanSet(report.sentence_at(each.start) for each in (*undertakings, *cues))
    for phrase in finder("theme_cues").find(report, overlapping=True):
        last = found.get(phrase.meaning, [])[-1:]
        if last and phrase.start < last[0].end:
            continue
        weight = 2.0 if is_specific(phrase.word) or about.hold(phrase.start, phrase.end) else 1.0
        if taken.hold(phrase.start, phrase.end):
            weight /= 2
        said = weights[phrase.meaning].get(phrase.word)
        weights[phrase.meaning][phrase.word] = weight if said is None else max(said, weight) + 0.5
        found[phrase.meaning].append(Span(phrase.start, phrase.end))
    # A long report mentions many themes, but repeats only its main themes.
    enough = ENOUGH if len(report.text) < 6000 else 3
    marks = []
    for theme, spans in found.items():
        points = sum(weights[theme].values())
        certainty = SURE if points >= 2 * enough else LIKELY if points >= enough else DOUBTFUL
        marks.append(Mark("theme", theme, spans, certainty, key=theme))
    return marks


def is_specific(word: str) -> bool:
    """Returns True if a phrase identifies its theme, because it has several words or four Chinese characters."""
    if re.match(f"[{HAN}]", word):
        return len(word) >= 4
    return len(re.split(r"[ -]", word)) > 1
