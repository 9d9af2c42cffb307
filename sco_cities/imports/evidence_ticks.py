"""The curator's ticks for values of published records that an import changes without new evidence.

A check finds these values (see `row_evidence`). The preview lists them page by page, each with a tick box. The ticks
are stored with the rows. A new check keeps the ticks of rows with the same changes and the same existing evidence.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict

from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.changes.changed_values import in_field_order
from sco_cities.changes.locking import lock
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.evidence_coverage import field_label

from .column_types import ImportableModel
from .import_options import NEW, ImportOptions
from .models import ImportJob, ImportRow, ImportStage
from .parser.limits import MAX_ROWS
from .row_display import DisplayedRow, RowDisplay
from .row_evidence import evidence_field
from .row_result import ASKED, MISSING_NAMES, RowOutcome, RowResult

# Key of the confirmed values in the notes of a row.
CONFIRMED = "confirmed"
ROWS_PER_PAGE = 50


@dataclass(frozen=True)
class AskedValue:
    """A value that a row changes, with its record, label, old and new texts, supporting passages and tick."""

    shown: DisplayedRow
    key: str
    label: str
    changes: list[tuple[str, str, str]]
    passages: str
    is_confirmed: bool

    @property
    def code(self) -> str:
        """The form value that identifies this value."""
        return f"{self.shown.row.number}:{self.key}"


def asked_rows(job: ImportJob) -> QuerySet[ImportRow]:
    """The rows of a checked import with values that need a tick."""
    rows = job.row_results.filter(outcome=RowOutcome.UPDATED, notes__has_key=ASKED)
    return rows if job.summary[ASKED] else rows.none()


def asked_values(kind: ImportableModel, rows: Sequence[ImportRow], display: RowDisplay) -> list[AskedValue]:
    """The values of these rows that need a tick."""
    values = []
    for row in rows:
        shown = display.displayed(row)
        # Sorted in display order, because PostgreSQL does not keep the order of keys.
        asked = row.notes[ASKED]
        for key in in_field_order(kind.model, asked):
            changes = [
                change
                for name, change in zip(row.changes, shown.changes, strict=True)
                if evidence_field(kind.columns[name]) == key
            ]
            is_confirmed = key in row.notes.get(CONFIRMED, ())
            label = field_label(kind.model, key)
            values.append(AskedValue(shown, key, label, changes, comma_list(asked[key]), is_confirmed))
    return values


def ticks_by_row(job: ImportJob) -> dict[str, list[str]]:
    """Maps the identity of rows to the values that were confirmed in an earlier check."""
    return {
        _row_key(row.slug, row.changes, row.notes[ASKED]): row.notes[CONFIRMED]
        for row in asked_rows(job).iterator()
        if row.notes.get(CONFIRMED)
    }


def notes_with_ticks(row: RowResult, ticks: Mapping[str, list[str]]) -> dict[str, object]:
    """The notes of a row, including the values that were confirmed for the same row in an earlier check."""
    if not row.asked or not ticks:
        return row.notes
    confirmed = ticks.get(_row_key(row.slug, row.changes, row.asked))
    return row.notes | ({CONFIRMED: confirmed} if confirmed else {})


def _row_key(slug: str, changes: Mapping, asked: Mapping) -> str:
    return json.dumps([slug, changes, asked], sort_keys=True)


def unconfirmed(job: ImportJob) -> list[int]:
    """For each value without a tick, the index of its row among the rows that need ticks."""
    notes = asked_rows(job).values_list("notes", flat=True)
    return [
        place
        for place, note in enumerate(notes.iterator())
        for key in note[ASKED]
        if key not in note.get(CONFIRMED, ())
    ]


def confirm(job: ImportJob, seen: str, shown: Iterable[str], ticked: Iterable[str]) -> bool:
    """Stores which of the `shown` codes are `ticked`. Returns False if the check is not the one that was `seen`."""
    shown_keys, ticked_keys = _keys_by_row(shown), _keys_by_row(ticked)
    with transaction.atomic():
        lock(ImportJob, {job.pk})
        current = ImportJob.objects.only("stage", "fingerprint").get(pk=job.pk)
        if (current.stage, current.fingerprint) != (ImportStage.CHECKED, seen):
            return False
        rows = list(asked_rows(job).filter(number__in=list(shown_keys)[:ROWS_PER_PAGE]))
        for row in rows:
            others = set(row.notes.get(CONFIRMED, ())) - shown_keys[row.number]
            confirmed = others | (ticked_keys.get(row.number, set()) & row.notes[ASKED].keys())
            row.notes = row.notes | {CONFIRMED: sorted(confirmed)}
        ImportRow.objects.bulk_update(rows, ["notes"])
    return True


def _keys_by_row(codes: Iterable[str]) -> Mapping[int, set[str]]:
    keys: dict[int, set[str]] = {}
    for code in codes:
        number, _colon, key = code.partition(":")
        if number.isascii() and number.isdigit() and len(number) < 10:
            keys.setdefault(int(number), set()).add(key)
    return keys


def ticked(job: ImportJob, data: QueryDict) -> ImportOptions:
    """Returns the options of an import with the ticks of the rows that a page showed. The ticks of other rows stay.

    Rows that the curator leaves out, includes again, or assigns to a record are updated as well.
    """
    options = ImportOptions.from_json(job.options)
    removed = dict(options.removed_names)
    numbers = _row_numbers(data.getlist("shown"))
    for row in job.row_results.filter(number__in=numbers):
        names = row.notes.get(MISSING_NAMES, {})
        chosen = names if "all_shown" in data else data.getlist(f"removed-{row.number}")
        removed[row.slug] = [name for name in names if name in chosen]
    number, _colon, cell = data.get("row_is", "").partition(":")
    records = dict(options.row_records)
    for row in job.row_results.filter(outcome=RowOutcome.DUPLICATE, number__in=_row_numbers([number])):
        if cell in (NEW, *row.alike):
            records[number] = cell
    left_out = {*options.left_out_rows, *_row_numbers(data.getlist("leave_out"))}
    left_out -= _row_numbers(data.getlist("take_in"))
    return replace(
        options,
        removed_names={slug: names for slug, names in removed.items() if names},
        left_out_rows=sorted(left_out),
        row_records=records,
    )


def _row_numbers(texts: Iterable[str]) -> set[int]:
    return {int(text) for text in texts if is_key(text) and int(text) <= MAX_ROWS}
