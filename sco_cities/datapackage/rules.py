"""Validates rows of the package, including evidence and rulings, against other rows and stored records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from delegates.models import Event
from sco_cities.cities.models import PEER_RULES, SLUG_IN_USE, City, CountryGroup
from sco_cities.core import edtf
from sco_cities.db.pk_queries import batches, rows_among
from sco_cities.history.references import slugs_of_today
from sco_cities.sources.base_models import WHOLE
from sco_cities.sources.models import Stance
from sco_cities.sources.report_texts import TRANSLATED_HEADLINE, is_description

from .columns import PackageColumn
from .errors import PackageError, closest_match
from .natural_keys import RECORD_MODELS, RecordKey, StoredKeys, cell_of
from .parse import Package, Row
from .table import Table
from .tables import EVIDENCE, FIGURES, FORMER_SLUGS, PASSAGES, RULINGS, TABLES, figure_label


def problems(package: Package, stored: StoredKeys) -> Iterator[PackageError]:
    """Yields all violations of the rules. `stored` contains the keys of the referenced records."""
    for table in TABLES.values():
        rows = package.rows.get(table.name, [])
        if table.is_record_table:
            for column in table.columns:
                if column.unique and column.name not in table.key:
                    yield from _duplicate_values(table, column, rows)
            yield from _former_slugs_taken(table, rows)
        if "starts_on" in table.by_name:
            yield from _ends_before_start(table, rows)
    yield from _peer_slugs_taken(package)
    yield from _event_cycles(package)
    yield from _statements_without_origin(package)
    yield from _translated_headlines(package)
    yield from _former_slugs_in_use(package, stored)


def _duplicate_values(table: Table, column: PackageColumn, rows: list[Row]) -> Iterator[PackageError]:
    """Yields errors for values of a unique column that another record, in the package or database, also has."""
    rows_with_value = [row for row in rows if row.values.get(column.name) not in (None, "")]
    in_package = {row.values.get(table.key[0]) for row in rows}
    stored = table.model.objects.values_list(column.attribute, "slug")
    values = {row.values[column.name] for row in rows_with_value}
    stored_slugs = {
        value: slug for value, slug in rows_among(stored, column.attribute, values) if slug not in in_package
    }
    first: dict[object, Row] = {}
    for row in rows_with_value:
        value = row.values[column.name]
        if first.setdefault(value, row) is not row:
            message = _("Line %(line)s already has this value.") % {"line": first[value].line}
        elif value in stored_slugs:
            message = _("“%(slug)s” already has this value.") % {"slug": stored_slugs[value]}
        else:
            continue
        yield PackageError(table.name, row.line, column.name, row.cells[column.name], message)


def _ends_before_start(table: Table, rows: list[Row]) -> Iterator[PackageError]:
    for row in rows:
        first = edtf.first_and_last_day(row.values.get("starts_on") or "")[0]
        last = edtf.first_and_last_day(row.values.get("ends_on") or "")[1]
        if first and last and last < first:
            message = _("The end is before the start (%(start)s).") % {"start": row.cells["starts_on"]}
            yield PackageError(table.name, row.line, "ends_on", row.cells["ends_on"], message)


def _peer_slugs_taken(package: Package) -> Iterator[PackageError]:
    """Yields errors for slugs of cities and country groups that name a peer rule or occur in both tables."""
    for model, other in ((City, CountryGroup), (CountryGroup, City)):
        rows = [row for row in package.rows.get(model.collection, ()) if "slug" in row.values]
        taken = {*PEER_RULES, *package.slugs(TABLES[other.collection])}
        for batch in batches(row.values["slug"] for row in rows):
            for field in ("slug", "former_slugs__slug"):
                taken.update(other.objects.filter(**{f"{field}__in": batch}).values_list(field, flat=True))
        for row in rows:
            if row.values["slug"] in taken:
                yield PackageError(model.collection, row.line, "slug", row.cells["slug"], str(SLUG_IN_USE))


def _event_cycles(package: Package) -> Iterator[PackageError]:
    """Yields errors for events that are part of themselves, directly or indirectly."""
    rows = [row for row in package.rows.get("events", ()) if "slug" in row.values and "parent" in row.values]
    if not any(row.values["parent"] for row in rows):
        return
    parents = dict(Event.objects.filter(parent__isnull=False).values_list("slug", "parent__slug"))
    parents |= {row.values["slug"]: row.values["parent"] for row in rows}
    for row in rows:
        slug = row.values["slug"]
        ancestor, seen = parents[slug], set()
        while ancestor and ancestor != slug and ancestor not in seen:
            seen.add(ancestor)
            ancestor = parents.get(ancestor)
        if ancestor == slug:
            message = _("An event cannot be part of itself.")
            yield PackageError("events", row.line, "parent", row.cells["parent"], message)


def _statements_without_origin(package: Package) -> Iterator[PackageError]:
    for row in package.rows.get("statements", ()):
        if row.values.get("delegate", "?") is None and row.values.get("event", "?") is None:
            message = _("Enter the delegate who made the statement or the event where it was made.")
            yield PackageError("statements", row.line, "delegate, event", "", message)


def _translated_headlines(package: Package) -> Iterator[PackageError]:
    for row in package.rows.get("reports", ()):
        if not is_description(row.values.get("title", "(?)")):
            for name in ("title_ru", "title_zh"):
                if row.values.get(name):
                    yield PackageError("reports", row.line, name, row.cells[name], str(TRANSLATED_HEADLINE))


def stored_by_former_slug(collection: str, slugs: Iterable[str]) -> dict[str, str]:
    """Maps the `slugs` that are only former slugs to the current slugs of their records."""
    model = RECORD_MODELS[collection]
    current = {slug: today for slug, (_key, today) in slugs_of_today(model, slugs).items()}
    for slug in rows_among(model.objects.values_list("slug", flat=True), "slug", current):
        del current[slug]
    return current


def _former_slugs_taken(table: Table, rows: list[Row]) -> Iterator[PackageError]:
    """Yields errors for new records with another record's former slug. Links with this slug must keep working."""
    key = table.key[0]
    rows_with_slug = [row for row in rows if key in row.values]
    former = stored_by_former_slug(table.name, [row.values[key] for row in rows_with_slug])
    for row in rows_with_slug:
        if (slug := former.get(row.values[key])) is not None:
            message = _(
                "This was the slug of “%(slug)s”, and links to it must keep working. Use another slug."
            )
            message %= {"slug": cell_of(table.name, slug)}
            yield PackageError(table.name, row.line, key, row.cells[key], message)


