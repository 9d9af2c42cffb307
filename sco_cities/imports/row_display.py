"""Prepares the rows of a check result for display, and stores curators' ticks for values without new evidence.

Rows are shown with names of columns, records and choices instead of codes. A check finds the values of published
records that an import changes without new evidence (see `row_evidence`). The preview lists these values in pages, each
value with a tick box. The ticks are stored with the rows. A new check keeps the ticks of rows whose changes and
existing evidence are the same.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from sco_cities.admin_framework.admin_urls import change_url_by_pk
from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.changes.changed_values import in_field_order
from sco_cities.changes.locking import lock
from sco_cities.core.localized_names import split_list
from sco_cities.datapackage.natural_keys import RECORD_MODELS
from sco_cities.datapackage.relation_columns import SEPARATOR
from sco_cities.db.pk_queries import rows_among
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.evidence_coverage import field_label
from sco_cities.sources.models import Report

from .column_types import OTHER_NAMES, ImportableModel
from .models import NEW, ImportJob, ImportOptions, ImportRow, ImportStage
from .parser.limits import MAX_ROWS
from .row_evidence import evidence_field
from .row_result import ASKED, MISSING_NAMES, TRANSLITERATED, RowOutcome, RowResult
from .value_names import domain_of, record_labels


class RowDisplay:
    """Looks up the names in the rows of a page, with one query per related collection."""

    def __init__(self, kind: ImportableModel, rows: Sequence[ImportRow], options: ImportOptions):
        self._kind = kind
        self._domains = {name: domain_of(kind.name, column) for name, column in kind.columns.items()}
        self._labels: dict[str, dict[str, str]] = {}
        cells: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            for column, change in row.changes.items():
                if domain := self._domains.get(column, ""):
                    cells[domain].update(item for cell in change for item in split_list(cell))
        for domain, items in cells.items():
            if domain in RECORD_MODELS:
                self._labels[domain] = record_labels(domain, {item.lower() for item in items})
            else:
                field = kind.model._meta.get_field(domain.partition(".")[2])
                self._labels[domain] = {value: str(label) for value, label in field.choices}
        slugs = {row.slug for row in rows} - {""}
        stored = kind.model._base_manager.filter(slug__in=slugs) if slugs else kind.model._base_manager.none()
        self._keys = dict(stored.values_list("slug", "pk"))
        self._names = record_labels(kind.name, slugs, with_cell=False)
        self._alike = record_labels(kind.name, {cell.lower() for row in rows for cell in row.alike})
        self._reports = {options.source["report"]: options.source["label"]} if options.source else {}
        cited = {_passage_of(row).rpartition("#")[0] for row in rows} - {"", *self._reports}
        self._reports |= rows_among(Report.objects.values_list("slug", "title"), "slug", cited)

    def displayed(self, row: ImportRow) -> dict[str, Any]:
        """Returns the displayed values of a row.

        `changes` are (label, old, new), `mistakes` are (label, value, message), and `alike_records` are the cells and
        labels of the records that a new row may duplicate.
        """
        titles = [row.changes[name][1] for name in self._kind.name_columns if name in row.changes]
        name = self._names.get(row.slug) or next(filter(None, titles), "")
        drafts = {(kind, slug): name for kind, slug, name in row.notes.get("drafts", ())}
        changes = [
            (column_label(self._kind, column), self._text(column, old, {}), self._text(column, new, drafts))
            for column, (old, new) in (
                (name, self._changed_names(name, *change)) for name, change in row.changes.items()
            )
        ]
        link = change_url_by_pk(self._kind.model, self._keys[row.slug]) if row.slug in self._keys else ""
        report, _sign, number = _passage_of(row).rpartition("#")
        passage = f"{self._reports.get(report, report)} ¶{number}" if report else ""
        transliterated = comma_list(
            column_label(self._kind, column) for column in row.notes.get(TRANSLITERATED, ())
        )
        alike_records = [(cell, self._alike[cell]) for cell in row.alike if cell in self._alike]
        return {
            "row": row, "link": link, "name": name, "changes": changes, "alike": comma_list(row.alike),
            "mistakes": shown_mistakes(self._kind, row.mistakes), "alike_records": alike_records,
            "passage": passage, "transliterated": transliterated,
        }  # fmt: skip

    def _changed_names(self, column: str, old: str, new: str) -> tuple[str, str]:
        """Returns the old and new text of a change. Returns only removed and added names for other names."""
        before, after = split_list(old), split_list(new)
        added = [name for name in after if name not in before]
        if not added or column != OTHER_NAMES:
            return old, new
        return SEPARATOR.join(name for name in before if name not in after), SEPARATOR.join(added)

    def _text(self, column: str, cell: str, drafts: Mapping[tuple[str, str], str]) -> str:
        domain = self._domains.get(column, "")
        labels = self._labels.get(domain, {})

        def label(item: str) -> str:
            added = drafts.get((domain, item))
            return labels.get(item) or (_("%(name)s (new)") % {"name": added} if added else item)

        return SEPARATOR.join(map(label, split_list(cell))) if labels or drafts else cell


def shown_mistakes(
    kind: ImportableModel, mistakes: Iterable[tuple[str, str, str]]
) -> list[tuple[str, str, str]]:
    """Returns the errors of a row with the labels of columns. Omits a value if the message contains it."""
    return [
        (
            column_label(kind, column),
            "" if f"“{value}”" in message or f"«{value}»" in message else value,
            message,
        )
        for column, value, message in mistakes
    ]


def column_label(kind: ImportableModel, column: str) -> str:
    """Returns the label of a column in a result, or the name if the column is unknown."""
    return str(kind.label(column)) if column in kind.columns else column


def _passage_of(row: ImportRow) -> str:
    return (row.notes.get("evidence") or ("", []))[0]


# Key of the confirmed values in the notes of a row.
CONFIRMED = "confirmed"
ROWS_PER_PAGE = 50


def asked_rows(job: ImportJob) -> QuerySet[ImportRow]:
    """Returns the rows of a checked import with values that need a tick."""
    rows = job.row_results.filter(outcome=RowOutcome.UPDATED, notes__has_key=ASKED)
    return rows if job.summary[ASKED] else rows.none()


def asked_values(
    kind: ImportableModel, rows: Sequence[ImportRow], display: RowDisplay
) -> list[dict[str, Any]]:
    """Returns the values that need a tick in these rows, each with row, label, old and new text, passages and tick.

    `code` is the form value that identifies a value.
    """
    values = []
    for row in rows:
        shown = display.displayed(row)
        # Sorted in display order, because PostgreSQL does not keep the key order.
        asked = row.notes[ASKED]
        for key in in_field_order(kind.model, asked):
            changes = [
                change
                for name, change in zip(row.changes, shown["changes"], strict=True)
                if evidence_field(kind.columns[name]) == key
            ]
            values.append({
                "shown": shown, "code": f"{row.number}:{key}", "label": field_label(kind.model, key),
                "changes": changes, "passages": comma_list(asked[key]),
                "is_confirmed": key in row.notes.get(CONFIRMED, ()),
            })  # fmt: skip
    return values


def ticks_by_row(job: ImportJob) -> dict[str, list[str]]:
    """Maps the identities of rows to the values that were confirmed after an earlier check."""
    return {
        _row_key(row.slug, row.changes, row.notes[ASKED]): row.notes[CONFIRMED]
        for row in asked_rows(job).iterator()
        if row.notes.get(CONFIRMED)
    }


def notes_with_ticks(row: RowResult, ticks: Mapping[str, list[str]]) -> dict[str, object]:
    """Returns the notes of a row, including the values that were confirmed for the same row after an earlier check."""
    if not row.asked or not ticks:
        return row.notes
    confirmed = ticks.get(_row_key(row.slug, row.changes, row.asked))
    return row.notes | ({CONFIRMED: confirmed} if confirmed else {})


def _row_key(slug: str, changes: Mapping, asked: Mapping) -> str:
    return json.dumps([slug, changes, asked], sort_keys=True)


def unconfirmed(job: ImportJob) -> list[int]:
    """Returns, for each unticked value, the position of the value's row among the rows that need ticks."""
    notes = asked_rows(job).values_list("notes", flat=True)
    return [
        place
        for place, note in enumerate(notes.iterator())
        for key in note[ASKED]
        if key not in note.get(CONFIRMED, ())
    ]


def confirm(job: ImportJob, seen: str, shown: Iterable[str], ticked: Iterable[str]) -> bool:
    """Stores the ticks of the `shown` codes. Returns False if the fingerprint of the check is no longer `seen`."""
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
    """Returns the import's options, updated with the ticks of the rows that a page showed. Other ticks are kept.

    Also updates the rows that the curator excludes, includes again, or assigns to a record.
    """
    options = ImportOptions(**job.options)
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
