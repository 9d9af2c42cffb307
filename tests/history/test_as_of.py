"""Records as they were published at the end of a day, as JSON, JSON-LD and Markdown for programs."""

import datetime

import pytest
from django.utils import timezone

from sco_cities.history.models import ChangeSet
from sco_cities.history.shown_record import today
from sco_cities.sources.models import Evidence
from tests import factories as make
from tests.history.snapshots import create_recorded, edit, on_day, recording, stored_on

pytestmark = pytest.mark.django_db
# The day used in most tests is after the first load and before the changes.
DAY = "2026-02-01"


@pytest.fixture
def old_lamps(lamps):
    stored_on("01-01", lamps)
    return lamps


def document(client, record, day=DAY, slug=""):
    return client.get(f"/api/{record.collection}/{slug or record.slug}/?as_of={day}").json()


def test_values_of_later_days_are_undone(client, old_lamps):
    before = document(client, old_lamps)
    on_day("02-02", edit(old_lamps, title_en="Brighter lamps"))
    on_day("02-03", edit(old_lamps, title_en="Brightest lamps", status="completed"))
    assert before["title_en"] == "Bright lamps"
    assert {**document(client, old_lamps), "updated_at": ""} == {**before, "updated_at": ""}
    assert document(client, old_lamps, "2026-02-02")["title_en"] == "Brighter lamps"
    assert document(client, old_lamps, "2026-02-03")["title_en"] == "Brightest lamps"


@pytest.mark.parametrize("ending", ["json", "jsonld", "md"])
def test_every_file_of_a_record_is_as_of_the_day(client, old_lamps, ending):
    on_day("02-02", edit(old_lamps, title_en="Brighter lamps"))
    response = client.get(f"/initiatives/bright-lamps.{ending}?as_of={DAY}")
    assert "Bright lamps" in response.text and "Brighter lamps" not in response.text
    assert f"http://testserver/initiatives/bright-lamps/?as_of={DAY}" in response.text
    assert response["Memento-Datetime"] == "Sun, 01 Feb 2026 23:59:59 GMT"
    assert f'<http://testserver/initiatives/bright-lamps.{ending}>; rel="original"' in response["Link"]
    assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("moment", "title"),
    [
        ("2026-02-01T23:59:59.999999+00:00", "Brighter lamps"),
        ("2026-02-02T00:00:00+00:00", "Bright lamps"),
        ("2026-02-02T04:59:59+05:00", "Brighter lamps"),
    ],
)
def test_a_day_ends_at_midnight_in_utc(client, old_lamps, moment, title):
    change_set = edit(old_lamps, title_en="Brighter lamps")
    ChangeSet.objects.filter(pk=change_set.pk).update(made_at=datetime.datetime.fromisoformat(moment))
    assert document(client, old_lamps)["title_en"] == title


def test_today_is_the_record_as_it_is(client, lamps):
    now = client.get("/api/initiatives/bright-lamps/").json()
    response = client.get(f"/api/initiatives/bright-lamps/?as_of={today()}")
    different = {"url", "cite_as", "as_of", "merged_into"}
    assert {k: v for k, v in response.json().items() if k not in different} == {
        k: v for k, v in now.items() if k not in different
    }
    # The day has not ended, so the response at this URL may still change.
    assert "Memento-Datetime" not in response


def test_a_citation_has_the_day_and_the_address_that_shows_it(client, old_lamps):
    on_day("01-15", edit(old_lamps, status="completed"))
    assert document(client, old_lamps)["cite_as"] == (
        "“Bright lamps”, SCO Cities, 2026-01-15, as of 2026-02-01. "
        "http://testserver/initiatives/bright-lamps/?as_of=2026-02-01"
    )


INVALID_DAYS = {
    "no day of the calendar": ("2026-02-30", "not-a-time"),
    "no day": ("yesterday", "not-a-time"),
    "a time": ("2026-02-01T10:00", "not-a-time"),
    "other digits": ("２０２６-02-01", "not-a-time"),
    "a day to come": (str(timezone.now().date() + datetime.timedelta(days=2)), "not-a-time"),
    "the last day of all": ("9999-12-31", "not-a-time"),
    "two days": ("2026-01-01&as_of=2026-01-02", "too-many"),
    "a NUL": ("%00", "not-a-time"),
}  # fmt: skip


