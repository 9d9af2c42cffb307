"""Edit conflicts in the fields of an outdated form, with the submitted, stored and original values."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import models
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sco_cities.history.delta import Delta, diff
from sco_cities.history.diff_display import DiffPart, RecordNames, field_label, format_value, word_diff
from sco_cities.history.serialization import Document, DocumentSchema, natural_key, sorted_items
from sco_cities.i18n.punctuation import comma_list


class ConflictSide(TextChoices):
    """The side that a curator chooses."""

    YOURS = "yours", _("yours")
    THEIRS = "theirs", _("theirs")


@dataclass
class FieldConflict:
    """A field or row that differs between the sides. Each side is display text, "" without a value or row.

    `choice` is the side to save. It is None if both sides changed the value and the curator has not chosen yet.
    """

    name: str
    label: str
    original: str
    theirs: str
    yours: str
    choice: ConflictSide | None
    has_choice: bool = True
    changed_by_both: bool = field(init=False)

    def __post_init__(self):
        self.changed_by_both = self.choice is None

    @property
    def input_name(self) -> str:
        return f"choice-{self.name}"

    @property
    def their_diff(self) -> list[DiffPart]:
        return word_diff(self.original, self.theirs)

    @property
    def your_diff(self) -> list[DiffPart]:
        return word_diff(self.original, self.yours)

    def choose(self, data) -> None:
        """Applies the submitted choice, if there is one."""
        if self.has_choice and data.get(self.input_name) in ConflictSide.values:
            self.choice = ConflictSide(data[self.input_name])


def last_changed_by(original, theirs, yours) -> ConflictSide | None:
    """Returns the side that changed the value. None if both sides changed it."""
    if theirs == original:
        return ConflictSide.YOURS
    return ConflictSide.THEIRS if yours == original else None


def submitted_text(bound) -> list[str]:
    """Returns the values that a browser submits for an unchanged bound field."""
    widget = getattr(bound.field.widget, "widget", bound.field.widget)
    value = bound.value()
    if value in (None, False):
        return []
    formatted = widget.format_value(value)
    return (
        [str(each) for each in formatted] if isinstance(formatted, list | tuple) else [str(formatted or "")]
    )


def normalize_newlines(value):
    """Converts CRLF line breaks, which browsers submit, to LF as in stored texts."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


class FieldConflicts:
    """The conflicts of a form in the columns and many-to-many fields of a document.

    `bound` is the submitted form, and `stored` is a form of the currently stored record. `original` is the document (or
    row) that the submitted form was made from, and `theirs` is the current document.
    """

    def __init__(self, bound, stored, schema: DocumentSchema, original: Document, theirs: Document):
        self.bound, self.stored, self.schema = bound, stored, schema
        self.original, self.theirs = original, theirs
        bound.is_valid()
        self.yours: Document = {
            name: submitted_value(bound, name, schema)
            for name in bound.fields
            if name in schema.columns or name in schema.many_to_many
        }

    @property
    def has_their_changes(self) -> bool:
        """True if another account has changed one of the fields."""
        return any(self.theirs.get(name) != self.original.get(name) for name in self.yours)

    def deltas(self) -> Iterator[Delta]:
        """Yields the values of all sides as deltas, so that `RecordNames` can load the names in them."""
        valid = {name: value for name, value in self.yours.items() if name not in self.bound.errors}
        for values in (self.theirs, valid):
            yield diff(
                {name: self.original.get(name) for name in valid}, {name: values.get(name) for name in valid}
            )

    def conflicts(self, model: type[models.Model], names: RecordNames) -> Iterator[FieldConflict]:
        for name, yours in self.yours.items():
            original, theirs = self.original.get(name), self.theirs.get(name)
            if yours != theirs:
                sides = [self._display_value(name, value, names) for value in (original, theirs)]
                sides.append(yours if name in self.bound.errors else self._display_value(name, yours, names))
                yield FieldConflict(
                    name, field_label(model, name), *sides, last_changed_by(original, theirs, yours)
                )

    def _display_value(self, name: str, value, names: RecordNames) -> str:
        if name in self.schema.columns:
            return format_value(self.schema.columns[name], value, names)
        related = self.schema.many_to_many[name].related_model
        return comma_list(names.name(related, text) for text in value or [])

    def apply_choices(self, data, conflicts: list[FieldConflict]) -> None:
        """Replaces submitted values by stored ones where "theirs" was chosen."""
        for each in conflicts:
            if each.choice == ConflictSide.THEIRS and each.name in self.yours:
                data.setlist(self.bound.add_prefix(each.name), submitted_text(self.stored[each.name]))


def submitted_value(form, name: str, schema: DocumentSchema):
    """Returns the value that the document will have after saving. For an invalid value, returns the submitted text."""
    if name in form.errors:
        data = form[name].data
        return comma_list(data) if isinstance(data, list) else data or ""
    if name in schema.columns:
        return normalize_newlines(schema.columns[name].value_of(form.instance))
    return sorted_items(map(natural_key, form.cleaned_data.get(name) or ()))
