"""The rows of a stale form beside those that are stored now and were when the form was made.

Documents do not tell which row of then is which row of now: a row that says what one of then said is that one,
and else the one of the same key is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from operator import itemgetter

from sco_cities.curation.admin.autocomplete import is_key
from sco_cities.history.delta import ADDED, REMOVED, Delta
from sco_cities.history.diff_display import NamedValue, format_row
from sco_cities.history.serialization import RowSchema
from sco_cities.sources.base_models import Record

from .conflict import ConflictSide, FieldConflict, last_changed_by, submitted_text
from .field_conflicts import unix_lines

Row = dict[str, object]
# Half of its columns make a row of then the row of now, where nothing else tells which it is.
LIKE = 0.5


@dataclass
class SubmittedRow:
    """A row that was sent: its place among the rows, its key if it was stored, what it says, None if it is to go."""

    place: int
    key: int | None
    yours: Row | None


@dataclass
class MatchedRow:
    """A row as it was sent, with the key and the text of the one that is stored now."""

    sent: SubmittedRow | None
    key: int | None
    original: Row | None
    theirs: Row | None
    difference: FieldConflict | None = None

    @property
    def is_theirs(self) -> bool:
        return self.difference is not None and self.difference.chosen == ConflictSide.THEIRS


class InlineConflicts:
    """The rows of one list: as they were sent (`bound`), and as a page would show them now (`stored`)."""

    def __init__(self, bound, stored, rows: RowSchema, record: Record, original: list[Row]):
        self.bound, self.stored, self.rows = bound, stored, rows
        self.model = type(record)
        self.original = original
        self.theirs = {pk: row for _key, pk, row in rows.read(self.model, [record.pk])}
        bound.is_valid()
        self.matched = list(self._match())

    def named(self) -> Iterator[Delta]:
        """What the rows say on any side, for `NamedValue`."""
        said = (row for each in self.matched for row in (each.original, each.theirs, self._yours(each)))
        yield {self.rows.name: {REMOVED: list(filter(None, said)), ADDED: []}}

    def _match(self) -> Iterator[MatchedRow]:
        sent = list(self._sent())
        left = {key: row for key, row in self.theirs.items() if key not in {each.key for each in sent}}
        for each in sent:
            key = each.key if each.key in self.theirs else self._same(each.yours, left)
            left.pop(key, None)
            theirs = self.theirs.get(key)
            if each.key is None and theirs == each.yours:
                continue  # both added the same
            yield MatchedRow(each, key, self._original(each, theirs), theirs)
        for key, row in left.items():
            yield MatchedRow(None, key, row if row in self.original else None, row)

    def _sent(self) -> Iterator[SubmittedRow]:
        for place, form in enumerate(self.bound.forms):
            typed = self.bound.data.get(f"{form.prefix}-{self.bound._pk_field.name}") or ""
            if typed or form.has_changed():
                is_going = self.bound.can_delete and self.bound._should_delete_form(form)
                key = int(typed) if is_key(typed) else None
                yield SubmittedRow(place, key, None if is_going else self._said(form))

    def _said(self, form) -> Row:
        said = {column.name: unix_lines(column.of(form.instance)) for column in self.rows.columns}
        return said | {name: form[name].data or "" for name in form.errors if name in said}

    def _same(self, row: Row | None, stored: dict[int, Row]) -> int | None:
        return next((key for key, each in stored.items() if row and self._is_same(row, each)), None)

    def _is_same(self, one: Row, other: Row) -> bool:
        return one == other or self.rows.have_one_key(one, other)

    def _original(self, sent: SubmittedRow, theirs: Row | None) -> Row | None:
        if sent.key is None:
            return None
        sides = [row for row in (theirs, sent.yours) if row]
        for row in sides:
            if row in self.original:
                return row
        now = list(self.theirs.values())
        left = [row for row in self.original if row not in now]
        by_likeness = [(max(self._likeness(row, side) for side in sides), row) for row in left if sides]
        likeness, row = max(by_likeness, key=itemgetter(0), default=(0, None))
        return row if likeness >= LIKE else None

    def _likeness(self, one: Row, other: Row) -> float:
        """From 0 to 1, how much two rows have in common."""
        if self.rows.have_one_key(one, other):
            return 1
        return sum(one[name] == other[name] for name in one) / len(one)

    @staticmethod
    def _yours(matched: MatchedRow) -> Row | None:
        return matched.sent.yours if matched.sent else matched.original

    def differences(self, called: NamedValue) -> Iterator[FieldConflict]:
        say = partial(format_row, self.model, self.rows, called=called)
        for number, each in enumerate(self.matched):
            sides = (each.original, each.theirs, self._yours(each))
            if sides[1] == sides[2]:
                continue
            is_unknown = each.original is None and each.sent is not None and each.sent.key is not None
            each.difference = FieldConflict(
                f"{self.bound.prefix}-{number}",
                str(self.rows.model._meta.verbose_name),
                *(say(row) if row else "" for row in sides),
                None if is_unknown else last_changed_by(*sides),
                is_choice=each.sent is not None,
            )
            yield each.difference

    def settle(self, data) -> None:
        """Puts into what was sent the rows that were chosen: first those that are stored, then the new ones."""
        kept = [rows for each in self.matched if each.sent if (rows := self._kept(each)) is not None]
        pk = self.bound._pk_field.name
        kept.sort(key=lambda values: not any(values.get(pk, [])))
        prefix = self.bound.prefix
        for name in [name for name in data if name.startswith(f"{prefix}-") and _place(name, prefix)]:
            del data[name]
        for place, values in enumerate(kept):
            for name, texts in values.items():
                data.setlist(f"{prefix}-{place}-{name}", texts)
        data[f"{prefix}-TOTAL_FORMS"] = str(len(kept))
        data[f"{prefix}-INITIAL_FORMS"] = str(sum(any(values.get(pk, [])) for values in kept))

    def _kept(self, matched: MatchedRow) -> dict[str, list[str]] | None:
        """What a browser would send of a row; None for one that is not there."""
        if matched.is_theirs:
            if matched.theirs is None:
                return None
            form = next(form for form in self.stored.forms if form.instance.pk == matched.key)
            return {name: submitted_text(form[name]) for name in form.fields}
        if matched.sent.yours is None and matched.theirs is None:
            return None
        beginning = f"{self.bound.prefix}-{matched.sent.place}-"
        values = {
            name.removeprefix(beginning): self.bound.data.getlist(name)
            for name in self.bound.data
            if name.startswith(beginning)
        }
        return values | {self.bound._pk_field.name: ["" if matched.key is None else str(matched.key)]}


def _place(name: str, prefix: str) -> str:
    """The place of the row that a field's name belongs to; "" where it belongs to none."""
    place = name.removeprefix(f"{prefix}-").partition("-")[0]
    return place if place.isdecimal() else ""
