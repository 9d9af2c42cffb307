"""Duplicates: which records are taken for one, across scripts, places and dates, and how a curator is told."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.curation.duplicates import pair_cache
from sco_cities.curation.duplicates.candidates import candidate_pairs
from sco_cities.curation.duplicates.normalization import name_similarity, normalized_name, normalized_url
from sco_cities.curation.models import NotDuplicates
from sco_cities.sources.models import Report
from sco_cities.themes.models import Theme
from tests import factories
from tests.curation.admin_client import address, errors_in, filled_in, messages_in, soup, staff_client


def likeness_of(one, other):
    return max(
        name_similarity(mine, theirs) for mine in normalized_name(one) for theirs in normalized_name(other)
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alphaville", "ALPHAVILLE"), ("Alphaville", "Alphavile"), ("Душанбе", "Dushanbe"),
        ("Sergey Ivanov", "Иванов Сергей"), ("Sergey Ivanov", "Sergei Ivanov"), ("Li Wei", "李伟"),
        ("Sergey Ivanov", "Sergey Petrovich Ivanov"), ("Ulan Bator", "Ulanbator"),
        ("The Office of Lamps", "Lamps Office"), ("明亮的路灯项目", "明亮的路灯"),
        ("Lamps for the old town of Alphaville, led by the mayor", "Lamps for the old town of Alphaville"),
    ],
)  # fmt: skip
def test_these_names_are_alike(one, other):
    assert likeness_of(one, other) >= 0.6
    assert likeness_of(other, one) == likeness_of(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Iran", "Iraq"), ("Forum 2024", "Forum 2025"), ("School No. 1", "School No. 2"),
        ("Sister cities Alphaville and Betatown", "Sister cities Alphaville and Gammaburg"),
        ("Safe city, phase one", "Safe city, phase two"), ("Alphaville", "Betatown"), ("上海", "沈阳"),
        ("Ministry of Lamps", "Ministry of Roads"), ("Alphaville", ""), ("…", "…!"),
    ],
)  # fmt: skip
def test_these_names_are_not_alike(one, other):
    pairs = [(mine, theirs) for mine in normalized_name(one) for theirs in normalized_name(other)]
    assert all(name_similarity(mine, theirs) == 0 for mine, theirs in pairs)


@pytest.mark.parametrize(
    "written",
    [
        "http://gazette.example/lamps", "https://www.gazette.example/lamps/", "https://gazette.example/lamps#p2",
        "https://gazette.example:443/lamps", "https://GAZETTE.example/lamps?utm_source=x",
        " https://gazette.example/lamps ",
    ],
)  # fmt: skip
def test_addresses_of_one_page_are_one(written):
    assert normalized_url(written) == "gazette.example/lamps"


def test_addresses_of_different_pages_are_different():
    assert normalized_url("https://gazette.example/?a=1&b=2") == normalized_url(
        "https://gazette.example?b=2&a=1"
    )
    pages = ["https://gazette.example/?a=1", "https://gazette.example/?a=2", "https://gazette.example:8000/",
             "https://gazette.example/a", "https://gazette.example/A", "https://[broken"]  # fmt: skip
    assert len(set(map(normalized_url, pages))) == len(pages)


def make_places():
    for code in ("xa", "xb"):
        factories.make_country(code, name_en={"xa": "Alphania", "xb": "Betania"}[code])


# A stored record of a kind, a new row, and whether the one may be the other.
ROWS = {
    "a city in another script": (
        City, {"name_en": "Dushanbe"}, {"name_en": "?", "name_ru": "Душанбе", "country": "xa"}, True,
    ),
    "a city by another name of it": (
        City, {"aliases": "Peking; Peiping"}, {"name_en": "Peking", "country": "xa"}, True,
    ),
    "a city with a letter wrong": (City, {}, {"name_en": "Alphavilla", "country": "xa"}, True),
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
    "an event at the time": (Event, {}, {"name_en": "Lamp forum 2025", "starts_on": "2025-05-20"}, True),
    "an event at another time": (Event, {}, {"name_en": "Lamp forum 2025", "starts_on": "2025-06"}, False),
    "an initiative of the same country": (
        Initiative, {}, {"title_en": "The lamps are bright", "countries": ["xa"], "starts_on": "2024-03"}, True,
    ),
    "an initiative of another country": (Initiative, {}, {"title_en": "Bright lamps", "countries": ["xb"]}, False),
    "an initiative that was over": (
        Initiative, {}, {"title_en": "Bright lamps", "countries": ["xa"], "ends_on": "2020"}, False,
    ),
    "a report at the address": (
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
@pytest.mark.parametrize(("model", "values", "row", "is_found"), ROWS.values(), ids=ROWS)
def test_a_new_row_is_held_against_what_is_stored(model, values, row, is_found):
    make_places()
    stored = make_stored(model, **values)
    [found] = candidate_pairs(model, [row])
    assert [key for key, _match in found] == ([stored.pk] if is_found else [])
    # Many rows are compared another way.
    many = candidate_pairs(model, [row] * 30)
    assert [[key for key, _match in each] for each in many] == [[key for key, _match in found]] * 30


@pytest.mark.django_db
def test_the_likeliest_comes_first_and_says_why():
    make_places()
    near = factories.make_city("alphaville", country="xa")
    far = factories.make_city("alphaville-2", name_en="Alphaville", country="xa", latitude="40")
    row = {"name_en": "Alphaville", "country": "xa", "latitude": "10.5", "longitude": "20.3"}
    [found] = candidate_pairs(City, [row])
    assert [(key, match.score) for key, match in found] == [(near.pk, 100), (far.pk, 85)]
    assert found[0][1].reasons(City) == ["the same name “Alphaville”", "the same country", "5 km apart"]


def make_pair():
    return factories.make_city(), factories.make_city("alfaville", name_en="Alphavile")


@pytest.mark.django_db
def test_pairs_among_stored_records_are_found_once():
    one, other = make_pair()
    factories.make_city("betatown")
    [pair] = pair_cache.open_pairs(City)
    assert (pair.first, pair.second) == (one.pk, other.pk)
    assert pair.match.reasons(City) == [
        "alike: “Alphaville” and “Alphavile”",
        "the same country",
        "0 km apart",
    ]


@pytest.mark.django_db
def test_a_pair_is_gone_once_one_of_it_is_called_otherwise():
    _one, other = make_pair()
    assert len(pair_cache.open_pairs(City)) == 1
    City.objects.filter(pk=other.pk).update(name_en="Betatown")
    assert pair_cache.open_pairs(City) == []


@pytest.mark.django_db
def test_the_pairs_of_initiatives_follow_their_cities():
    alpha, beta = factories.make_city(), factories.make_city("betatown")
    one = factories.make_initiative("bright-lamps", lead=[alpha])
    factories.make_initiative("bright-lamps-2", title_en="Bright lamps", lead=[beta])
    assert pair_cache.open_pairs(Initiative) == []
    one.city_roles.update(city=beta)
    assert len(pair_cache.open_pairs(Initiative)) == 1


@pytest.mark.django_db
def test_finding_pairs_asks_a_fixed_number_of_questions():
    def asked():
        pair_cache.clear()
        with CaptureQueriesContext(connection) as queries:
            pair_cache.open_pairs(Initiative)
        return len(queries)

    cities = [factories.make_city(), factories.make_city("betatown")]
    factories.make_initiative(lead=cities)
    asked()
    few = asked()
    for _number in range(20):
        factories.make_initiative(lead=cities, title_en="Bright lamps")
    assert asked() == few
    assert len(pair_cache.open_pairs(Initiative)) > 20


# The desk


def pairs_on(response):
    return [
        [cell.get_text(" ", strip=True) for cell in line.select("th, td")][:4]
        for line in soup(response).select("#pairs tbody tr")
    ]


def desk(client, query=""):
    return client.get(reverse("admin:duplicates") + query)


def test_the_desk_lists_pairs_with_the_reason_and_leads_to_the_merge(curator):
    one, other = make_pair()
    response = desk(curator)
    assert pairs_on(response) == [
        [
            "Alphaville alphaville published",
            "Alphavile alfaville published",
            "alike: “Alphaville” and “Alphavile”; the same country; 0 km apart",
            "96",
        ]
    ]
    link = soup(response).select_one("#pairs td a")["href"]
    assert link == reverse("admin:merge", args=["cities", one.pk, other.pk])
    assert curator.get(link).status_code == 200


def test_a_pair_that_somebody_told_apart_is_not_shown_again(curator):
    one, other = make_pair()
    form = soup(desk(curator)).select_one("#pairs form")
    response = curator.post(form["action"], {"page": "1"}, follow=True)
    assert messages_in(response) == [
        "“Alphaville” and “Alphavile” are two, and will not be shown together again."
    ]
    assert pairs_on(response) == []
    assert NotDuplicates.objects.get().first_id == min(one.pk, other.pk)
    assert curator.post(form["action"]).status_code == 302
    assert NotDuplicates.objects.count() == 1


def told_apart_on(client) -> list[list[str]]:
    rows = soup(client.get(reverse("admin:told_apart"))).select("#pairs tbody tr")
    return [[" ".join(cell.text.split()) for cell in row.select("th, td")][:3] for row in rows]


def test_a_pair_that_was_told_apart_by_mistake_is_looked_at_again(curator):
    one, other = make_pair()
    curator.post(reverse("admin:tell_apart", args=["cities", one.pk, other.pk]))
    assert told_apart_on(curator) == [["Alphaville alphaville", "Alphavile alfaville", "city"]]
    form = soup(curator.get(reverse("admin:told_apart"))).select_one("#pairs form")
    assert curator.get(form["action"]).status_code == 405
    response = curator.post(form["action"], follow=True)
    assert "are among the pairs to look at again" in messages_in(response)[0]
    assert told_apart_on(curator) == []
    assert len(pairs_on(desk(curator))) == 1
    assert curator.post(form["action"]).status_code == 302


def test_a_pair_of_which_one_is_gone_is_not_listed_as_told_apart(curator):
    one, other = make_pair()
    curator.post(reverse("admin:tell_apart", args=["cities", one.pk, other.pk]))
    other.delete()
    assert told_apart_on(curator) == []


def test_pairs_of_kinds_that_one_may_not_change_are_not_shown_as_told_apart(curator):
    one, other = make_pair()
    curator.post(reverse("admin:tell_apart", args=["cities", one.pk, other.pk]))
    named = ["merge_records", "change_theme", "view_city"]
    helper = staff_client(*Permission.objects.filter(codename__in=named))
    assert told_apart_on(helper) == []
    assert helper.post(reverse("admin:look_again", args=["cities", one.pk, other.pk])).status_code == 403


def test_the_desk_is_paged_and_reads_any_page_number(curator):
    for number in range(40):
        letters = chr(97 + number // 20) * 3 + chr(97 + number % 20) * 3
        for slug in (letters, f"{letters}-again"):
            factories.make_city(slug, name_en=f"{letters} town")
    assert len(pair_cache.open_pairs(City)) == 40
    for page, rows in (("", 25), ("&page=2", 15), ("&page=99", 15), ("&page=x", 25), ("&page=-1", 15)):
        assert len(pairs_on(desk(curator, f"?kind=cities{page}"))) == rows


@pytest.mark.parametrize("kind", ["lamps", "passages", "x" * 5000])
def test_an_unknown_kind_is_not_there(curator, kind):
    assert desk(curator, f"?kind={kind}").status_code == 404


def test_the_desk_only_tells_apart_what_is_sent(curator):
    one, other = make_pair()
    assert curator.get(reverse("admin:tell_apart", args=["cities", one.pk, other.pk])).status_code == 405
    assert not NotDuplicates.objects.exists()


def test_the_list_opens_the_comparison_of_two(curator):
    one, other = make_pair()
    third = factories.make_city("gammaburg")

    def chosen(*records):
        keys = [record.pk for record in records]
        return curator.post(address(City), {"action": "compare_two", "_selected_action": keys}, follow=True)

    assert chosen(one, other).request["PATH_INFO"] == reverse(
        "admin:merge", args=["cities", one.pk, other.pk]
    )
    for records in ([one], [one, other, third]):
        assert messages_in(chosen(*records)) == [
            "Choose two records, neither more nor fewer, to compare them."
        ]


# Adding


def new_city(client, **values):
    sent = filled_in(client.get(address(City, "add")))
    country = factories.make_country("xa")
    return sent | {"name_en": "Alphaville", "slug": "alphaville-2", "country": country.pk, "latitude": "10.5",
                   "longitude": "20.25", "state": "draft", **values}  # fmt: skip


def test_a_new_record_like_a_stored_one_is_saved_only_when_that_is_wanted(curator):
    factories.make_city()
    sent = new_city(curator)
    response = curator.post(address(City, "add"), sent)
    assert "There may be a record of this already:Alphaville (published): the same name" in errors_in(
        response
    )
    assert City.objects.count() == 1
    tick = soup(response).select_one("#content-main form input[name=save_anyway]")
    assert tick is not None
    assert curator.post(address(City, "add"), sent | {"save_anyway": "on"}).status_code == 302
    assert City.objects.count() == 2


def test_a_new_record_unlike_all_others_is_saved_at_once(curator):
    factories.make_city()
    assert curator.post(address(City, "add"), new_city(curator, name_en="Betatown")).status_code == 302


def test_nobody_is_asked_while_editing(curator):
    make_pair()
    city = City.objects.get(slug="alfaville")
    sent = filled_in(curator.get(address(city, "change")))
    assert curator.post(address(city, "change"), sent | {"name_en": "Alphaville"}).status_code == 302


def test_other_errors_are_told_before_anybody_is_asked(curator):
    factories.make_city()
    response = curator.post(address(City, "add"), new_city(curator, slug="Not a slug"))
    assert "There may be" not in errors_in(response)


def test_a_new_initiative_is_compared_by_the_cities_in_its_rows(curator):
    alpha, beta = factories.make_city(), factories.make_city("betatown")
    factories.make_initiative("bright-lamps", lead=[alpha], sourced=True)
    sent = filled_in(curator.get(address(Initiative, "add"))) | {
        "title_en": "Bright lamps", "slug": "bright-lamps-2", "summary_en": "Lamps.", "kind": "project",
        "status": "agreed", "city_roles-0-role": "lead", "state": "draft",
    }  # fmt: skip
    response = curator.post(address(Initiative, "add"), sent | {"city_roles-0-city": alpha.pk})
    assert "the same cities" in errors_in(response)
    assert curator.post(address(Initiative, "add"), sent | {"city_roles-0-city": beta.pk}).status_code == 302
