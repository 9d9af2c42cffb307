"""Models of imports, of the check results of their rows, and of stored column mappings."""

import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from sco_cities.changes.revert_plan import has_created_records, is_reverted
from sco_cities.history.models import ChangeSet
from sco_cities.jobs.background_job import BackgroundJob
from sco_cities.sources.base_models import record_model
from sco_cities.sources.evidence_coverage import field_list

from .row_result import FoundBy, LeftOut, OutcomeCounts, RowOutcome

# Answers that add a record for a row, a report URL or a word. A number after NEW selects a place in the gazetteer.
# HERE adds a record for each city or country that the rows name. BY_ROW requires an answer for each row.
NEW, HERE, BY_ROW = "+", "+@", "#"
# The domains of questions about the records of rows, and of the question about all URLs without a report.
ROWS, ADDRESSES = "rows", "addresses"
# The prefix of a default value that builds titles from the names of a row's cities.
TEMPLATE = "@"


@dataclass(frozen=True)
class ImportOptions:
    """The curator's options for a file, stored with the import. The column mapping is stored separately.

    `answers` maps domains (see `value_names.domain_of`) and folded words to the intended values, or to "" to omit the
    word. If an answer applies only to some rows, its key identifies the rows (see `value_resolver.answer_key`).
    `defaults` are values for empty columns of new records. "=COLUMN" copies the value of another column. `source` is
    the passage that supports the values of all rows (see `source_views.source_of`). `report_language` is the language
    of the reports that are created for URLs in the file. `header_row` is the number of the header row, or 0 to detect
    the row.

    `removed_names` maps slugs to the other names to remove, because the file does not contain them. `removes_names`
    removes all missing names. `left_out_rows` are the numbers of rows that are not imported. `row_records` maps the row
    numbers of possible duplicates to the cell of the existing record, or to NEW. `grid_columns` are the columns on the
    page of a grid. `typed` contains the texts that replace the grid's cells, by slug and column. `page` is the URL of
    the page where the grid was opened.
    """

    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict)
    report_language: str = ""
    skips_hidden_rows: bool = False
    header_row: int = 0
    removed_names: Mapping[str, Collection[str]] = field(default_factory=dict)
    removes_names: bool = False
    left_out_rows: Collection[int] = field(default_factory=list)
    row_records: Mapping[str, str] = field(default_factory=dict)
    grid_columns: Collection[str] = field(default_factory=list)
    typed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    page: str = ""


BLOCK_SIZE = 1024 * 1024
# Number of compressed bytes decompressed at a time. The decompressed data is at most a thousand times as large.
PACKED_BLOCK_SIZE = 4 * 1024


class ImportStage(models.TextChoices):
    """The stage of an import."""

    UPLOADED = "uploaded", _("uploaded")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("checked")
    APPLYING = "applying", _("being applied")
    APPLIED = "applied", _("applied")
    FAILED = "failed", _("failed")