@pytest.mark.parametrize(("value", "code"), INVALID_DAYS.values(), ids=INVALID_DAYS)
def test_an_invalid_day_is_rejected_with_the_reason(client, lamps, value, code):
    for address in ("/api/initiatives/bright-lamps/", "/initiatives/bright-lamps.jsonld"):
        response = client.get(f"{address}?as_of={value}")
        assert response.status_code == 400
        (error,) = response.json()["errors"]
        assert (error["parameter"], error["code"]) == ("as_of", code)
    for address in ("/initiatives/bright-lamps/", "/initiatives/bright-lamps.md"):
        response = client.get(f"{address}?as_of={value}")
        assert response.status_code == 400 and "This date cannot be shown" in response.text


@pytest.mark.parametrize("name", ["%61s_of", "as%5Fof"])
@pytest.mark.parametrize("address", ["/initiatives/bright-lamps/", "/api/initiatives/bright-lamps/"])
def test_the_name_of_the_parameter_may_be_encoded(client, old_lamps, address, name):
    on_day("02-02", edit(old_lamps, title_en="Brighter lamps"))
    assert "Brighter lamps" not in client.get(f"{address}?{name}={DAY}").text


def test_a_request_without_a_day_shows_the_record_as_it_is(client, lamps):
    assert client.get("/initiatives/bright-lamps/?other=as_of").status_code == 200


@pytest.mark.parametrize("query", ["as_of=", "as_of=%20", "as_of", "as_of=&as_of="])
def test_an_empty_day_is_refused_everywhere(client, lamps, query):
    for address in ("/api/initiatives/bright-lamps/", "/initiatives/bright-lamps.json"):
        response = client.get(f"{address}?{query}")
        assert response.status_code == 400
        (error,) = response.json()["errors"]
        assert (error["code"], error["detail"]) == ("not-a-time", "Enter a date such as 2026-01-31.")
    for address in (
        "/initiatives.csv",
        "/initiatives/bright-lamps.md",
        "/initiatives/",
        "/initiatives/bright-lamps/",
    ):
        response = client.get(f"{address}?{query}")
        assert response.status_code == 400
        assert "Enter a date such as 2026-01-31." in response.text


def test_before_the_first_publication_there_is_nothing(client):
    record, change_set = create_recorded(make.make_city, "lampton", state="draft")
    on_day("01-01", change_set)
    stored_on("01-01", record)
    on_day("02-02", edit(record, state="published"))
    response = client.get(f"/api/cities/lampton/?as_of={DAY}")
    assert response.status_code == 404
    assert response.json()["type"].endswith("#not-yet")
    assert response.json()["detail"] == (
        "It had not been published by the end of 1 February 2026. It was first published on 2 February 2026."
    )
    assert document(client, record, "2026-02-02")["slug"] == "lampton"


@pytest.mark.parametrize("make_record", [make.make_city, lambda: create_recorded(make.make_city)[0]])
def test_a_record_did_not_exist_before_it_was_stored(client, make_record):
    record = make_record()
    assert client.get(f"/api/cities/{record.slug}/?as_of={DAY}").status_code == 404


def test_a_record_that_readers_have_never_seen_is_unknown(client, draft):
    on_day("01-01", edit(draft, title_en="A secret name"))
    never = client.get(f"/api/initiatives/{draft.slug}/?as_of={DAY}")
    unknown = client.get(f"/api/initiatives/unknown/?as_of={DAY}")
    assert never.status_code == unknown.status_code == 404
    assert never.json() | {"instance": ""} == unknown.json() | {"instance": ""}


def test_a_withdrawn_record_is_shown_as_of_a_day_when_it_was_published(client, old_lamps):
    on_day("02-02", edit(old_lamps, state="withdrawn"))
    on_day("02-04", edit(old_lamps, title_en="A secret name"))
    assert client.get("/api/initiatives/bright-lamps/").status_code == 410
    assert document(client, old_lamps)["title_en"] == "Bright lamps"
    withdrawn = client.get("/api/initiatives/bright-lamps/?as_of=2026-02-03")
    assert withdrawn.status_code == 404
    assert withdrawn.json()["detail"] == "At the end of 3 February 2026 it was not published."
    assert client.get(f"/api/initiatives/bright-lamps/?as_of={today()}").status_code == 410


