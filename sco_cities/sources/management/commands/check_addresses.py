"""Looks up whether the addresses of reports still answer."""

import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from sco_cities.sources import link_checker
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.link_checker import LinkStatus, is_status
from sco_cities.sources.models import AddressCheck, Report

OLDER_THAN_DAYS = 30
# Between two questions to one host.
PAUSE_S = 2.0
# Where so many hosts are silent and none has answered, it is not they who are gone.
MOST_SILENT = 20


class Command(BaseCommand):
    """`manage.py check_addresses [--older-than DAYS] [--limit N]`: those never or longest ago looked up first."""

    help = (
        "Asks the addresses of reports whether they still answer, and writes down what they say. Dead are those that "
        "answer 404 or 410, lead nowhere, or have given no answer on two days. Curators see them on the board of "
        "evidence health."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--older-than",
            type=int,
            default=OLDER_THAN_DAYS,
            metavar="DAYS",
            help=f"leave out what was looked up in these last days (default: {OLDER_THAN_DAYS}; 0: nothing)",
        )
        parser.add_argument("--limit", type=int, default=None, metavar="N", help="look up at most so many")

    def handle(self, *, older_than: int, limit: int | None, **options) -> None:
        if older_than < 0 or (limit is not None and limit < 0):
            self.stderr.write("Give numbers that are not below 0.")
            raise SystemExit(1)
        looked_up = dead = 0
        try:
            for report, answer in _answers(_due(older_than)[:limit]):
                is_dead = _write_down(report, answer)
                looked_up += 1
                dead += is_dead
                if is_dead or answer.has_failed:
                    again = "" if is_dead else "; to be asked again on another day"
                    self.stdout.write(f"{report.slug}: {answer.text} ({report.address}){again}")
        except _CutOff as hosts:
            self.stderr.write(
                f"None of {hosts} hosts answers: is this machine offline? Nothing is written down."
            )
            raise SystemExit(1) from None
        self.stdout.write(f"looked up {looked_up}, dead {dead}")


class _CutOff(Exception):
    """Nobody answers; says how many hosts were asked."""


def _answers(reports: Iterable[Report]) -> Iterator[tuple[Report, LinkStatus]]:
    """What the addresses of reports answer. Who does not answer is told only once another has answered."""
    asked: dict[str, float] = {}
    held, silent, anybody = [], set(), False
    for report in reports:
        _wait_for(report.address, asked)
        answer = link_checker.check_link(report.address)
        held.append((report, answer))
        anybody |= is_status(answer.text)
        if anybody:
            yield from held
            held.clear()
        elif answer.has_failed:
            silent.add(_host(report.address))
            if len(silent) == MOST_SILENT:
                break
    # A single host may well be gone.
    if not anybody and len(silent) > 1:
        raise _CutOff(len(silent))
    yield from held


def _due(older_than: int) -> QuerySet:
    """The reports to look up, those longest ago first; who has never been looked up is first of all."""
    checked = "address_check__checked_at"
    before = timezone.now() - timedelta(days=older_than)
    return (
        Report.objects.exclude(state=PublicationState.WITHDRAWN)
        .filter(Q(address_check=None) | Q(**{f"{checked}__lte": before}))
        .order_by(F(checked).asc(nulls_first=True), "slug")
        .only("slug", "address")
    )


def _wait_for(address: str, asked: dict[str, float]) -> None:
    """Lets a host rest since it was `asked` last."""
    host = _host(address)
    if host in asked:
        time.sleep(max(0.0, asked[host] + PAUSE_S - time.monotonic()))
    asked[host] = time.monotonic()


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return address


def _write_down(report: Report, answer: LinkStatus) -> bool:
    """Keeps what an address has answered; whether it is dead: one that gives no answer is so on the second day."""
    before = AddressCheck.objects.filter(report=report).first()
    is_dead = answer.is_dead or (answer.has_failed and before is not None and _speaks_against(before))
    AddressCheck.objects.update_or_create(
        report=report, defaults={"checked_at": timezone.now(), "answer": answer.text, "is_dead": is_dead}
    )
    return is_dead


def _speaks_against(before: AddressCheck) -> bool:
    """Whether the check before has found the address dead, or without an answer on an earlier day."""
    is_of_today = timezone.localdate(before.checked_at) == timezone.localdate()
    return before.is_dead or not (is_status(before.answer) or is_of_today)
