"""Edit conflicts in the fields and inline rows of an outdated form.

The sides of a conflict are the submitted, the stored and the original value. Documents contain no primary keys of rows,
so each row is matched with an equal original row, otherwise with the most similar row. Rows with equal unique columns
are the most similar.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from operator import itemgetter

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.core.translations import TRANSLATED_FROM
from sco_cities.history.delta import ADDED, REMOVED, Delta, diff
from sco_cities.history.diff_display import (
    DiffPart,
    RecordNames,
    field_label,
    format_row,
    format_value,
    word_diff,
)
from sco_cities.history.serialization import Document, DocumentSchema, RowSchema, natural_key, sorted_items
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import Record

Row = dict[str, object]
# Minimum fraction of equal columns for two rows to match.
MIN_SIMILARITY = 0.5


class ConflictSide(TextChoices):
    """The side of a conflict to save."""

    YOURS = "yours", _("yours")
    THEIRS = "theirs", _("theirs")


@dataclass
class FieldConflict:
    """A field or row that differs between the sides. Each side is display text, or "" if it has no value or row.

    `choice` is the side to save. It is None until the curator chooses, if both sides changed the value.
    """

    name: str
    label: str
    original: str
    theirs: str
    yours: str
    choice: ConflictSide | None
    has_choice: bool = True

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
        """Applies the submitted choice, if any."""
        if self.has_choice and data.get(self.input_name) in ConflictSide.values:
            self.choice = ConflictSide(data[self.input_name])


def _last_changed_by(original, theirs, yours) -> ConflictSide | None:
    """Returns the side that changed the value, or None if both sides changed it."""
    if theirs == original:
        return ConflictSide.YOURS
    return ConflictSide.THEIRS if yours == original else None


def _submitted_text(bound) -> list[str]:
    """Returns the values that a browser submits for an unchanged bound field."""
    widget = getattr(bound.field.widget, "widget", bound.field.widget)
    value = bound.value()
    if value in (None, False):
        return []
    formatted = widget.format_value(value)
    return list(map(str, formatted)) if isinstance(formatted, list | tuple) else [str(formatted or "")]


def _normalize_newlines(value):
    """Converts submitted CRLF line breaks to LF, as in stored texts."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


class FieldConflicts:
    """A form's conflicts in the columns and many-to-many fields of its document.

    `bound` is the submitted form, and `stored` is a form with the stored values. `original` is the document (or row) at
    the submitted form's version, and `theirs` is the current document.
    """

    def __init__(self, bound, stored, schema: DocumentSchema, original: Document, theirs: Document):
        self.bound, self.stored, self.schema = bound, stored, schema
        self.original, self.theirs = original, theirs
        self.conflicts: list[FieldConflict] = []
        bound.is_valid()
        names = [name for name in bound.fields if name in schema.columns or name in schema.many_to_many]
        self.yours: Document = {name: self._submitted_value(name) for name in names}

    def _submitted_value(self, name: str):
        """Returns the document's value after saving, or the submitted text if the text is invalid."""
        if name in self.bound.errors:
            data = self.bound[name].data
            return comma_list(data) if isinstance(data, list) else data or ""
        if name in self.schema.columns:
            return _normalize_newlines(self.schema.columns[name].value_of(self.bound.instance))
        return sorted_items(map(natural_key, self.bound.cleaned_data.get(name) or ()))

    @property
    def has_their_changes(self) -> bool:
        """True if another account has changed one of the fields."""
        return any(self.theirs.get(name) != self.original.get(name) for name in self.yours)

    def deltas(self) -> Iterator[Delta]:
        """Yields the values of all sides as deltas, so that `RecordNames` can load the names in them."""
        valid = [name for name in self.yours if name not in self.bound.errors]
        original, *sides = (
            {name: values.get(name) for name in valid} for values in (self.original, self.theirs, self.yours)
        )
        return (diff(original, side) for side in sides)

    def find(self, names: RecordNames) -> list[FieldConflict]:
        for name, yours in self.yours.items():
            original, theirs = self.original.get(name), self.theirs.get(name)
            if yours != theirs:
                texts = [self._display_value(name, value, names) for value in (original, theirs)]
                texts.append(yours if name in self.bound.errors else self._display_value(name, yours, names))
                label = field_label(self.bound._meta.model, name)
                choice = _last_changed_by(original, theirs, yours)
                self.conflicts.append(FieldConflict(name, label, *texts, choice))
        return self.conflicts

    def _display_value(self, name: str, value, names: RecordNames) -> str:
        if name in self.schema.columns:
            return format_value(self.schema.columns[name], value, names)
        related = self.schema.many_to_many[name].related_model
        return comma_list(names.name(related, text) for text in value or [])

    def apply_choices(self, data) -> None:
        """Replaces submitted values with stored values where "theirs" was chosen."""
        for each in self.conflicts:
            if each.choice == ConflictSide.THEIRS:
                data.setlist(self.bound.add_prefix(each.name), _submitted_text(self.stored[each.name]))


@dataclass
class MatchedRow:
    """All sides of a row. A stored row that was not on the submitted page has no `index`.

    `posted_key` is the submitted primary key, and `key` is the stored primary key. `yours` is None for a deleted row.
    """

    index: int | None
    posted_key: int | None
    key: int | None
    original: Row | None
    theirs: Row | None
    yours: Row | None
    conflict: FieldConflict | None = None

    @property
    def sides(self) -> tuple[Row | None, Row | None, Row | None]:
        return self.original, self.theirs, self.yours


