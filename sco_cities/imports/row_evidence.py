"""Adds evidence to rows. The evidence is one passage for all rows, or the report at the URL in each row."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sco_cities.changes import changed_values
from sco_cities.changes.changed_values import ChangedValues
from sco_cities.core import language_codes
from sco_cities.curation.duplicates.similarity import normalized_url
from sco_cities.datapackage.tables import PASSAGES, TABLES
from sco_cities.db.pk_queries import pk_in, rows_among
from sco_cities.sources.base_models import WHOLE, PublicationState, Record
from sco_cities.sources.models import Evidence, Passage, Report

from .column_types import STATE, ImportableModel, ImportColumn
from .models import ADDRESSES, NEW, ImportOptions
from .new_records import NewSlugs
from .parser.limits import ErrorCell
from .row_result import CellError, RowOutcome, RowResult
from .to_package import Cells, PackageBuilder
from .value_resolver import ValueResolver

REPORTS = TABLES["reports"]
_SLUG_BASE = "report"
PUBLISHED = PublicationState.PUBLISHED.value


class RowEvidence:
    """Adds evidence for the values of rows that create or change a record.

    If the curator has chosen a language for new reports, a linked report that is not stored becomes a draft. The draft
    gets one passage per row. The summary of the passage is the name of the row's record. Objects that this import
    creates are not read from the database, so that the check and the import assign the same numbers.
    """

    def __init__(
        self, kind: ImportableModel, names: Iterable[str], options: ImportOptions, resolver: ValueResolver
    ):
        self._kind, self._options, self._resolver = kind, options, resolver
        columns = [kind.columns[name] for name in names]
        self.link = next((column.name for column in columns if column.is_link), "")
        self._cites = any(column.is_evidence for column in columns)
        self._fields = {
            column.name: field
            for column in columns
            if (field := evidence_field(column)) in kind.model.evidence_fields
        }
        self._slugs = NewSlugs(Report)
        self._stored: dict[str, str] | None = None
        self._new: dict[str, dict[str, str]] = {}
        # Numbers of stored and new passages by report and summary.
        self._passages: dict[str, dict[str, int]] = {}
        # Last stored passage number by stored report. Passages with higher numbers are new.
        self._last_stored: dict[str, int] = {}
        # True if the new report or passage for all rows is already stored. None before the first check.
        self._is_taken: bool | None = None

    def prepare(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Looks up the passages and, at the first call, the reports that these rows link, with one query each.

        The first call must precede all writes, because it also checks whether the new report or passage exists.
        """
        if self._is_taken is None:
            self._is_taken = _is_taken(self._options.source)
        if not self.link:
            return
        if self._stored is None:
            addresses = Report.objects.order_by("-pk").values_list("address", "slug")
            self._stored = {normalized_url(address): slug for address, slug in addresses.iterator()}
        linked = {self._stored.get(normalized_url(cells[self.link])) for cells in rows}
        wanted = [slug for slug in linked if slug and slug not in self._passages]
        self._passages |= {slug: {} for slug in wanted}
        passages = Passage.objects.order_by("-number").values_list("report__slug", "number", "summary")
        for slug, number, summary in rows_among(passages, "report__slug", wanted):
            self._passages[slug][summary] = number
            self._passages[slug].setdefault("", number)
            self._last_stored.setdefault(slug, number)

    def add(self, row: RowResult, key: str, cells: Cells, builder: PackageBuilder) -> None:
        """Adds the evidence of a row with changes. `cells` are the row's readable cells."""
        passage = self._linked_passage(row, key, cells, builder) if self.link else None
        passage = passage or self._common_passage(row, builder)
        if passage is None:
            return
        # The unchanged cells of a grid have the stored values.
        named = row.changes if self._options.grid_columns else cells
        fields = [
            field for name, field in self._fields.items() if name in named and cells.get(name, "").strip()
        ]
        fields = list(dict.fromkeys(fields))
        if row.is_new and not (self._cites and row.changes.get("sources")):
            fields = [WHOLE, *fields]
        report, number = passage
        row.evidence = f"{report}#{number}", fields
        for field in fields:
            builder.add_evidence(row.number, key, field, report, str(number))

    def ask(self, rows: Iterable[RowResult]) -> None:
        """Sets `asked` of each row to the new values of a published record that lack evidence.

        If a row publishes a record again, these values include the changes since the last publication. Runs at most
        three queries for all rows, and a few more if rows publish records.
        """
        model, planned = self._kind.model, {}
        for row in rows:
            if row.outcome == RowOutcome.UPDATED and row.changes.get(STATE, ("", PUBLISHED))[1] == PUBLISHED:
                names = self._new_values(row)
                if names or STATE in row.changes:
                    passage, fields = row.evidence or ("", [])
                    report = passage.rpartition("#")[0]
                    planned[row.slug] = ChangedValues(names, {(field, report) for field in fields})
        states = model.objects.values_list("slug", "pk", "state")
        stored = {slug: (key, state) for slug, key, state in rows_among(states, "slug", planned)}
        keys = {slug: key for slug, (key, state) in stored.items() if state == PUBLISHED}
        published = {row.slug for row in rows if STATE in row.changes}
        unseen = {stored[slug][0]: slug for slug in published.intersection(stored).difference(keys)}
        since = changed_values.changed_since_published(model, list(unseen)) if unseen else {}
        for key, values in since.items():
            keys[unseen[key]], planned[unseen[key]] = key, planned[unseen[key]] | values
        lacking = changed_values.values_without_evidence(model, {slug: planned[slug] for slug in keys})
        supporting = _supporting_passages(model, {keys[slug] for slug in lacking}) if lacking else {}
        for row in rows if lacking else ():
            row.asked = {
                name: supporting.get((keys[row.slug], name), []) for name in lacking.get(row.slug, ())
            }

    def _new_values(self, row: RowResult) -> set[str]:
        """Returns the keys of the new values that need separate evidence."""
        names = set()
        for name, (old, new) in row.changes.items():
            key = self._fields.get(name, "")
            if key not in self._kind.model.own_evidence or key in names:
                continue
            is_list = self._kind.columns[name].is_list
            if set(map(str.strip, new.split(";"))) - set(map(str.strip, old.split(";"))) if is_list else new:
                names.add(key)
        # A report that the import will publish is not stored yet.
        if row.evidence and self._options.source.get("new_report", {}).get("state") == PUBLISHED:
            names -= set(row.evidence[1])
        return names

    def _common_passage(self, row: RowResult, builder: PackageBuilder) -> tuple[str, int] | None:
        source: Mapping[str, Any] = self._options.source
        if not source:
            return None
        if self._is_taken:
            message = _("Someone has added this report or passage in the meantime. Enter it again.")
            row.errors.append(CellError("", "", message))
            return None
        if source.get("new_report"):
            builder.add_once(REPORTS, row.number, source["new_report"])
        if source.get("new_passage"):
            builder.add_once(PASSAGES, row.number, source["new_passage"])
        return source["report"], source["number"]

    def _linked_passage(
        self, row: RowResult, key: str, cells: Cells, builder: PackageBuilder
    ) -> tuple[str, int] | None:
        address = cells.get(self.link, "").strip()
        if not address:
            return None
        slug = self._stored.get(normalized_url(address)) or self._new_report(row, address, builder)
        if slug is None:
            return None
        names = [name for name in self._kind.name_columns if cells.get(name, "").strip()]
        summary = cells[names[0]].strip() if names else f"{self._kind.name}:{key}"
        numbers = self._passages.setdefault(slug, {})
        if summary not in numbers:
            numbers[summary] = numbers[""] = numbers.get("", 0) + 1
        number = numbers[summary]
        if number > self._last_stored.get(slug, 0):
            # The passage is added for every row that uses it, because the first row may be skipped or in another batch.
            values = {"report": slug, "number": str(number), "summary": summary}
            builder.add_once(PASSAGES, row.number, values)
        return slug, number

    def _new_report(self, row: RowResult, address: str, builder: PackageBuilder) -> str | None:
        """Returns the slug of the draft for a URL without a report, or None if the curator does not add drafts."""
        if isinstance(address, ErrorCell) or (error := _address_error(address)):
            message = address.reason if isinstance(address, ErrorCell) else error
            row.errors.append(CellError(self.link, address, message))
            return None
        answer = self._resolver.answer(ADDRESSES, "")
        if answer == "":
            return None
        if answer != NEW or self._options.report_language not in language_codes.codes():
            self._resolver.ask(ADDRESSES, "", row.number)
            message = _("No report has this address. Choose above whether to add a draft report.")
            if answer == NEW:
                message = _("Choose the language of the new reports on the page “Column mapping”.")
            row.errors.append(CellError(self.link, address, message))
            return None
        url = normalized_url(address)
        if url not in self._new:
            host = url.partition("/")[0].partition("?")[0]
            (slug,) = self._slugs.give([self._slugs.base({"publisher": host}) or _SLUG_BASE])
            self._new[url] = {
                "slug": slug, "title": f"({url[:290]})", "publisher": host, "published_on": "", "address": address,
                "language": self._options.report_language, "state": PublicationState.DRAFT.value,
            }  # fmt: skip
        builder.add_once(REPORTS, row.number, self._new[url])
        return self._new[url]["slug"]


