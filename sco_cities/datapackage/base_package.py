"""Determines the package that the next update is compared with after a load."""

import dataclasses

from django.contrib.contenttypes.models import ContentType

from sco_cities.history.models import ChangeSource, Revision

from .descriptor import version_of
from .dump import csv_file, in_order
from .models import LoadedPackage
from .natural_keys import RECORD_MODELS
from .parse import Package, archive_of, read_archive
from .tables import TABLES
from .three_way_merge import rows_by_key


def base_after_load(package: Package, last: LoadedPackage | None) -> Package | None:
    """Returns the package to compare the next update with after loading `package`, or None to keep the present one.

    It contains `package` and the rows that are only in `last`, because a load leaves other rows unchanged. The result
    is None if `package` lacks records of an earlier package that is not stored. Call this before the package is
    validated, because validation fills missing columns.
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
    """True if a package that is not stored was loaded and contained records that this package lacks."""
    stored = LoadedPackage.objects.exclude(archive=b"").exclude(change_set=None)
    revisions = Revision.objects.filter(change_set__source=ChangeSource.PACKAGE).exclude(
        change_set__in=stored.values("change_set")
    )
    slugs = {
        ContentType.objects.get_for_model(model).pk: package.slugs(TABLES[name])
        for name, model in RECORD_MODELS.items()
    }
    written = revisions.order_by().values_list("content_type", "slug").distinct()
    return any(slug not in slugs[kind] for kind, slug in written)
