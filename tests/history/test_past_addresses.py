"""Records that have been renamed, merged, withdrawn or deleted since the requested day."""

import pytest

from sco_cities.curation.merge.apply import merge
from sco_cities.history.models import ChangeSet
from sco_cities.sources.models import Evidence, FormerSlug
from tests import factories as make
from tests.history.snapshots import create_recorded, edit, on_day, recording, stored_on

pytestmark = pytest.mark.django_db
# The day used in most tests is after the first load and before the changes.
DAY = "2026-02-01"
FORMS = ("/{}/{}/", "/{}/{}.json", "/{}/{}.jsonld", "/{}/{}.md", "/api/{}/{}/")


@pytest.fixture
def old_lamps(lamps):
    stored_on("01-01", lamps)
    return lamps


@pytest.fixture
def merged_cities(db):
    """The city Lampton. The city Lamptown was merged into it on 2 February."""
    target, duplicate = make.make_city("lampton"), make.make_city("lamptown", name_en="Lamptown")
    stored_on("01-01", target, duplicate)
    _merge_on("02-02", target, duplicate)
    return target, duplicate


def _merge_on(day, target, duplicate):
    merge(type(target), target.pk, duplicate.pk)
    on_day(day, ChangeSet.objects.latest("pk"))
    target.refresh_from_db()


def document(client, address, day=DAY):
    return client.get(f"/api/{address}/?as_of={day}").json()


def all_forms(client, collection, slug):
    return [client.get(f"{form.format(collection, slug)}?as_of={DAY}") for form in FORMS]


class TestRenamed:
    def test_old_and_new_addresses_lead_to_it(self, client, old_lamps):
        on_day("02-02", edit(old_lamps, slug="brighter-lamps"))
        response = client.get(f"/api/initiatives/bright-lamps/?as_of={DAY}", follow=True)
        assert response.redirect_chain == [(f"/api/initiatives/brighter-lamps/?as_of={DAY}", 301)]
        assert response.json()["slug"] == "bright-lamps"
        assert response.json()["url"] == f"http://testserver/initiatives/brighter-lamps/?as_of={DAY}"
        assert response.json()["history"] == "http://testserver/api/initiatives/brighter-lamps/history/"

    @pytest.mark.parametrize("state", ["draft", "withdrawn"])
    def test_the_new_url_of_a_hidden_record_is_not_revealed(self, client, old_lamps, state):
        on_day("02-02", edit(old_lamps, state=state, slug="secret-slug", title_en="SECRET"))
        for response in all_forms(client, "initiatives", "bright-lamps"):
            assert response.status_code == 200
            assert "secret" not in f"{response.text}{response.headers}".lower()
        assert f"/initiatives/bright-lamps/?as_of={DAY}" in response.json()["url"]
        assert response.json()["history"] is None
        capitals = client.get(f"/initiatives/Bright-Lamps/?as_of={DAY}")
        assert (capitals.status_code, capitals["Location"]) == (
            301,
            f"/initiatives/bright-lamps/?as_of={DAY}",
        )


