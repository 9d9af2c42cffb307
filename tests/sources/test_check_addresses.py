"""`manage.py check_addresses` checks the links of reports and stores the results."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from sco_cities.sources import link_checker
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.link_checker import LinkStatus
from sco_cities.sources.management.commands import check_addresses
from sco_cities.sources.models import AddressCheck, Report
from tests import factories as make

# Requests do not depend on the engine.
pytestmark = pytest.mark.only_on("sqlite")


def failed(text):
    return LinkStatus(text, is_dead=False, has_failed=True)


@pytest.fixture
def results(monkeypatch):
    """Results of link checks by the last part of the URL. `checked` lists the checked URLs' last parts."""
    results = {"checked": []}

    def check_link(address):
        name = address.rpartition("/")[2]
        results["checked"].append(name)
        if name.startswith("silent"):
            return failed("no answer in time")
        return LinkStatus("404", True) if name.startswith("gone") else LinkStatus("200", False)

    monkeypatch.setattr(link_checker, "check_link", check_link)
    monkeypatch.setattr(check_addresses, "PAUSE_S", 0)
    return results


def run_command(**options) -> list[str]:
    output = StringIO()
    call_command("check_addresses", stdout=output, **options)
    return output.getvalue().splitlines()


def make_check(report, days_ago, is_dead=False, answer="200", address=""):
    when = timezone.now() - timedelta(days=days_ago)
    AddressCheck.objects.create(
        report=report, checked_at=when, answer=answer, is_dead=is_dead, address=address
    )


@pytest.mark.django_db
def test_the_command_saves_the_result_of_each_link(results):
    make.make_report("gone")
    make.make_report("alive")
    assert run_command() == ["gone: 404 (https://gazette.example/gone)", "checked 2, dead 1"]
    stored = AddressCheck.objects.order_by("address").values_list("address", "answer", "is_dead")
    assert list(stored) == [
        ("https://gazette.example/alive", "200", False), ("https://gazette.example/gone", "404", True),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_link_that_works_again_is_no_longer_dead(results):
    report = make.make_report("alive")
    make_check(report, days_ago=40, is_dead=True)
    run_command()
    again = AddressCheck.objects.get()
    assert (again.is_dead, again.checked_at.date()) == (False, timezone.now().date())


@pytest.mark.parametrize(
    ("before", "is_dead"),
    [
        (None, False),
        ({"days_ago": 0, "answer": "no answer in time"}, False),
        ({"days_ago": 1, "answer": "200"}, False),
        ({"days_ago": 1, "answer": "503"}, False),
        ({"days_ago": 1, "answer": "no answer in time"}, True),
        ({"days_ago": 1, "answer": "there is no such host"}, True),
        ({"days_ago": 0, "answer": "404", "is_dead": True}, True),
        ({"days_ago": 1, "answer": "no answer in time", "address": "https://gazette.example/silent"}, True),
        ({"days_ago": 1, "answer": "no answer in time", "address": "https://gazette.example/old"}, False),
        ({"days_ago": 1, "answer": "404", "is_dead": True, "address": "https://gazette.example/old"}, False),
    ],
)
@pytest.mark.django_db
def test_a_link_without_a_response_is_dead_on_the_second_day(before, is_dead, results):
    report = make.make_report("silent")
    if before:
        make_check(report, **before)
    line = "silent: no answer in time (https://gazette.example/silent)"
    assert run_command(older_than=0) == [
        line if is_dead else f"{line}; will be checked again on another day", f"checked 1, dead {int(is_dead)}",
    ]  # fmt: skip
    assert AddressCheck.objects.values_list("answer", "is_dead").get() == ("no answer in time", is_dead)


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "copy"), [("alive", "https://archive.example/alive"), ("old", "")])
def test_an_archived_copy_is_kept_as_long_as_the_address_is_the_same(address, copy, results):
    report = make.make_report("alive")
    make_check(report, days_ago=40, address=f"https://gazette.example/{address}")
    AddressCheck.objects.update(
        archive_address="https://archive.example/alive", archive_asked_at=timezone.now()
    )
    run_command()
    check = AddressCheck.objects.get()
    assert (check.archive_address, check.archive_asked_at is None) == (copy, not copy)


