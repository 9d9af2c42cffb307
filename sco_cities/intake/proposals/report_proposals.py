"""Stores the proposals of an intake, from the reading of its text and from the answer of a language model."""

import datetime
import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F

from sco_cities.facet_index import change_log
from sco_cities.names.vocabulary import FOLDER
from sco_cities.themes.models import Theme

from ..known_names import known_names
from ..language_model.anchors import AnchoredItem
from ..models import Certainty, Intake, IntakeStage, Origin, Proposal, ProposalKind, ProposalStatus
from ..reading.organisations import comparable
from ..reading.reader import ReportReading, read
from ..reading.report_text import DOUBTFUL, Mark, ReportText, Span, language_of
from .proposal_list import ProposalList, TextPlaces
from .records import match_initiatives, propose_initiatives, propose_records, propose_statements


def propose(intake: Intake) -> int:
    """Reads the text and replaces the open proposals. Returns the number of proposals.

    Decided proposals are kept and are not proposed again. Nothing is stored if the text has been purged.
    """
    reading = read(intake.text, known_names(), published_day(intake.published_on))
    proposals = proposals_of(intake, reading)
    number = 0
    with transaction.atomic():
        if intake.lock_text():
            # Subjects and targets of decided values are kept, even if there is no decision about them.
            decided = intake.proposals.exclude(status__in=(ProposalStatus.OPEN, ProposalStatus.SUPERSEDED))
            kept = {key for keys in decided.values_list("subject", "target") for key in keys} - {None}
            superseded = intake.proposals.open().exclude(pk__in=kept)
            # Because of the new version, decisions from a page with the old proposals are rejected.
            superseded.update(status=ProposalStatus.SUPERSEDED, version=F("version") + 1)
            _remove_decided(intake, proposals)
            number = proposals.save()
        intake.stage, intake.message, intake.reader = IntakeStage.READ, "", reader_version()
        intake.save(update_fields=["stage", "message", "reader"])
    return number


def proposals_of(intake: Intake, reading: ReportReading) -> ProposalList:
    """Returns the unsaved proposals of a reading."""
    places = TextPlaces(intake.text, intake.passages.all(), reading.marks)
    proposals = ProposalList(intake, places, reading)
    # Themes are defined in a vocabulary file, so a theme may have no record.
    reading.themes = [mark for mark in reading.themes if proposals.key_of(mark)]
    propose_records(proposals)
    propose_initiatives(proposals)
    propose_statements(proposals)
    match_initiatives(proposals)
    return proposals


def published_day(published_on: str) -> datetime.date | None:
    """Returns the publication date of a report, or None if it is not a full date."""
    try:
        return datetime.date.fromisoformat(published_on) if len(published_on) == 10 else None
    except ValueError:
        return None


def reader_version() -> str:
    """Returns the version of the vocabulary and of the known names."""
    return f"{_vocabulary_version()} {_digest(str(change_log.version(DEFAULT_DB_ALIAS)).encode())}"


@lru_cache(maxsize=1)
def _vocabulary_version() -> str:
    return _digest(b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.csv"))))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _remove_decided(intake: Intake, proposals: ProposalList) -> None:
    """Removes proposals that are already decided, and replaces their subjects with the stored subjects."""
    # Only subjects with decided values are still open. All other open proposals are superseded.
    decided = intake.proposals.exclude(status=ProposalStatus.SUPERSEDED)
    stored = {_identity(each): each for each in decided.select_related("subject", "target")}
    if not stored:
        return
    same: dict[int, Proposal] = {
        id(subject): stored[_identity(subject)]
        for subject in proposals.subjects
        if _identity(subject) in stored
    }
    proposals.subjects = [subject for subject in proposals.subjects if id(subject) not in same]
    for value in proposals.values:
        value.subject = same.get(id(value.subject), value.subject)
        value.target = same.get(id(value.target), value.target) if value.target else None
    proposals.values = [value for value in proposals.values if _identity(value) not in stored]


def _identity(proposal: Proposal | None) -> tuple:
    """Returns a key that identifies a proposal in every reading of the same text."""
    if proposal is None:
        return ()
    if proposal.subject is None:
        return proposal.kind, proposal.shown, min(proposal.spans, default=[0])[0]
    value = json.dumps(proposal.value, sort_keys=True)
    return proposal.kind, proposal.field, value, _identity(proposal.subject), _identity(proposal.target)


REASON = "language_model"
# Maps kinds of named items to the attributes of ReportReading that list them.
_NAMED = {
    "person": "persons",
    "city": "cities",
    "country": "countries",
    "organisation": "organisations",
    "event": "events",
}


def propose_items(intake: Intake, items: Sequence[AnchoredItem]) -> int:
    """Adds the items to an intake as doubtful proposals. Returns the number of added proposals."""
    passages = list(intake.passages.all())
    stored = list(intake.proposals.exclude(status=ProposalStatus.SUPERSEDED))
    spans = {
        item: Span(passages[item.passage - 1].start + item.start, passages[item.passage - 1].start + item.end)
        for item in items
        if item.passage <= len(passages)
    }
    reading = _reading(intake, spans, stored)
    proposals = ProposalList(intake, TextPlaces(intake.text, passages), reading, Origin.MODEL)
    propose_records(proposals)
    _add_themes(proposals, spans, stored)
    for proposal in (*proposals.subjects, *proposals.values):
        proposal.certainty, proposal.reason = Certainty.DOUBTFUL, REASON
    with transaction.atomic():
        return proposals.save() if intake.lock_text() else 0


def _reading(intake: Intake, spans: dict[AnchoredItem, Span], stored: Iterable[Proposal]) -> ReportReading:
    """Creates marks for the names of items without a proposal."""
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


def _is_role_of(person: AnchoredItem, name: Span, role: AnchoredItem, said: Span, text: str) -> bool:
    """Returns True if the quote of a role contains the person's name. A passage may name several persons."""
    quote = comparable(text[said.start : said.end])
    names = (person.value, text[name.start : name.end])
    return role.passage == person.passage and any(comparable(each) in quote for each in names)


def _mark(item: AnchoredItem, span: Span) -> Mark:
    """Creates a mark, with the name's dictionary entry if there is exactly one."""
    kind = "delegate" if item.kind == "person" else item.kind
    hits = known_names().find(ReportText(item.value))
    known = hits[0].of_kind(kind) if len(hits) == 1 else None
    if known is None:
        return Mark(item.kind, item.value, [span], DOUBTFUL)
    return Mark(item.kind, item.value, [span], DOUBTFUL, known.names, known.key, details=dict(known.details))


def _add_themes(proposals: ProposalList, spans: dict[AnchoredItem, Span], stored: Sequence[Proposal]) -> None:
    """Adds themes to initiatives of the same passage that lack these themes."""
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
                    initiative, "themes", {"slug": item.value}, [span], certainty=Certainty.DOUBTFUL, reason=REASON
                )  # fmt: skip