class ImportJob(BackgroundJob):
    """An uploaded file with records of one model.

    `columns` is the column mapping (see `imports.column_mapping`). `options` are the curator's other choices, in the
    format of `ImportOptions`. `questions` are the words that the check did not recognise (see `imports.questions`).
    `message` is the error of a failed stage. The current stage has processed `done` of `rows` rows. `fingerprint`
    identifies the check result, because an import applies only a result that the curator has seen.
    """

    TASK = "sco_cities.imports.jobs.run_import"
    RUNNING_STAGES = (ImportStage.CHECKING, ImportStage.APPLYING)

    kind = models.CharField(_("kind of record"), max_length=20)
    file_name = models.CharField(_("file"), max_length=200)
    packed = models.BinaryField()
    charset = models.CharField(_("character set"), max_length=10, blank=True, default="")
    columns = models.JSONField(_("columns"), default=list)
    options = models.JSONField(default=dict)
    questions = models.JSONField(default=list)
    stage = models.CharField(_("stage"), max_length=10, choices=ImportStage, default=ImportStage.UPLOADED)
    language = models.CharField(max_length=10, default="en")
    rows = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    tally = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    message = models.TextField(_("errors"), blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    creates_duplicates = models.BooleanField(_("also create the possible duplicates"), default=False)
    change_set = models.OneToOneField(
        ChangeSet, models.SET_NULL, null=True, blank=True, related_name="import_job", verbose_name=_("change")
    )

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-pk",)
        # Importing requires a permission on ChangeSet. This model has no page in Django's admin.
        default_permissions = ()

    def __str__(self):
        return self.file_name

    def store(self, file: IO[bytes]) -> None:
        """Compresses and stores the content of an uploaded file."""
        compressor = zlib.compressobj(level=1)
        file.seek(0)
        blocks = [compressor.compress(block) for block in iter(lambda: file.read(BLOCK_SIZE), b"")]
        self.packed = b"".join([*blocks, compressor.flush()])

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Unpacks the uploaded file to a temporary file, which may be a hundred times as large as the stored data."""
        decompressor = zlib.decompressobj()
        with TemporaryFile() as file:
            for start in range(0, len(self.packed), PACKED_BLOCK_SIZE):
                file.write(decompressor.decompress(self.packed[start : start + PACKED_BLOCK_SIZE]))
            file.write(decompressor.flush())
            file.flush()
            yield file

    @property
    def is_grid(self) -> bool:
        """True if the rows are typed into a grid instead of read from a file."""
        return bool(self.options.get("grid_columns"))

    @property
    def opts(self):
        """The `_meta` options of the imported records' model."""
        return record_model(self.kind)._meta

    @property
    def summary(self) -> OutcomeCounts:
        return OutcomeCounts(self.tally)

    @property
    def outcomes(self) -> list[tuple[RowOutcome, int]]:
        """The number of rows by outcome."""
        counts = self.summary
        return [(outcome, counts[outcome.value]) for outcome in RowOutcome]

    @property
    def can_be_applied(self) -> bool:
        """True if the import has been checked and would change something. Rows of a file with errors are not imported.

        A grid must not have errors, because its typed texts are stored only in the grid.
        """
        if self.is_grid and self.summary[RowOutcome.ERROR]:
            return False
        return self.stage == ImportStage.CHECKED and self.writes(creates_duplicates=True)

    def writes(self, *, creates_duplicates: bool) -> bool:
        """Returns True if any row, including possible duplicates, would change something."""
        counts = self.summary
        duplicates = counts[RowOutcome.DUPLICATE] if creates_duplicates else 0
        return bool(counts[RowOutcome.CREATED] + counts[RowOutcome.UPDATED] + duplicates)

    # Cached, because a page reads the value several times.
    @cached_property
    def is_reverted(self) -> bool:
        """True if all changes were reverted, not only the changes to some records or fields.

        False if a created record still exists, for example because it was changed later.
        """
        return (
            self.change_set is not None
            and self.change_set.reverted_by.exists()
            and not has_created_records(self.change_set)
            and is_reverted(self.change_set)
        )


class ImportRow(models.Model):
    """The result of an import for one row of the file."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="row_results")
    number = models.PositiveIntegerField(_("row"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=RowOutcome)
    slug = models.CharField(_("slug"), max_length=200)
    changes = models.JSONField(default=dict)
    mistakes = models.JSONField(default=list)
    alike = models.JSONField(default=list)
    notes = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ("job", "number")
        default_permissions = ()
        indexes = [models.Index(fields=["job", "outcome", "number"], name="imports_row_by_outcome")]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="imports_row_is_unique")]

    def __str__(self):
        return f"{self.number}: {self.slug}"

    @property
    def found_by_label(self) -> str:
        """The label of the method that found the record, or "" if it was found by its slug."""
        return str(dict(FoundBy.choices).get(self.notes.get("found_by"), ""))

    @property
    def left_out_label(self) -> str:
        """The reason why the row is not imported, or "" if it is imported."""
        return str(dict(LeftOut.choices).get(self.notes.get("left_out"), ""))

    @property
    def evidence_fields(self) -> str:
        """The labels of the fields for which the row adds evidence."""
        fields = (self.notes.get("evidence") or ("", []))[1]
        return field_list(record_model(self.job.kind), fields)


class RememberedMapping(models.Model):
    """The last column mapping for a header row, as a suggestion for the next file with the same headings.

    `columns` maps headings to import columns. `defaults` and `answers` have the format of `ImportOptions`.
    """

    kind = models.CharField(_("kind of record"), max_length=20)
    headings = models.CharField(max_length=64)
    columns = models.JSONField(_("columns"), default=dict)
    defaults = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    saved_at = models.DateTimeField(_("date and time"), default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("account")
    )

    class Meta:
        verbose_name = _("remembered mapping")
        verbose_name_plural = _("remembered mappings")
        ordering = ("pk",)
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "headings"], name="imports_mapping_is_unique")]

    def __str__(self):
        return f"{self.kind}: {', '.join(self.columns)}"