def silent_hosts(number):
    for each in range(number):
        report = make.make_report(f"silent-{each}", address=f"https://host-{each}.example/silent-{each}")
        make_check(report, days_ago=40, answer="no answer in time")


@pytest.mark.parametrize(("hosts", "expected"), [(2, 2), (50, check_addresses.MAX_SILENT_HOSTS)])
@pytest.mark.django_db
def test_if_no_host_responds_nothing_is_saved_and_an_error_is_printed(hosts, expected, results):
    silent_hosts(hosts)
    output = StringIO()
    with pytest.raises(SystemExit):
        run_command(stderr=output)
    assert output.getvalue() == (
        f"None of {expected} hosts responds. This machine may be offline. No results were saved.\n"
    )
    assert len(results["checked"]) == expected
    assert not AddressCheck.objects.filter(is_dead=True).exists()


@pytest.mark.parametrize("answer", ["200", "silent"])
@pytest.mark.django_db
def test_a_link_that_worked_recently_shows_whether_this_machine_is_offline(answer, results):
    """The result for the recent link is not saved, because its next check is not due."""
    silent_hosts(2)
    report = make.make_report("alive", address=f"https://alive.example/{answer}")
    make_check(report, days_ago=3, address=report.address)
    if answer == "200":
        assert run_command()[-1] == "checked 2, dead 2"
        assert results["checked"] == ["silent-0", "silent-1", "200"]
    else:
        with pytest.raises(SystemExit):
            run_command(stderr=StringIO())
        assert not AddressCheck.objects.filter(is_dead=True).exists()
    assert timezone.now() - report.address_check.checked_at > timedelta(days=2)


@pytest.mark.django_db
def test_if_one_host_responds_the_results_of_the_others_are_saved(results):
    silent_hosts(3)
    make_check(make.make_report("alive"), days_ago=35)
    assert run_command()[-1] == "checked 4, dead 3"


DUE = [
    ({}, ["never", "old"]),
    ({"older_than": 10}, ["never", "old", "recent"]),
    ({"older_than": 0}, ["never", "old", "recent", "today"]),
    ({"older_than": 10, "limit": 2}, ["never", "old"]),
    ({"limit": 0}, []),
]


@pytest.mark.parametrize(("options", "expected"), DUE)
@pytest.mark.django_db
def test_the_least_recently_checked_links_come_first(options, expected, results):
    make.make_report("withdrawn", state=PublicationState.WITHDRAWN)
    for slug, days in (("today", 0), ("recent", 20), ("old", 40)):
        make_check(make.make_report(slug), days)
    make.make_report("never", state=PublicationState.DRAFT)
    run_command(**options)
    assert results["checked"] == expected


@pytest.mark.parametrize("options", [{"older_than": -1}, {"limit": -1}])
@pytest.mark.django_db
def test_a_negative_number_is_rejected(options, results):
    with pytest.raises(SystemExit):
        run_command(**options, stderr=StringIO())
    assert results["checked"] == []


@pytest.mark.django_db
def test_requests_to_one_host_are_paused_and_others_are_not(results, monkeypatch):
    pauses = []
    monkeypatch.setattr(check_addresses, "PAUSE_S", 5)
    monkeypatch.setattr(check_addresses.time, "sleep", pauses.append)
    for number in range(2):
        make.make_report(f"report-{number}")
    make.make_report("report-2", address="https://other.example/report-2")
    run_command()
    [pause] = pauses
    assert 4 < pause <= 5


@pytest.mark.django_db
def test_a_check_changes_no_report(results):
    before = make.make_report("gone").updated_at
    run_command()
    assert Report.objects.get().updated_at == before


@pytest.mark.django_db
def test_an_address_that_was_corrected_is_checked_as_if_for_the_first_time(results):
    address = "https://gazette.example/"
    make_check(make.make_report("old"), days_ago=40, address=f"{address}old")
    make_check(make.make_report("same"), days_ago=1, address=f"{address}same")
    make_check(make.make_report("z-corrected"), days_ago=1, is_dead=True, address=f"{address}gone")
    run_command()
    assert results["checked"] == ["z-corrected", "old"]
    checked = AddressCheck.objects.get(report__slug="z-corrected")
    assert (checked.address, checked.is_dead) == (f"{address}z-corrected", False)
