"""Writes releases in the worker according to the schedule, and deletes old ones."""

import datetime
import logging
import shutil

from django.conf import settings
from django.utils import timezone

from sco_cities.core.locked_directory import locked_directory

from .release_writer import UNFINISHED, ReleaseInProgress, ReleaseNotWritten, write_release
from .stored_releases import newest_release, temporary_releases

log = logging.getLogger(__name__)

NEVER, DAY, WEEK = "never", "day", "week"


def make_due_release() -> None:
    """Writes the release of this day, week or month if RELEASE_EVERY requires it. Deletes old releases."""
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
        log.exception("The release of today could not be written")
        return
    if is_new:
        log.info("Released %s", release.date)
        delete_old_releases()


def _first_day(day: datetime.date) -> datetime.date:
    """The first day of the RELEASE_EVERY period that contains `day`."""
    if settings.RELEASE_EVERY == DAY:
        return day
    if settings.RELEASE_EVERY == WEEK:
        return day - datetime.timedelta(days=day.weekday())
    return day.replace(day=1)


def delete_old_releases() -> int:
    """Deletes the worker's releases, except the newest RELEASES_KEEP releases and the first of each month."""
    old = temporary_releases()[settings.RELEASES_KEEP :]
    if not old:
        return 0
    try:
        with locked_directory(settings.RELEASES_DIR):
            for release in old:
                # The directory is renamed before it is deleted, so that readers never see a part of the release.
                hidden = release.path.with_name(f"{UNFINISHED}{release.date}")
                release.path.rename(hidden)
                shutil.rmtree(hidden)
    except BlockingIOError:
        return 0
    return len(old)
