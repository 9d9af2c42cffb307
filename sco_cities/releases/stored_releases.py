"""The releases on disk, and metadata of the data set.

Each release has a directory with a manifest. The directory name is the date.
"""

import datetime
import hashlib
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Max, Min
from django.db.models.functions import Coalesce
from django.urls import reverse

from delegates.models import Event
from initiatives.models import Initiative
from sco_cities.cities.models import Country
from sco_cities.sources.models import Report


class Coverage(NamedTuple):
    """The days and countries that the published records cover.

    `interval` is an ISO 8601 interval from the earliest date of an initiative, event or report to the latest possible
    date of a report. It is "" if all reports are undated. `countries` contains ISO 3166-1 codes in alphabetical order.
    """

    interval: str
    countries: list[str]


def present_coverage(using: str) -> Coverage:
    """Returns the coverage of the records that are published now."""
    reports = Report.objects.using(using).published().filter(published_first__isnull=False)
    newest = reports.aggregate(last=Max(Coalesce("published_last", "published_first")))["last"]
    days = [
        model.objects.using(using).published().aggregate(first=Min(field))["first"]
        for model, field in (
            (Report, "published_first"),
            (Event, "starts_first"),
            (Initiative, "starts_first"),
        )
    ]
    countries = Country.objects.using(using).published().order_by("slug")
    return Coverage(
        f"{min(filter(None, days))}/{newest}" if newest else "", [country.code for country in countries]
    )


def doi_url() -> str:
    """Returns the DOI of all releases as a URL, or ""."""
    return f"https://doi.org/{settings.DOI}" if settings.DOI else ""


def contact_as(*, email: str, page: str, telephone: str) -> dict[str, str]:
    """Returns the publisher's contact as a dictionary. The parameters are the keys for each type of contact."""
    contact = settings.PUBLISHER_CONTACT
    scheme, _colon, rest = contact.partition(":")
    name, value = {"mailto": (email, rest), "tel": (telephone, rest)}.get(scheme, (page, contact))
    return {name: value} if value else {}


log = logging.getLogger(__name__)

MANIFEST = "manifest.json"
DATE = r"\d{4}-\d\d-\d\d"


@dataclass(frozen=True)
class ReleaseFile:
    """A file of a release."""

    name: str
    path: Path
    size: int
    sha256: str
    media_type: str
    description: str


@dataclass(frozen=True)
class Release:
    """A release, with its directory and manifest."""

    path: Path
    manifest: dict[str, Any]

    @property
    def date(self) -> str:
        return self.path.name

    @property
    def day(self) -> datetime.date:
        return datetime.date.fromisoformat(self.date)

    @property
    def made_at(self) -> datetime.datetime:
        """The time of the release. It contains all records committed before this time."""
        return datetime.datetime.fromisoformat(self.manifest["made_at"])

    @property
    def rows(self) -> dict[str, int]:
        """Row counts by table."""
        return self.manifest["rows"]

    @property
    def coverage(self) -> Coverage:
        """The days and countries that the release's records cover."""
        return Coverage(
            self.manifest.get("temporal_coverage") or "", self.manifest.get("spatial_coverage", [])
        )

    @property
    def is_scheduled(self) -> bool:
        """True if the worker wrote the release and may delete it."""
        return self.manifest["scheduled"]

    def check(self) -> None:
        """Reads the parts of the manifest that the site uses. Raises an exception if the manifest is damaged."""
        _needed = self.files, self.made_at.tzinfo.utcoffset(None), self.rows.items(), self.is_scheduled

    def get_absolute_url(self) -> str:
        return reverse("release", args=[self.date])

    @cached_property
    def files(self) -> list[ReleaseFile]:
        """All files except the manifest, which contains their hashes."""
        return [
            ReleaseFile(
                entry["name"],
                self.path / entry["name"],
                entry["bytes"],
                entry["sha256"],
                entry["media_type"],
                entry["description"],
            )
            for entry in self.manifest["files"]
        ]

    def file(self, name: str) -> ReleaseFile | None:
        """Returns the file (or manifest) with this name, or None."""
        if name == MANIFEST:
            path = self.path / MANIFEST
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            return ReleaseFile(MANIFEST, path, len(content), digest, "application/json", "")
        return next((file for file in self.files if file.name == name), None)


def releases() -> list[Release]:
    """Returns all releases, newest first. The list is empty if the directory does not exist."""
    return list(_read_releases())


def _read_releases() -> Iterator[Release]:
    directory = settings.RELEASES_DIR
    names = (path.name for path in directory.iterdir()) if directory.is_dir() else ()
    found = (release(name) for name in sorted(names, reverse=True))
    return (each for each in found if each is not None)


def release(date: str) -> Release | None:
    """Returns the release with this date (YYYY-MM-DD), or None if it is missing or its manifest is damaged."""
    if not re.fullmatch(DATE, date, re.ASCII):
        return None
    path = settings.RELEASES_DIR / date
    try:
        # The file is read before the date is parsed, because requests for missing releases must not be logged.
        content = (path / MANIFEST).read_bytes()
        datetime.date.fromisoformat(date)
        found = Release(path, json.loads(content))
        found.check()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        _report(path, f"{type(error).__name__}: {error}")
        return None
    return found


@lru_cache
def _report(path: Path, problem: str) -> None:
    """Logs that a release cannot be read. The cache limits the log to one line per problem and process."""
    log.error("The release %s is skipped, because its manifest is invalid (%s)", path, problem)


def temporary_releases() -> list[Release]:
    """Returns the worker's releases that are not the first release of a month, newest first."""
    stored = releases()
    first_of_month = {each.date[:7]: each.date for each in stored}
    return [each for each in stored if each.is_scheduled and each.date != first_of_month[each.date[:7]]]


def kept_releases() -> list[Release]:
    """Returns the releases that the worker never deletes, newest first."""
    temporary = {each.date for each in temporary_releases()}
    return [each for each in releases() if each.date not in temporary]


def newest_release(until: datetime.date | None = None) -> Release | None:
    """Returns the newest release, optionally only up to the day `until`. Returns None if there is no release."""
    last = until.isoformat() if until else "9999-12-31"
    return next((each for each in _read_releases() if each.date <= last), None)