def _supporting_passages(model: type[Record], keys: set[int]) -> dict[tuple[int, str], list[str]]:
    """Maps record keys and fields to the passages of published reports that support the values of these records."""
    evidence = Evidence.objects.for_records(model).supporting().from_published_reports()
    evidence = evidence.filter(pk_in(keys, "object_id"), field__in=model.own_evidence)
    passages: dict[tuple[int, str], list[str]] = {}
    columns = ("object_id", "field", "passage__report__slug", "passage__number")
    for key, field, slug, number in evidence.order_by(*columns).values_list(*columns):
        passages.setdefault((key, field), []).append(f"{slug}#{number}")
    return passages


def _is_taken(source: Mapping[str, Any]) -> bool:
    """Returns True if the new report or passage is already stored, so that the import would overwrite it."""
    if source.get("new_report"):
        return Report.objects.filter(slug=source["report"]).exists()
    if source.get("new_passage"):
        return Passage.objects.filter(report__slug=source["report"], number=source["number"]).exists()
    return False


def evidence_field(column: ImportColumn) -> str:
    """Returns the evidence field for the cells of a column."""
    return "cities" if column.role else column.name


def _address_error(address: str) -> str:
    try:
        REPORTS.by_name["address"].parse(address)
        if not (urlsplit(address).hostname or ""):
            return _("This is not a valid URL of a report.")
    except (ValueError, ValidationError) as error:
        return str(error)
    return ""