class InlineConflicts:
    """Compares the rows in the submitted formset of an inline (`bound`) with the current formset (`stored`)."""

    def __init__(self, bound, stored, rows: RowSchema, record: Record, original: list[Row]):
        self.bound, self.stored, self.rows = bound, stored, rows
        self.model = type(record)
        self.original = [_as_submitted(row) for row in original]
        self.theirs = {pk: _as_submitted(row) for _key, pk, row in rows.read(self.model, [record.pk])}
        bound.is_valid()
        self.matched_rows = list(self._match())

    @property
    def has_their_changes(self) -> bool:
        """True if another account has changed one of the rows."""
        return sorted_items(self.theirs.values()) != sorted_items(self.original)

    def deltas(self) -> Iterator[Delta]:
        """Yields the rows of all sides as one delta, so that `RecordNames` can load the names in them."""
        rows = (row for each in self.matched_rows for row in each.sides if row)
        yield {self.rows.name: {REMOVED: list(rows), ADDED: []}}

    def _match(self) -> Iterator[MatchedRow]:
        submitted = list(self._submitted_rows())
        posted = {posted_key for _index, posted_key, _yours in submitted}
        unmatched = {key: row for key, row in self.theirs.items() if key not in posted}
        for index, posted_key, yours in submitted:
            key = posted_key
            if key not in self.theirs:
                same = (
                    each
                    for each, row in unmatched.items()
                    if yours and (yours == row or self.rows.have_same_key(yours, row))
                )
                key = next(same, None)
            unmatched.pop(key, None)
            theirs = self.theirs.get(key)
            if posted_key is None and theirs == yours:
                continue  # Both sides have added the same row.
            original = None if posted_key is None else self._original(theirs, yours)
            yield MatchedRow(index, posted_key, key, original, theirs, yours)
        for key, row in unmatched.items():
            original = row if row in self.original else None
            yield MatchedRow(None, None, key, original, row, original)

    def _submitted_rows(self) -> Iterator[tuple[int, int | None, Row | None]]:
        """Yields the index, primary key (None if new) and values (None if deleted) of each submitted row."""
        for index, form in enumerate(self.bound.forms):
            posted_key = self.bound.data.get(f"{form.prefix}-{self.bound._pk_field.name}") or ""
            if posted_key or form.has_changed():
                is_deleted = self.bound.can_delete and self.bound._should_delete_form(form)
                key = int(posted_key) if is_key(posted_key) else None
                yield index, key, None if is_deleted else self._row_values(form)

    def _row_values(self, form) -> Row:
        values = {
            column.name: _normalize_newlines(column.value_of(form.instance)) for column in self.rows.columns
        }
        values |= {name: form[name].data or "" for name in form.errors if name in values}
        return _as_submitted(self.rows.without_empty(values))

    def _original(self, theirs: Row | None, yours: Row | None) -> Row | None:
        sides = [row for row in (theirs, yours) if row]
        for row in sides:
            if row in self.original:
                return row
        current = list(self.theirs.values())
        by_similarity = [
            (max(self._similarity(row, side) for side in sides), row)
            for row in self.original
            if sides and row not in current
        ]
        similarity, row = max(by_similarity, key=itemgetter(0), default=(0, None))
        return row if similarity >= MIN_SIMILARITY else None

    def _similarity(self, one: Row, other: Row) -> float:
        """Returns the fraction of equal columns, from 0 to 1. The result is 1 if the unique columns are equal."""
        if self.rows.have_same_key(one, other):
            return 1
        return sum(one[name] == other.get(name) for name in one) / len(one)

    def find(self, names: RecordNames) -> Iterator[FieldConflict]:
        format_side = partial(format_row, self.model, self.rows, names=names)
        for number, each in enumerate(self.matched_rows):
            if each.theirs == each.yours:
                continue
            is_unknown = each.original is None and each.posted_key is not None
            each.conflict = FieldConflict(
                f"{self.bound.prefix}-{number}",
                str(self.rows.model._meta.verbose_name),
                *(format_side(row) if row else "" for row in each.sides),
                None if is_unknown else _last_changed_by(*each.sides),
                has_choice=each.index is not None,
            )
            yield each.conflict

    def apply_choices(self, data) -> None:
        """Writes the chosen rows into the submitted data. Stored rows precede new rows."""
        submitted = (match for match in self.matched_rows if match.index is not None)
        rows = [values for match in submitted if (values := self._resolved_values(match)) is not None]
        pk, prefix = self.bound._pk_field.name, self.bound.prefix
        rows.sort(key=lambda values: not any(values.get(pk, [])))
        for name in [name for name in data if re.match(rf"{re.escape(prefix)}-\d+-", name)]:
            del data[name]
        for index, values in enumerate(rows):
            for name, texts in values.items():
                data.setlist(f"{prefix}-{index}-{name}", texts)
        data[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
        data[f"{prefix}-INITIAL_FORMS"] = str(sum(any(values.get(pk, [])) for values in rows))

    def _resolved_values(self, match: MatchedRow) -> dict[str, list[str]] | None:
        """Returns the values that a browser submits for a row's chosen side, or None if that side has no row."""
        is_theirs = match.conflict is not None and match.conflict.choice == ConflictSide.THEIRS
        if match.theirs is None and (is_theirs or match.yours is None):
            return None
        if is_theirs:
            form = next(form for form in self.stored.forms if form.instance.pk == match.key)
            return {name: _submitted_text(form[name]) for name in form.fields}
        start, data = f"{self.bound.prefix}-{match.index}-", self.bound.data
        values = {name.removeprefix(start): data.getlist(name) for name in data if name.startswith(start)}
        return values | {self.bound._pk_field.name: ["" if match.key is None else str(match.key)]}


def _as_submitted(row: Row) -> Row:
    """Removes the columns that are computed from a row's texts when the row is saved."""
    return {name: value for name, value in row.items() if name != TRANSLATED_FROM}
