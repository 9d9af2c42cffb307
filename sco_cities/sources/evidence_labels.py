"""What a piece of evidence says of a record, in words."""

from dataclasses import dataclass

from .base_models import FIGURE, WHOLE, Record
from .evidence_coverage import field_label
from .models import Evidence
from .reported_values import ReportedValue, reported_value


@dataclass(frozen=True)
class EvidenceItem:
    """One thing that a passage says: of which value, with which stance and, where it says another, which."""

    label: str
    # Where the page shows the value; "" where it does not.
    anchor: str
    stance: str
    told: ReportedValue | None


def evidence_item(item: Evidence, record: Record, anchor: str = "") -> EvidenceItem:
    """What `item` says of `record`."""
    return EvidenceItem(
        field_label(type(record), item.field_key), anchor, item.stance, reported_value_of(item, record)
    )


def reported_value_of(item: Evidence, record: Record) -> ReportedValue | None:
    """The value that `item` reports of `record`; None where that is the record's own."""
    if not item.reported_value:
        return None
    field = None if item.field in {WHOLE, FIGURE} else record._meta.get_field(item.field)
    return reported_value(item.reported_value, field)
