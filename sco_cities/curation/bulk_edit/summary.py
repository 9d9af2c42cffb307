"""The outcome of a bulk edit: numbers of changed, unchanged and refused records, and the changes by value."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.sources.base_models import Record

from .editable_fields import BulkEdit
from .validation import RowValidation

# The page and the message list at most so many refused records, then the number of others.
MAX_NAMED = 50


@dataclass
class BulkEditSummary:
    """The sum of the validations of all batches."""

    model: type[Record]
    edit: BulkEdit
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    refusals: list[tuple[Record, str]] = field(default_factory=list)
    changes: Counter = field(default_factory=Counter)

    def __post_init__(self):
        self._digest = hashlib.sha256()
        self._labels = {
            name: str(capfirst(self.model._meta.get_field(name).verbose_name))
            for name in ("state", *self.edit.columns, *self.edit.lists)
        }
        self._choices = {
            name: {value: str(label) for value, label in self.model._meta.get_field(name).flatchoices}
            for name in ("state", *self.edit.columns)
        }
        self._record_names = {
            (name, record.pk): str(record)
            for lists in (self.edit.added, self.edit.removed)
            for name, records in lists.items()
            for record in records
        }

    def add(self, validations: list[RowValidation]) -> None:
        """Adds the validations of a batch."""
        for validation in validations:
            rows = list(self._change_rows(validation))
            self._digest.update(f"{validation.record.pk} {validation.refusal} {rows}".encode())
            if validation.refusal:
                self.refused += 1
                if len(self.refusals) < MAX_NAMED:
                    self.refusals.append((validation.record, validation.refusal))
            elif validation.will_change:
                self.changed += 1
                self.changes.update(rows)
            else:
                self.unchanged += 1

    @property
    def fingerprint(self) -> str:
        """A hash of the outcome of each record."""
        return self._digest.hexdigest()

    @property
    def more_refused(self) -> int:
        """The number of refused records that are not listed in `refusals`."""
        return self.refused - len(self.refusals)

    @property
    def change_rows(self) -> list[tuple[str, str, str, int]]:
        """(field label, old value, new value, number of records), sorted."""
        return [(*row, number) for row, number in sorted(self.changes.items())]

    def _change_rows(self, validation: RowValidation) -> Iterator[tuple[str, str, str]]:
        for name, (old, new) in validation.columns.items():
            yield self._labels[name], self._display_value(name, old), self._display_value(name, new)
        for name in self.edit.lists:
            for key in sorted(validation.removed[name]):
                yield self._labels[name], self._record_names[name, key], ""
            for key in sorted(validation.added[name]):
                yield self._labels[name], "", self._record_names[name, key]

    def _display_value(self, name: str, value) -> str:
        return _("empty") if value is None else self._choices[name].get(value) or str(value)
