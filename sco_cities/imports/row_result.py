"""The result of validating a file, with the outcome, changes and errors of each row."""

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


class FoundBy(models.TextChoices):
    """The criterion that was used to find the record of a row. The value for an id is the name of its column."""

    SLUG = "", _("matched by slug")
    GEONAMES_ID = "geonames_id", _("matched by GeoNames id")
    WIKIDATA_ID = "wikidata_id", _("matched by Wikidata id")
    ADDRESS = "address", _("matched by address")
    NAME = "name", _("matched by name")
    NAME_AND_COUNTRY = "name_and_country", _("matched by name and country")
    NAME_AND_DATE = "name_and_date", _("matched by name and date")
    TEXT_AND_SPEAKER = "text_and_speaker", _("matched by text and speaker")
    ANSWER = "answer", _("chosen by you")
    NEW = "new", _("new; the slug is generated from the name")


class LeftOut(models.TextChoices):
    """The reason why a row is not imported."""

    HEADINGS = "headings", _("not imported: repeats the header row")
    HELP = "help", _("not imported: help row of the template")
    HIDDEN = "hidden", _("not imported: hidden row")
    CHOSEN = "chosen", _("not imported: skipped by you")


# The key for other names of the record that the cell lacks, in the notes of a row and in the counts of rows.
MISSING_NAMES = "missing_names"
FOUND_BY_NAME = {
    FoundBy.NAME, FoundBy.NAME_AND_COUNTRY, FoundBy.NAME_AND_DATE, FoundBy.TEXT_AND_SPEAKER, FoundBy.ANSWER,
}  # fmt: skip


# Key, in the notes of a row, of the columns whose English text was transliterated.
TRANSLITERATED = "transliterated"
# Key of the values that the curator must tick. These values are counted together with the rows.
ASKED = "asked"


@dataclass(frozen=True)
class CellError:
    """An error in a cell, or in the whole row if `column` is empty. `message` includes the correction."""

    column: str
    value: str
    message: str


@dataclass(slots=True)
class RowResult:
    """A validated row of a file, with its spreadsheet number, the slug of its record, its changes and errors.

    `changes` maps columns to (old, new). `duplicates` are the records, or rows of the file, that a new record may
    duplicate. `found_by` is the criterion that was used to find its record. `evidence` is the passage that the row
    cites and the fields that it supports. `asked` maps the values of a published record that change without new
    evidence (see `row_evidence`) to the passages that currently support the value. `left_out` is the reason why the row
    is not imported. `missing_names` maps each stored other name that the cell lacks to True if the name is removed,
    otherwise to False. `drafts` are the records that answers add for the row, with kind, slug and name.
    `transliterated` are the columns whose English text is a transliteration.
    """

    number: int
    slug: str
    is_new: bool = False
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    errors: list[CellError] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    found_by: str = ""
    evidence: tuple[str, list[str]] | None = None
    asked: dict[str, list[str]] = field(default_factory=dict)
    is_hidden: bool = False
    left_out: str = ""
    missing_names: dict[str, bool] = field(default_factory=dict)
    drafts: list[list[str]] = field(default_factory=list)
    transliterated: list[str] = field(default_factory=list)

    @property
    def notes(self) -> dict[str, object]:
        """The notes that the preview shows in addition to the changes of the row."""
        notes = {
            "found_by": self.found_by, "evidence": self.evidence, ASKED: self.asked, "hidden": self.is_hidden,
            "left_out": self.left_out, MISSING_NAMES: self.missing_names, "drafts": self.drafts,
            TRANSLITERATED: self.transliterated,
        }  # fmt: skip
        if not any(notes.values()):
            return {}
        return {name: note for name, note in notes.items() if note}

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
    """The result of a validation, with a fingerprint of all changes and the slugs of the updated records.

    Equal changes have equal fingerprints.
    """

    fingerprint: str
    updated: tuple[str, ...] = ()


class OutcomeCounts(Counter):
    """The number of rows by outcome. `str()` returns the last line of the command's output."""

    def __str__(self):
        words = {RowOutcome.DUPLICATE: "duplicates", RowOutcome.ERROR: "errors"}
        return ", ".join(
            f"{words.get(outcome, outcome.value)} {self[outcome.value]:,}" for outcome in RowOutcome
        )
