"""The content of the merge page, the choices that it accepts, and the choices that it rejects."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sco_cities.core.exceptions import Refused
from sco_cities.curation.merge.apply import merge
from sco_cities.datapackage.dump import dump_files
from sco_cities.history.models import ChangeSet
from tests import factories
from tests.curation.admin_client import form_data, messages_in, soup, staff_client
from tests.curation.duplicate_pairs import make_two_cities, make_two_initiatives

pytestmark = pytest.mark.only_on("sqlite")


def merge_pair(target, duplicate):
    return merge(type(target), target.pk, duplicate.pk)


def merge_url(target, duplicate):
    return reverse("admin:merge", args=[type(target).collection, target.pk, duplicate.pk])


def send(client, target, duplicate, **changed):
    response = client.get(merge_url(target, duplicate))
    assert response.status_code == 200
    return client.post(merge_url(target, duplicate), merge_form_data(response) | changed, follow=True)


def merge_form_data(response):
    """The data that a browser submits, with selected values and the fingerprint."""
    data = form_data(response)
    form = soup(response).select_one("#content-main form")
    for radio in form.select("input[type=radio]"):
        data.pop(radio["name"], None)
    return data | {radio["name"]: radio["value"] for radio in form.select("input[type=radio][checked]")}


def test_the_page_lists_moved_rows_and_discarded_values(curator):
    target, duplicate, *_others = make_two_cities()
    page = soup(curator.get(merge_url(target, duplicate)))
    assert [item.get_text(strip=True) for item in page.select("#moves dt")] == [
        "Figures: 1", "Evidence: 2", "Former addresses: 1", "Organisations (city): 1", "Events (host city): 1",
        "Delegates (city): 1", "Cities in initiatives: 1",
    ]  # fmt: skip
    assert [item.text for item in page.select("#merge-notes li")] == [
        "Both: “lead” is kept, and “partner” is discarded."
    ]
    selected = {radio["name"]: radio["value"] for radio in page.select("input[type=radio][checked]")}
    assert selected == {"value:name_en": "stays", "value:name_ru": "goes", "value:population": "stays"}


def test_a_curator_merges_two_records_and_sees_the_result(curator):
    target, duplicate, *_others = make_two_cities()
    response = send(curator, target, duplicate, reason="one city")
    assert messages_in(response) == [
        "“Alfaville” was merged into “Alphaville”; its address now redirects here. Revert change",
        "Notes on the merge: Both: “lead” is kept, and “partner” is discarded.",
    ]
    change_set = ChangeSet.objects.get()
    assert (change_set.source, change_set.reason, change_set.made_by_name) == ("merge", "one city", "curator")


@pytest.mark.parametrize(
    ("state", "before", "after"),
    [
        ("published", "will redirect to the kept record.", "now redirects here."),
        (
            "draft",
            "will redirect to the kept record once that record is published.",
            "will redirect here once the record is published.",
        ),
    ],
)
def test_the_address_redirects_only_to_a_published_record(curator, state, before, after):
    pair = [factories.make_city(slug, state=state) for slug in ("alphaville", "alfaville")]
    assert f"removed. Its URL {before}" in soup(curator.get(merge_url(*pair))).select_one(".merge p").text
    (message,) = messages_in(send(curator, *pair))
    assert message == f"“Alfaville” was merged into “Alphaville”; its address {after} Revert change"


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("published", "“Alfaville” is a duplicate of “Alphaville”."),
        ("draft", "An unpublished record was a duplicate of “Alphaville”."),
    ],
)
def test_the_reason_by_default_names_what_readers_know(curator, state, reason):
    send(curator, factories.make_city(), factories.make_city("alfaville", state=state))
    assert ChangeSet.objects.get().reason == reason


def test_the_page_warns_if_the_kept_record_would_not_be_published(curator):
    target, duplicate = factories.make_city(state="draft"), factories.make_city("alfaville")
    page = soup(curator.get(merge_url(target, duplicate)))
    assert [item.text for item in page.select("#merge-notes li")] == [
        "The removed record is published. To publish the kept record, also choose the publication state of "
        "the removed record."
    ]
    send(curator, target, duplicate, **{"value:state": "goes"}, reason="one\0city")
    target.refresh_from_db()
    assert target.is_published
    assert ChangeSet.objects.get().reason == "onecity"


def test_selected_values_are_kept(curator):
    target, duplicate, *_others = make_two_cities()
    send(curator, target, duplicate, **{"value:name_en": "goes", "value:name_ru": "stays"})
    target.refresh_from_db()
    assert (target.name_en, target.name_ru) == ("Alfaville", "")


@pytest.mark.parametrize("which", ["target", "duplicate"])
def test_an_outdated_page_merges_nothing(curator, which):
    target, duplicate = make_two_initiatives()
    data = merge_form_data(curator.get(merge_url(target, duplicate)))
    changed = target if which == "target" else duplicate
    merge_pair(changed, factories.make_initiative("concurrent-edit", state="draft"))
    response = curator.post(merge_url(target, duplicate), data)
    assert messages_in(response) == [
        "One of the two records has changed since you opened this page. Check both again."
    ]
    assert type(duplicate).objects.filter(pk=duplicate.pk).exists()


def test_the_second_merge_of_a_record_is_not_found(curator):
    target, duplicate = make_two_initiatives()
    data = merge_form_data(curator.get(merge_url(target, duplicate)))
    merge_pair(factories.make_initiative("third", sourced=True), duplicate)
    assert curator.post(merge_url(target, duplicate), data).status_code == 404


@pytest.mark.parametrize(
    ("collection", "target", "duplicate"),
    [
        ("cities", "{0}", "{0}"), ("cities", "{0}", "999999"), ("cities", "{0}", "nonsense"),
        ("cities", "{0}", "9" * 60), ("lamps", "{0}", "{1}"), ("themes", "{0}", "{1}"), ("cities", "-1", "{0}"),
    ],
    ids=["itself", "nothing", "no key", "far too large a key", "no kind", "another kind", "negative"],
)  # fmt: skip
def test_only_two_different_stored_records_can_be_merged(curator, collection, target, duplicate):
    keys = [factories.make_city(slug).pk for slug in ("alphaville", "alfaville")]
    address = f"/admin/duplicates/{collection}/{target.format(*keys)}/{duplicate.format(*keys)}/"
    before = dump_files()
    assert curator.get(address).status_code == curator.post(address).status_code == 404
    assert dump_files() == before


@pytest.mark.django_db
def test_a_record_is_not_merged_with_itself():
    city = factories.make_city()
    with pytest.raises(Refused, match="itself"):
        merge_pair(city, city)


def test_a_post_without_a_fingerprint_merges_nothing(curator):
    target, duplicate, *_others = make_two_cities()
    assert curator.post(merge_url(target, duplicate)).status_code == 200
    assert type(duplicate).objects.filter(pk=duplicate.pk).exists()


@pytest.mark.django_db
def test_merging_requires_permission():
    target, duplicate, *_others = make_two_cities()
    city = ContentType.objects.get_for_model(target)
    client = staff_client(*Permission.objects.filter(content_type=city))
    assert (
        client.get(merge_url(target, duplicate)).status_code
        == client.post(merge_url(target, duplicate)).status_code
        == 403
    )
    assert client.get(reverse("admin:duplicates")).status_code == 403
    assert type(duplicate).objects.filter(pk=duplicate.pk).exists()


def test_moved_footnotes_and_passages_are_listed_with_the_words_of_the_passages(curator):
    gazette, again = (factories.make_report(slug) for slug in ("gazette", "gazette-again"))
    city, duplicate = factories.make_city(), factories.make_city("alfaville")
    factories.make_evidence(duplicate, "population", gazette.passages.get())
    factories.make_evidence(
        duplicate, factories.make_figure(duplicate, "lamps", 30_000), gazette.passages.get()
    )
    words = "Gazette (The Gazette, 1 January 2025) ¶1 Passage 1 of gazette."
    moved = " ".join(soup(curator.get(merge_url(city, duplicate))).select_one(".merge").text.split())
    assert f"Population (confirms): {words}" in moved
    assert f"Figure: lamps (confirms): {words}" in moved
    assert "lamps: 30,000 lamps" in moved
    assert (
        "¶1 Passage 1 of gazette-again."
        in soup(curator.get(merge_url(gazette, again))).select_one(".merge").text
    )


def test_the_page_needs_the_same_queries_for_few_and_many_relations(curator):
    def query_count(number):
        target, duplicate = (factories.make_city(f"{name}-{number}") for name in ("alphaville", "alfaville"))
        for index in range(number):
            factories.make_initiative(partner=[duplicate], sourced=True)
            factories.make_evidence(duplicate, factories.make_figure(duplicate, f"lamps {index}"))
        with CaptureQueriesContext(connection) as queries:
            curator.get(merge_url(target, duplicate))
        return len(queries)

    query_count(1)
    assert query_count(20) == query_count(3)


def test_the_page_has_a_tick_for_values_without_evidence(curator):
    alphaville, betatown = (factories.make_city(slug) for slug in ("alphaville", "betatown"))
    target = factories.make_initiative("lamps", lead=[alphaville], sourced=True)
    duplicate = factories.make_initiative("lamps-2", lead=[alphaville], partner=[betatown], state="draft")
    response = send(curator, target, duplicate)
    assert (
        messages_in(response)[0] == "Initiative “Lamps”: no evidence was added for the new value of cities."
    )
    assert soup(response).select_one("label[for=evidence_stands]")
    send(curator, target, duplicate, evidence_stands="on")
    assert target.cities.count() == 2
