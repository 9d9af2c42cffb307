"""The worker reverts large change sets, and a page shows the progress and the result."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from sco_cities.changes import background_revert
from sco_cities.changes.recorder import record_changes
from sco_cities.cities.models import City
from sco_cities.history.models import ChangeSource, RevertJob, Revision
from sco_cities.jobs import heartbeat
from tests import factories as make
from tests.curation.admin_client import errors_in, form_data, soup

CITIES = 3


@pytest.fixture
def batch(db, monkeypatch):
    """A large change set that created cities."""
    monkeypatch.setattr(background_revert, "MAX_SYNCHRONOUS", CITIES - 1)
    with record_changes(ChangeSource.IMPORT) as recorder:
        recorder.note_created([make.make_city(f"testgrad-{number}") for number in range(CITIES)])
    return recorder.change_set


def confirm(client, batch):
    url = reverse("admin:revert", args=[batch.pk])
    return client.post(url, form_data(client.get(url)) | {"reason": "All wrong."}, follow=True)


def text_of(response) -> str:
    return " ".join(soup(response).select_one("#content-main").get_text(" ").split())


def progress_page(client) -> str:
    return text_of(client.get(reverse("admin:revert_progress", args=[RevertJob.objects.get().pk])))


def test_the_worker_reverts_a_large_change_set_and_the_page_shows_it(curator, batch):
    response = confirm(curator, batch)
    assert "The change is being reverted. Total: 3." in text_of(response)
    assert soup(response).select_one("#work-progress") is not None
    assert City.objects.count() == CITIES
    assert "Reverting: show progress" in text_of(curator.get(reverse("admin:change_set", args=[batch.pk])))
    job = RevertJob.objects.get()
    background_revert.run_revert.call(job.pk)
    assert not City.objects.exists()
    assert "The change has been reverted. Show the changes" in progress_page(curator)
    job.refresh_from_db()
    assert (job.done, job.result.reverts, job.result.reason) == (CITIES, batch, "All wrong.")
    assert job.result.revisions.filter(action="deleted").count() == CITIES
    assert job.result.made_by == job.made_by
    # A second run of the job does nothing.
    background_revert.run_revert.call(job.pk)
    assert Revision.objects.count() == 2 * CITIES


def test_the_page_reports_that_no_worker_runs(curator, batch, monkeypatch):
    monkeypatch.setattr(heartbeat, "last_beat", lambda: None)
    assert "No worker is running, so this job is waiting." in text_of(confirm(curator, batch))
    monkeypatch.setattr(heartbeat, "last_beat", timezone.now)
    assert "No worker" not in progress_page(curator)


def test_a_small_change_set_is_reverted_within_the_request(curator, batch, monkeypatch):
    monkeypatch.setattr(background_revert, "MAX_SYNCHRONOUS", CITIES)
    confirm(curator, batch)
    assert not City.objects.exists()
    assert not RevertJob.objects.exists()


def test_the_page_shows_why_nothing_was_reverted(curator, batch):
    make.make_initiative("lamps", lead=[City.objects.get(slug="testgrad-1")])
    confirm(curator, batch)
    background_revert.run_revert.call(RevertJob.objects.get().pk)
    assert City.objects.count() == CITIES
    assert "Nothing has been reverted. city Testgrad 1: Other records depend on it: " in progress_page(
        curator
    )
    assert "Could not revert: show the reason" in text_of(
        curator.get(reverse("admin:change_set", args=[batch.pk]))
    )


def test_a_record_that_changes_while_the_job_waits_stops_the_revert(curator, batch):
    confirm(curator, batch)
    with record_changes(ChangeSource.EDIT) as recorder:
        city = City.objects.get(slug="testgrad-0")
        recorder.watch(City, [city.pk])
        City.objects.filter(pk=city.pk).update(population=12)
    background_revert.run_revert.call(RevertJob.objects.get().pk)
    assert City.objects.count() == CITIES
    assert "A record has changed since you opened this page." in progress_page(curator)


def test_a_change_set_is_not_reverted_twice_at_the_same_time(curator, batch):
    confirm(curator, batch)
    again = confirm(curator, batch)
    assert errors_in(again) == "This change is already being reverted."
    assert RevertJob.objects.count() == 1


def test_an_interrupted_revert_is_shown_as_such_and_can_be_started_again(curator, batch):
    confirm(curator, batch)
    DBTaskResult.objects.all().delete()
    assert "The operation was interrupted; nothing was changed. Try again." in progress_page(curator)
    assert City.objects.count() == CITIES
    assert "The change is being reverted. Total: 3." in text_of(confirm(curator, batch))
