"""The result of validating a file: outcome, changes and errors of each row."""

from collections import Counter
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _


class RowOutcome(models.TextChoices):
    """The effect of a row on the database."""

    CREATED = "created", _("create")
    UPDATED = "updated", _("update")
    UNCHANGED = "unchanged", _("unchanged")
    DUPLICATE = "duplicate", _("possible duplicate")
    ERROR = "error", _("error")


@dataclass(frozen=True)
class CellError:
    """The error of a cell, or of a row if `column` is empty; `message` says what to correct."""

    column: str
    value: str
    message: str


@dataclass(slots=True)
class RowResult:
    """A validated row of a file: its number as in a spreadsheet, the slug of its record, its changes and errors.

    `changes` holds (old, new) by column. `duplicates` are the records, or rows of the file, that a new record may
    duplicate.
    """

    number: int
    slug: str
    is_new: bool = False
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    errors: list[CellError] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> RowOutcome:
        if self.errors:
            return RowOutcome.ERROR
        if self.duplicates:
            return RowOutcome.DUPLICATE
        if self.is_new:
            return RowOutcome.CREATED
        return RowOutcome.UPDATED if self.changes else RowOutcome.UNCHANGED


@dataclass(frozen=True)
class ValidationResult:
    """The result of a validation: a fingerprint of all changes, and the slugs of the updated records.

    Equal changes have equal fingerprints.
    """

    fingerprint: str
    updated: tuple[str, ...] = ()


class OutcomeCounts(Counter):
    """The number of rows by outcome; `str()` gives the last line of the command's output."""

    def __str__(self):
        words = {RowOutcome.DUPLICATE: "duplicates", RowOutcome.ERROR: "errors"}
        return ", ".join(
            f"{words.get(outcome, outcome.value)} {self[outcome.value]:,}" for outcome in RowOutcome
        )
