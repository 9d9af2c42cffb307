"""Which records of another site's package are records of this site, under whatever slug."""

from collections.abc import Iterator

from sco_cities.cities.models import City
from sco_cities.sources.models import Report

from .natural_keys import RECORD_MODELS, RecordKey, batches
from .parse import Package, Row
from .rules import stored_by_former_slug
from .slug_changes import SlugChanges
from .tables import TABLES

# Columns that name the same thing on every site. Countries have their code as slug.
_IDENTIFIERS = {City.collection: ("geonames_id", "wikidata_id"), Report.collection: ("address",)}


def own_slugs(package: Package) -> SlugChanges:
    """The slugs here of the records of a package that have others there.

    A record is the same if an identifier is, or else its slug or former slug. A record with the slug of another thing
    here, as their identifiers show, gets a slug that is free.
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
        for batch in batches(wanted):
            for value, slug in model.objects.filter(**{f"{column}__in": batch}).values_list(column, "slug"):
                by_identifier[column, value] = slug
    for batch in batches({row.values["slug"] for row in rows} if columns else ()):
        for slug, *values in model.objects.filter(slug__in=batch).values_list("slug", *columns):
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
    """Whether both have an identifier of a kind, and none is the same."""
    pairs = [(there[column], here.get(column)) for column in there]
    both = [(one, other) for one, other in pairs if one not in (None, "") and other not in (None, "")]
    return bool(both) and all(one != other for one, other in both)


def _free_slug(name: str, slug: str, taken: set[str]) -> str:
    stored = set(RECORD_MODELS[name].objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    number = 2
    while f"{slug}-{number}" in taken | stored:
        number += 1
    return f"{slug}-{number}"
