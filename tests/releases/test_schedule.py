"""The releases made by the worker."""

import json
import logging
from datetime import date, timedelta

import pytest
from django.utils import timezone

from sco_cities.core.locked_directory import locked_directory
from sco_cities.jobs import housekeeping, periodic
from sco_cities.releases import release_writer
from sco_cities.releases.release_writer import delete_old_releases, make_due_release, write_release
from sco_cities.releases.stored_releases import releases

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture(autouse=True)
def empty_files(monkeypatch):
    """Writes only a manifest, because the content of the files does not matter in these tests."""
    monkeypatch.setattr(release_writer, "_write_files", write_manifest)


def write_manifest(directory, date, is_scheduled):
    manifest = {"scheduled": is_scheduled, "files": [], "rows": {}, "made_at": f"{date}T00:03:12Z"}
    (directory / "manifest.json").write_text(json.dumps(manifest))


def set_today(monkeypatch, day: date) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *args: day)


def dates() -> list[str]:
    return [each.date for each in releases()]


@pytest.mark.parametrize(
    "every, made_on",
    [
        ("never", []),
        ("day", [f"2026-11-{day}" for day in range(24, 31)] + [f"2026-12-0{day}" for day in range(1, 9)]),
        # The 24th is a Tuesday.
        ("week", ["2026-11-24", "2026-11-30", "2026-12-07"]),
        ("month", ["2026-11-24", "2026-12-01"]),
    ],
)
def test_a_release_is_made_once_in_each_period(settings, monkeypatch, every, made_on):
    settings.RELEASE_EVERY = every
    for number in range(15):
        set_today(monkeypatch, date(2026, 11, 24) + timedelta(days=number))
        make_due_release()
        make_due_release()
    assert dates() == sorted(made_on, reverse=True)


def test_of_the_releases_of_the_worker_the_newest_and_the_first_of_each_month_are_kept(settings, monkeypatch):
    settings.RELEASE_EVERY, settings.RELEASES_KEEP = "day", 2
    for number in range(12):
        set_today(monkeypatch, date(2026, 11, 25) + timedelta(days=number))
        # A release that a person has made is kept permanently.
        write_release() if number == 2 else make_due_release()
    assert dates() == ["2026-12-06", "2026-12-05", "2026-12-01", "2026-11-27", "2026-11-25"]


def test_housekeeping_also_deletes_old_releases(settings, monkeypatch):
    settings.RELEASES_KEEP = 30
    for day in (1, 2, 3):
        set_today(monkeypatch, date(2026, 11, day))
        write_release(is_scheduled=True)
    settings.RELEASES_KEEP = 1
    assert dict(housekeeping.tasks())["old releases"]() == 1
    assert dates() == ["2026-11-03", "2026-11-01"]
    assert make_due_release in periodic.PERIODIC_WORK


def test_no_release_is_made_while_another_process_writes(settings, monkeypatch, releases_directory):
    settings.RELEASE_EVERY, settings.RELEASES_KEEP = "day", 1
    for day in (1, 2, 3):
        set_today(monkeypatch, date(2026, 11, day))
        write_release(is_scheduled=True)
    set_today(monkeypatch, date(2026, 11, 4))
    with locked_directory(releases_directory):
        make_due_release()
        assert delete_old_releases() == 0
    assert len(dates()) == 3


def test_a_release_that_fails_is_in_the_log_and_tried_again(settings, monkeypatch, caplog):
    settings.RELEASE_EVERY = "day"
    with caplog.at_level(logging.ERROR):
        for function in ("write_release", "newest_release"):
            with monkeypatch.context() as patch:
                patch.setattr(release_writer, function, lambda **kwargs: 1 / 0)
                make_due_release()
    assert (caplog.messages, dates()) == (["Today's release could not be written"] * 2, [])
    make_due_release()
    assert len(dates()) == 1
