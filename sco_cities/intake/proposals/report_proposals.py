"""Reads an intake and stores the proposals from it."""

import datetime
import hashlib
import json
from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F

from sco_cities.facet_index import change_log
from sco_cities.names.vocabulary import FOLDER

from ..known_names import known_names
from ..models import Intake, IntakeStage, Proposal, ProposalStatus
from ..purge import lock_text
from ..reading.reader import ReportReading, read
from .initiatives import match_initiatives, propose_initiatives, propose_statements
from .proposal_list import KnownKeys, ProposalList, TextPlaces
from .records import propose_events, propose_organisations, propose_persons, propose_places


def propose(intake: Intake) -> int:
    """Reads the text and replaces the open proposals. Returns the number of proposals.

    Decided proposals stay and are not proposed again. Nothing is stored if the text has been purged.
    """
    reading = read(intake.text, known_names(), published_day(intake.published_on))
    proposals = proposals_of(intake, reading)
    number = 0
    with transaction.atomic():
        if lock_text(intake):
            kept = _subjects_of_decided(intake)
            superseded = intake.proposals.open().exclude(pk__in=kept)
            # With the new version, decisions from a page that shows the old proposals are rejected.
            superseded.update(status=ProposalStatus.SUPERSEDED, version=F("version") + 1)
            _leave_out_decided(intake, proposals)
            number = proposals.save()
        intake.stage, intake.message, intake.reader = IntakeStage.READ, "", reader_version()
        intake.save(update_fields=["stage", "message", "reader"])
    return number


def proposals_of(intake: Intake, reading: ReportReading) -> ProposalList:
    """The unsaved proposals of a reading."""
    places = TextPlaces(intake.text, intake.passages.all(), reading.marks)
    proposals = ProposalList(intake, places)
    known = KnownKeys(reading.marks)
    # Themes are read from a vocabulary file, so there may be no record of a theme.
    reading.themes = [mark for mark in reading.themes if known.get("theme", mark.key)]
    propose_places(proposals, reading, known)
    propose_organisations(proposals, reading, known)
    propose_events(proposals, reading, known)
    propose_persons(proposals, reading, known)
    propose_initiatives(proposals, reading)
    propose_statements(proposals, reading)
    match_initiatives(proposals)
    return proposals


def published_day(published_on: str) -> datetime.date | None:
    """The publication date of a report, or None if it is not a full date."""
    try:
        return datetime.date.fromisoformat(published_on) if len(published_on) == 10 else None
    except ValueError:
        return None


def reader_version() -> str:
    """The version of the vocabulary and of the known names."""
    return f"{_vocabulary_version()} {_digest(str(change_log.version(DEFAULT_DB_ALIAS)).encode())}"


@lru_cache(maxsize=1)
def _vocabulary_version() -> str:
    return _digest(b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.csv"))))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _subjects_of_decided(intake: Intake) -> set[int]:
    """Keys of the subjects and targets of decided values, even if these are not decided themselves."""
    decided = intake.proposals.exclude(status__in=(ProposalStatus.OPEN, ProposalStatus.SUPERSEDED))
    return {key for keys in decided.values_list("subject", "target") for key in keys if key is not None}


def _leave_out_decided(intake: Intake, proposals: ProposalList) -> None:
    """Removes proposals that are already decided, and replaces their subjects with the stored subjects."""
    # The other open proposals are superseded. Only subjects with decided values stay open.
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
    """A key that is equal for the same proposal in every reading of a text."""
    if proposal is None:
        return ()
    if proposal.subject is None:
        return proposal.kind, proposal.shown, min(proposal.spans, default=[0])[0]
    value = json.dumps(proposal.value, sort_keys=True)
    return proposal.kind, proposal.field, value, _identity(proposal.subject), _identity(proposal.target)
