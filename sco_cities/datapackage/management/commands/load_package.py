"""Loads a data package into the database, or reports all errors of the package."""

import dataclasses

from django.contrib.contenttypes.models import ContentType
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, transaction

from sco_cities.changes.recorder import Recorder
from sco_cities.core.exceptions import Refused
from sco_cities.datapackage.descriptor import version_of
from sco_cities.datapackage.dump import csv_file, in_order
from sco_cities.datapackage.errors import one_line
from sco_cities.datapackage.load import load, lock_rows
from sco_cities.datapackage.models import UNKNOWN, LoadedPackage
from sco_cities.datapackage.natural_keys import RECORD_MODELS, StoredKeys
from sco_cities.datapackage.other_site import import_package
from sco_cities.datapackage.parse import (
    Package,
    archive_of,
    name_and_version,
    read_any_package,
    read_archive,
    read_package,
)
from sco_cities.datapackage.publish_rules import rows_without_evidence
from sco_cities.datapackage.tables import TABLES
from sco_cities.datapackage.three_way_merge import rows_by_key
from sco_cities.datapackage.update import UpdateSummary, update
from sco_cities.datapackage.validate import check
from sco_cities.db.connections import no_statement_timeout, update_statistics
from sco_cities.facet_index.change_log import prune
from sco_cities.history.models import ChangeSource, Revision


class Command(BaseCommand):
    """Parses and validates the whole package, then writes it completely or not at all.

    Rows are matched with stored rows by slug, or by the key of their table. New rows are created, rows that differ are
    updated, and other stored rows stay unchanged. Loading the same package again changes nothing. An update writes only
    the differences from the last loaded package (see `sco_cities.datapackage.update`).
    """

    help = (
        "Load a data package: a folder with datapackage.json and one CSV file per table. If it has "
        "errors, all of them are reported with their lines, and nothing is written. New rows are "
        "created, rows that differ are updated, and nothing is deleted. With --update, only the "
        "package's changes since the last load are written, and the changes of curators stay. The "
        "package of another site only adds drafts."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", help="the folder, its datapackage.json, or a ZIP file of it")
        way = parser.add_mutually_exclusive_group()
        way.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing if the database already has records, so that no correction is overwritten",
        )
        way.add_argument(
            "--update",
            action="store_true",
            help="write the package's changes since the last load, and list values that curators have also changed",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="with --update: show the changes without making them"
        )
        parser.add_argument(
            "--base",
            metavar="FOLDER",
            help="with --update: compare with the package in this folder instead of the last loaded one",
        )

        parser.add_argument(
            "--other-site",
            action="store_true",
            help=(
                "with --update: the package belongs to another site, as a release always does. Missing records "
                "are added as drafts, and differences are listed"
            ),
        )
        parser.add_argument(
            "--publish",
            action="store_true",
            help=(
                "with a package of another site: publish new records that are published there, and extend "
                "published records"
            ),
        )
        parser.add_argument(
            "--evidence-stands",
            action="store_true",
            help=(
                "write new values of published records even without evidence in the package. You have checked "
                "that the existing evidence supports them"
            ),
        )

    def handle(
        self, *args, path, if_empty, dry_run, base, other_site, publish, evidence_stands, **options
    ):  # fmt: skip
        is_update = options["update"]
        if not is_update and (dry_run or base or other_site or publish):
            raise CommandError("--dry-run, --base, --other-site and --publish need --update.")
        if if_empty and any(model.objects.exists() for model in RECORD_MODELS.values()):
            lines = [_what_is_loaded(path)]
        else:
            package = read_any_package(path)
            # Connects first, because manage.py prints advice if the database is unavailable.
            connection.ensure_connection()
            try:
                with no_statement_timeout(DEFAULT_DB_ALIAS), transaction.atomic():
                    if not is_update:
                        lines = [_load(package, evidence_stands)]
                    elif other_site or package.is_release:
                        lines = _import(package, base, dry_run, evidence_stands, publishes=publish)
                    elif publish:
                        raise CommandError("--publish is only for packages of other sites. Add --other-site.")
                    else:
                        lines = _update(package, base, dry_run, evidence_stands)
                    transaction.set_rollback(dry_run)
            except Refused as refused:
                raise CommandError(_report(refused.reasons)) from refused
            except DatabaseError as error:
                raise CommandError(
                    f"The database rejected the change; nothing was changed: {error}"
                ) from error
            prune(DEFAULT_DB_ALIAS)
            update_statistics(DEFAULT_DB_ALIAS)
        if options["verbosity"]:
            self.stdout.write("\n".join(lines))


