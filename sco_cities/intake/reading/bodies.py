"""Finds organisations in a report (known ones, and names with a head word such as "Ministry")."""

from bisect import bisect_right
from typing import NamedTuple

from sco_cities.names.letters import folded
from sco_cities.names.vocabulary import words_of

from . import bodies_en, bodies_ru, bodies_zh
from .dictionary import Hit, KnownName
from .report_text import LIKELY, Mark, ReportText, Span, SpanSet


class Body(NamedTuple):
    """The name of an organisation at one position in the text.

    If `names_its_place` is set, the organisation governs a place, and the place in its name counts as a place of the
    report.
    """

    start: int
    end: int
    name: str
    other_names: tuple[str, ...]
    names_its_place: bool


def find_bodies(report: ReportText, hits: list[Hit], furniture: SpanSet) -> list[Body]:
    """Finds names of organisations by their form. A longer name takes precedence over a name inside it."""
    reader = {"en": bodies_en, "ru": bodies_ru, "zh": bodies_zh}[report.language]
    found = [Body(*each) for each in reader.find(report, hits)]
    kept: list[Body] = []
    for body in sorted(found, key=lambda each: (each.start, -each.end)):
        if furniture.hold(body.start, body.end) or (kept and body.start < kept[-1].end):
            continue
        kept.append(body)
    return kept


def known_bodies(
    report: ReportText, hits: list[Hit], bodies: list[Body], furniture: SpanSet
) -> list[tuple[Span, KnownName]]:
    """Positions of known organisations, except the news agencies that publish the report."""
    by_start = sorted(bodies)
    starts = [body.start for body in by_start]
    found = []
    for hit in hits:
        known = hit.of_kind("organisation")
        if known is None or furniture.hold(hit.start, hit.end):
            continue
        holder = by_start[bisect_right(starts, hit.start) - 1] if bisect_right(starts, hit.start) else None
        longer = bool(
            holder and hit.end <= holder.end and holder.end - holder.start > hit.end - hit.start + 1
        )
        if longer or (known.details.get("kind") == "media" and _only_tells(report, hit)):
            continue
        found.append((Span(hit.start, hit.end), known))
    return found


def body_marks(report: ReportText, bodies: list[Body], known: list[tuple[Span, KnownName]]) -> list[Mark]:
    """Creates one mark per organisation. A name that belongs to a record becomes a mark of that record."""
    marks: dict[str, Mark] = {}
    for span, record in known:
        marks.setdefault(record.key or record.names[0], record.mark()).spans.append(span)
    records = SpanSet(span for span, _ in known)
    for body in bodies:
        if records.overlap(body.start, body.end):
            continue
        key = comparable(body.name)
        mark = marks.setdefault(
            key, Mark("organisation", body.name, [], LIKELY, (), "", "head word and name")
        )
        mark.names = tuple(
            dict.fromkeys([*mark.names, body.name, *body.other_names, report.text[body.start : body.end]])
        )
        mark.spans.append(Span(body.start, body.end))
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
