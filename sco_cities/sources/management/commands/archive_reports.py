"""Requests a copy of each report from a web archive."""

import time
from datetime import timedelta
from urllib.parse import quote, urldefrag

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from sco_cities.sources import link_checker
from sco_cities.sources.models import AddressCheck, Report

DEFAULT_LIMIT = 100
# The pause between two requests, in seconds.
PAUSE_S = 10.0
RETRY_AFTER_DAYS = 7
# HTTP statuses that an archive returns if requests are too frequent or it is temporarily unavailable.
BUSY = {"429", "503"}
# After this many consecutive requests without a response, the archive is assumed to be down.
MAX_FAILURES = 3
ADDRESS = "{url}"


class Command(BaseCommand):
    """`manage.py archive_reports [--limit N]`. Reports without an earlier request come first."""

    help = (
        "Request a copy of each published report from the web archive in ARCHIVE_URL if check_addresses has "
        "found its page. Save the URL and time of the copy. Footnotes link to the copy when the page is dead. "
        f"Nothing is done without ARCHIVE_URL. Failed requests are repeated after {RETRY_AFTER_DAYS} days."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--limit",
            type=int,
            default=DEFAULT_LIMIT,
            metavar="N",
            help=f"request at most N copies (default: {DEFAULT_LIMIT})",
        )

    def handle(self, *, limit: int, **options) -> None:
        if limit < 0:
            raise CommandError("The number must not be negative.")
        if not settings.ARCHIVE_URL:
            self.stdout.write("ARCHIVE_URL is not set, so no copies are requested.")
            return
        copied = failed = failures = 0
        for index, report in enumerate(_due_reports()[:limit]):
            if index:
                time.sleep(PAUSE_S)
            status, copy = link_checker.request_copy(archive_request(settings.ARCHIVE_URL, report.address))
            if status.text in BUSY:
                self.stdout.write(f"The archive is busy ({status.text}). The next run continues here.")
                break
            if is_saved := _save_copy(report, copy):
                copied += 1
            else:
                failed += 1
                self.stdout.write(f"{report.slug}: no copy, {status.text} ({report.address})")
            failures = failures + 1 if status.has_failed and not is_saved else 0
            if failures == MAX_FAILURES:
                self.stdout.write("The archive does not respond. The next run continues here.")
                break
        self.stdout.write(f"copied {copied}, failed {failed}")


def archive_request(pattern: str, address: str) -> str:
    """Returns the URL that requests a copy of `address`. Encodes `address` within a query string."""
    page = urldefrag(address).url
    before, _placeholder, after = pattern.partition(ADDRESS)
    return f"{before}{quote(page, safe='') if '?' in before else page}{after}"


def _due_reports() -> QuerySet[Report]:
    """Returns the published reports that have no copy and whose page existed at the last check."""
    before = timezone.now() - timedelta(days=RETRY_AFTER_DAYS)
    asked_at = "address_check__archive_asked_at"
    return (
        Report.objects.published()
        .filter(
            Q(**{asked_at: None}) | Q(**{f"{asked_at}__lte": before}),
            address_check__address=F("address"),
            address_check__answer__startswith="2",
            address_check__archive_address="",
        )
        .order_by(F(asked_at).asc(nulls_first=True), "slug")
        .only("slug", "address")
    )


def _save_copy(report: Report, copy: str) -> bool:
    """Saves the time of the request, and the URL of the copy if it is valid. Returns True if a copy was saved."""
    try:
        field = AddressCheck._meta.get_field("archive_address")
        copy = field.clean(copy, None)
    except ValidationError:
        copy = ""
    # Filters by the submitted URL, because a curator may have changed the report's URL in the meantime.
    checks = AddressCheck.objects.filter(report=report, address=report.address)
    return bool(checks.update(archive_address=copy, archive_asked_at=timezone.now()) and copy)
