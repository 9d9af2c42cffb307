"""Checks the URLs of reports for dead links."""

import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Case, F, Q, QuerySet, When
from django.utils import timezone

from sco_cities.sources import link_checker
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.link_checker import LinkStatus, has_current_check, is_http_status
from sco_cities.sources.models import AddressCheck, Report

OLDER_THAN_DAYS = 30
# The pause between two requests to the same host, in seconds.
PAUSE_S = 2.0
# If this many hosts do not respond and no host has responded, this machine is probably offline.
MAX_SILENT_HOSTS = 20


class Command(BaseCommand):
    """`manage.py check_addresses [--older-than DAYS] [--limit N]`. The least recently checked links come first."""

    help = (
        "Check the addresses of reports for dead links and save the results. A link is dead if it returns 404 or 410, "
        "is not a valid web address, or does not respond on two days. Curators see dead links on the data quality page."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--older-than",
            type=int,
            default=OLDER_THAN_DAYS,
            metavar="DAYS",
            help=f"skip links that were checked in the last DAYS days (default: {OLDER_THAN_DAYS}; 0: skip none)",
        )
        parser.add_argument("--limit", type=int, default=None, metavar="N", help="check at most N links")

    def handle(self, *, older_than: int, limit: int | None, **options) -> None:
        if older_than < 0 or (limit is not None and limit < 0):
            self.stderr.write("The numbers must not be negative.")
            raise SystemExit(1)
        checked = dead = 0
        try:
            for report, status in _check_reports(_due_reports(older_than)[:limit]):
                is_dead = _save_result(report, status)
                checked += 1
                dead += is_dead
                if is_dead or status.has_failed:
                    retry = "" if is_dead else "; will be checked again on another day"
                    self.stdout.write(f"{report.slug}: {status.text} ({report.address}){retry}")
        except _NoHostAnswers as hosts:
            self.stderr.write(
                f"None of {hosts} hosts responds. This machine may be offline. No results were saved."
            )
            raise SystemExit(1) from None
        self.stdout.write(f"checked {checked}, dead {dead}")


class _NoHostAnswers(Exception):
    """Raised if no host responded. The argument is the number of hosts."""


def _check_reports(reports: Iterable[Report]) -> Iterator[tuple[Report, LinkStatus]]:
    """Yields the results of link checks, but withholds them until a host responds."""
    last_request: dict[str, float] = {}
    withheld, silent, has_response = [], set(), False
    for report in reports:
        _pause_for_host(report.address, last_request)
        status = link_checker.check_link(report.address)
        withheld.append((report, status))
        has_response |= is_http_status(status.text)
        if has_response:
            yield from withheld
            withheld.clear()
        elif status.has_failed:
            silent.add(_host(report.address))
            if len(silent) == MAX_SILENT_HOSTS:
                break
    # A single host may really be down. If several hosts do not respond, tries a host that responded earlier.
    if not has_response and len(silent) > 1 and not _is_online():
        raise _NoHostAnswers(len(silent))
    yield from withheld


def _is_online() -> bool:
    """Returns True if the host of the most recent working link responds."""
    known = AddressCheck.objects.filter(answer__startswith="2").exclude(address="")
    working = known.order_by("-checked_at").first()
    return working is not None and is_http_status(link_checker.check_link(working.address).text)


def _due_reports(older_than: int) -> QuerySet:
    """Returns the reports to check. Unchecked reports come first, then the least recently checked reports."""
    before = timezone.now() - timedelta(days=older_than)
    return (
        Report.objects.exclude(state=PublicationState.WITHDRAWN)
        .annotate(last_check=Case(When(has_current_check(), then="address_check__checked_at")))
        .filter(Q(last_check=None) | Q(last_check__lte=before))
        .order_by(F("last_check").asc(nulls_first=True), "slug")
        .only("slug", "address")
    )


def _pause_for_host(address: str, last_request: dict[str, float]) -> None:
    """Waits until PAUSE_S have passed since the last request to the host of `address`."""
    host = _host(address)
    if host in last_request:
        time.sleep(max(0.0, last_request[host] + PAUSE_S - time.monotonic()))
    last_request[host] = time.monotonic()


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return address


def _save_result(report: Report, status: LinkStatus) -> bool:
    """Saves a result and returns True if the link is dead.

    A link without a response is dead from the second day.
    """
    # This is the checked URL, because a curator may have changed the stored URL in the meantime.
    address = report.address
    previous = AddressCheck.objects.filter(report=report, address__in=["", address]).first()
    is_dead = status.is_dead or (status.has_failed and previous is not None and _had_failed(previous))
    # If the URL has changed, the archived copy of the previous URL is removed.
    no_copy = {} if previous else {"archive_address": "", "archive_asked_at": None}
    AddressCheck.objects.update_or_create(
        report=report,
        defaults={
            "address": address, "checked_at": timezone.now(), "answer": status.text, "is_dead": is_dead, **no_copy,
        },
    )  # fmt: skip
    return is_dead


def _had_failed(previous: AddressCheck) -> bool:
    """Returns True if the previous check found a dead link, or was on an earlier day and got no response."""
    is_from_today = timezone.localdate(previous.checked_at) == timezone.localdate()
    return previous.is_dead or not (is_http_status(previous.answer) or is_from_today)