def _load(package: Package, evidence_stands: bool) -> str:
    lock_rows(package, StoredKeys())
    base = base_after_load(package, LoadedPackage.objects.filter(name=package.name).newest())
    # The package is validated in the same transaction, because referenced records must still exist during the load.
    if problems := check(package):
        raise Refused(*problems)
    recorder = Recorder(ChangeSource.PACKAGE, evidence_stands=evidence_stands, sets_dates=True)
    try:
        summary = load(package, recorder)
    except Refused as refused:
        raise Refused(*rows_without_evidence(package, recorder.lacking)) from refused
    if base:
        LoadedPackage.objects.remember(base, recorder.change_set)
    return str(summary)


def _update(package: Package, base_path: str | None, dry_run: bool, evidence_stands: bool) -> list[str]:
    if package.problems:
        raise Refused(*package.problems)
    loaded = LoadedPackage.objects.filter(name=package.name).newest()
    base = _given_base(base_path, loaded) if base_path else _stored_base(package.name, loaded)
    reason = f"Update to version {package.version} of the package"
    summary = update(package, base, reason=reason, evidence_stands=evidence_stands)
    package.archive = summary.archive
    LoadedPackage.objects.remember(package, summary.change_set)
    return _lines(summary, dry_run)


def _import(
    package: Package, base_path: str | None, dry_run: bool, evidence_stands: bool, *, publishes: bool
) -> list[str]:
    if base_path:
        raise CommandError("--base is only for packages of this site.")
    if package.problems:
        raise Refused(*package.problems)
    reason = f"Package of another site: {package.name} {package.version}"
    summary = import_package(package, publishes=publishes, reason=reason, evidence_stands=evidence_stands)
    # LoadedPackage stays unchanged, because the next update of this site's own package is compared with it.
    return _lines(summary, dry_run)


def _lines(summary: UpdateSummary, dry_run: bool) -> list[str]:
    lines = ["Nothing was changed. The update would make these changes:"] if dry_run else []
    lines += summary.lines()
    if summary.kept:
        lines += [f"Differences from the package that were kept: {len(summary.kept):,}"]
        lines += sorted(f"  {one_line(str(kept))}" for kept in summary.kept)
    return lines


def _given_base(path: str, loaded: LoadedPackage | None) -> Package:
    base = read_package(path)
    if base.problems:
        raise Refused(*base.problems)
    if loaded and not loaded.archive and loaded.version not in (base.version, UNKNOWN):
        raise CommandError(
            f"The package in {path} is version {base.version}, but the records come from version {loaded.version}."
        )
    return base


def _stored_base(name: str, loaded: LoadedPackage | None) -> Package:
    if loaded is None:
        raise CommandError(
            f"No data package “{name}” has been loaded into this database, so there is nothing to update. "
            "Load it without --update, or add --other-site if it comes from another site."
        )
    if not loaded.archive:
        raise CommandError(
            f"The records come from a dump of version {loaded.version} of the package with changes by "
            "curators. Give the folder of that version with --base to determine these changes."
        )
    return read_archive(bytes(loaded.archive))


def _what_is_loaded(path: str) -> str:
    """Describes the package at `path` in one line, for a database that already contains records."""
    name, version = name_and_version(path)
    loaded = LoadedPackage.objects.filter(name=name).newest()
    if not version or (loaded and loaded.version == version):
        return "The database already has records, so nothing is loaded."
    return (
        f"{path} is not the package in the database. Check what an update would change, then run it without "
        f"--dry-run: manage.py load_package --update --dry-run {path}"
    )


def _report(problems) -> str:
    lines = [str(problem) for problem in problems]
    count = "1 error" if len(lines) == 1 else f"{len(lines):,} errors"
    return "\n".join([f"{count}; nothing was changed:", *lines])


def base_after_load(package: Package, last: LoadedPackage | None) -> Package | None:
    """Returns the base package for the next update, after loading `package`. None means that the base stays the same.

    The result contains `package` and the rows that are only in `last`, because a load leaves those rows unchanged. The
    result is also None if `package` lacks records of an earlier package that is not stored. Call this before the
    package is validated, because validation fills missing columns.
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
    """Returns True if this package lacks records of a loaded package that is not stored."""
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
