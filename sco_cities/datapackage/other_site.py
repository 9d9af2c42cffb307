"""Imports the package of another site. Adds missing data and does not overwrite stored data.

New records are drafts and published records stay unchanged, unless the caller sets `publishes`. Other differences
between the package and this site are listed.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sco_cities.cities.models import City
from sco_cities.db.pk_queries import rows_among
from sco_cities.history.models import ChangeSource
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Report

from . import slug_changes
from .natural_keys import RECORD_MODELS, RecordKey
from .parse import Package, Row
from .rules import stored_by_former_slug
from .slug_changes import SlugChanges
from .table import Table
from .tables import EVIDENCE, FIGURES, FORMER_SLUGS, PASSAGES, TABLES, figure_label
from .three_way_merge import KeptValue, MergedPackage, RowsByKey, rows_by_key
from .update import MergeRules, UpdateSummary, update

SPEAKERS = "speakers"
IS_PUBLISHED = "is not added, because the record is published here"
ANOTHER_PASSAGE = "is not added, because another passage has this number here"
NO_PASSAGE = "is not added, because its passage is missing"
NO_FIGURE = "is not added, because its figure is missing"
# Columns that identify the same entity on every site. Countries need no identifier, because their slugs are codes.
_IDENTIFIERS = {City.collection: ("geonames_id", "wikidata_id"), Report.collection: ("address",)}


def import_package(
    package: Package, *, publishes: bool = False, reason: str = "", evidence_stands: bool = False
) -> UpdateSummary:
    """Adds the data of the package that this site lacks, in one change set.

    If `publishes` is set, new records keep their publication state from the package, and published records are
    extended. Raises Refused like `update`. Call this function in a transaction.
    """
    own = slug_changes.renamed(package, own_slugs(package))
    # Former URLs of the other site do not redirect on this site.
    own.rows.pop(FORMER_SLUGS.name, None)
    rules = OtherSite(publishes)
    return update(own, Package(), reason=reason, rules=rules, evidence_stands=evidence_stands)


@dataclass(frozen=True)
class OtherSite(MergeRules):
    """The merge rules for a package of another site, which write only missing data."""

    publishes: bool
    source = ChangeSource.IMPORT

    def prepare(self, new: Package, stored: Package) -> None:
        """Makes new records drafts. Existing records keep their state, because states differ between sites."""
        for name in RECORD_MODELS:
            here = rows_by_key(stored, TABLES[name])
            for row in new.rows.get(name, ()):
                key = tuple(row.values.get(column) for column in TABLES[name].key)
                if key in here:
                    row.values.pop("state", None)
                elif not self.publishes:
                    row.values["state"] = row.cells["state"] = PublicationState.DRAFT.value

    def restrict(self, merged: MergedPackage, new: Package, stored: Package) -> None:
        """Moves rows of published records, and evidence that would cite another passage, to `merged.kept`."""
        published = set() if self.publishes else set(_published(stored))
        here = {name: rows_by_key(stored, table) for name, table in TABLES.items()}
        theirs, added = rows_by_key(new, PASSAGES), {}
        # Evidence follows the passages and figures that it refers to.
        for table in TABLES.values():
            rows, remaining = merged.package.rows.get(table.name, []), []
            for row in rows:
                if table.subject_key(row.values) in published:
                    merged.kept += _differences(table, row, here[table.name])
                elif table is EVIDENCE and (reason := _obstacle(row, theirs, added, here)):
                    merged.kept.append(KeptValue.of(EVIDENCE, row, reason=reason))
                else:
                    remaining.append(row)
            if rows:
                merged.package.rows[table.name] = remaining
            if table in (PASSAGES, FIGURES):
                added[table.name] = rows_by_key(merged.package, table)
            if table is PASSAGES and not self.publishes:
                merged.kept += _leave_out_speakers(remaining, here[table.name])


def _published(stored: Package) -> Iterator[RecordKey]:
    for name in RECORD_MODELS:
        for row in stored.rows.get(name, ()):
            if row.values["state"] == PublicationState.PUBLISHED:
                yield TABLES[name].subject_key(row.values)


def _differences(table: Table, row: Row, here: RowsByKey) -> Iterator[KeptValue]:
    """Yields the differences for a row that is not added. If the row is stored, each skipped value is a difference."""
    stored = here.get(tuple(row.values[name] for name in table.key))
    if stored is None:
        yield KeptValue.of(table, row, reason=IS_PUBLISHED)
        return
    for name, cell in row.cells.items():
        if row.values.get(name) != stored.values.get(name):
            yield KeptValue.of(table, row, name, cell, stored.cells.get(name, ""))


def _leave_out_speakers(rows: Collection[Row], here: RowsByKey) -> Iterator[KeptValue]:
    """Removes published delegates as new speakers of passages, because their pages would show these passages."""
    column = PASSAGES.by_name[SPEAKERS]
    named = {slug for row in rows for slug in row.values[SPEAKERS]}
    slugs = RECORD_MODELS[column.to].objects.published().values_list("slug", flat=True)
    published = set(rows_among(slugs, "slug", named))
    for row in rows:
        stored = here.get(tuple(row.values[name] for name in PASSAGES.key))
        left_out = published.difference(stored.values[SPEAKERS] if stored else ())
        for slug in row.values[SPEAKERS]:
            if slug in left_out:
                yield KeptValue.of(PASSAGES, row, SPEAKERS, reason=f"“{slug}” {IS_PUBLISHED}")
        row.set(column, tuple(slug for slug in row.values[SPEAKERS] if slug not in left_out))


def _obstacle(row: Row, theirs: RowsByKey, added: dict[str, RowsByKey], here: dict[str, RowsByKey]) -> str:
    """Returns the reason why evidence cannot be added, or ""."""
    values = row.values
    key = values["report"], values["passage"]
    passage = here[PASSAGES.name].get(key)
    if passage is None and key in theirs and key not in added[PASSAGES.name]:
        return NO_PASSAGE
    if passage is not None and key in theirs and theirs[key].values["summary"] != passage.values["summary"]:
        return ANOTHER_PASSAGE
    label = figure_label(values["field"])
    figure = values["record"], label
    if label is not None and figure not in here[FIGURES.name] and figure not in added[FIGURES.name]:
        return NO_FIGURE
    return ""


def own_slugs(package: Package) -> SlugChanges:
    """Maps records of the package to their slugs on this site if the slugs differ.

    Records are the same if they have the same identifier. If they have no identifiers, the slug or a former slug must
    match. If this site uses a slug for an entity with another identifier, the package's record gets a free slug.
    """
    changes: SlugChanges = {}
    for name in RECORD_MODELS:
        rows = [row for row in package.rows.get(name, ()) if TABLES[name].key[0] in row.values]
        slugs = [row.values[TABLES[name].key[0]] for row in rows]
        changes |= {(name, old): new for old, new in stored_by_former_slug(name, slugs).items()}
        changes |= {key: slug for key, slug in _identified(name, rows) if key[1] != slug}
    return changes


def _identified(name: str, rows: list[Row]) -> Iterator[tuple[RecordKey, str]]:
    columns = _IDENTIFIERS.get(name, ())
    by_identifier: dict[tuple, str] = {}
    identifiers: dict[str, dict[str, object]] = {}
    model = RECORD_MODELS[name]
    for column in columns:
        wanted = {row.values.get(column) for row in rows} - {None, ""}
        for value, slug in rows_among(model.objects.values_list(column, "slug"), column, wanted):
            by_identifier[column, value] = slug
    slugs = {row.values["slug"] for row in rows} if columns else ()
    for slug, *values in rows_among(model.objects.values_list("slug", *columns), "slug", slugs):
        identifiers[slug] = dict(zip(columns, values, strict=True))
    taken = {*identifiers, *(row.values.get("slug") for row in rows)}
    for row in rows if columns else ():
        slug, own = row.values["slug"], {column: row.values.get(column) for column in columns}
        found = next((by_identifier[pair] for pair in own.items() if pair in by_identifier), None)
        if found is None and _is_another(own, identifiers.get(slug, {})):
            found = _free_slug(name, slug, taken)
            taken.add(found)
        if found is not None:
            yield (name, slug), found


def _is_another(there: dict[str, object], here: dict[str, object]) -> bool:
    """Returns True if both records have identifiers of the same type but no identifiers match."""
    pairs = [(there[column], here.get(column)) for column in there]
    both = [(one, other) for one, other in pairs if one not in (None, "") and other not in (None, "")]
    return bool(both) and all(one != other for one, other in both)


def _free_slug(name: str, slug: str, taken: set[str]) -> str:
    stored = set(RECORD_MODELS[name].objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    number = 2
    while f"{slug}-{number}" in taken | stored:
        number += 1
    return f"{slug}-{number}"
