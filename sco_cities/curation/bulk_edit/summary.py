"""What an edit comes to in all: how many change and from what to what, how many say so already, who is refused."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.sources.base_models import Record

from .editable_fields import BulkEdit
from .validation import RowValidation

# The page and the message name so many of the refused records and then say how many more there are.
MAX_NAMED = 50


@dataclass
class BulkEditSummary:
    """The verdicts of all batches, added up."""

    model: type[Record]
    edit: BulkEdit
    changed: int = 0
    same: int = 0
    refused: int = 0
    named: list[tuple[Record, str]] = field(default_factory=list)
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
        self._named = {
            (name, record.pk): str(record)
            for records_of in (self.edit.added, self.edit.removed)
            for name, records in records_of.items()
            for record in records
        }

    def take_in(self, verdicts: list[RowValidation]) -> None:
        """Adds a batch."""
        for verdict in verdicts:
            lines = list(self._lines(verdict))
            self._digest.update(f"{verdict.record.pk} {verdict.refusal} {lines}".encode())
            if verdict.refusal:
                self.refused += 1
                if len(self.named) < MAX_NAMED:
                    self.named.append((verdict.record, verdict.refusal))
            elif verdict.is_done:
                self.changed += 1
                self.changes.update(lines)
            else:
                self.same += 1

    @property
    def fingerprint(self) -> str:
        """Alike for two summaries in which the same comes of the same records."""
        return self._digest.hexdigest()

    @property
    def unnamed(self) -> int:
        """How many refused records are not named."""
        return self.refused - len(self.named)

    @property
    def lines(self) -> list[tuple[str, str, str, int]]:
        """Each field with an old and a new value, and in how many records the one gives way to the other."""
        return [(*line, number) for line, number in sorted(self.changes.items())]

    def _lines(self, verdict: RowValidation) -> Iterator[tuple[str, str, str]]:
        for name, (old, new) in verdict.columns.items():
            yield self._labels[name], self._shown(name, old), self._shown(name, new)
        for name in self.edit.lists:
            for key in sorted(verdict.going[name]):
                yield self._labels[name], self._named[name, key], ""
            for key in sorted(verdict.coming[name]):
                yield self._labels[name], "", self._named[name, key]

    def _shown(self, name: str, value) -> str:
        return _("empty") if value is None else self._choices[name].get(value) or str(value)
