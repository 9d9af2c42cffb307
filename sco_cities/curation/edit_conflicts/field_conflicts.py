"""The fields of a stale form beside what they say now and said when the form was made."""

from collections.abc import Iterator

from django.db import models

from sco_cities.history.delta import Delta, diff
from sco_cities.history.diff_display import NamedValue, field_label, format_value
from sco_cities.history.serialization import Document, DocumentSchema, natural_name, sorted_rows

from .conflict import ConflictSide, FieldConflict, last_changed_by, submitted_text


def unix_lines(value):
    """A text as it is stored, whatever ends its lines in what a browser sends."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


class FieldConflicts:
    """The fields of a form: those `columns` and lists of `names` of a document that it edits.

    `bound` is the form as it was sent and `stored` one of the record as it is now; `original` is the document, or
    the row, that the form was made from, and `theirs` the present one.
    """

    def __init__(self, bound, stored, shape: DocumentSchema, original: Document, theirs: Document):
        self.bound, self.stored, self.shape = bound, stored, shape
        self.original, self.theirs = original, theirs
        bound.is_valid()
        self.yours: Document = {
            name: submitted_value(bound, name, shape)
            for name in bound.fields
            if name in shape.columns or name in shape.names
        }

    @property
    def are_changed(self) -> bool:
        """Whether somebody else has changed one of them."""
        return any(self.theirs.get(name) != self.original.get(name) for name in self.yours)

    def named(self) -> Iterator[Delta]:
        """What the fields say on any side, for `NamedValue`."""
        valid = {name: value for name, value in self.yours.items() if name not in self.bound.errors}
        for said in (self.theirs, valid):
            yield diff(
                {name: self.original.get(name) for name in valid}, {name: said.get(name) for name in valid}
            )

    def differences(self, model: type[models.Model], called: NamedValue) -> Iterator[FieldConflict]:
        for name, yours in self.yours.items():
            original, theirs = self.original.get(name), self.theirs.get(name)
            if yours != theirs:
                said = [self._said(name, value, called) for value in (original, theirs)]
                said.append(yours if name in self.bound.errors else self._said(name, yours, called))
                yield FieldConflict(
                    name, field_label(model, name), *said, last_changed_by(original, theirs, yours)
                )

    def _said(self, name: str, value, called: NamedValue) -> str:
        if name in self.shape.columns:
            return format_value(self.shape.columns[name], value, called)
        related = self.shape.names[name].related_model
        return ", ".join(called.name(related, text) for text in value or [])

    def settle(self, data, differences: list[FieldConflict]) -> None:
        """Puts their texts into what was sent, where they were chosen."""
        for each in differences:
            if each.chosen == ConflictSide.THEIRS and each.name in self.yours:
                data.setlist(self.bound.add_prefix(each.name), submitted_text(self.stored[each.name]))


def submitted_value(form, name: str, shape: DocumentSchema):
    """What a document would hold of a field once it were saved; of a wrong value, what was typed."""
    if name in form.errors:
        typed = form[name].data
        return ", ".join(typed) if isinstance(typed, list) else typed or ""
    if name in shape.columns:
        return unix_lines(shape.columns[name].of(form.instance))
    return sorted_rows(map(natural_name, form.cleaned_data.get(name) or ()))
