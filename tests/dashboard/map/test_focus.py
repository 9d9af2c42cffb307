"""The selected city of a map (`focus` in the query string) and the drawn connections (`ties`)."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client

from sco_cities.dashboard.map.context import city_counts, initiative_list
from sco_cities.dashboard.map.figure import MAX_ROWS, CityPanel, find_city
from sco_cities.facet_index.refresh import facet_index
from tests import factories as make
from tests.dashboard.map.joint_initiatives import query_of
from tests.dashboard.map.test_pages import get_page, links, titles


def panel_of(slug, query=""):
    with facet_index("initiatives") as state:
        numbers = city_counts(initiative_list(state, query))
        key, _name = find_city(state, numbers.cities, slug)
        return CityPanel(numbers, key)


def counts_by_sql(slug, condition):
    """The numbers of published initiatives of a city by status, by partner city and by theme."""
    own = f"""
        SELECT DISTINCT initiative.id, initiative.status FROM initiatives_initiative initiative
        JOIN initiatives_initiativecity part ON part.initiative_id = initiative.id
        JOIN cities_city city ON city.id = part.city_id
        WHERE initiative.state = 'published' AND city.slug = %s {condition}
    """  # noqa: S608 - conditions of this module
    partners = """
        JOIN initiatives_initiativecity part ON part.initiative_id = own.id
        JOIN cities_city city ON city.id = part.city_id AND city.state = 'published' AND city.slug <> %s
    """
    topics = """
        JOIN initiatives_initiative_themes link ON link.initiative_id = own.id
        JOIN themes_theme theme ON theme.id = link.theme_id AND theme.state = 'published'
    """

    def counted(column, joins=""):
        sql = f"SELECT {column}, COUNT(DISTINCT own.id) FROM ({own}) own {joins} GROUP BY {column}"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, [slug] * sql.count("%s"))
            return dict(cursor.fetchall())

    return {
        "statuses": counted("own.status"),
        "partners": counted("city.slug", partners),
        "topics": counted("theme.slug", topics),
    }


def listed(address):
    with facet_index("initiatives") as state:
        return initiative_list(state, query_of(address)).result_set.count()


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("", ""),
        ("status=operating&status=agreed", "AND initiative.status IN ('operating', 'agreed')"),
        ("kind=-project", "AND initiative.kind <> 'project'"),
    ],
)
@pytest.mark.parametrize("slug", ["tianjin", "tashkent", "dushanbe"])
@pytest.mark.usefixtures("loaded_package")
def test_the_numbers_of_the_panel_match_plain_sql_and_their_lists(slug, query, condition):
    panel, expected = panel_of(slug, query), counts_by_sql(slug, condition)
    total = sum(expected["statuses"].values())
    assert int(re.search(r"\d+", panel.counted)[0]) == listed(panel.url) == total > 3
    assert {mark.value: mark.count for mark in panel.statuses} == expected["statuses"]
    partners = [joint for _name, joint in panel.partners]
    for name, rows in (("partners", partners), ("topics", panel.topics)):
        counts = [row.count for row in rows]
        assert counts == sorted(expected[name].values(), reverse=True)[:MAX_ROWS]
    assert all(expected["topics"][mark.value] == mark.count for mark in panel.topics)
    for row in [*panel.statuses, *partners, *panel.topics]:
        assert not row.url or listed(row.url) == row.count
    assert all(joint.url for joint in partners)


@pytest.mark.parametrize("slug", ["almaty", "bishkek", "qingdao"])
@pytest.mark.usefixtures("loaded_package")
def test_on_the_map_of_a_city_partners_link_to_as_many_initiatives_as_they_have_there(slug):
    partners = panel_of(slug, "city=almaty").partners
    assert partners
    assert [listed(joint.url) for _name, joint in partners] == [joint.count for _name, joint in partners]


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("", "2 initiatives with Betaville"),
        ("city=alphaville", "2 initiatives with Alphaville, together with Betaville"),
    ],
)
@pytest.mark.usefixtures("four_cities")
def test_the_panel_names_the_filters_of_its_number(query, heading):
    assert panel_of("betaville", query).counted == heading


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("tianjin", "tianjin"),
        ("Tianjin", "tianjin"),
        ("Тяньцзинь", "tianjin"),
        ("天津", "tianjin"),
        ("тяньцз", "tianjin"),
        ("душанбе", "dushanbe"),
        ("Osh", "osh"),
    ],
)
@pytest.mark.usefixtures("loaded_package")
def test_a_city_is_found_by_slug_and_by_name_in_any_script(text, slug):
    assert panel_of(text).city.slug == slug


# The content of a page does not depend on the engine.
on_one_engine = pytest.mark.only_on("sqlite")


@pytest.fixture
def four_cities(db):
    alpha = make.make_city("alphaville", latitude="50", longitude="40")
    beta = make.make_city("betaville", latitude="40", longitude="80", name_ru="Бетавиль")
    gamma = make.make_city("gammaville", "xb", latitude="30", longitude="110")
    delta = make.make_city("deltaville", "xb", latitude="20", longitude="80")
    make.make_city("emptyville")
    lamps, tunnels = make.make_theme("lamps"), make.make_theme("tunnels", pillar="security")
    make.make_initiative("one", reference=[alpha], lead=[beta], themes=[lamps])
    make.make_initiative("two", lead=[alpha], partner=[beta, gamma], themes=[tunnels], status="interest")
    make.make_initiative("three", lead=[gamma], partner=[delta])


@on_one_engine
@pytest.mark.usefixtures("four_cities")
def test_by_default_only_connections_of_two_or_more_initiatives_are_drawn():
    page = get_page("/map/")
    assert links(page, "arcs") == ["/together/alphaville/betaville/"]
    text = " ".join(page.split())
    assert "Lines connect cities with two or more joint initiatives: 1 of 4 connections." in text
    [link] = re.findall(r'<a href="/map/\?ties=all"[^>]* rel="nofollow"\s*>([^<]*)</a>', text)
    assert link == "Show all 4 connections"
    # The table and the CSV file contain all connections.
    assert "<caption>All connections, including those not on the map</caption>" in page
    rows = re.findall(r'<th scope="row"><a href="/together/[^"]*">', page)
    csv_rows = Client().get("/map.csv").content.decode().splitlines()
    assert (len(rows), len([line for line in csv_rows if "ville," in line.partition(",")[2]])) == (4, 4)
    every = get_page("/map/?ties=all&status=-stalled")
    assert len(links(every, "arcs")) == 4
    assert 'href="/map/?status=-stalled" data-map-link' in every


@on_one_engine
@pytest.mark.parametrize("address", ["/map/?city=gammaville", "/map/?status=interest", "/cities/gammaville/"])
@pytest.mark.usefixtures("four_cities")
def test_a_map_of_one_city_and_a_map_of_single_connections_draw_all(address):
    page = get_page(address)
    assert len(links(page, "arcs")) > 1
    assert "Lines connect cities in the same initiative." in page
    assert "ties=all" not in page


@on_one_engine
@pytest.mark.usefixtures("four_cities")
def test_a_selected_city_has_its_connections_alone_and_its_partners_have_their_numbers():
    page = get_page("/map/?focus=gammaville")
    assert set(links(page, "arcs")) == {
        "/together/alphaville/gammaville/",
        "/together/betaville/gammaville/",
        "/together/deltaville/gammaville/",
    }
    assert re.findall(r'data-city="(\w+)"[^>]* aria-current="true"', page) == ["gammaville"]
    names = re.findall(r"<g data-city[^>]*><text[^>]*>([^<]*)</text>", page)
    assert sorted(names) == ["Alphaville 1", "Betaville 1", "Deltaville 1", "Gammaville"]
    assert 'href="/map/" data-map-link data-map-close' in page
    page = get_page("/map/?focus=deltaville")
    dimmed = re.search(r'<g class="dimmed">(.*?)</g>', page)[1]
    assert re.findall(r'data-city="(\w+)"', dimmed) == ["alphaville", "betaville"]


@on_one_engine
@pytest.mark.usefixtures("four_cities")
def test_a_selected_city_combines_with_filters_and_all_connections():
    page = get_page("/map/?status=interest&focus=alphaville&ties=all")
    assert re.findall("See 1 initiative[^<]*", page) == ["See 1 initiative, interest, with Alphaville"]
    assert titles(page, "arcs") == [
        "Alphaville and Gammaville: 1 initiative", "Alphaville and Betaville: 1 initiative",
    ]  # fmt: skip
    assert '<input type="hidden" name="status" value="interest">' in page
    assert 'href="/map/?status=interest&amp;ties=all" data-map-link data-map-close' in page
    # The filter form keeps the city, also if a filter is removed.
    form = page[page.index('id="filter-form"') :]
    assert '<input type="hidden" name="focus" value="alphaville">' in form
    assert 'href="/map/?focus=alphaville&amp;ties=all"' in page


@on_one_engine
@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/map/?focus=emptyville", "No initiatives in Emptyville."),
        ("/?focus=Paris", "No initiatives in Paris."),
        (f"/ru/map/?focus={quote('Париж')}", "Инициатив не найдено: Париж."),
        ("/map/?status=interest&focus=Deltaville", "No initiatives in Deltaville on this map."),
        ("/cities/?view=map&country=xb&focus=alphaville", "No initiatives in Alphaville on this map."),
        ("/cities/deltaville/?focus=alphaville", "No initiatives in Alphaville on this map."),
        ("/events/?view=map&focus=betaville", "Nothing in Betaville on this map."),
    ],
)
@pytest.mark.usefixtures("four_cities")
def test_a_city_without_initiatives_is_named_in_a_sentence(address, sentence):
    make.make_event("meeting", host_city=make.make_city("zetaville"))
    page = unescape(get_page(address))
    assert f'role="status">{sentence}</p>' in page
    assert 'class="discs"' in page
    assert "map-panel" not in page


@on_one_engine
@pytest.mark.parametrize(
    "value", ["", "%00", "%ff", "<script>", "%27%22--", "x" * 3000, "a&focus=b", "-", "?"]
)
@pytest.mark.usefixtures("four_cities")
def test_no_value_of_focus_or_ties_breaks_a_map(value):
    for address in ("/map/?ties=all&", f"/?ties={value}&", f"/cities/?view=map&ties={value}&"):
        page = get_page(f"{address}focus={value}")
        assert ('class="discs"' in page, "map-panel" in page) == (True, False)
        assert "<script>" not in page
    assert Client().get(f"/map/?ties={value}").status_code == 200


@on_one_engine
@pytest.mark.usefixtures("four_cities")
def test_a_wrong_value_of_ties_is_an_error_on_the_map_page():
    page = unescape(get_page("/map/?ties=some"))
    assert "“some” is not one of the options. Choose: all." in page
    assert 'class="discs"' not in page
    assert Client().get("/map.csv?focus=alphaville").status_code == 400


@on_one_engine
@pytest.mark.usefixtures("four_cities")
def test_connections_have_the_same_colour_where_one_pillar_is_chosen():
    assert '<g class="arcs">' in get_page("/map/?pillar=security")


@on_one_engine
@pytest.mark.usefixtures("four_cities")
def test_only_connections_with_a_direction_have_an_arrowhead():
    page = get_page("/map/?ties=all")
    arcs = re.findall(r"<title>([^<]*)</title><path[^>]*>(<g )?", page)
    assert [title for title, head in arcs if head] == [
        "Alphaville → Betaville: 2 initiatives. Alphaville shares experience in 1 and learns in 0."
    ]
    assert "An arrow points to the city that learns." in page
    assert "An arrow points" not in get_page("/map/?status=interest")


@on_one_engine
@pytest.mark.usefixtures("four_cities")
def test_htmx_gets_the_part_of_the_map_page_with_the_figure():
    response = Client().get("/map/?focus=alphaville", headers={"HX-Request": "true", "HX-Target": "map"})
    content = response.content.decode()
    assert "<html" not in content
    assert content.count('<figure class="map" id="map"') == 1
    assert "HX-Request" in response["Vary"]


@on_one_engine
@pytest.mark.usefixtures("four_cities")
def test_the_list_of_an_event_map_is_linked_from_its_panel():
    make.make_event("meeting", host_city=make.make_city("zetaville"))
    page = get_page("/events/?view=map&focus=zetaville")
    assert '<a href="/events/?city=zetaville">See 1 event with Zetaville</a>' in page
    assert '<a href="/cities/zetaville/">Open Zetaville</a>' in page


def test_a_query_without_cities_finds_none(db):
    make.make_initiative("alone")
    with facet_index("initiatives") as state:
        assert find_city(state, {}, "nowhere") == (None, "nowhere")
        assert city_counts(initiative_list(state, QueryDict("").urlencode())).cities == {}
