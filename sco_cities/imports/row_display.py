"""Prepares the rows of a result for display, with names of columns, records and choices instead of codes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sco_cities.admin_framework.admin_urls import change_url_by_pk
from sco_cities.core.localized_names import split_list
from sco_cities.datapackage.natural_keys import RECORD_MODELS
from sco_cities.datapackage.relation_columns import SEPARATOR
from sco_cities.db.pk_queries import batches
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.models import Report

from .column_types import ImportableModel
from .import_options import ImportOptions
from .models import ImportRow
from .row_result import TRANSLITERATED
from .value_names import domain_of, record_labels


@dataclass(frozen=True)
class DisplayedRow:
    """A row as it is shown.

    `changes` are (label, old, new), `mistakes` are (label, value, message), and
    `alike_records` are the cells and labels of the records that a new row may duplicate.
    """

    row: ImportRow
    link: str
    name: str
    changes: list[tuple[str, str, str]]
    mistakes: list[tuple[str, str, str]]
    alike: str
    alike_records: list[tuple[str, str]]
    passage: str
    transliterated: str


class RowDisplay:
    """Looks up the names for the rows of a page, with one query for each related collection."""

    def __init__(self, kind: ImportableModel, rows: Sequence[ImportRow], options: ImportOptions):
        self._kind = kind
        self._domains = {name: domain_of(kind.name, column) for name, column in kind.columns.items()}
        self._labels: dict[str, dict[str, str]] = {}
        self._read_labels(rows)
        slugs = {row.slug for row in rows} - {""}
        stored = kind.model._base_manager.filter(slug__in=slugs) if slugs else kind.model._base_manager.none()
        self._keys = dict(stored.values_list("slug", "pk"))
        self._names = record_labels(kind.name, slugs, with_cell=False)
        self._alike = record_labels(kind.name, {cell.lower() for row in rows for cell in row.alike})
        self._reports = self._report_titles(rows, options)

    def displayed(self, row: ImportRow) -> DisplayedRow:
        """The displayed values of a row."""
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
        return DisplayedRow(
            row,
            link,
            name,
            changes,
            shown_mistakes(self._kind, row.mistakes),
            comma_list(row.alike),
            [(cell, self._alike[cell]) for cell in row.alike if cell in self._alike],
            passage,
            transliterated,
        )

    def _changed_names(self, column: str, old: str, new: str) -> tuple[str, str]:
        """The texts of a change. If other names are added, they contain only the removed and the added names."""
        before, after = split_list(old), split_list(new)
        added = [name for name in after if name not in before]
        if not added or column not in self._kind.columns or not self._kind.columns[column].is_other_names:
            return old, new
        return SEPARATOR.join(name for name in before if name not in after), SEPARATOR.join(added)

    def _text(self, column: str, cell: str, drafts: Mapping[tuple[str, str], str]) -> str:
        domain = self._domains.get(column, "")
        labels = self._labels.get(domain, {})

        def label(item: str) -> str:
            added = drafts.get((domain, item))
            return labels.get(item) or (_("%(name)s (new)") % {"name": added} if added else item)

        return SEPARATOR.join(map(label, _items(cell))) if labels or drafts else cell

    def _read_labels(self, rows: Sequence[ImportRow]) -> None:
        cells: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            for column, change in row.changes.items():
                if domain := self._domains.get(column, ""):
                    cells[domain].update(item for cell in change for item in _items(cell))
        for domain, items in cells.items():
            if domain in RECORD_MODELS:
                self._labels[domain] = record_labels(domain, {item.lower() for item in items})
            else:
                field = self._kind.model._meta.get_field(domain.partition(".")[2])
                self._labels[domain] = {value: str(label) for value, label in field.choices}

    def _report_titles(self, rows: Sequence[ImportRow], options: ImportOptions) -> dict[str, str]:
        slugs = {_passage_of(row).rpartition("#")[0] for row in rows} - {""}
        titles = {options.source["report"]: options.source["label"]} if options.source else {}
        for batch in batches(slugs - titles.keys()):
            titles |= dict(Report.objects.filter(slug__in=batch).values_list("slug", "title"))
        return titles


def shown_mistakes(
    kind: ImportableModel, mistakes: Iterable[tuple[str, str, str]]
) -> list[tuple[str, str, str]]:
    """The errors of a row with the labels of columns. A value is left out if the message quotes it."""
    return [
        (column_label(kind, column), "" if _quotes(message, value) else value, message)
        for column, value, message in mistakes
    ]


def column_label(kind: ImportableModel, column: str) -> str:
    """The label of a column in a result, or its name if it is not known."""
    return str(kind.label(column)) if column in kind.columns else column


def _quotes(message: str, value: str) -> bool:
    return any(f"{start}{value}{end}" in message for start, end in ("“”", "«»"))


def _passage_of(row: ImportRow) -> str:
    return (row.notes.get("evidence") or ("", []))[0]


def _items(cell: str) -> list[str]:
    return [item for item in map(str.strip, cell.split(SEPARATOR.strip())) if item]
