"""Adds the verified items of a language model as doubtful proposals, unless the rules have found them."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from django.db import transaction

from sco_cities.themes.models import Theme

from ..known_names import known_names
from ..models import Band, Intake, Origin, Proposal, ProposalKind, ProposalStatus
from ..purge import lock_text
from ..reading.bodies import comparable
from ..reading.reader import ReportReading
from ..reading.report_text import MAYBE, Mark, ReportText, Span, language_of
from .proposal_list import KnownKeys, ProposalList, TextPlaces
from .records import propose_events, propose_organisations, propose_persons, propose_places

REASON = "language_model"
# The attribute of ReportReading that lists each kind of named item.
_NAMED = {
    "person": "persons",
    "city": "cities",
    "country": "countries",
    "organisation": "organisations",
    "event": "events",
}


class Anchored(Protocol):
    """An item with a value and its quote, `passage.text[start:end]`. Passages count from 1."""

    kind: str
    field: str
    value: str
    passage: int
    start: int
    end: int


def propose_items(intake: Intake, items: Sequence[Anchored]) -> int:
    """Adds the items to an intake as doubtful proposals. Returns the number of added proposals."""
    passages = list(intake.passages.all())
    stored = list(intake.proposals.exclude(status=ProposalStatus.SUPERSEDED))
    places = TextPlaces(intake.text, passages)
    proposals = ProposalList(intake, places, Origin.MODEL)
    spans = {
        item: Span(passages[item.passage - 1].start + item.start, passages[item.passage - 1].start + item.end)
        for item in items
        if item.passage <= len(passages)
    }
    reading = _reading(intake, spans, stored)
    known = KnownKeys(reading.marks)
    propose_places(proposals, reading, known)
    propose_organisations(proposals, reading, known)
    propose_events(proposals, reading, known)
    propose_persons(proposals, reading, known)
    _add_themes(proposals, spans, stored)
    for proposal in (*proposals.subjects, *proposals.values):
        proposal.band, proposal.reason = Band.MAYBE, REASON
    with transaction.atomic():
        return proposals.save() if lock_text(intake) else 0


def _reading(intake: Intake, spans: dict[Anchored, Span], stored: Iterable[Proposal]) -> ReportReading:
    """Creates marks for the names of the items that have no proposal."""
    reading = ReportReading(language_of(intake.text), *([] for _list in range(10)))
    taken = {(each.kind, comparable(each.shown)) for each in stored if each.is_subject}
    places = {(each.kind, start) for each in stored if each.is_subject for start, _end in each.spans}
    roles = [(item, span) for item, span in spans.items() if (item.kind, item.field) == ("person", "role")]
    for item, span in spans.items():
        if item.field != "name" or item.kind not in _NAMED:
            continue
        kind = ProposalKind.DELEGATE if item.kind == "person" else item.kind
        if (kind, comparable(item.value)) in taken or (kind, span.start) in places:
            continue
        mark = _mark(item, span)
        if item.kind == "person":
            said = next((each for each in roles if _is_role_of(item, span, *each, intake.text)), None)
            mark.details = {"role": said[0].value, "role_span": said[1]} if said else {"role": ""}
        elif item.kind == "event":
            mark.details = {"date": ""}
        getattr(reading, _NAMED[item.kind]).append(mark)
        taken.add((kind, comparable(item.value)))
    return reading


def _is_role_of(person: Anchored, name: Span, role: Anchored, said: Span, text: str) -> bool:
    """True if the quote of a role contains the person's name. A passage may name several persons."""
    quote = comparable(text[said.start : said.end])
    names = (person.value, text[name.start : name.end])
    return role.passage == person.passage and any(comparable(each) in quote for each in names)


def _mark(item: Anchored, span: Span) -> Mark:
    """Creates a mark, with the dictionary entry of its name if there is exactly one."""
    kind = "delegate" if item.kind == "person" else item.kind
    hits = known_names().find(ReportText(item.value))
    known = hits[0].of_kind(kind) if len(hits) == 1 else None
    if known is None:
        return Mark(item.kind, item.value, [span], MAYBE)
    return Mark(item.kind, item.value, [span], MAYBE, known.names, known.key, details=dict(known.details))


def _add_themes(proposals: ProposalList, spans: dict[Anchored, Span], stored: Sequence[Proposal]) -> None:
    """Adds themes to the initiatives of the same passage that lack them."""
    has = {
        (each.subject_id, each.value.get("slug"))
        for each in stored
        if each.field == "themes" and isinstance(each.value, dict)
    }
    initiatives = [each for each in stored if each.kind == ProposalKind.INITIATIVE]
    slugs = {item.value for item in spans if item.kind == "theme"}
    slugs = set(Theme.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    for item, span in spans.items():
        passage = proposals.places.passage_at(span.start)
        for initiative in initiatives if item.kind == "theme" and item.value in slugs else ():
            told_in = [proposals.places.passage_at(start) for start, _end in initiative.spans]
            if passage in told_in and (initiative.pk, item.value) not in has:
                proposals.add_value(
                    initiative, "themes", {"slug": item.value}, [span], band=Band.MAYBE, reason=REASON
                )  # fmt: skip
