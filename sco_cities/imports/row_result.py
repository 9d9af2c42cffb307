"""What an import would do to each row of a file."""

from collections import Counter
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What becomes of a row."""

    CREATED = "created", _("create")
    UPDATED = "updated", _("update")
    UNCHANGED = "unchanged", _("unchanged")
    DUPLICATE = "duplicate", _("possible duplicate")
    ERROR = "error", _("error")


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a cell, or with a row where no column is to blame, and what would be right."""

    column: str
    value: str
    message: str


@dataclass(slots=True)
class ExaminedRow:
    """A row of a file: its number as a spreadsheet counts, its record, and what it would change.

    `changes` holds old and new by column. `alike` are the records, or rows of the file, that a new record may be
    a second time.
    """

    number: int
    slug: str
    is_new: bool = False
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        if self.mistakes:
            return Outcome.ERROR
        if self.alike:
            return Outcome.DUPLICATE
        if self.is_new:
            return Outcome.CREATED
        return Outcome.UPDATED if self.changes else Outcome.UNCHANGED


@dataclass(frozen=True)
class Findings:
    """What an examination came to: the slugs of the records it updates, and a fingerprint of all that it changes.

    Two examinations that come to the same changes have the same fingerprint.
    """

    fingerprint: str
    updated: tuple[str, ...] = ()


class Tally(Counter):
    """How many rows have which outcome; `str()` gives the line that commands close with."""

    def __str__(self):
        words = {Outcome.DUPLICATE: "duplicates", Outcome.ERROR: "errors"}
        return ", ".join(
            f"{words.get(outcome, outcome.value)} {self[outcome.value]:,}" for outcome in Outcome
        )
