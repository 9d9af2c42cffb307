"""Spellings that a record does not have yet: offered as other names once a curator says what they mean."""

from sco_cities.core.localized_names import fold, split_list

from .models import Band, Proposal, ProposalKind
from .proposals.proposal_list import name_column


def offer(subject: Proposal) -> Proposal | None:
    """Offers the name of an accepted subject as a further name of its record, if the record has no such name."""
    # As proposed, in the nominative: the form in the text may be one of a case.
    name = subject.value.get(name_column(subject.shown), "") if subject.is_subject else ""
    if not name or subject.object_id is None:
        return None
    record = subject.model._base_manager.filter(pk=subject.object_id).first()
    if record is None or not hasattr(record, "aliases"):
        return None
    known = {record.name_en, record.name_ru, record.name_zh, *split_list(record.aliases)}
    if fold(name) in map(fold, known) or subject.values.filter(field="aliases").exists():
        return None
    return Proposal.objects.create(
        intake=subject.intake, subject=subject, kind=ProposalKind.VALUE, field="aliases", value=name, shown=name,
        spans=subject.spans, quote=subject.quote, passage=subject.passage, band=Band.LIKELY, reason="spelling",
    )  # fmt: skip


def withdraw(subject: Proposal) -> None:
    """Deletes what was offered and nobody has decided about."""
    subject.values.open().filter(field="aliases", reason="spelling").delete()
