"""The evidence that rows get: from one passage named for all of them, or from a report that each row links to."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sco_cities.core import language_codes
from sco_cities.curation.duplicates.normalization import normalized_url
from sco_cities.datapackage.natural_keys import batches
from sco_cities.datapackage.tables import EVIDENCE, PASSAGES, TABLES
from sco_cities.sources.base_models import WHOLE, PublicationState
from sco_cities.sources.models import Passage, Report, Stance

from .column_types import CityRolesColumn, EvidenceColumn, ImportableModel, LinkColumn
from .import_options import NEW, ImportOptions
from .new_slugs import NewSlugs
from .parser.errors import ErrorCell
from .row_result import CellError, RowResult
from .to_package import Cells, PackageBuilder
from .value_resolver import ValueResolver

# The domain of the one question about all addresses for which there is no report.
ADDRESSES = "addresses"
REPORTS = TABLES["reports"]
_SLUG_BASE = "report"


class RowEvidence:
    """Adds evidence for the values of rows that create or change a record.

    A report that is linked to and not stored yet is made as a draft, if the curator wants that. A linked report gets a
    passage for each row, whose summary is the name of the row's record. Nothing that is made by this import is read
    from the database, so that a check and the import itself give the same numbers.
    """

    def __init__(
        self, kind: ImportableModel, names: Iterable[str], options: ImportOptions, resolver: ValueResolver
    ):
        self._kind, self._options, self._resolver = kind, options, resolver
        columns = [kind.columns[name] for name in names]
        self.link = next((column.name for column in columns if isinstance(column, LinkColumn)), "")
        self._cites = any(isinstance(column, EvidenceColumn) for column in columns)
        self._fields = {
            column.name: field
            for column in columns
            if (field := _evidence_field(kind, column)) in kind.model.evidence_fields
        }
        self._slugs = NewSlugs(Report)
        self._stored: dict[str, str] | None = None
        self._new: dict[str, dict[str, str]] = {}
        # By report the numbers of its passages, stored and new, by their summary.
        self._passages: dict[str, dict[str, int]] = {}
        # By stored report the number of its last stored passage; those above are new.
        self._last_stored: dict[str, int] = {}
        # Whether the new report or passage for all rows is stored already; None if that is not known yet.
        self._is_taken: bool | None = None

    def prepare(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Looks up the reports and passages that these rows link to: two queries, the first only once.

        The first call, before anything is written, also looks for the new report or passage for all rows.
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
        for batch in batches(wanted):
            passages = Passage.objects.filter(report__slug__in=batch).order_by("-number")
            for slug, number, summary in passages.values_list("report__slug", "number", "summary"):
                self._passages[slug][summary] = number
                self._passages[slug].setdefault("", number)
                self._last_stored.setdefault(slug, number)

    def add(self, row: RowResult, key: str, cells: Cells, builder: PackageBuilder) -> None:
        """Adds the evidence of a row that changes something; `cells` are its readable cells."""
        passage = self._linked_passage(row, key, cells, builder) if self.link else None
        passage = passage or self._common_passage(row, builder)
        if passage is None:
            return
        fields = [field for name, field in self._fields.items() if cells.get(name, "").strip()]
        fields = list(dict.fromkeys(fields))
        if row.is_new and not (self._cites and row.changes.get("sources")):
            fields = [WHOLE, *fields]
        report, number = passage
        row.evidence = f"{report}#{number}", fields
        for field in fields:
            evidence = [f"{self._kind.name}:{key}", field, report, str(number), "", Stance.SUPPORTS.value]
            builder.add_part(EVIDENCE, tuple(EVIDENCE.required_header), row.number, evidence)

    def _common_passage(self, row: RowResult, builder: PackageBuilder) -> tuple[str, int] | None:
        source: Mapping[str, Any] = self._options.source
        if not source:
            return None
        if self._is_taken:
            message = _("This report or passage has been added in the meantime: name it again.")
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
            # For every row that uses it: the row that it was numbered for may be in another batch, or skipped.
            values = {"report": slug, "number": str(number), "summary": summary}
            builder.add_once(PASSAGES, row.number, values)
        return slug, number

    def _new_report(self, row: RowResult, address: str, builder: PackageBuilder) -> str | None:
        """The slug of a draft for an address without a report; None if the curator has not asked for one."""
        if isinstance(address, ErrorCell) or (error := _address_error(address)):
            message = address.reason if isinstance(address, ErrorCell) else error
            row.errors.append(CellError(self.link, address, message))
            return None
        answer = self._resolver.answer(ADDRESSES, "")
        if answer == "":
            return None
        if answer != NEW or self._options.report_language not in language_codes.CODES:
            self._resolver.ask(ADDRESSES, "", row.number)
            message = _("There is no report with this address. Choose above whether to add a draft of it.")
            if answer == NEW:
                message = _("Choose the language of the new reports with the columns of the file.")
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


def _is_taken(source: Mapping[str, Any]) -> bool:
    """Whether someone else has added the new report or passage since it was named; it would be overwritten."""
    if source.get("new_report"):
        return Report.objects.filter(slug=source["report"]).exists()
    if source.get("new_passage"):
        return Passage.objects.filter(report__slug=source["report"], number=source["number"]).exists()
    return False


def _evidence_field(kind: ImportableModel, column) -> str:
    return "cities" if isinstance(column, CityRolesColumn) and kind.has_roles else column.name


def _address_error(address: str) -> str:
    try:
        REPORTS.by_name["address"].parse(address)
        if not (urlsplit(address).hostname or ""):
            return _("This is not the web address of a report.")
    except (ValueError, ValidationError) as error:
        return str(error)
    return ""
