"""Tells all that is wrong with a package before anything of it is written."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from . import evidence_rules, publish_rules, rules
from .errors import PackageError, closest_match
from .fill_missing_columns import fill_missing_columns
from .natural_keys import RECORD_MODELS, RecordKey, Stored, cell_of
from .parse import Package, Row
from .tables import TABLES

# Finding the name most like a wrong one takes milliseconds: thousands of wrong ones should not take minutes.
MAX_SUGGESTIONS = 200


def check(package: Package) -> list[PackageError]:
    """Every problem of the package, with those met in reading it, in the order of tables and lines.

    References may name rows of the package or stored records. The database is only read; rows of the package
    that lack columns are completed from it.
    """
    stored = Stored()
    problems = [
        *package.problems,
        *fill_missing_columns(package),
        *duplicates(package),
        *unresolved(package, stored),
    ]
    for module in (rules, evidence_rules, publish_rules):
        problems += module.problems(package, stored)
    places = {name: place for place, name in enumerate(TABLES)}
    return sorted(problems, key=lambda problem: (places.get(problem.table, -1), problem.table, problem.line))


def duplicates(package: Package) -> Iterator[PackageError]:
    """Rows with the key of an earlier one."""
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


def unresolved(package: Package, stored: Stored) -> Iterator[PackageError]:
    """References to what is neither in the package nor stored. Loads what is named into `stored`."""
    named = {name: package.slugs(TABLES[name]) for name in RECORD_MODELS}
    stored.load(
        key
        for table in TABLES.values()
        for row in package.rows.get(table.name, ())
        for _column, key in table.names(row.values)
        if key[1] not in named[key[0]]
    )
    suggestions = _Suggestions(named)
    for table in TABLES.values():
        for row in package.rows.get(table.name, ()):
            for column, key in table.names(row.values):
                # What a table that could not be read holds is not known, and its problem is told already.
                if key[1] in named[key[0]] or key in stored or key[0] in package.unread:
                    continue
                message = _("There is no such record in %(table)s.") % {"table": key[0]} + suggestions.of(key)
                # A list has many items, and only some are wrong.
                cell = cell_of(*key) if table.by_name[column] in table.lists else row.cells[column]
                yield PackageError(table.name, row.line, column, cell, message)


class _Suggestions:
    """What a reference to no record may have meant: a row of the package, a stored record, a renamed one."""

    def __init__(self, named: dict[str, set[str]]):
        self._named = named
        self._found: dict[RecordKey, str] = {}

    def of(self, key: RecordKey) -> str:
        if key not in self._found:
            self._found[key] = self._find(key) if len(self._found) < MAX_SUGGESTIONS else ""
        return self._found[key]

    def _find(self, key: RecordKey) -> str:
        collection, slug = key
        model = RECORD_MODELS[collection]
        renamed = rules.stored_by_former_slug(collection, [slug])
        if slug in renamed:
            return " " + _("Its slug has changed: use “%(slug)s”.") % {
                "slug": cell_of(collection, renamed[slug])
            }
        alike = model.objects.filter(slug__startswith=slug[:2]).values_list("slug", flat=True)[:2000]
        candidates = sorted({*self._named[collection], *alike})
        return closest_match(
            cell_of(collection, slug), [cell_of(collection, candidate) for candidate in candidates]
        )
