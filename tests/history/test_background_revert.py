"""Large change sets are taken back by the worker, and a page says how far that has come and how it ended."""

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from sco_cities.cities.models import City
from sco_cities.history import background_revert
from sco_cities.history.models import ChangeSource, RevertJob, Revision
from sco_cities.history.recorder import record_changes
from tests import factories as make
from tests.curation.admin_client import errors_in, filled_in, soup

NUMBER = 3


@pytest.fixture
def batch(db, monkeypatch):
    """A change set that is large: it has created some cities."""
    monkeypatch.setattr(background_revert, "MAX_SYNCHRONOUS", NUMBER - 1)
    with record_changes(ChangeSource.IMPORT) as recorder:
        recorder.note_created([make.make_city(f"testgrad-{number}") for number in range(NUMBER)])
    return recorder.change_set


def confirm(client, batch):
    place = reverse("admin:take_back", args=[batch.pk])
    return client.post(place, filled_in(client.get(place)) | {"reason": "All wrong."}, follow=True)


def told(response) -> str:
    return " ".join(soup(response).select_one("#content-main").get_text(" ").split())


def looked_at(client) -> str:
    return told(client.get(reverse("admin:being_taken_back", args=[RevertJob.objects.get().pk])))


def test_the_worker_takes_a_large_change_set_back_and_the_page_tells_so(curator, batch):
    response = confirm(curator, batch)
    assert "It is being taken back. There are 3." in told(response)
    assert soup(response).select_one("#work-progress") is not None
    assert City.objects.count() == NUMBER
    assert "It is being taken back: look how far that has come" in told(
        curator.get(reverse("admin:change_set", args=[batch.pk]))
    )
    taking = RevertJob.objects.get()
    background_revert.run(taking.pk)
    assert not City.objects.exists()
    assert "It has been taken back. See what was done" in looked_at(curator)
    taking.refresh_from_db()
    assert (taking.done, taking.result.reverts, taking.result.reason) == (NUMBER, batch, "All wrong.")
    assert taking.result.revisions.filter(action="deleted").count() == NUMBER
    assert taking.result.made_by == taking.made_by
    # Nothing is done a second time.
    background_revert.run(taking.pk)
    assert Revision.objects.count() == 2 * NUMBER


def test_a_small_change_set_is_taken_back_at_once(curator, batch, monkeypatch):
    monkeypatch.setattr(background_revert, "MAX_SYNCHRONOUS", NUMBER)
    confirm(curator, batch)
    assert not City.objects.exists()
    assert not RevertJob.objects.exists()


def test_the_page_says_why_nothing_was_taken_back(curator, batch):
    make.make_initiative("lamps", lead=[City.objects.get(slug="testgrad-1")])
    confirm(curator, batch)
    background_revert.run(RevertJob.objects.get().pk)
    assert City.objects.count() == NUMBER
    assert "Nothing has been taken back. city testgrad-1: Others rest on it: " in looked_at(curator)
    assert "It could not be taken back: see why" in told(
        curator.get(reverse("admin:change_set", args=[batch.pk]))
    )


def test_what_has_changed_while_it_waited_is_refused(curator, batch):
    confirm(curator, batch)
    with record_changes(ChangeSource.EDIT) as recorder:
        city = City.objects.get(slug="testgrad-0")
        recorder.watch(City, [city.pk])
        City.objects.filter(pk=city.pk).update(population=12)
    background_revert.run(RevertJob.objects.get().pk)
    assert City.objects.count() == NUMBER
    assert "A record has changed since this was shown." in looked_at(curator)


def test_it_is_not_taken_back_twice_at_once(curator, batch):
    confirm(curator, batch)
    again = confirm(curator, batch)
    assert errors_in(again) == "Somebody is taking it back already."
    assert RevertJob.objects.count() == 1


def test_what_was_stopped_says_so_and_can_be_begun_anew(curator, batch):
    confirm(curator, batch)
    DBTaskResult.objects.all().delete()
    assert "The program was stopped in the middle, and nothing was changed. Try again." in looked_at(curator)
    assert City.objects.count() == NUMBER
    assert "It is being taken back. There are 3." in told(confirm(curator, batch))
