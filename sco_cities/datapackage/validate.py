"""Validates a package and reports all errors before anything is written."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from sco_cities.cities.models import City
from sco_cities.core.translations import TRANSLATED_FROM
from sco_cities.db.pk_queries import rows_among
from sco_cities.names import gazetteer

from . import publish_rules, rules
from .columns import PackageColumn
from .dump import stored_records
from .errors import PackageError, closest_match
from .natural_keys import RECORD_MODELS, RecordKey, StoredKeys, cell_of
from .parse import Package, Row
from .table import Table
from .tables import TABLES

# Each suggestion takes milliseconds, so suggestions for thousands of invalid references would take minutes.
MAX_SUGGESTIONS = 200


def check(package: Package) -> list[PackageError]:
    """Returns all errors of the package, including parsing errors, in the order of tables and lines.

    Rows may reference rows of the package or stored records. Missing columns of rows are filled from the database.
    Nothing is written to the database.
    """
    stored = StoredKeys()
    problems = [
        *package.problems,
        *fill_missing_columns(package),
        *duplicates(package),
        *unresolved(package, stored),
    ]
    for problems_in in (rules.problems, rules.evidence_problems, publish_rules.problems):
        problems += problems_in(package, stored)
    order = {name: position for position, name in enumerate(TABLES)}
    return sorted(problems, key=lambda problem: (order.get(problem.table, -1), problem.table, problem.line))


def duplicates(package: Package) -> Iterator[PackageError]:
    """Yields errors for rows with the same key as an earlier row."""
    for table in TABLES.values():
        first: dict[tuple, Row] = {}
        for row in package.rows.get(table.name, ()):
            if not row.values.keys() >= set(table.key):
                continue
            other = first.setdefault(tuple(row.values[name] for name in table.key), row)
            if other is not row:
                message = _("Line %(line)s already has the same key.") % {"line": other.line}
                key = ", ".join(row.cells[name] for name in table.key)
                yield PackageError(table.name, row.line, ", ".join(table.key), key, message)


def unresolved(package: Package, stored: StoredKeys) -> Iterator[PackageError]:
    """Yields errors for references to records that exist neither in the package nor in `stored`. Fills `stored`."""
    in_package = {name: package.slugs(TABLES[name]) for name in RECORD_MODELS}
    stored.load(
        key
        for table in TABLES.values()
        for row in package.rows.get(table.name, ())
        for _column, key in table.references(row.values)
        if key[1] not in in_package[key[0]]
    )
    suggestions: dict[RecordKey, str] = {}
    for table in TABLES.values():
        for row in package.rows.get(table.name, ()):
            for column, key in table.references(row.values):
                # The rows of an unreadable table are unknown, and the table's own error is reported elsewhere.
                if key[1] in in_package[key[0]] or key in stored or key[0] in package.unreadable:
                    continue
                if key not in suggestions and len(suggestions) < MAX_SUGGESTIONS:
                    suggestions[key] = _suggestion(*key, in_package[key[0]])
                message = _("There is no such record in %(table)s.") % {"table": key[0]}
                message += suggestions.get(key, "")
                # In a list, only the invalid item is reported.
                cell = cell_of(*key) if table.by_name[column] in table.lists else row.cells[column]
                yield PackageError(table.name, row.line, column, cell, message)


def _suggestion(collection: str, slug: str, in_package: set[str]) -> str:
    """Suggests a correction for an unresolved reference, from package rows, stored records and renamed records."""
    model = RECORD_MODELS[collection]
    renamed = rules.stored_by_former_slug(collection, [slug])
    if slug in renamed:
        return " " + _("The slug of this record has changed. Use “%(slug)s”.") % {
            "slug": cell_of(collection, renamed[slug])
        }
    if model is City and gazetteer.numbers_of(slug.replace("-", " ")):
        # A slug that names another place is not a misspelling.
        return ""
    similar = model.objects.filter(slug__startswith=slug[:2]).values_list("slug", flat=True)[:2000]
    candidates = sorted({*in_package, *similar})
    return closest_match(
        cell_of(collection, slug), [cell_of(collection, candidate) for candidate in candidates]
    )


def fill_missing_columns(package: Package) -> list[PackageError]:
    """Fills missing columns of rows, because the rules check the records after the load. Returns errors.

    For a new record, the values are empty, and a missing required value is an error. Rows of other tables must have all
    columns, because most of their columns are part of the key.
    """
    problems = []
    for table in TABLES.values():
        # Missing keys and wrong numbers of cells are reported elsewhere.
        rows = [
            row
            for row in package.rows.get(table.name, ())
            if table.key[0] in row.values and not row.cells.keys() >= table.by_name.keys()
        ]
        stored = _stored_rows(table, rows) if table.is_record_table else {}
        for row in rows:
            current = stored.get(row.values[table.key[0]])
            for column in table.columns:
                if column.name in row.cells or not _is_filled(table, column):
                    continue
                row.cells[column.name] = current.cells[column.name] if current else ""
                if not table.is_record_table:
                    message = _("The column is missing.")
                    problems.append(PackageError(table.name, row.line, column.name, "", message))
                elif current:
                    row.values[column.name] = current.values[column.name]
                else:
                    try:
                        row.values[column.name] = column.parse("")
                    except ValueError as error:
                        problems.append(PackageError(table.name, row.line, column.name, "", str(error)))
    return problems


def _is_filled(table: Table, column: PackageColumn) -> bool:
    # The load computes the list of outdated translations, and leaves other missing optional columns unchanged.
    return (table.is_record_table and column.name != TRANSLATED_FROM) or not column.is_optional


def _stored_rows(table: Table, rows: list[Row]) -> dict[str, Row]:
    slugs = [row.values[table.key[0]] for row in rows]
    keys = list(rows_among(table.model.objects.values_list("pk", flat=True), "slug", slugs))
    return {row.values[table.key[0]]: row for row in stored_records(table, keys)}
