"""Stored records that a subject may be, for a curator to choose from."""

from sco_cities.curation.duplicates.candidates import similar_records
from sco_cities.sources.base_models import Record

from ..models import Proposal, ProposalKind
from ..proposals.known_initiatives import initiatives_alike

_MOST = 5


def possible_records(subject: Proposal) -> list[Record]:
    """The records most like a subject, at most five: initiatives of the same cities, others with such a name."""
    if subject.kind == ProposalKind.STATEMENT:
        return []
    if subject.kind == ProposalKind.INITIATIVE:
        keys = initiatives_alike(subject)[:_MOST]
    else:
        (matches,) = similar_records(subject.model, [_values(subject)], limit=_MOST)
        keys = [key for key, _match in matches]
    records = subject.model._base_manager.in_bulk(keys)
    return [records[key] for key in keys if key != subject.object_id]


def _values(subject: Proposal) -> dict[str, str]:
    """The columns of a subject, and what its values say of columns and single relations."""
    values = dict(subject.final_value)
    for value in subject.values.filter(kind=ProposalKind.VALUE):
        if isinstance(value.final_value, str):
            values.setdefault(value.field, value.final_value)
        elif slug := value.final_value.get("slug"):
            values.setdefault(value.field, slug)
    return values
