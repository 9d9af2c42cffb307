"""Checks that all values of records published after a load have evidence.

New values of published records need new evidence (see `changes.changed_values`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from sco_cities.changes.changed_values import UnsupportedValues
from sco_cities.db.pk_queries import rows_among
from sco_cities.sources.base_models import FIGURE, PublicationState
from sco_cities.sources.evidence_coverage import fields_without_evidence
from sco_cities.sources.models import Evidence, Report, Stance

from .dump import stored_records
from .errors import PackageError
from .natural_keys import RECORD_MODELS, RecordKey, StoredKeys, content_type, reference
from .parse import Package, Row
from .rules import figure_labels
from .table import Values
from .tables import EVIDENCE, FIGURES, TABLES

VALUE_TABLES = [table for table in TABLES.values() if table.filled_field]


class _Subject(NamedTuple):
    """A record that will be published, with its values, and the cell where an error is reported."""

    values: Values
    table: str
    row: Row
    column: str


def problems(package: Package, stored: StoredKeys) -> Iterator[PackageError]:
    """Yields errors for records that the package publishes or extends without evidence for all their values.

    The rule applies to the state after the load, so the package and the stored rows are both checked. Evidence is valid
    only if its report will be published.
    """
    # If these tables are unreadable, the evidence is unknown. The errors in the tables are reported elsewhere.
    if package.unreadable & {"reports", EVIDENCE.name, FIGURES.name, *(table.name for table in VALUE_TABLES)}:
        return
    subjects = _subjects(package, stored)
    stored.load(subjects)
    filled = _filled_fields(package, stored, subjects)
    supported = _supported_fields(package, stored, subjects)
    for key, subject in subjects.items():
        missing = fields_without_evidence(RECORD_MODELS[key[0]], filled[key], supported[key])
        if not missing:
            continue
        values = {"record": reference(*key), "fields": ", ".join(missing)}
        message = _(
            "No published report supports %(fields)s of %(record)s. Add evidence, or do not publish the record."
        )
        cell = subject.row.cells[subject.column]
        fields = tuple(missing)
        yield PackageError(subject.table, subject.row.line, subject.column, cell, message % values, fields)


def rows_without_evidence(
    package: Package, lacking: Iterable[UnsupportedValues], base: Package | None = None
) -> Iterator[PackageError]:
    """Yields errors for new values of published records without new evidence in the package, in the order of the file.

    Rows that are also in `base`, if given, are skipped.
    """
    message = _(
        "The value changes, but its evidence does not. Add evidence from a published report, or use "
        "--evidence-stands if the existing evidence supports the new value."
    )
    names = {(each.model.collection, each.slug): set(each.names) for each in lacking}
    named = set()
    for table in TABLES.values():
        known = {frozenset(row.cells.items()) for row in base.rows.get(table.name, ())} if base else set()
        for row in package.rows.get(table.name, ()):
            if frozenset(row.cells.items()) in known:
                continue
            wanted = names.get(table.subject_key(row.values), set())
            for name in sorted(wanted):
                if table.is_record_table and name in row.cells:
                    column = name
                elif table.filled_field == name:
                    column = table.key[-1]
                elif table is FIGURES and name == f"{FIGURE}:{row.values.get('label')}":
                    column = "value"
                else:
                    continue
                named.add(table.subject_key(row.values))
                yield PackageError(table.name, row.line, column, row.cells.get(column, ""), message)
    # The values of a record may have changed while it was unpublished, so all values are checked.
    for key in names.keys() - named:
        table = TABLES[key[0]]
        for row in package.rows.get(key[0], ()):
            if table.subject_key(row.values) == key:
                yield PackageError(table.name, row.line, "state", row.cells.get("state", ""), message)


def _report_rows(package: Package) -> dict[str, Row]:
    rows = package.rows.get("reports", ())
    return {row.values["slug"]: row for row in rows if {"slug", "state"} <= row.values.keys()}


def _report_states(package: Package) -> dict[str, str]:
    """Returns the states, after the load, of the package's reports and of the stored reports that the package cites."""
    states = {slug: row.values["state"] for slug, row in _report_rows(package).items()}
    cited = {row.values["report"] for row in package.rows.get(EVIDENCE.name, ()) if "report" in row.values}
    return states | dict(
        rows_among(Report.objects.values_list("slug", "state"), "slug", cited - states.keys())
    )