class TestOtherRecords:
    """References from a record to other records, and to the reports that support the record."""

    def test_names_are_those_of_today(self, client, old_lamps):
        (city,) = old_lamps.cities.all()
        on_day("02-02", edit(city, name_en="New Alphaville"))
        assert document(client, old_lamps)["lead_cities_names"] == ["New Alphaville"]

    def test_a_record_that_is_a_draft_again_has_the_name_that_it_had(self, client, old_lamps):
        (city,) = old_lamps.cities.all()
        on_day("02-02", edit(city, state="draft", name_en="A secret name"))
        assert client.get("/api/initiatives/bright-lamps/").json()["lead_cities"] == []
        assert document(client, old_lamps)["lead_cities_names"] == ["Alphaville"]

    def test_a_record_that_was_a_draft_is_not_shown(self, client, old_lamps):
        (city,) = old_lamps.cities.all()
        on_day("01-02", edit(city, state="draft"))
        on_day("02-02", edit(city, state="published"))
        assert document(client, old_lamps)["lead_cities"] == []
        assert "cities" not in document(client, old_lamps)["values"]

    def test_passages_are_as_they_were(self, client, old_lamps):
        report = Evidence.objects.first().passage.report
        with recording(report) as recorder:
            report.passages.update(summary="What the gazette says now.")
        on_day("02-02", recorder.change_set)
        shown = document(client, old_lamps)["values"]["status"]["supports"]
        assert [passage["summary"] for passage in shown] == ["Passage 1 of gazette-20250101."]

    def test_passages_of_reports_that_were_not_published_are_not_shown(self, client, old_lamps):
        report = Evidence.objects.first().passage.report
        on_day("01-02", edit(report, state="draft"))
        on_day("02-02", edit(report, state="published"))
        shown = document(client, old_lamps)
        assert shown["values"]["status"]["supports"] == shown["sources"] == []
        assert document(client, old_lamps, "2026-02-02")["sources"] == ["gazette-20250101#1"]

    def test_evidence_of_later_days_is_not_shown(self, client, old_lamps):
        with recording(old_lamps) as recorder:
            make.make_evidence(old_lamps, "status", make.make_report("later").passages.first())
        on_day("02-02", recorder.change_set)
        assert document(client, old_lamps)["sources"] == ["gazette-20250101#1"]

    def test_removed_figures_and_rulings_come_back_with_their_evidence(self, client, old_lamps):
        figure = make.make_figure(old_lamps)
        make.make_evidence(old_lamps, figure, stance="differs", reported_value="13 lamps")
        old_lamps.rulings.create(field="figure:lamps", reason="The gazette counted.")
        before = document(client, old_lamps)["values"]["figure:lamps"]
        assert before["ruling"] == "The gazette counted."
        with recording(old_lamps) as recorder:
            old_lamps.rulings.all().delete()
            figure.delete()
        on_day("02-02", recorder.change_set)
        assert document(client, old_lamps)["values"]["figure:lamps"] == before


# The state of the data (2), the record and its document (9), its revisions and times (2), the other records (3), the
# current slugs of former ones (3) and their revisions (1), the values of changed records (4), the order of evidence,
# and the history.
QUERIES = 28


def _make_initiative(number):
    cities = [make.make_city(f"city-{each}") for each in range(number)]
    themes = [make.make_theme(f"theme-{each}") for each in range(number)]
    initiative = make.make_initiative("long", lead=cities, themes=themes)
    reports = [make.make_report(f"report-{each}") for each in range(number)]
    for report in reports:
        make.support_everything(initiative, report.passages.first())
    stored_on("01-01", initiative, *cities, *themes, *reports)
    for each in range(number):
        # Returns half of the cities to draft, renames the themes, and changes all reports.
        on_day("02-02", edit(cities[each], population=each, state="draft" if each % 2 else "published"))
        with recording(themes[each], initiative) as recorder:
            themes[each].slug = f"renamed-{each}"
            themes[each].save()
        on_day("02-02", recorder.change_set)
        on_day("02-02", edit(reports[each], title="Later"))
    return initiative


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("number", [2, 8])
def test_the_number_of_queries_does_not_depend_on_the_number_of_other_records(
    client, django_assert_num_queries, number
):
    document(client, _make_initiative(number))
    with django_assert_num_queries(QUERIES):
        # Adds a parameter, because a different query string has a different key in the page cache.
        shown = client.get(f"/api/initiatives/long/?as_of={DAY}&as_of=").json()
    assert len(shown["lead_cities"]) == len(shown["themes"]) == len(shown["sources"]) == number
