"""Edit conflicts in the inline rows of an outdated form, with the submitted, stored and original rows.

Documents do not contain primary keys of rows. A row is matched with an original row that has equal values, otherwise
with the most similar one. Rows with the same unique columns are the most similar.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from operator import itemgetter

from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.core.translations import TRANSLATED_FROM
from sco_cities.history.delta import ADDED, REMOVED, Delta
from sco_cities.history.diff_display import RecordNames, format_row
from sco_cities.history.serialization import RowSchema, sorted_items
from sco_cities.sources.base_models import Record

from .field_conflicts import ConflictSide, FieldConflict, last_changed_by, normalize_newlines, submitted_text

Row = dict[str, object]
# Rows that are not equal match if at least this fraction of their columns is equal.
MIN_SIMILARITY = 0.5


@dataclass
class SubmittedRow:
    """A submitted row with its index in the formset, its primary key if stored, and its values (None if deleted)."""

    index: int
    key: int | None
    yours: Row | None


@dataclass
class MatchedRow:
    """A submitted row (None if it was not on the page), matched with its stored row and its original row."""

    submitted: SubmittedRow | None
    key: int | None
    original: Row | None
    theirs: Row | None
    conflict: FieldConflict | None = None

    @property
    def is_theirs(self) -> bool:
        return self.conflict is not None and self.conflict.choice == ConflictSide.THEIRS


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
        rows = (row for each in self.matched_rows for row in (each.original, each.theirs, self._yours(each)))
        yield {self.rows.name: {REMOVED: list(filter(None, rows)), ADDED: []}}

    def _match(self) -> Iterator[MatchedRow]:
        submitted = list(self._submitted_rows())
        unmatched = {
            key: row for key, row in self.theirs.items() if key not in {each.key for each in submitted}
        }
        for each in submitted:
            key = each.key if each.key in self.theirs else self._matching_key(each.yours, unmatched)
            unmatched.pop(key, None)
            theirs = self.theirs.get(key)
            if each.key is None and theirs == each.yours:
                continue  # both sides have added the same row
            yield MatchedRow(each, key, self._original(each, theirs), theirs)
        for key, row in unmatched.items():
            yield MatchedRow(None, key, row if row in self.original else None, row)

    def _submitted_rows(self) -> Iterator[SubmittedRow]:
        for index, form in enumerate(self.bound.forms):
            posted_key = self.bound.data.get(f"{form.prefix}-{self.bound._pk_field.name}") or ""
            if posted_key or form.has_changed():
                is_deleted = self.bound.can_delete and self.bound._should_delete_form(form)
                key = int(posted_key) if is_key(posted_key) else None
                yield SubmittedRow(index, key, None if is_deleted else self._row_values(form))

    def _row_values(self, form) -> Row:
        values = {
            column.name: normalize_newlines(column.value_of(form.instance)) for column in self.rows.columns
        }
        values |= {name: form[name].data or "" for name in form.errors if name in values}
        return _as_submitted(self.rows.without_empty(values))

    def _matching_key(self, row: Row | None, stored: dict[int, Row]) -> int | None:
        return next((key for key, each in stored.items() if row and self._is_same_row(row, each)), None)

    def _is_same_row(self, one: Row, other: Row) -> bool:
        return one == other or self.rows.have_same_key(one, other)

    def _original(self, submitted: SubmittedRow, theirs: Row | None) -> Row | None:
        if submitted.key is None:
            return None
        sides = [row for row in (theirs, submitted.yours) if row]
        for row in sides:
            if row in self.original:
                return row
        current = list(self.theirs.values())
        changed = [row for row in self.original if row not in current]
        by_similarity = [
            (max(self._similarity(row, side) for side in sides), row) for row in changed if sides
        ]
        similarity, row = max(by_similarity, key=itemgetter(0), default=(0, None))
        return row if similarity >= MIN_SIMILARITY else None

    def _similarity(self, one: Row, other: Row) -> float:
        """Returns the fraction of equal columns, from 0 to 1. 1 if the unique columns are equal."""
        if self.rows.have_same_key(one, other):
            return 1
        return sum(one[name] == other.get(name) for name in one) / len(one)

    @staticmethod
    def _yours(match: MatchedRow) -> Row | None:
        return match.submitted.yours if match.submitted else match.original

    def conflicts(self, names: RecordNames) -> Iterator[FieldConflict]:
        format_side = partial(format_row, self.model, self.rows, names=names)
        for number, each in enumerate(self.matched_rows):
            sides = (each.original, each.theirs, self._yours(each))
            if sides[1] == sides[2]:
                continue
            is_unknown = (
                each.original is None and each.submitted is not None and each.submitted.key is not None
            )
            each.conflict = FieldConflict(
                f"{self.bound.prefix}-{number}",
                str(self.rows.model._meta.verbose_name),
                *(format_side(row) if row else "" for row in sides),
                None if is_unknown else last_changed_by(*sides),
                has_choice=each.submitted is not None,
            )
            yield each.conflict

    def apply_choices(self, data) -> None:
        """Writes the chosen rows into the submitted data, first stored rows, then new ones."""
        submitted = (match for match in self.matched_rows if match.submitted)
        rows = [values for match in submitted if (values := self._resolved_values(match)) is not None]
        pk = self.bound._pk_field.name
        rows.sort(key=lambda values: not any(values.get(pk, [])))
        prefix = self.bound.prefix
        for name in [name for name in data if name.startswith(f"{prefix}-") and _row_index(name, prefix)]:
            del data[name]
        for index, values in enumerate(rows):
            for name, texts in values.items():
                data.setlist(f"{prefix}-{index}-{name}", texts)
        data[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
        data[f"{prefix}-INITIAL_FORMS"] = str(sum(any(values.get(pk, [])) for values in rows))

    def _resolved_values(self, match: MatchedRow) -> dict[str, list[str]] | None:
        """Returns the values that a browser submits for the chosen side of a row. None if that side has no row."""
        if match.is_theirs:
            if match.theirs is None:
                return None
            form = next(form for form in self.stored.forms if form.instance.pk == match.key)
            return {name: submitted_text(form[name]) for name in form.fields}
        if match.submitted.yours is None and match.theirs is None:
            return None
        start = f"{self.bound.prefix}-{match.submitted.index}-"
        values = {
            name.removeprefix(start): self.bound.data.getlist(name)
            for name in self.bound.data
            if name.startswith(start)
        }
        return values | {self.bound._pk_field.name: ["" if match.key is None else str(match.key)]}


def _as_submitted(row: Row) -> Row:
    """Removes the columns that are computed from a row's texts on saving."""
    return {name: value for name, value in row.items() if name != TRANSLATED_FROM}


def _row_index(name: str, prefix: str) -> str:
    """Returns the index of the row in a field name. "" if the name has none."""
    index = name.removeprefix(f"{prefix}-").partition("-")[0]
    return index if index.isdecimal() else ""