def _subjects(package: Package, stored: StoredKeys) -> dict[RecordKey, _Subject]:
    subjects = {}
    in_package = set()
    for name in RECORD_MODELS:
        table = TABLES[name]
        for row in package.rows.get(name, ()):
            if table.key[0] not in row.values:
                continue
            key = table.subject_key(row.values)
            in_package.add(key)
            if row.values.get("state") == PublicationState.PUBLISHED:
                subjects.setdefault(key, _Subject(row.values, name, row, "state"))
    others = _stored_subjects(package, stored)
    return subjects | {key: subject for key, subject in others.items() if key not in in_package}


def _stored_subjects(package: Package, stored: StoredKeys) -> dict[RecordKey, _Subject]:
    """Yields stored published records that get a new part from the package or lose a supporting report."""
    causes: dict[tuple[str, int], tuple[str, Row, str]] = {}
    for table in (FIGURES, *VALUE_TABLES):
        for row in package.rows.get(table.name, ()):
            key = table.subject_key(row.values)
            if key and key in stored:
                causes.setdefault((key[0], stored.pk(key)), (table.name, row, table.owner))
    kinds = {content_type(name): name for name in RECORD_MODELS}
    withdrawn = _withdrawn_reports(package)
    evidence = Evidence.objects.supporting()
    evidence = evidence.values_list("content_type_id", "object_id", "passage__report")
    for kind, pk, report in rows_among(evidence, "passage__report", withdrawn):
        causes.setdefault((kinds[kind], pk), ("reports", withdrawn[report], "state"))
    subjects = {}
    for name, model in RECORD_MODELS.items():
        published = model.objects.published().values_list("slug", "pk")
        slugs = dict(rows_among(published, "pk", [pk for collection, pk in causes if collection == name]))
        for row in stored_records(TABLES[name], slugs.values()) if slugs else ():
            key = TABLES[name].subject_key(row.values)
            subjects[key] = _Subject(row.values, *causes[name, slugs[key[1]]])
    return subjects


def _withdrawn_reports(package: Package) -> dict[int, Row]:
    """Maps the primary keys of published reports to the package rows that unpublish them."""
    rows = _report_rows(package)
    slugs = [slug for slug, row in rows.items() if row.values["state"] != PublicationState.PUBLISHED]
    published = Report.objects.published().values_list("pk", "slug")
    return {pk: rows[slug] for pk, slug in rows_among(published, "slug", slugs)}


def _filled_fields(package: Package, stored: StoredKeys, subjects: dict[RecordKey, _Subject]) -> dict:
    """Maps each subject to its filled fields. Figures are "figure:LABEL"."""
    # These fields get their values from rows of other tables. For example, "cities".
    related = defaultdict(set)
    for table in VALUE_TABLES:
        for row in package.rows.get(table.name, ()):
            related[table.subject_key(row.values)].add(table.filled_field)
        owners = {stored.pk(key): key for key in subjects if key[0] == table.owner_table and key in stored}
        having_rows = table.model.objects.order_by().values_list(table.owner, flat=True).distinct()
        for pk in rows_among(having_rows, table.owner, owners):
            related[owners[pk]].add(table.filled_field)
    figures = figure_labels(package, stored, subjects)
    filled = {}
    for key, subject in subjects.items():
        own = {name for name, value in subject.values.items() if value not in (None, "", ())} | related[key]
        fields = [name for name in RECORD_MODELS[key[0]].evidence_fields if name in own]
        filled[key] = fields + [f"{FIGURE}:{label}" for label in figures[key]]
    return filled


def _supported_fields(package: Package, stored: StoredKeys, subjects: dict) -> dict:
    """Maps each subject to the fields that a report to be published supports.

    A missing report is treated as published, because the error is reported elsewhere.
    """
    states, published = _report_states(package), PublicationState.PUBLISHED
    supported = defaultdict(set)
    for row in package.rows.get(EVIDENCE.name, ()):
        # Unreadable cells are treated as supporting, because their errors are reported elsewhere.
        supports = row.values.get("stance", Stance.SUPPORTS) == Stance.SUPPORTS
        if supports and states.get(row.values.get("report"), published) == published:
            supported[row.values.get("record")].add(row.values.get("field"))
    columns = ("object_id", "field", "figure__label", "passage__report__slug", "passage__report__state")
    for kind, owners in stored.by_content_type(subjects).items():
        evidence = Evidence.objects.supporting().filter(content_type=kind).values_list(*columns)
        for pk, field, label, report, state in rows_among(evidence, "object_id", owners):
            if states.get(report, state) == published:
                supported[owners[pk]].add(f"{FIGURE}:{label}" if field == FIGURE else field)
    return supported
