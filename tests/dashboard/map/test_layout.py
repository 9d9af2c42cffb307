"""Maps of countries, and of lists whose records have one city each (events, delegates and organisations)."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client

from delegates.columns import DELEGATES, EVENTS, ORGANISATIONS
from delegates.models import Event
from sco_cities.dashboard.map import context as module
from sco_cities.dashboard.map.context import MAPPED_LISTS, city_counts
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_query import ListQuery
from tests import factories as make
from tests.dashboard.map.test_pages import get_page, links, titles
from tests.listings.test_filters import LISTINGS

MAPPED = {listing.collection: listing for listing in (EVENTS, DELEGATES, ORGANISATIONS)}


def city_numbers(collection, query=""):
    """The counts for the map of a list, and the number of records of each city by slug."""
    with facet_index(collection) as state:
        numbers = city_counts(ListQuery(MAPPED_LISTS[collection], state, QueryDict(query)))
        records = state.index("cities").records
        by_slug = {records[key].slug: count for key, count in numbers.cities.items()}
        return numbers, by_slug


@pytest.fixture
def three_events():
    alpha = make.make_city("alphaville", name_ru="Альфавиль", latitude="50", longitude="40")
    beta = make.make_city("betaville", "xb")
    hidden = make.make_city("gammaville", "xb", state="draft")
    lamps, tunnels = make.make_theme("lamps"), make.make_theme("tunnels", pillar="security")
    make.make_event("one", host_city=alpha, themes=[lamps])
    make.make_event("two", host_city=alpha, themes=[tunnels], kind="visit")
    make.make_event("three", host_city=beta, themes=[tunnels])
    make.make_event("online")
    make.make_event("secret", host_city=hidden)
    make.make_event("unseen", host_city=beta, state="draft")


def test_every_list_of_places_has_a_map():
    assert {listing.collection for listing in LISTINGS if listing.map_template} == {
        "initiatives",
        *MAPPED_LISTS,
    }
    assert {listing.collection for listing in LISTINGS} - {"initiatives", *MAPPED_LISTS} == {
        "themes",
        "reports",
        "statements",
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("three_events")
def test_the_map_of_events_links_each_city_to_its_events():
    page = get_page("/events/?view=map&sort=name_en")
    assert list(zip(links(page, "discs"), titles(page, "discs"), strict=True)) == [
        ("/events/?city=alphaville", "Alphaville: 2 events"),
        ("/events/?city=betaville", "Betaville: 1 event"),
    ]
    assert links(page, "arcs") == []
    assert "map-legend" not in page
    assert "2 cities. A larger circle means more events." in page
    assert "Not shown because no city is named: 2 events." in page
    rows = re.findall(r'<th scope="row"><a href="([^"]*)">([^<]*)</a></th><td>(\d+)</td></tr>', page)
    assert rows == [
        ("/events/?city=alphaville", "Alphaville", "2"), ("/events/?city=betaville", "Betaville", "1")
    ]  # fmt: skip
    assert '<th scope="col">City</th><th scope="col">Events</th></tr>' in page


@pytest.mark.django_db
@pytest.mark.usefixtures("three_events")
def test_the_map_of_events_follows_their_filter():
    page = get_page("/events/?view=map&pillar=security&kind=-visit")
    assert list(zip(links(page, "discs"), titles(page, "discs"), strict=True)) == [
        ("/events/?kind=-visit&pillar=security&city=betaville", "Betaville: 1 event"),
    ]
    assert "Not shown because" not in page
    assert 'href="/map/events.csv?kind=-visit&amp;pillar=security"' in page
    # On a map that is filtered by two cities, the link to a city filters by this city alone.
    page = get_page("/events/?view=map&city=alphaville&city=betaville")
    assert links(page, "discs") == ["/events/?city=alphaville", "/events/?city=betaville"]


@pytest.mark.django_db
@pytest.mark.usefixtures("three_events")
def test_the_map_of_events_is_in_the_readers_language():
    page = get_page("/ru/events/?view=map")
    assert titles(page, "discs") == ["Альфавиль: 2 мероприятия", "Betaville: 1 мероприятие"]
    assert "2 города. Чем больше кружок, тем больше мероприятий." in page
    assert "Не показано на карте, так как город не указан: 2 мероприятия." in page
    page = get_page("/zh-hans/events/?view=map")
    assert "2座城市。圆点越大，当地举办的活动越多。" in page


@pytest.mark.django_db
@pytest.mark.usefixtures("three_events")
def test_the_map_of_events_as_csv():
    response = Client().get("/map/events.csv")
    assert response["Content-Disposition"] == 'attachment; filename="map-of-events.csv"'
    assert response.content.decode() == "city,events\r\nalphaville,2\r\nbetaville,1\r\n"
    assert Client().get("/ru/map/events.csv?kind=visit&labels=1&bom=1").content.decode() == (
        "\ufeffcity,city_names,events\r\nalphaville,Альфавиль,1\r\n"
    )
    assert Client().get("/map/events.csv?q=nothing").content.decode() == "city,events\r\n"


@pytest.mark.parametrize("collection", MAPPED)
@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("city=atlantis", "“atlantis” was not found. Choose from the list."),
        ("q=%00", "“\ufffd” contains characters that cannot be searched for. Remove them."),
    ],
)
@pytest.mark.django_db
@pytest.mark.usefixtures("three_events")
def test_a_wrong_filter_shows_the_reason_and_no_marks(collection, query, reason):
    page = unescape(get_page(f"/{collection}/?view=map&{query}"))
    assert (reason in page, 'class="discs"' in page) == (True, False)
    response = Client().get(f"/map/{collection}.csv?{query}")
    assert (response.status_code, reason in response.content.decode()) == (400, True)


@pytest.mark.parametrize("name", ["themes", "initiatives", "nothing"])
@pytest.mark.django_db
def test_a_list_without_a_map_has_no_map_csv(name):
    assert Client().get(f"/map/{name}.csv").status_code == 404


@pytest.mark.parametrize("collection", MAPPED)
@pytest.mark.django_db
def test_a_map_of_records_without_cities_has_a_message(collection):
    make.make_event(), make.make_delegate(), make.make_organisation()
    page = get_page(f"/{collection}/?view=map")
    assert "None of the listed records names a city, so there is no map." in page


# The table and the city column of each kind, and a filter as a query string and as SQL.
BY_SQL = {
    "events": ("delegates_event", "host_city_id", "kind=visit", "kind = 'visit'"),
    "delegates": (
        "delegates_delegate",
        "city_id",
        "country=ru",
        "country_id = (SELECT id FROM cities_country WHERE slug = 'ru')",
    ),
    "organisations": ("delegates_organisation", "city_id", "kind=company", "kind = 'company'"),
}


@pytest.mark.parametrize("is_filtered", [False, True], ids=["all", "filtered"])
@pytest.mark.parametrize("collection", BY_SQL)
@pytest.mark.usefixtures("loaded_package")
def test_the_numbers_match_plain_sql(collection, is_filtered):
    table, column, query, condition = BY_SQL[collection]
    sql = f"""
        SELECT city.slug, COUNT(*) FROM {table} record LEFT JOIN cities_city city
        ON city.id = record.{column} AND city.state = 'published'
        WHERE record.state = 'published' AND {f"record.{condition}" if is_filtered else "1 = 1"}
        GROUP BY city.slug
    """  # noqa: S608 - names of this module
    with connection.cursor() as cursor:
        cursor.execute(sql)
        expected = dict(cursor.fetchall())
    numbers, cities = city_numbers(collection, query if is_filtered else "")
    assert numbers.unmapped == expected.pop(None, 0)
    assert cities == expected
    assert len(cities) > 1


QUERIES = {
    "events": ("", "city=-tianjin&country=cn", "city=tianjin&city=moscow", "pillar=security&year_from=2020"),
    "delegates": ("", "country=ru&country=kz", "city=-moscow&evidence=disputed", "event=gmd-2025"),
    "organisations": ("", "kind=-company", "country=cn&q=university"),
}


@pytest.mark.parametrize(
    ("collection", "query"), [(name, query) for name, queries in QUERIES.items() for query in queries]
)
@pytest.mark.usefixtures("loaded_package")
def test_the_list_of_a_mark_has_the_number_of_records_of_the_mark(collection, query):
    numbers, cities = city_numbers(collection, query)
    list_counts = {}
    with facet_index(collection) as state:
        for slug in cities:
            address = urlsplit(numbers.scope.url_of_city(slug))
            assert address.path == f"/{collection}/"
            list_query = ListQuery(MAPPED[collection], state, QueryDict(address.query))
            assert not list_query.errors
            list_counts[slug] = list_query.result_set.count()
        total = ListQuery(MAPPED[collection], state, QueryDict(query)).result_set.count()
    assert list_counts == cities != {}
    assert sum(cities.values()) + numbers.unmapped == total


@pytest.mark.usefixtures("loaded_package")
def test_the_map_of_a_list_of_countries_is_the_map_of_their_cities():
    query = "sco_role=member&view=map"
    countries, cities = get_page(f"/countries/?{query}"), get_page(f"/cities/?{query}")
    for group in ("discs", "arcs"):
        assert titles(countries, group) == titles(cities, group) != []
        assert links(countries, group) == links(cities, group)
    files = [
        Client().get(f"/map/{name}.csv?sco_role=member").content.decode() for name in ("countries", "cities")
    ]
    assert files[0] == files[1]
    assert files[0].startswith("city,with_city,initiatives,shares,learns,pillar\r\n")
    assert len(files[0].splitlines()) > len(links(cities, "discs"))


IRRELEVANT_CHANGES = {
    "a description": lambda event: setattr(event, "date_text", "in spring"),
    "a name": lambda event: setattr(event, "name_en", "Another"),
}
RELEVANT_CHANGES = {
    "a place": lambda event: setattr(event, "host_city", make.make_city("betaville", "xb")),
    "a draft": lambda event: setattr(event, "state", "draft"),
}


@pytest.mark.parametrize(
    ("change", "times"),
    [
        *(pytest.param(change, 1, id=name) for name, change in IRRELEVANT_CHANGES.items()),
        *(pytest.param(change, 2, id=name) for name, change in RELEVANT_CHANGES.items()),
    ],
)
# On PostgreSQL, uncommitted data is not cached and is read again each time.
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("three_events")
def test_a_map_of_events_is_recomputed_only_after_a_relevant_change(monkeypatch, change, times):
    layouts, map_layout = [], module.map_layout
    monkeypatch.setattr(module, "map_layout", lambda *given: layouts.append(given) or map_layout(*given))
    before = titles(get_page("/events/?view=map"), "discs")
    event = Event.objects.get(slug="one")
    change(event)
    event.save()
    after = titles(get_page("/events/?view=map"), "discs")
    assert (len(layouts), before != after) == (times, times > 1)
