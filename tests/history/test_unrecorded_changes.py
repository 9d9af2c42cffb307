"""Responses as of a day for records with changes that are not in their history."""

import pytest

from initiatives.models import Initiative
from sco_cities.cities.models import City
from sco_cities.history import versions
from sco_cities.history.models import Revision
from sco_cities.history.shown_record import UNRECORDED_HEADER, today
from sco_cities.sources.models import Evidence, Report
from tests import factories as make
from tests.history.snapshots import create_recorded, edit, on_day, stored_on

pytestmark = pytest.mark.django_db

DAY = "2026-02-01"
LINE = "Some changes to this record are not in its history"
FORMS = (
    "/initiatives/bright-lamps/", "/ru/initiatives/bright-lamps/", "/initiatives/bright-lamps.json",
    "/initiatives/bright-lamps.jsonld", "/initiatives/bright-lamps.md", "/api/initiatives/bright-lamps/",
)  # fmt: skip


@pytest.fixture
def lamps():
    """An initiative whose creation is recorded on 1 January 2026."""
    record, change_set = create_recorded(
        make.make_initiative, "bright-lamps", lead=[make.make_city()], sourced=True
    )
    on_day("01-01", change_set)
    stored_on("01-01", record)
    return record


def change_columns(record):
    Initiative.objects.filter(pk=record.pk).update(title_en="A title by SQL")


def change_lists(record):
    record.cities.clear()


def change_evidence(record):
    Evidence.objects.filter(object_id=record.pk).first().delete()


@pytest.mark.parametrize("address", FORMS)
def test_a_record_with_a_complete_history_has_no_header(client, lamps, address):
    on_day("02-02", edit(lamps, title_en="Brighter lamps"))
    for day in (DAY, today()):
        response = client.get(f"{address}?as_of={day}")
        assert response.status_code == 200
        assert UNRECORDED_HEADER not in response
        assert LINE not in response.text


@pytest.mark.parametrize("change", [change_columns, change_lists, change_evidence])
@pytest.mark.parametrize("address", FORMS)
def test_every_answer_about_a_record_that_changed_without_its_history_has_the_header(
    client, lamps, address, change
):
    change(lamps)
    for day in (DAY, today()):
        response = client.get(f"{address}?as_of={day}")
        assert (response.status_code, response["Unrecorded-Changes"]) == (200, "true")
    assert UNRECORDED_HEADER not in client.get(address)


@pytest.mark.parametrize("ending", ["/", ".md"])
def test_pages_and_markdown_say_so_in_one_line(client, lamps, ending):
    change_columns(lamps)
    assert client.get(f"/initiatives/bright-lamps{ending}?as_of={DAY}").text.count(LINE) == 1


def test_a_recorded_change_completes_the_history(client, lamps):
    change_columns(lamps)
    edit(lamps, title_en="Brighter lamps")
    assert UNRECORDED_HEADER not in client.get(f"/initiatives/bright-lamps/?as_of={DAY}")


def test_the_response_for_an_unpublished_record_also_has_the_header(client, lamps):
    on_day("02-02", edit(lamps, title_en="Brighter lamps"))
    Initiative.objects.filter(pk=lamps.pk).update(state="withdrawn")
    for address in ("/initiatives/bright-lamps/", "/api/initiatives/bright-lamps/"):
        response = client.get(f"{address}?as_of={DAY}")
        assert (response.status_code, response["Unrecorded-Changes"]) == (404, "true")
        assert LINE in response.text


def test_a_revision_of_an_earlier_release_is_not_compared(client, lamps):
    Revision.objects.update(fingerprint="")
    change_columns(lamps)
    assert UNRECORDED_HEADER not in client.get(f"/initiatives/bright-lamps/?as_of={DAY}")


def test_of_very_many_new_records_only_the_columns_are_compared(client, monkeypatch):
    monkeypatch.setattr(versions, "MAX_READ_WHOLE", 0)
    record, change_set = create_recorded(make.make_initiative, "bright-lamps", lead=[make.make_city()])
    on_day("01-01", change_set)
    stored_on("01-01", record)
    change_lists(record)
    assert not versions.has_unrecorded_changes(record)
    change_columns(record)
    assert versions.has_unrecorded_changes(record)


@pytest.mark.usefixtures("loaded_package")
def test_the_shipped_records_are_as_their_history_left_them():
    for record in (*Initiative.objects.all()[:50], *City.objects.all()[:20], *Report.objects.all()[:20]):
        assert not versions.has_unrecorded_changes(record), record
