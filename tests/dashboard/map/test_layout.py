"""Maps of lists whose records are each in one city: events, delegates, organisations; and of countries."""

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
from sco_cities.facet_index.refresh import require_facet_index
from sco_cities.listings.list_query import ListQuery
from tests import factories as make
from tests.dashboard.map.test_pages import links, shown, titles
from tests.listings.test_filters import LISTINGS

PLACED = {listing.collection: listing for listing in (EVENTS, DELEGATES, ORGANISATIONS)}


def counted(collection, query=""):
    """What the map of a list counts, and the number of each city, by slug."""
    with require_facet_index(collection) as state:
        numbers = city_counts(ListQuery(MAPPED_LISTS[collection], state, QueryDict(query)))
        records = state.index("cities").records
        found = {records[key].slug: count for key, count in numbers.cities.items()}
        return numbers, found


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
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("three_events")
def test_the_map_of_events_leads_from_each_city_to_its_events():
    page = shown("/events/?view=map&sort=name_en")
    assert list(zip(links(page, "discs"), titles(page, "discs"), strict=True)) == [
        ("/events/?city=alphaville", "Alphaville: 2 events"),
        ("/events/?city=betaville", "Betaville: 1 event"),
    ]
    assert links(page, "arcs") == []
    assert 'class="map-legend"' not in page
    assert "2 cities, each as large as the number of events there." in page
    assert "Not on the map, since no city is named: 2 events." in page
    rows = re.findall(r'<th scope="row"><a href="([^"]*)">([^<]*)</a></th><td>(\d+)</td></tr>', page)
    assert rows == [
        ("/events/?city=alphaville", "Alphaville", "2"), ("/events/?city=betaville", "Betaville", "1")
    ]  # fmt: skip
    assert '<th scope="col">City</th><th scope="col">Events</th></tr>' in page


@pytest.mark.django_db
@pytest.mark.usefixtures("three_events")
def test_the_map_of_events_follows_their_filter():
    page = shown("/events/?view=map&pillar=security&kind=-visit")
    assert list(zip(links(page, "discs"), titles(page, "discs"), strict=True)) == [
        ("/events/?kind=-visit&pillar=security&city=betaville", "Betaville: 1 event"),
    ]
    assert "Not on the map" not in page
    assert 'href="/map/events.csv?kind=-visit&amp;pillar=security"' in page
    # A city that is asked for among others is asked for alone.
    page = shown("/events/?view=map&city=alphaville&city=betaville")
    assert links(page, "discs") == ["/events/?city=alphaville", "/events/?city=betaville"]


@pytest.mark.django_db
@pytest.mark.usefixtures("three_events")
def test_the_map_of_events_speaks_the_readers_language():
    page = shown("/ru/events/?view=map")
    assert titles(page, "discs") == ["Альфавиль: 2 мероприятия", "Betaville: 1 мероприятие"]
    assert "2 города; величина кружка — число мероприятий." in page
    assert "Не на карте, так как город не указан: 2 мероприятия." in page
    page = shown("/zh-hans/events/?view=map")
    assert "2座城市，圆点大小表示在当地举办的活动数量。" in page


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


@pytest.mark.parametrize("collection", PLACED)
@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("city=atlantis", "“atlantis” is not known here. Choose one from the list."),
        ("q=%00", "“\ufffd” has characters that cannot be searched for."),
    ],
)
@pytest.mark.django_db
@pytest.mark.usefixtures("three_events")
def test_a_wrong_filter_shows_the_reason_and_no_mark(collection, query, reason):
    page = unescape(shown(f"/{collection}/?view=map&{query}"))
    assert (reason in page, 'class="discs"' in page) == (True, False)
    refused = Client().get(f"/map/{collection}.csv?{query}")
    assert (refused.status_code, reason in refused.content.decode()) == (400, True)


@pytest.mark.parametrize("name", ["themes", "initiatives", "nothing"])
@pytest.mark.django_db
def test_what_has_no_map_of_its_own_has_no_file_of_it(name):
    assert Client().get(f"/map/{name}.csv").status_code == 404


@pytest.mark.parametrize("collection", PLACED)
@pytest.mark.django_db
def test_a_map_of_what_is_in_no_city_says_so(collection):
    make.make_event(), make.make_delegate(), make.make_organisation()
    page = shown(f"/{collection}/?view=map")
    assert "No city is named in what is listed here, so there is nothing to map." in page