class TestMerged:
    def test_it_is_shown_with_the_record_that_it_was_merged_into(self, client, merged_cities):
        shown = document(client, "cities/lamptown")
        assert (shown["name_en"], shown["merged_into"], shown["history"]) == ("Lamptown", "lampton", None)
        assert shown["url"] == f"http://testserver/cities/lamptown/?as_of={DAY}"
        page = client.get(f"/cities/lamptown/?as_of={DAY}").text
        assert "It has since been merged into “Lampton”." in page
        response = client.get("/api/cities/lamptown/?as_of=2026-02-02")
        assert (response.status_code, response["Location"]) == (301, "/api/cities/lampton/?as_of=2026-02-02")

    @pytest.mark.parametrize("state", ["draft", "withdrawn"])
    def test_a_target_that_readers_cannot_see_has_no_name(self, client, merged_cities, state):
        target, _duplicate = merged_cities
        on_day("02-03", edit(target, state=state, slug="secret-slug", name_en="SECRET"))
        for response in all_forms(client, "cities", "lamptown"):
            assert response.status_code == 200
            assert "secret" not in f"{response.text}{response.headers}".lower()
        shown = document(client, "cities/lamptown")
        assert (shown["name_en"], shown["merged_into"]) == ("Lamptown", None)
        page = client.get(f"/cities/lamptown/?as_of={DAY}").text
        assert "It has since been merged into another record, which is not published." in page

    def test_it_is_shown_at_each_address_that_it_had(self, client):
        target, duplicate = make.make_city("lampton"), make.make_city("lamptown", name_en="Lamptown")
        stored_on("01-01", target, duplicate)
        on_day("01-20", edit(duplicate, slug="lamp-town"))
        _merge_on("02-02", target, duplicate)
        further = make.make_city("lampville")
        stored_on("01-01", further)
        _merge_on("02-03", further, target)
        for slug in ("lamptown", "lamp-town"):
            assert document(client, f"cities/{slug}")["name_en"] == "Lamptown"
        assert document(client, "cities/lampton")["name_en"] == "Lampton"

    def test_other_records_refer_to_it(self, client, old_lamps):
        """The record is renamed and merged after the requested day. Its first slug then belongs to a new record."""
        (duplicate,) = old_lamps.cities.all()
        target = make.make_city("lampton")
        stored_on("01-01", target, duplicate)
        with recording(duplicate, old_lamps) as recorder:
            duplicate.slug = "alpha-town"
            duplicate.save()
        on_day("02-02", recorder.change_set)
        _merge_on("02-03", target, duplicate)
        assert document(client, "initiatives/bright-lamps")["lead_cities_names"] == ["Alphaville"]
        newcomer, created = create_recorded(make.make_city, "alphaville", name_en="Newcomer")
        on_day("02-04", created)
        stored_on("02-04", newcomer)
        assert document(client, "initiatives/bright-lamps")["lead_cities_names"] == ["Alphaville"]


class TestDeleted:
    """Curators delete a record if none of its data may be shown."""

    def test_it_is_shown_for_no_day(self, client, old_lamps):
        with recording(old_lamps):
            Evidence.objects.for_records(type(old_lamps)).delete()
            old_lamps.delete()
        assert client.get(f"/api/initiatives/bright-lamps/?as_of={DAY}").status_code == 404

    def test_it_is_not_shown_at_a_url_that_now_belongs_to_another_record(self, client):
        deleted, other = make.make_city("lamptown", name_en="SECRET"), make.make_city("lampton")
        stored_on("01-01", deleted, other)
        with recording(deleted, other) as recorder:
            deleted.delete()
            FormerSlug.objects.create(record=other, slug="lamptown")
        on_day("02-02", recorder.change_set)
        response = client.get(f"/api/cities/lamptown/?as_of={DAY}")
        assert (response.status_code, response["Location"]) == (301, f"/api/cities/lampton/?as_of={DAY}")

    def test_other_records_do_not_name_it(self, client, old_lamps):
        event = make.make_event("parade", name_en="SECRET parade")
        on_day("01-02", edit(old_lamps, event=event))
        with recording(old_lamps, event) as recorder:
            old_lamps.event = None
            old_lamps.save()
            event.delete()
        on_day("02-02", recorder.change_set)
        assert document(client, "initiatives/bright-lamps")["event"] is None
        for response in all_forms(client, "initiatives", "bright-lamps"):
            assert "SECRET" not in response.text

    def test_other_records_do_not_cite_it(self, client, old_lamps):
        report = make.make_report("secret-report", title="SECRET title")
        report.passages.update(summary="SECRET passage")
        evidence = make.make_evidence(
            old_lamps, "status", report.passages.get(), stance="differs", reported_value="SECRET status"
        )
        old_lamps.rulings.create(field="status", reason="SECRET reason")
        with recording(old_lamps, report) as recorder:
            evidence.delete()
            old_lamps.rulings.all().delete()
            report.delete()
        on_day("02-02", recorder.change_set)
        for response in all_forms(client, "initiatives", "bright-lamps"):
            assert response.status_code == 200
            assert "secret" not in response.text.lower()
