"""The package that an update compares with: what was loaded last, or what the history says was loaded."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max

from sco_cities.history.models import ChangeSource, Revision
from sco_cities.history.serialization import Document
from sco_cities.history.versions import documents_at
from sco_cities.sources.base_models import FIGURE

from .descriptor import version_of
from .dump import csv_file, in_order
from .models import LoadedPackage
from .natural_keys import RECORD_MODELS, cell_of
from .parse import Package, archive_of, read_archive
from .relation_columns import SEPARATOR, ForeignKeyColumn, GenericForeignKeyColumn, ManyToManyColumn
from .table import Table
from .tables import ATTENDANCES, EVIDENCE, FIGURES, FORMER_SLUGS, INITIATIVE_CITIES, PASSAGES, RULINGS, TABLES
from .three_way_merge import rows_by_key

# The lists of a document with the rows of each table; figures, evidence and the like are parts of any record.
_LISTS = {
    PASSAGES.name: "passages",
    ATTENDANCES.name: "attendances",
    INITIATIVE_CITIES.name: "city_roles",
    FIGURES.name: "figures",
    EVIDENCE.name: "evidence",
    RULINGS.name: "rulings",
    FORMER_SLUGS.name: "former_slugs",
}
Documents = Mapping[str, list[Document]]


def base_after_load(package: Package, last: LoadedPackage | None) -> Package | None:
    """What the next update compares with after a load of `package`, which leaves other rows as they are.

    That is the package together with the rows of the `last` one that it does not have. None: what the next update
    compares with remains the same, because the package lacks records of an earlier one that is not stored. Call it
    before the package is validated, which fills its missing columns.
    """
    if package.based_on:
        return package
    if last is None or not last.archive:
        return None if _lacks_loaded_records(package) else package
    base, files, is_whole = read_archive(bytes(last.archive)), {}, True
    for table in TABLES.values():
        own = {key: row.cells for key, row in rows_by_key(package, table).items()}
        rows = {key: row.cells for key, row in rows_by_key(base, table).items()}
        rows |= {key: rows.get(key, {}) | cells for key, cells in own.items()}
        is_whole = is_whole and rows == own
        if rows or not table.optional:
            lines = ([cells.get(name, "") for name in table.header] for cells in rows.values())
            files[table.file_name] = csv_file(table, in_order(table, lines))
    if is_whole:
        return package
    return dataclasses.replace(package, version=version_of(files), archive=archive_of(files))


def _lacks_loaded_records(package: Package) -> bool:
    """Whether a load of a package that is not stored has written records that this package does not have."""
    stored = LoadedPackage.objects.exclude(archive=b"").exclude(change_set=None)
    revisions = Revision.objects.filter(change_set__way=ChangeSource.PACKAGE).exclude(
        change_set__in=stored.values("change_set")
    )
    slugs = {
        ContentType.objects.get_for_model(model).pk: package.slugs(TABLES[name])
        for name, model in RECORD_MODELS.items()
    }
    written = revisions.order_by().values_list("content_type", "slug").distinct()
    return any(slug not in slugs[kind] for kind, slug in written)


def package_from_history() -> Package | None:
    """The records as the last load of a package that was not stored left them, as a package; None if there is none.

    For databases loaded by versions that stored no packages. Values of records are exact; rows of theirs that were
    added between two loads cannot be told from rows of the package.
    """
    documents = {name: _documents_after_load(model) for name, model in RECORD_MODELS.items()}
    return package_of(documents) if any(documents.values()) else None


def _documents_after_load(model) -> list[Document]:
    revisions = Revision.objects.filter(
        content_type=ContentType.objects.get_for_model(model), change_set__way=ChangeSource.PACKAGE
    ).exclude(change_set__in=LoadedPackage.objects.exclude(change_set=None).values("change_set"))
    versions = dict(revisions.order_by().values_list("object_id").annotate(Max("pk")))
    return list(documents_at(model, versions).values())


def package_of(documents: Documents) -> Package:
    """The package with these records, given as documents by table."""
    package = Package()
    for table in TABLES.values():
        lines = _record_lines(table, documents) if table.is_record_table else _part_lines(table, documents)
        package.add_rows(table, table.header, [(0, cells) for cells in lines])
    return package


def _record_lines(table: Table, documents: Documents) -> Iterable[list[str]]:
    for document in documents[table.name]:
        yield [
            _cell(column, document.get(column.name if column.attribute == "" else column.attribute))
            for column in table.columns
        ]


def _part_lines(table: Table, documents: Documents) -> Iterable[list[str]]:
    owner = table.by_name[table.owner]
    is_generic = isinstance(owner, GenericForeignKeyColumn)
    speakers = _speakers(documents) if table is PASSAGES else {}
    for collection in RECORD_MODELS if is_generic else (owner.to,):
        for document in documents[collection]:
            slug = cell_of(collection, document["slug"])
            for row in document.get(_LISTS[table.name]) or ():
                values = {**row, table.owner: f"{collection}:{slug}" if is_generic else slug}
                if table is PASSAGES:
                    values["speakers"] = speakers.get(f"{document['slug']}#{row['number']}", [])
                if table is EVIDENCE:
                    values["report"], _hash, values["passage"] = row["passage"].rpartition("#")
                    if row["field"] == FIGURE:
                        values["field"] = f"{FIGURE}:{row['figure']}"
                yield [_cell(column, values.get(column.name)) for column in table.columns]


def _speakers(documents: Documents) -> dict[str, list[str]]:
    """The delegates that each passage quotes."""
    speakers = defaultdict(list)
    for document in documents["delegates"]:
        for passage in document.get("passages") or ():
            speakers[passage].append(document["slug"])
    return speakers


def _cell(column, value) -> str:
    if isinstance(column, ManyToManyColumn):
        return SEPARATOR.join(sorted(cell_of(column.to, slug) for slug in value or ()))
    if isinstance(column, ForeignKeyColumn):
        return cell_of(column.to, value) if value else ""
    text = "" if value is None else str(value)
    return text.upper() if column.attribute == "slug" and column.name == "code" else text
