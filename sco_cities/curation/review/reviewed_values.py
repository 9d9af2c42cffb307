"""The values that a reviewer checks, with the texts of the passages cited for them."""

from dataclasses import dataclass, field

from sco_cities.curation.evidence.field_notes import FieldNotes, RecordNotes, fields_set_by
from sco_cities.history import diff_display
from sco_cities.history.delta import ADDED, Delta
from sco_cities.history.diff_display import DiffLine
from sco_cities.history.serialization import document_schema
from sco_cities.sources.base_models import FIGURE, WHOLE, Record
from sco_cities.sources.evidence_coverage import field_label, figure_key

EVIDENCE, FIGURES = "evidence", "figures"


@dataclass
class ReviewedValue:
    """A changed field with its difference, or a field with only new evidence. `notes` contains the cited passages."""

    label: str
    line: DiffLine | None = None
    notes: list[FieldNotes] = field(default_factory=list)
    # True if only passages cited for the whole record support the value. These passages are shown last.
    is_supported_by_whole: bool = False

    @property
    def has_several_notes(self) -> bool:
        """True if there are passages for several fields, such as figures, which then need labels."""
        return len(self.notes) > 1


def reviewed_values(record: Record, changes: Delta, *, is_new: bool) -> list[ReviewedValue]:
    """Returns the changes of a record with the passages cited for them. Fields that stay empty are left out.

    The number of queries does not depend on the number of values or passages.
    """
    [lines] = diff_display.revision_lines([(type(record), changes)])
    lines = shown_lines(lines)
    if not record.evidence_fields:
        return [ReviewedValue(line.label, line) for line in lines]
    notes = RecordNotes(record, can_add=False)
    values, shown = [], set()
    for line in lines:
        keys = _keys(record, line.name, changes)
        shown |= keys.keys()
        # On a new record, new evidence is shown next to the values.
        if line.name != EVIDENCE or not is_new:
            values.append(_value(notes, line, list(keys)))
    added = [key for key in _newly_cited(changes) if key not in shown and key != WHOLE]
    values += [ReviewedValue(field_label(type(record), key), notes=[notes.for_field(key)]) for key in added]
    if WHOLE in _newly_cited(changes) or any(value.is_supported_by_whole for value in values):
        values.append(ReviewedValue(field_label(type(record), WHOLE), notes=[notes.for_field(WHOLE)]))
    return values


def shown_lines(lines: list[DiffLine]) -> list[DiffLine]:
    """Leaves out fields that stay empty, and puts the slug last because it depends on the other fields."""
    shown = [line for line in lines if line.parts or line.removed or line.added or line.changed]
    return sorted(shown, key=lambda line: line.name == "slug")


def _value(notes: RecordNotes, line: DiffLine, keys: list[str]) -> ReviewedValue:
    of_fields = [notes.for_field(key) for key in keys]
    is_supported_by_whole = WHOLE in notes.by_key and any(
        not each.notes and not notes.model.needs_own_evidence(each.key) for each in of_fields
    )
    return ReviewedValue(line.label, line, of_fields, is_supported_by_whole)


def _keys(record: Record, name: str, changes: Delta) -> dict[str, None]:
    """Returns the evidence keys for a changed field of the document. For figures, only the new and changed ones."""
    if name == FIGURES:
        return dict.fromkeys(figure_key(row["label"]) for row in changes[name][ADDED])
    if rows := document_schema(type(record)).rows.get(name):
        return dict.fromkeys(fields_set_by(rows.model, type(record)))
    return {name: None} if name in record.evidence_fields else {}


def _newly_cited(changes: Delta) -> dict[str, None]:
    """Returns the keys of fields that have new evidence."""
    rows = changes[EVIDENCE][ADDED] if EVIDENCE in changes else ()
    return dict.fromkeys(
        figure_key(row["figure"]) if row["field"] == FIGURE else row["field"] for row in rows
    )