# The tables of each kind and of its city, and what is asked for in both ways.
BY_SQL = {
    "events": ("delegates_event", "host_city_id", "kind=visit", "kind = 'visit'"),
    "delegates": ("delegates_delegate", "city_id", "q=mayor", "search_text LIKE '%mayor%'"),
    "organisations": ("delegates_organisation", "city_id", "kind=company", "kind = 'company'"),
}


@pytest.mark.parametrize("narrowed", [False, True], ids=["all", "narrowed"])
@pytest.mark.parametrize("collection", BY_SQL)
@pytest.mark.usefixtures("loaded")
def test_the_numbers_are_those_of_plain_sql(collection, narrowed):
    table, column, query, condition = BY_SQL[collection]
    sql = f"""
        SELECT city.slug, COUNT(*) FROM {table} record LEFT JOIN cities_city city
        ON city.id = record.{column} AND city.state = 'published'
        WHERE record.state = 'published' AND {f"record.{condition}" if narrowed else "1 = 1"}
        GROUP BY city.slug
    """  # noqa: S608 - names of this module
    with connection.cursor() as cursor:
        cursor.execute(sql)
        known = dict(cursor.fetchall())
    numbers, cities = counted(collection, query if narrowed else "")
    assert numbers.elsewhere == known.pop(None, 0)
    assert cities == known
    assert len(cities) > 1


QUERIES = {
    "events": ("", "city=-tianjin&country=cn", "city=tianjin&city=moscow", "pillar=security&year_from=2020"),
    "delegates": ("", "country=ru&country=kz", "city=-moscow&evidence=disputed", "event=gmd-2025"),
    "organisations": ("", "kind=-company", "country=cn&q=university"),
}


@pytest.mark.parametrize(
    ("collection", "query"), [(name, query) for name, queries in QUERIES.items() for query in queries]
)
@pytest.mark.usefixtures("loaded")
def test_the_list_of_a_mark_has_as_many_records_as_the_mark_says(collection, query):
    numbers, cities = counted(collection, query)
    listed = {}
    with require_facet_index(collection) as state:
        for slug in cities:
            address = urlsplit(numbers.scope.address_of_city(slug))
            assert address.path == f"/{collection}/"
            selection = ListQuery(PLACED[collection], state, QueryDict(address.query))
            assert not selection.errors
            listed[slug] = selection.found.count()
        whole = ListQuery(PLACED[collection], state, QueryDict(query)).found.count()
    assert listed == cities != {}
    assert sum(cities.values()) + numbers.elsewhere == whole


@pytest.mark.usefixtures("loaded")
def test_a_list_of_countries_is_mapped_as_their_cities_are():
    asked = "sco_role=member&view=map"
    countries, cities = shown(f"/countries/?{asked}"), shown(f"/cities/?{asked}")
    for group in ("discs", "arcs"):
        assert titles(countries, group) == titles(cities, group) != []
        assert links(countries, group) == links(cities, group)
    files = [
        Client().get(f"/map/{name}.csv?sco_role=member").content.decode() for name in ("countries", "cities")
    ]
    assert files[0] == files[1]
    assert files[0].startswith("city,with_city,initiatives,shares,learns,pillar\r\n")
    assert len(files[0].splitlines()) > len(links(cities, "discs"))


UNSEEN = {
    "a description": lambda event: setattr(event, "date_text", "in spring"),
    "a name": lambda event: setattr(event, "name_en", "Another"),
}
SEEN = {
    "a place": lambda event: setattr(event, "host_city", make.make_city("betaville", "xb")),
    "a draft": lambda event: setattr(event, "state", "draft"),
}


@pytest.mark.parametrize(
    ("change", "times"),
    [
        *(pytest.param(change, 1, id=name) for name, change in UNSEEN.items()),
        *(pytest.param(change, 2, id=name) for name, change in SEEN.items()),
    ],
)
# What is not committed is read anew each time on PostgreSQL, and nothing of that is remembered.
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("three_events")
def test_a_map_of_events_is_drawn_anew_only_when_what_it_shows_has_changed(monkeypatch, change, times):
    drawn, draw = [], module.map_layout
    monkeypatch.setattr(module, "map_layout", lambda numbers: drawn.append(numbers) or draw(numbers))
    before = titles(shown("/events/?view=map"), "discs")
    event = Event.objects.get(slug="one")
    change(event)
    event.save()
    after = titles(shown("/events/?view=map"), "discs")
    assert (len(drawn), before != after) == (times, times > 1)