def _former_slugs_in_use(package: Package, stored: StoredKeys) -> Iterator[PackageError]:
    """Yields errors for former slugs that are another record's current slug or belong to two records."""
    rows = [row for row in package.rows.get(FORMER_SLUGS.name, ()) if {"record", "slug"} <= row.values.keys()]
    keys = [(row.values["record"][0], row.values["slug"]) for row in rows]
    stored.load(keys)
    in_package = {collection: package.slugs(TABLES[collection]) for collection, _slug in keys}
    first: dict[tuple[str, str], Row] = {}
    for row, key in zip(rows, keys, strict=True):
        other = first.setdefault(key, row)
        if key[1] in in_package[key[0]] or key in stored:
            message = _("A record in %(table)s already uses this slug.") % {"table": key[0]}
        elif other.values["record"] != row.values["record"]:
            message = _("Line %(line)s uses this slug for another record.") % {"line": other.line}
        else:
            continue
        yield PackageError(FORMER_SLUGS.name, row.line, "slug", row.cells["slug"], message)


def evidence_problems(package: Package, stored: StoredKeys) -> Iterator[PackageError]:
    """Yields all violations of the rules for evidence and rulings.

    `stored` contains the keys of the referenced records.
    """
    rows = package.rows.get(EVIDENCE.name, [])
    rulings = package.rows.get(RULINGS.name, [])
    records = {row.values["record"] for row in (*rows, *rulings) if "record" in row.values}
    stored.load(records)
    labels = figure_labels(package, stored, records)
    stored.load_passages(row.values["report"] for row in rows if "report" in row.values)
    passages = _parts(package, PASSAGES, stored.passages)
    for row in rulings:
        if FIGURES.name not in package.unreadable and {"record", "field"} <= row.values.keys():
            yield from _field_problems(RULINGS, row, labels)
    for row in rows:
        values = row.values
        if FIGURES.name not in package.unreadable and {"record", "field"} <= values.keys():
            yield from _field_problems(EVIDENCE, row, labels)
        if PASSAGES.name not in package.unreadable and {"report", "passage"} <= values.keys():
            yield from _passage_problems(row, passages)
        if values.get("stance", Stance.SUPPORTS) != Stance.SUPPORTS and not values.get("reported_value", "?"):
            message = _("Enter the value that the passage reports, because it differs from the record.")
            yield PackageError(EVIDENCE.name, row.line, "reported_value", "", message)


def figure_labels(
    package: Package, stored: StoredKeys, records: Iterable[RecordKey]
) -> dict[RecordKey, dict[str, None]]:
    """Returns the sorted labels of the figures of `records`, from the package and the database."""
    # The database may also contain figures.
    stored.load_figures(records)
    return _parts(package, FIGURES, stored.figures)


def _parts(package: Package, table: Table, stored: Iterable[tuple]) -> dict[object, dict]:
    """Returns the sorted names or numbers of a table's rows by owner, from the database and the package."""
    owner, name = table.key
    rows = [row.values for row in package.rows.get(table.name, ()) if row.values.keys() >= set(table.key)]
    parts = defaultdict(dict)
    for key, part in (*stored, *((values[owner], values[name]) for values in rows)):
        parts[key][part] = None
    return parts


def _field_problems(
    table: Table, row: Row, labels: dict[RecordKey, dict[str, None]]
) -> Iterator[PackageError]:
    record, field = row.values["record"], row.values["field"]
    own = labels.get(record, {})
    label = figure_label(field)
    fields = [WHOLE, *RECORD_MODELS[record[0]].evidence_fields]
    if label in own or (label is None and field in fields):
        return
    if label is None:
        message = _("There is no such evidence field in %(table)s.") % {"table": record[0]}
    else:
        message = _("The record has no such figure.")
    suggestion = closest_match(field, [*fields, *(f"figure:{label}" for label in own)])
    yield PackageError(table.name, row.line, "field", field, message + suggestion)


def _passage_problems(row: Row, passages: dict[str, dict]) -> Iterator[PackageError]:
    report, number = row.values["report"], row.values["passage"]
    numbers = passages.get(report, {})
    if number in numbers:
        return
    if numbers:
        known = ", ".join(map(str, sorted(numbers)))
        message = _("“%(report)s” has no passage with this number. Available passages: %(known)s.") % {
            "report": report,
            "known": known,
        }
    else:
        message = _("“%(report)s” has no passages.") % {"report": report}
    yield PackageError(EVIDENCE.name, row.line, "passage", row.cells["passage"], message)
