"""What an import would do to each row of a file."""

from collections import Counter
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _


class RowOutcome(models.TextChoices):
    """What becomes of a row."""

    CREATED = "created", _("create")
    UPDATED = "updated", _("update")
    UNCHANGED = "unchanged", _("unchanged")
    DUPLICATE = "duplicate", _("possible duplicate")
    ERROR = "error", _("error")


@dataclass(frozen=True)
class CellError:
    """What is wrong with a cell, or with a row where no column is to blame, and what would be right."""

    column: str
    value: str
    message: str


@dataclass(slots=True)
class RowResult:
    """A row of a file: its number as a spreadsheet counts, its record, and what it would change.

    `changes` holds old and new by column. `alike` are the records, or rows of the file, that a new record may be
    a second time.
    """

    number: int
    slug: str
    is_new: bool = False
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    mistakes: list[CellError] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> RowOutcome:
        if self.mistakes:
            return RowOutcome.ERROR
        if self.alike:
            return RowOutcome.DUPLICATE
        if self.is_new:
            return RowOutcome.CREATED
        return RowOutcome.UPDATED if self.changes else RowOutcome.UNCHANGED


@dataclass(frozen=True)
class ValidationResult:
    """What an examination came to: the slugs of the records it updates, and a fingerprint of all that it changes.

    Two examinations that come to the same changes have the same fingerprint.
    """

    fingerprint: str
    updated: tuple[str, ...] = ()


class OutcomeCounts(Counter):
    """How many rows have which outcome; `str()` gives the line that commands close with."""

    def __str__(self):
        words = {RowOutcome.DUPLICATE: "duplicates", RowOutcome.ERROR: "errors"}
        return ", ".join(
            f"{words.get(outcome, outcome.value)} {self[outcome.value]:,}" for outcome in RowOutcome
        )
