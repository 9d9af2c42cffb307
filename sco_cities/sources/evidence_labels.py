"""What a piece of evidence says of a record, in words."""

from dataclasses import dataclass

from .base_models import FIGURE, WHOLE, Record
from .evidence_coverage import field_label
from .models import Evidence
from .reported_values import Told, told


@dataclass(frozen=True)
class Use:
    """One thing that a passage says: of which value, with which stance and, where it says another, which."""

    label: str
    # Where the page shows the value; "" where it does not.
    anchor: str
    stance: str
    told: Told | None


def use_of(item: Evidence, record: Record, anchor: str = "") -> Use:
    """What `item` says of `record`."""
    return Use(field_label(type(record), item.field_key), anchor, item.stance, told_by(item, record))


def told_by(item: Evidence, record: Record) -> Told | None:
    """The value that `item` reports of `record`; None where that is the record's own."""
    if not item.reported_value:
        return None
    field = None if item.field in {WHOLE, FIGURE} else record._meta.get_field(item.field)
    return told(item.reported_value, field)
