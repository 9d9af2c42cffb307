"""Functions for a curator's decisions about proposals. Each function requires the version that the curator saw."""

from collections.abc import Iterable
from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sco_cities.core.exceptions import Refused
from sco_cities.core.localized_names import split_list
from sco_cities.names.letters import plain

from .models import ACCEPTED, Certainty, Intake, Origin, Proposal, ProposalKind, ProposalStatus
from .proposals.proposal_list import name_column
from .writing.selection import effective_changes, is_written


def accept(proposal: Proposal, user, *, version: int) -> None:
    """Accepts the proposal without changing its value."""
    _decide(proposal, user, version, status=ProposalStatus.ACCEPTED, edited_value=None)
    _offer_alias(proposal)


def edit(proposal: Proposal, user, value, *, version: int) -> None:
    """Accepts the proposal with the validated value `value`, in the format that `Proposal` describes.

    If the proposal is a subject, columns that `value` lacks are kept. Empty columns are removed.
    """
    if proposal.is_subject:
        value = {name: text for name, text in {**proposal.final_value, **value}.items() if text}
    _decide(proposal, user, version, status=ProposalStatus.EDITED, edited_value=value)


def reject(proposal: Proposal, user, *, version: int) -> None:
    """Rejects the proposal. The rejection of a subject also rejects its values and all values that refer to it."""
    _decide(proposal, user, version, status=ProposalStatus.REJECTED)
    # The values get the subject's decision time, so that `undo` can find them.
    _unwritten(_values_of(proposal).filter(status__in=(ProposalStatus.OPEN, *ACCEPTED))).update(
        status=ProposalStatus.REJECTED, version=F("version") + 1, decided_by=proposal.decided_by,
        decided_at=proposal.decided_at,
    )  # fmt: skip


def undo(proposal: Proposal, user, *, version: int) -> None:
    """Reopens the proposal with its original value.

    Accepted values of an accepted subject, and values rejected together with their subject, are also reopened.
    Undecided proposals of an alias are deleted.
    """
    rejected = _values_of(proposal).filter(status=ProposalStatus.REJECTED, decided_at=proposal.decided_at)
    reopened = _unwritten(proposal.values.accepted() if proposal.is_accepted else rejected)
    values = {"status": ProposalStatus.OPEN, "edited_value": None}
    if proposal.is_subject:
        values["object_id"] = proposal.proposed_id
    _decide(proposal, user, version, **values)
    reopened.update(
        status=ProposalStatus.OPEN,
        edited_value=None,
        version=F("version") + 1,
        decided_at=proposal.decided_at,
    )
    proposal.values.open().filter(field="aliases", reason="spelling").delete()


def _unwritten(values: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Returns the values that no change in effect has written, by current primary keys."""
    changes = dict(values.values_list("pk", "change_set"))
    written = effective_changes({*changes.values()} - {None})
    return Proposal.objects.filter(pk__in=[key for key, change in changes.items() if change not in written])


def _values_of(subject: Proposal) -> QuerySet[Proposal]:
    """Returns the values of a subject, and the values of other subjects that refer to it."""
    if not subject.is_subject:
        return Proposal.objects.none()
    return Proposal.objects.filter(Q(subject=subject.pk) | Q(target=subject.pk))


def accept_open(intake: Intake, user, keys: Iterable[int]) -> list[int]:
    """Accepts the undecided proposals with these keys. Returns the keys of the accepted proposals."""
    accepted: list[int] = []
    for proposal in intake.proposals.open().filter(pk__in=keys).select_related("subject").order_by("pk"):
        with suppress(Refused):
            accept(proposal, user, version=proposal.version)
            accepted.append(proposal.pk)
    return accepted


def merge_subject(proposal: Proposal, user, object_id: int | None, *, version: int) -> None:
    """Accepts a subject as an existing record, or as a new record if `object_id` is None.

    Raises ValidationError if the record does not exist.
    """
    if object_id is not None and not proposal.model._base_manager.filter(pk=object_id).exists():
        raise ValidationError(_("There is no such record."))
    _decide(proposal, user, version, status=ProposalStatus.ACCEPTED, object_id=object_id)
    _offer_alias(proposal)


def add(
    intake: Intake, user, kind: str, *, start: int, end: int, field: str = "", value=None,
    subject: Proposal | None = None, target: Proposal | None = None, object_id: int | None = None,
) -> Proposal:  # fmt: skip
    """Adds an accepted proposal that quotes `text[start:end]` and has the validated value `value`.

    For a subject, `object_id` is the primary key of its record.
    """
    quote = intake.text[start:end]
    passage = intake.passages.filter(start__lte=start).order_by("-start").first()
    return Proposal.objects.create(
        intake=intake, kind=kind, subject=subject, target=target, field=field, object_id=object_id,
        value={} if value is None else value, shown=" ".join(quote.split()), spans=[[start, end]], quote=quote,
        passage=passage, certainty=Certainty.SURE, reason="hand", origin=Origin.HAND, status=ProposalStatus.ACCEPTED,
        decided_by=user, decided_at=timezone.now(),
    )  # fmt: skip


def _decide(proposal: Proposal, user, version: int, **values) -> None:
    """Stores a decision. Raises Refused if the proposal has changed since the curator saw it."""
    if is_written(proposal):
        # To reopen a written proposal, its change must be reverted.
        raise Refused(_("This proposal has already been written."))
    updated = Proposal.objects.filter(pk=proposal.pk, version=version).update(
        version=F("version") + 1, decided_by=user, decided_at=timezone.now(), **values
    )
    if not updated:
        raise Refused(is_stale=True)
    proposal.refresh_from_db()


def _offer_alias(subject: Proposal) -> None:
    """Proposes the name of an accepted subject as an alias of its record, unless the record already has this name."""
    # The proposed name is in the nominative, but the name in the text may be in another case.
    name = subject.value.get(name_column(subject.shown), "") if subject.is_subject else ""
    record = subject.model._base_manager.filter(pk=subject.object_id).first() if name else None
    if record is None or not hasattr(record, "aliases"):
        return
    known = {record.name_en, record.name_ru, record.name_zh, *split_list(record.aliases)}
    if plain(name) not in map(plain, known) and not subject.values.filter(field="aliases").exists():
        subject.values.create(
            intake=subject.intake, kind=ProposalKind.VALUE, field="aliases", value=name, shown=name,
            spans=subject.spans, quote=subject.quote, passage=subject.passage, certainty=Certainty.LIKELY,
            reason="spelling",
        )  # fmt: skip
