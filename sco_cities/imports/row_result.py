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
    """The criterion that identified the record of a row. The value for an id is its column name."""

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


# Key in row notes and row counts for stored other names that the cell lacks.
MISSING_NAMES = "missing_names"
FOUND_BY_NAME = {
    FoundBy.NAME, FoundBy.NAME_AND_COUNTRY, FoundBy.NAME_AND_DATE, FoundBy.TEXT_AND_SPEAKER, FoundBy.ANSWER,
}  # fmt: skip


# Key in row notes and row counts for columns whose English text was transliterated.
TRANSLITERATED = "transliterated"
# Key in row notes and row counts for values that the curator must tick. The count is the number of values.
ASKED = "asked"


@dataclass(frozen=True)
class CellError:
    """An error in a cell, or in the row if `column` is empty. `message` includes the correction."""

    column: str
    value: str
    message: str


@dataclass(slots=True)
class RowResult:
    """A validated row of a file, with its row number in the spreadsheet, record slug, changes and errors.

    `changes` maps columns to (old, new). `duplicates` are the stored records or file rows that a new record may
    duplicate. `found_by` is the criterion that identified the record. `evidence` is the cited passage and the fields
    that the passage supports. `asked` maps each field whose new value needs a tick (see `row_evidence`) to the
    passages that support the old value. `left_out` is the reason why the row is not imported. `missing_names` maps each
    stored other name that the cell lacks to True if the import removes the name, otherwise to False. `drafts` contains
    the kind, slug and name of each record that the curator's answers add for the row. `transliterated` are the columns
    whose English text is a transliteration.
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
        """The notes that the preview shows in addition to the row's changes. Empty notes are omitted."""
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
    """Row counts by outcome. `str()` returns the last line of the output of `import_csv`."""

    def __str__(self):
        words = {RowOutcome.DUPLICATE: "duplicates", RowOutcome.ERROR: "errors"}
        return ", ".join(
            f"{words.get(outcome, outcome.value)} {self[outcome.value]:,}" for outcome in RowOutcome
        )
