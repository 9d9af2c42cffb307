"""Writes at most one release per day. A release is written either completely or not at all.

The worker writes scheduled releases and deletes old releases.
"""

import datetime
import hashlib
import json
import logging
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db import router
from django.utils import timezone, translation

from initiatives.models import Initiative
from sco_cities.core.locked_directory import locked_directory, sync_directory
from sco_cities.facet_index.read_snapshot import read_snapshot
from sco_cities.history.public_changes import settled_changes
from sco_cities.listings.exports.json_rows import ORJSON_OPTIONS

from . import release_database, released_index
from .column_dictionary import HEADER, column_dictionary
from .flat_tables import FLAT_TABLES
from .public_rows import BATCH_SIZE
from .public_tables import PUBLIC_TABLES
from .release_files import (
    CHANGES,
    CITATION,
    DESCRIPTIONS,
    MEDIA_TYPES,
    PACKAGE,
    README,
    citation_file,
    csv_parts,
    datasette_metadata,
    manifest_document,
    package_about,
    readme,
    write_package,
)
from .stored_releases import MANIFEST, Release, newest_release, present_coverage, release, temporary_releases

UNFINISHED = ".unfinished-"


class ReleaseInProgress(Exception):
    """Raised if another process is writing a release."""


class ReleaseNotWritten(Exception):
    """Raised if a release cannot be written, for example on a full disk. The message is a line for operators."""


def write_release(*, is_scheduled: bool = False) -> tuple[Release, bool]:
    """Writes today's release if it does not exist. Returns the release, and True if the release is new.

    A release gets its final name after all its files are on disk. Files of a killed process are removed. Raises
    ReleaseInProgress if another process is writing a release, and ReleaseNotWritten if writing fails.
    """
    date = timezone.localdate().isoformat()
    try:
        with locked_directory(settings.RELEASES_DIR):
            if existing := release(date):
                return existing, False
            if (path := settings.RELEASES_DIR / date).exists():
                raise FileExistsError(
                    f"{path} has no valid manifest. Restore it from a backup, or move it away"
                )
            for left in settings.RELEASES_DIR.glob(f"{UNFINISHED}*"):
                shutil.rmtree(left)
            new = settings.RELEASES_DIR / f"{UNFINISHED}{date}-{secrets.token_hex(4)}"
            new.mkdir()
            try:
                # The texts of a release are in English, regardless of the active language.
                with translation.override("en"):
                    _write_files(new, date, is_scheduled)
                new.rename(settings.RELEASES_DIR / date)
            finally:
                shutil.rmtree(new, ignore_errors=True)
            sync_directory(settings.RELEASES_DIR)
    except BlockingIOError:
        raise ReleaseInProgress from None
    except (OSError, sqlite3.Error) as error:
        named = isinstance(error, OSError) and error.filename
        reason = f"{error.filename}: {error.strerror}" if named else str(error)
        raise ReleaseNotWritten(f"The release cannot be written: {reason}.") from error
    return release(date), True


def _write_files(directory: Path, date: str, is_scheduled: bool) -> None:
    text, made_at = readme(date), timezone.now()
    using = router.db_for_read(Initiative)
    with (
        read_snapshot(using),
        release_database.release_database(directory / release_database.NAME) as database,
    ):
        write_package(directory / PACKAGE, database, package_about(date), text)
        for flat in FLAT_TABLES:
            name = f"{flat.name.removesuffix('_flat')}.csv"
            _write(directory / name, csv_parts(flat.header, database.flat_rows(flat)))
        rows = {name: database.counts[name] for name in PUBLIC_TABLES}
        change, coverage = database.newest_change, present_coverage(using)
        _write(directory / CHANGES, _change_lines(using))
        _write(directory / released_index.NAME, [released_index.index_document()])
    _write(directory / "columns.csv", csv_parts(HEADER, (entry.cells for entry in column_dictionary())))
    _write(directory / "metadata.json", [datasette_metadata(date).encode()])
    _write(directory / CITATION, [citation_file(date).encode()])
    _write(directory / README, [text.encode()])
    earlier = newest_release()
    document = manifest_document(
        date,
        made_at,
        change,
        rows,
        [_file_entry(directory / name) for name in DESCRIPTIONS],
        coverage,
        previous=earlier and earlier.date,
        is_scheduled=is_scheduled,
    )
    _write(directory / MANIFEST, [(json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()])
    for path in directory.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    sync_directory(directory)


def _change_lines(using: str) -> Iterator[bytes]:
    """Yields the public changes, as in `/api/changes/`, up to the newest change in the release."""
    after: int | None = 0
    while after is not None:
        changes, after = settled_changes(using, after, BATCH_SIZE)
        for change in changes:
            document = change.document(lambda path: settings.SITE_URL + path)
            yield orjson.dumps(document, option=ORJSON_OPTIONS | orjson.OPT_APPEND_NEWLINE)


def _write(path: Path, parts: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(parts)


def _file_entry(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": path.name,
        "bytes": path.stat().st_size,
        "sha256": digest,
        "media_type": MEDIA_TYPES[path.suffix],
        "description": str(DESCRIPTIONS[path.name]),
    }


log = logging.getLogger(__name__)

NEVER, DAY, WEEK = "never", "day", "week"


def make_due_release() -> None:
    """Writes the release for the current RELEASE_EVERY period if it is missing. Deletes old releases."""
    if settings.RELEASE_EVERY == NEVER:
        return
    try:
        newest = newest_release()
        if newest is not None and newest.day >= _first_day(timezone.localdate()):
            return
        release, is_new = write_release(is_scheduled=True)
    except ReleaseInProgress:
        return
    except ReleaseNotWritten as error:
        log.error("%s", error)
        return
    except Exception:
        # The error is only logged, because the next call tries again.
        log.exception("Today's release could not be written")
        return
    if is_new:
        log.info("Released %s", release.date)
        delete_old_releases()


def _first_day(day: datetime.date) -> datetime.date:
    """Returns the first day of the RELEASE_EVERY period that contains `day`."""
    if settings.RELEASE_EVERY == DAY:
        return day
    if settings.RELEASE_EVERY == WEEK:
        return day - datetime.timedelta(days=day.weekday())
    return day.replace(day=1)


def delete_old_releases() -> int:
    """Deletes the worker's releases, except the newest RELEASES_KEEP releases and the first release of each month."""
    old = temporary_releases()[settings.RELEASES_KEEP :]
    if not old:
        return 0
    try:
        with locked_directory(settings.RELEASES_DIR):
            for release in old:
                # The directory is renamed before deletion, so that readers never see a partial release.
                hidden = release.path.with_name(f"{UNFINISHED}{release.date}")
                release.path.rename(hidden)
                shutil.rmtree(hidden)
    except BlockingIOError:
        return 0
    return len(old)
