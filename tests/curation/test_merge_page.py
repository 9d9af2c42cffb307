"""The page on which two records are compared and merged: what it shows, what it takes, and what it refuses."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sco_cities.curation.merge.apply import MergeRefused, merge
from sco_cities.datapackage.dump import dump_files
from sco_cities.history.models import ChangeSet
from tests import factories
from tests.curation.admin_client import filled_in, messages_in, soup, staff_client
from tests.curation.duplicate_pairs import make_two_cities, make_two_initiatives


def merged(stays, goes):
    return merge(type(stays), stays.pk, goes.pk)


def page_of(stays, goes):
    return reverse("admin:merge", args=[type(stays).collection, stays.pk, goes.pk])


def send(client, stays, goes, **changed):
    response = client.get(page_of(stays, goes))
    assert response.status_code == 200
    return client.post(page_of(stays, goes), filled_in_merge(response) | changed, follow=True)


def filled_in_merge(response):
    """What a browser sends: the values that are chosen, and the versions."""
    sent = filled_in(response)
    form = soup(response).select_one("#content-main form")
    for radio in form.select("input[type=radio]"):
        sent.pop(radio["name"], None)
    return sent | {radio["name"]: radio["value"] for radio in form.select("input[type=radio][checked]")}


def test_the_page_tells_what_moves_and_what_both_have(curator):
    stays, goes, *_others = make_two_cities()
    page = soup(curator.get(page_of(stays, goes)))
    assert [item.get_text(strip=True) for item in page.select("#moves dt")] == [
        "Figures: 1", "Evidence: 2", "Former slugs: 1", "Organisations (city): 1", "Events (host city): 1",
        "Delegates (city): 1", "Cities in initiatives: 1",
    ]  # fmt: skip
    assert [item.text for item in page.select("#told li")] == ["Both: “lead” is kept, “partner” is dropped."]
    chosen = {radio["name"]: radio["value"] for radio in page.select("input[type=radio][checked]")}
    assert chosen == {"value:name_en": "stays", "value:name_ru": "goes", "value:population": "stays"}


def test_a_curator_merges_two_records_and_is_told(curator):
    stays, goes, *_others = make_two_cities()
    response = send(curator, stays, goes, reason="one city")
    assert messages_in(response) == [
        "“Alfaville” was merged into “Alphaville”; its address leads here. Take it back",
        "What both had: Both: “lead” is kept, “partner” is dropped.",
    ]
    change_set = ChangeSet.objects.get()
    assert (change_set.way, change_set.reason, change_set.made_by_name) == ("merge", "one city", "curator")


def test_a_curator_is_told_that_readers_would_see_neither(curator):
    stays, goes = factories.make_city(state="draft"), factories.make_city("alfaville")
    page = soup(curator.get(page_of(stays, goes)))
    assert [item.text for item in page.select("#told li")] == [
        "Readers see the record that goes. They see the one that stays only if its state is taken too."
    ]
    send(curator, stays, goes, **{"value:state": "goes"}, reason="one\0city")
    stays.refresh_from_db()
    assert stays.is_published
    assert ChangeSet.objects.get().reason == "onecity"


def test_a_choice_of_values_is_kept(curator):
    stays, goes, *_others = make_two_cities()
    send(curator, stays, goes, **{"value:name_en": "goes", "value:name_ru": "stays"})
    stays.refresh_from_db()
    assert (stays.name_en, stays.name_ru) == ("Alfaville", "")


@pytest.mark.parametrize("which", ["stays", "goes"])
def test_a_page_that_is_out_of_date_merges_nothing(curator, which):
    stays, goes = make_two_initiatives()
    sent = filled_in_merge(curator.get(page_of(stays, goes)))
    changed = stays if which == "stays" else goes
    merged(changed, factories.make_initiative("meanwhile", state="draft"))
    response = curator.post(page_of(stays, goes), sent)
    assert messages_in(response) == [
        "One of the two has been changed since you opened this page. Look at both again."
    ]
    assert type(goes).objects.filter(pk=goes.pk).exists()


def test_who_merges_second_is_told_that_a_record_is_gone(curator):
    stays, goes = make_two_initiatives()
    sent = filled_in_merge(curator.get(page_of(stays, goes)))
    merged(factories.make_initiative("third", sourced=True), goes)
    assert curator.post(page_of(stays, goes), sent).status_code == 404


@pytest.mark.parametrize(
    ("collection", "stays", "goes"),
    [
        ("cities", "{0}", "{0}"), ("cities", "{0}", "999999"), ("cities", "{0}", "nonsense"),
        ("cities", "{0}", "9" * 60), ("lamps", "{0}", "{1}"), ("themes", "{0}", "{1}"), ("cities", "-1", "{0}"),
    ],
    ids=["itself", "nothing", "no key", "far too large a key", "no kind", "another kind", "negative"],
)  # fmt: skip
def test_what_are_not_two_records_cannot_be_merged(curator, collection, stays, goes):
    keys = [factories.make_city(slug).pk for slug in ("alphaville", "alfaville")]
    address = f"/admin/duplicates/{collection}/{stays.format(*keys)}/{goes.format(*keys)}/"
    before = dump_files()
    assert curator.get(address).status_code == curator.post(address).status_code == 404
    assert dump_files() == before


@pytest.mark.django_db
def test_a_record_is_not_merged_with_itself():
    city = factories.make_city()
    with pytest.raises(MergeRefused, match="itself"):
        merged(city, city)


def test_a_post_without_versions_merges_nothing(curator):
    stays, goes, *_others = make_two_cities()
    assert curator.post(page_of(stays, goes)).status_code == 200
    assert type(goes).objects.filter(pk=goes.pk).exists()


@pytest.mark.django_db
def test_only_those_who_may_merge_do():
    stays, goes, *_others = make_two_cities()
    city = ContentType.objects.get_for_model(stays)
    client = staff_client(*Permission.objects.filter(content_type=city))
    assert (
        client.get(page_of(stays, goes)).status_code == client.post(page_of(stays, goes)).status_code == 403
    )
    assert client.get(reverse("admin:duplicates")).status_code == 403
    assert type(goes).objects.filter(pk=goes.pk).exists()


def test_the_page_does_not_ask_more_of_the_database_for_more_relations(curator):
    def asked(number):
        stays, goes = (factories.make_city(f"{name}-{number}") for name in ("alphaville", "alfaville"))
        for _place in range(number):
            factories.make_initiative(partner=[goes], sourced=True)
            factories.make_evidence(goes, factories.make_figure(goes, f"lamps {_place}"))
        with CaptureQueriesContext(connection) as queries:
            curator.get(page_of(stays, goes))
        return len(queries)

    asked(1)
    assert asked(20) == asked(3)
