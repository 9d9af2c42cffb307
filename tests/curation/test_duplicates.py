"""Duplicate detection across scripts, places and dates, on its page and for new records."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.curation.duplicates import similarity
from sco_cities.curation.duplicates.candidates import candidate_pairs, open_pairs, similar_records
from sco_cities.curation.duplicates.similarity import SimilarityConfig, Traits, compare, normalized_url
from sco_cities.curation.models import NotDuplicates
from sco_cities.sources.models import Report
from sco_cities.themes.models import Theme
from tests import factories
from tests.curation.admin_client import (
    admin_url,
    errors_in,
    messages_in,
    soup,
    staff_client,
    unrendered_form_data,
)


def score_of(*names):
    config = SimilarityConfig(names=("name",))
    match = compare(config, *(Traits.from_values(config, "", {"name": name}) for name in names))
    return match.score if match else 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alphaville", "ALPHAVILLE"), ("Alphaville", "Alphavile"), ("Душанбе", "Dushanbe"),
        ("Sergey Ivanov", "Иванов Сергей"), ("Sergey Ivanov", "Sergei Ivanov"), ("Li Wei", "李伟"),
        ("Sergey Ivanov", "Sergey Petrovich Ivanov"), ("Ulan Bator", "Ulanbator"),
        ("The Office of Lamps", "Lamps Office"), ("明亮的路灯项目", "明亮的路灯"),
        ("Lamps for the old town of Alphaville, led by the mayor", "Lamps for the old town of Alphaville"),
        ("Chelyabinsk", "Čelâbinsk"), ("Кыргызстан", "Qyrgyzstan"),
    ],
)  # fmt: skip
def test_these_names_are_similar(one, other):
    assert score_of(one, other) >= similarity.MIN_SCORE
    assert score_of(other, one) == score_of(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Iran", "Iraq"), ("Forum 2024", "Forum 2025"), ("School No. 1", "School No. 2"),
        ("Sister cities Alphaville and Betatown", "Sister cities Alphaville and Gammaburg"),
        ("Safe city, phase one", "Safe city, phase two"), ("Alphaville", "Betatown"), ("上海", "沈阳"),
        ("Safe city project of Alphaville, phase one", "Safe city project of Alphaville, phase two"),
        ("Ministry of Lamps", "Ministry of Roads"), ("Alphaville", ""), ("…", "…!"),
    ],
)  # fmt: skip
def test_these_names_are_not_similar(one, other):
    assert score_of(one, other) == score_of(other, one) == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://gazette.example/lamps", "https://www.gazette.example/lamps/", "https://gazette.example/lamps#p2",
        "https://gazette.example:443/lamps", "https://GAZETTE.example/lamps?utm_source=x",
        " https://gazette.example/lamps ",
    ],
)  # fmt: skip
def test_urls_of_one_page_have_one_normalized_form(url):
    assert normalized_url(url) == "gazette.example/lamps"


def test_urls_of_different_pages_stay_different():
    same = ("https://gazette.example/?a=1&b=2", "https://gazette.example?b=2&a=1")
    assert len(set(map(normalized_url, same))) == 1
    pages = ["?a=1", "?a=2", ":8000/", "/a", "/A"]
    pages = [f"https://gazette.example{page}" for page in pages] + ["https://[broken"]
    assert len(set(map(normalized_url, pages))) == len(pages)


def make_two_countries():
    for code in ("xa", "xb"):
        factories.make_country(code, name_en={"xa": "Alphania", "xb": "Betania"}[code])


# The kind of record, the values of a stored record, a new row, and whether the row may be a duplicate.
ROWS = {
    "a city in another script": (
        City, {"name_en": "Dushanbe"}, {"name_en": "?", "name_ru": "Душанбе", "country": "xa"}, True,
    ),
    "a city by an alias": (
        City, {"aliases": "Peking; Peiping"}, {"name_en": "Peking", "country": "xa"}, True,
    ),
    "a city with a misspelled name": (City, {}, {"name_en": "Alphavilla", "country": "xa"}, True),
    "a city of another country, near": (
        City, {}, {"name_en": "Alphaville", "country": "xb", "latitude": "10.6", "longitude": "20.2"}, True,
    ),
    "a city of another country, far": (
        City, {}, {"name_en": "Alphaville", "country": "xb", "latitude": "50", "longitude": "20.2"}, False,
    ),
    "another city": (City, {}, {"name_en": "Betatown", "country": "xa"}, False),
    "a country": (Country, {}, {"name_en": "Республика Альфания", "name_ru": "Alphania"}, True),
    "a theme": (Theme, {"name_en": "Street lamps"}, {"name_en": "Lamps of the street"}, True),
    "a delegate of the same country": (Delegate, {}, {"name_en": "Test Ada", "country": "xa"}, True),
    "a delegate of no country": (Delegate, {}, {"name_en": "Ада Тест"}, True),
    "a delegate of another country": (Delegate, {}, {"name_en": "Ada Test", "country": "xb"}, False),
    "an organisation": (
        Organisation, {}, {"name_en": "Office of Lamps", "aliases": "Lamp Office", "country": "xa"}, True,
    ),
    "an event at the same time": (Event, {}, {"name_en": "Lamp forum 2025", "starts_on": "2025-05-20"}, True),
    "an event at another time": (Event, {}, {"name_en": "Lamp forum 2025", "starts_on": "2025-06"}, False),
    "an initiative of the same country": (
        Initiative, {}, {"title_en": "The lamps are bright", "countries": ["xa"], "starts_on": "2024-03"}, True,
    ),
    "an initiative of another country": (Initiative, {}, {"title_en": "Bright lamps", "countries": ["xb"]}, False),
    "an initiative that ended before": (
        Initiative, {}, {"title_en": "Bright lamps", "countries": ["xa"], "ends_on": "2020"}, False,
    ),
    "a report at the same address": (
        Report, {}, {"title": "?", "address": "http://www.gazette.example/lamps/?utm_source=x#top"}, True,
    ),
    "a report of the same day": (
        Report, {}, {"title": "Lamps in the streets", "publisher": "The Gazette", "published_on": "2025-01-01"}, True,
    ),
    "a report of another day": (
        Report, {}, {"title": "Lamps in the streets", "publisher": "The Gazette", "published_on": "2025-01-02"}, False,
    ),
    "a statement of the same delegate": (
        Statement, {}, {"summary": "Bright lamps make all streets of the city safe", "delegate": "ada-test"}, True,
    ),
    "a statement of another delegate": (
        Statement, {}, {"summary": "Bright lamps make all streets of the city safe", "delegate": "bob-test"}, False,
    ),
}  # fmt: skip


def make_stored(model, **values):
    makers = {
        City: lambda: factories.make_city(**values),
        Country: lambda: factories.make_country("xa"),
        Theme: lambda: factories.make_theme(**values),
        Delegate: lambda: factories.make_delegate(country=factories.make_country("xa")),
        Organisation: lambda: factories.make_organisation(country=factories.make_country("xa")),
        Event: lambda: factories.make_event("lamp-forum", name_en="Lamp forum 2025"),
        Initiative: lambda: factories.make_initiative(
            "bright-lamps", countries=[factories.make_country("xa")]
        ),
        Report: lambda: factories.make_report("lamps", title="Lamps in the streets"),
        Statement: lambda: factories.make_statement(
            summary="Bright lamps make the streets of the city safe", delegate=factories.make_delegate()
        ),
    }
    return makers[model]()


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "values", "row", "is_similar"), ROWS.values(), ids=ROWS)
def test_a_new_row_is_compared_with_stored_records(model, values, row, is_similar):
    make_two_countries()
    stored = make_stored(model, **values)
    [matches] = similar_records(model, [row])
    assert [key for key, _match in matches] == ([stored.pk] if is_similar else [])
    # Many rows are compared with all stored records instead of the results of a search.
    many = similar_records(model, [row] * 30)
    assert [[key for key, _match in each] for each in many] == [[key for key, _match in matches]] * 30


@pytest.mark.django_db
def test_the_best_match_comes_first_with_its_reasons():
    make_two_countries()
    near = factories.make_city("alphaville", country="xa")
    far = factories.make_city("alphaville-2", name_en="Alphaville", country="xa", latitude="40")
    row = {"name_en": "Alphaville", "country": "xa", "latitude": "10.5", "longitude": "20.3"}
    [matches] = similar_records(City, [row])
    assert [(key, match.score) for key, match in matches] == [(near.pk, 100), (far.pk, 85)]
    assert list(matches[0][1].reasons(City)) == ["same name: “Alphaville”", "same country", "5 km apart"]


def make_pair():
    return factories.make_city(), factories.make_city("alfaville", name_en="Alphavile")


@pytest.mark.django_db
def test_each_pair_of_stored_records_is_found_once():
    one, other = make_pair()
    factories.make_city("betatown")
    [pair] = open_pairs(City)
    assert (pair.first, pair.second) == (one.pk, other.pk)
    assert list(pair.match.reasons(City)) == [
        "similar names: “Alphaville” and “Alphavile”",
        "same country",
        "0 km apart",
    ]


@pytest.mark.django_db
def test_a_pair_disappears_after_one_record_gets_another_name():
    _one, other = make_pair()
    assert len(open_pairs(City)) == 1
    City.objects.filter(pk=other.pk).update(name_en="Betatown")
    assert open_pairs(City) == []


@pytest.mark.django_db
def test_a_change_of_cities_updates_the_pairs_of_initiatives():
    alpha, beta = factories.make_city(), factories.make_city("betatown")
    one = factories.make_initiative("bright-lamps", lead=[alpha])
    factories.make_initiative("bright-lamps-2", title_en="Bright lamps", lead=[beta])
    assert open_pairs(Initiative) == []
    one.city_roles.update(city=beta)
    assert len(open_pairs(Initiative)) == 1


@pytest.mark.django_db
def test_finding_pairs_takes_a_fixed_number_of_queries():
    def query_count():
        with CaptureQueriesContext(connection) as queries:
            candidate_pairs(Initiative)
        return len(queries)

    cities = [factories.make_city(), factories.make_city("betatown")]
    factories.make_initiative(lead=cities)
    query_count()
    few = query_count()
    for _number in range(20):
        factories.make_initiative(lead=cities, title_en="Bright lamps")
    assert query_count() == few
    assert len(open_pairs(Initiative)) > 20


# The duplicates page


def pairs_on(response):
    return [
        [cell.get_text(" ", strip=True) for cell in line.select("th, td")][:4]
        for line in soup(response).select("#pairs tbody tr")
    ]


def duplicates_page(client, query=""):
    return client.get(reverse("admin:duplicates") + query)


def test_the_page_lists_pairs_with_reasons_and_links_to_the_merge(curator):
    one, other = make_pair()
    response = duplicates_page(curator)
    assert pairs_on(response) == [
        [
            "Alphaville alphaville published",
            "Alphavile alfaville published",
            "similar names: “Alphaville” and “Alphavile”; same country; 0 km apart",
            "100",
        ]
    ]
    link = soup(response).select_one("#pairs td a")["href"]
    assert link == reverse("admin:merge", args=["cities", one.pk, other.pk])
    assert curator.get(link).status_code == 200


def test_a_pair_marked_as_not_duplicates_is_not_listed_again(curator):
    one, other = make_pair()
    form = soup(duplicates_page(curator)).select_one("#pairs form")
    response = curator.post(form["action"], {"page": "1"}, follow=True)
    assert messages_in(response) == [
        "“Alphaville” and “Alphavile” are marked as not duplicates and will not be suggested again."
    ]
    assert pairs_on(response) == []
    assert NotDuplicates.objects.get().first_id == min(one.pk, other.pk)
    assert curator.post(form["action"]).status_code == 302
    assert NotDuplicates.objects.count() == 1


def marked_pairs(client) -> list[list[str]]:
    rows = soup(client.get(reverse("admin:not_duplicates"))).select("#pairs tbody tr")
    return [[" ".join(cell.text.split()) for cell in row.select("th, td")][:3] for row in rows]


def test_a_pair_marked_by_mistake_can_be_listed_again(curator):
    one, other = make_pair()
    curator.post(reverse("admin:mark_not_duplicates", args=["cities", one.pk, other.pk]))
    assert marked_pairs(curator) == [["Alphaville alphaville", "Alphavile alfaville", "city"]]
    form = soup(curator.get(reverse("admin:not_duplicates"))).select_one("#pairs form")
    assert curator.get(form["action"])["Location"] == reverse("admin:not_duplicates")
    response = curator.post(form["action"], follow=True)
    assert "are no longer marked as not duplicates" in messages_in(response)[0]
    assert marked_pairs(curator) == []
    assert len(pairs_on(duplicates_page(curator))) == 1
    assert curator.post(form["action"]).status_code == 302


def test_a_marked_pair_with_a_deleted_record_is_not_listed(curator):
    one, other = make_pair()
    curator.post(reverse("admin:mark_not_duplicates", args=["cities", one.pk, other.pk]))
    other.delete()
    assert marked_pairs(curator) == []


def test_marked_pairs_of_kinds_that_the_user_may_not_change_are_not_listed(curator):
    one, other = make_pair()
    curator.post(reverse("admin:mark_not_duplicates", args=["cities", one.pk, other.pk]))
    codenames = ["merge_records", "change_theme", "view_city"]
    helper = staff_client(*Permission.objects.filter(codename__in=codenames))
    assert marked_pairs(helper) == []
    assert (
        helper.post(reverse("admin:unmark_not_duplicates", args=["cities", one.pk, other.pk])).status_code
        == 403
    )


def test_the_page_is_paginated_and_accepts_any_page_number(curator):
    for letters in (f"{one}a{other}e" * 2 for one in "bdfg" for other in "bdfglmnprv"):
        for slug in (letters, f"{letters}-again"):
            factories.make_city(slug, name_en=f"{letters} town")
    assert len(open_pairs(City)) == 40
    for page, rows in (("", 25), ("&page=2", 15), ("&page=99", 15), ("&page=x", 25), ("&page=-1", 15)):
        assert len(pairs_on(duplicates_page(curator, f"?kind=cities{page}"))) == rows


@pytest.mark.parametrize("kind", ["lamps", "passages", "x" * 5000])
def test_an_unknown_kind_is_not_found(curator, kind):
    assert duplicates_page(curator, f"?kind={kind}").status_code == 404


def test_marking_a_pair_requires_a_post(curator):
    one, other = make_pair()
    mark = reverse("admin:mark_not_duplicates", args=["cities", one.pk, other.pk])
    assert curator.get(mark)["Location"] == reverse("admin:duplicates")
    assert not NotDuplicates.objects.exists()


def test_the_list_action_opens_the_comparison_of_two_records(curator):
    one, other = make_pair()
    third = factories.make_city("gammaburg")

    def run_action(*records):
        keys = [record.pk for record in records]
        return curator.post(admin_url(City), {"action": "compare_two", "_selected_action": keys}, follow=True)

    assert run_action(one, other).request["PATH_INFO"] == reverse(
        "admin:merge", args=["cities", one.pk, other.pk]
    )
    for records in ([one], [one, other, third]):
        assert messages_in(run_action(*records)) == ["Select exactly two records to compare."]


# New records


def new_city_data(client, **values):
    data = unrendered_form_data(client, admin_url(City, "add"))
    return data | {"name_en": "Alphaville", "slug": "alphaville-2", "country": factories.make_country("xa").pk,
                   "latitude": "10.5", "longitude": "20.25", "state": "draft", **values}  # fmt: skip


def test_a_new_record_similar_to_a_stored_one_is_saved_only_after_confirmation(curator):
    factories.make_city()
    data = new_city_data(curator)
    response = curator.post(admin_url(City, "add"), data)
    assert "A similar record may already exist:Alphaville (published): same name" in errors_in(response)
    assert City.objects.count() == 1
    tick = soup(response).select_one("#content-main form input[name=save_anyway]")
    assert tick is not None
    assert curator.post(admin_url(City, "add"), data | {"save_anyway": "on"}).status_code == 302
    assert City.objects.count() == 2


def test_a_new_record_without_a_similar_one_is_saved_immediately(curator):
    factories.make_city()
    assert curator.post(admin_url(City, "add"), new_city_data(curator, name_en="Betatown")).status_code == 302


def test_editing_a_record_does_not_check_for_duplicates(curator):
    make_pair()
    city = City.objects.get(slug="alfaville")
    data = unrendered_form_data(curator, admin_url(city, "change"))
    assert curator.post(admin_url(city, "change"), data | {"name_en": "Alphaville"}).status_code == 302


def test_other_errors_are_shown_before_the_duplicate_check(curator):
    factories.make_city()
    response = curator.post(admin_url(City, "add"), new_city_data(curator, slug="Not a slug"))
    assert "similar record" not in errors_in(response)


def test_a_new_initiative_is_compared_by_the_cities_in_its_rows(curator):
    alpha, beta = factories.make_city(), factories.make_city("betatown")
    factories.make_initiative("bright-lamps", lead=[alpha], sourced=True)
    data = unrendered_form_data(curator, admin_url(Initiative, "add")) | {
        "title_en": "Bright lamps", "slug": "bright-lamps-2", "summary_en": "Lamps.", "kind": "project",
        "status": "agreed", "city_roles-0-role": "lead", "state": "draft",
    }  # fmt: skip
    response = curator.post(admin_url(Initiative, "add"), data | {"city_roles-0-city": alpha.pk})
    assert "same cities" in errors_in(response)
    saved = curator.post(admin_url(Initiative, "add"), data | {"city_roles-0-city": beta.pk})
    assert saved.status_code == 302
