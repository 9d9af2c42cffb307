"""The numbers of the status table match plain SQL for all initiatives and for any list."""

import re
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict

from initiatives.models import Initiative
from sco_cities.dashboard import views
from sco_cities.dashboard.charts import status_table as module
from sco_cities.dashboard.charts.scope import ChartScope
from sco_cities.dashboard.charts.status_table import GROUPINGS, StatusTable, status_bar, status_table
from sco_cities.facet_index.refresh import facet_index
from tests import factories as make
from tests.oracle_query import matching_keys
from tests.sql_oracle import NAMED, Oracle

pytestmark = pytest.mark.django_db


def make_table(query: str = "", *options, **more) -> StatusTable:
    with facet_index("initiatives") as state:
        return status_table(ChartScope.from_params(state, QueryDict(query)), *options, **more)


def numbers(table: StatusTable) -> list[tuple[str, int, str]]:
    return [
        (row.record.slug, row.total.count, f"{row.done.count} of {row.total.count}") for row in table.rows
    ]


@pytest.fixture
def lamps():
    """Creates initiatives on three themes.

    Two initiatives on lamps are agreed and operating. Two initiatives on music are completed, and one of these two is
    also on lamps. One initiative on tunnels has the status interest.
    """
    lamps, music, tunnels = map(make.make_theme, ("lamps", "music", "tunnels"))
    make.make_theme("unused")
    make.make_initiative("agreed-lamps", themes=[lamps])
    make.make_initiative("lit", themes=[lamps], status="operating")
    make.make_initiative("sung", themes=[lamps, music], status="completed", sourced=True)
    make.make_initiative("played", themes=[music], status="completed")
    make.make_initiative("dug", themes=[tunnels, make.make_theme("hidden", state="draft")], status="interest")
    make.make_initiative("draft", themes=[tunnels], status="operating", state="draft")
    return lamps


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize("query", ["", "country=kz", "status=-agreed&year_from=2020"])
@pytest.mark.parametrize("name", GROUPINGS)
def test_every_number_of_the_table_matches_plain_sql(name, query):
    table, oracle = make_table(query, name, most=1000), Oracle()
    selected = matching_keys(oracle, "initiatives", query)
    field = GROUPINGS[name].filter_name
    counts = oracle.counts("initiatives", field, selected)
    assert {row.record.pk: row.total.count for row in table.rows} == counts
    assert table.count == len(counts) >= 10
    rows, values = oracle.rows["initiatives"], oracle.values["initiatives"]
    for row in [table.all, *table.rows]:
        keys = {key for key in selected if row is table.all or row.record.pk in values[field](key)}
        by_status = Counter(rows[key]["status"] for key in keys)
        assert {mark.value: mark.count for mark in row.segments} == by_status
        assert row.done.count == by_status["operating"] + by_status["completed"]
        assert row.disputed.count == sum("disputed" in values["evidence"](key) for key in keys)
        assert sum(mark.share for mark in row.segments) == pytest.approx(1)
        for linked in (row.total, row.done, row.disputed, *row.segments):
            if linked.count and linked.url:
                query_string = linked.url.partition("?")[2]
                assert len(matching_keys(oracle, "initiatives", query_string)) == linked.count, linked
    assert NAMED[field] == GROUPINGS[name].collection


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("lamps")
def test_rows_are_ordered_by_number_or_by_the_share_that_operates_or_is_completed():
    assert numbers(make_table()) == [("lamps", 3, "2 of 3"), ("music", 2, "2 of 2"), ("tunnels", 1, "0 of 1")]
    assert numbers(make_table("", "themes", "share")) == [
        ("music", 2, "2 of 2"), ("lamps", 3, "2 of 3"), ("tunnels", 1, "0 of 1"),
    ]  # fmt: skip
    first = make_table(most=1)
    assert (numbers(first), first.count, first.all.total.count) == ([("lamps", 3, "2 of 3")], 3, 5)


@pytest.mark.only_on("sqlite")
def test_of_equal_rows_the_larger_one_is_first_and_then_the_first_by_name():
    for slug, number, name in (("a", 1, "Zebras"), ("b", 1, "Apples"), ("c", 2, "Pears")):
        for _each in range(number):
            make.make_initiative(themes=[make.make_theme(slug, name_en=name)], status="operating")
    assert [row.record.slug for row in make_table("", "themes", "share").rows] == ["c", "b", "a"]


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("lamps")
def test_a_part_that_no_list_selects_has_no_link():
    by_slug = {row.record.slug: row for row in make_table("theme=lamps&sort=slug").rows}
    assert by_slug["lamps"].done.url == ("/initiatives/?theme=lamps&status=operating&status=completed")
    assert (by_slug["music"].total.count, by_slug["music"].total.url) == (1, "")
    # The link selects only initiatives that match the filters of the list.
    assert make_table("status=agreed&status=operating").rows[0].done.url == (
        "/initiatives/?theme=lamps&status=operating"
    )


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("lamps")
def test_every_part_of_a_bar_is_a_link_with_a_name():
    bar = BeautifulSoup(status_bar(make_table().rows[0].segments, "Lamps & more"), "html.parser")
    assert [(link["aria-label"], link["href"]) for link in bar.select("a")] == [
        ("Lamps & more: agreed: 1", "/initiatives/?theme=lamps&status=agreed"),
        ("Lamps & more: operating: 1", "/initiatives/?theme=lamps&status=operating"),
        ("Lamps & more: completed: 1", "/initiatives/?theme=lamps&status=completed"),
    ]
    assert not bar.select("[aria-hidden]")
    # Each part starts at the end of the previous part.
    rects = [(rect["x"], rect["width"]) for rect in bar.select("rect")]
    assert rects == [("0%", "33.33%"), ("33.33%", "33.33%"), ("66.67%", "33.33%")]


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("lamps")
def test_the_table_is_as_new_as_the_data():
    make_table()
    Initiative.objects.get(slug="lit").delete()
    assert numbers(make_table())[0] == ("lamps", 2, "1 of 2")


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("query", ["", "theme=lamps"])
def test_without_initiatives_the_table_is_empty(query):
    make.make_theme("lamps")
    table = make_table(query)
    assert (table.rows, table.count, table.all.segments, table.all.done.share) == ([], 0, [], 0)


ROWS = re.compile(r'<th scope="row"><a class="title"[^>]*>([^<]*)')


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("", ""),
        ("?sort=initiatives", "Sister cities and city diplomacy"),
        ("?table=countries&sort=initiatives", "China"),
        ("?table=cities&sort=initiatives", "Tashkent"),
        ("?table=banana&sort=&x=1", ""),
        ("?table=%00&sort=initiatives&table=countries", "China"),
        (f"?table={'a' * 9000}&sort=%F0%9F", ""),
    ],
)
def test_the_home_page_shows_the_table_of_the_query_string_and_ignores_what_it_does_not_know(
    client, query, first
):
    page = client.get(f"/{query}")
    assert page.status_code == 200
    # If no name is expected, the first row must have the largest share in the data.
    assert ROWS.findall(page.content.decode())[0] == (
        first or make_table("", "themes", "share").rows[0].record.name_en
    )


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("loaded_package")
def test_the_link_to_all_rows_contains_their_number(client):
    for query, name in (
        ("", "themes"),
        ("?table=countries&sort=initiatives", "countries"),
        ("?table=cities", "cities"),
    ):
        number = make_table("", name, most=1000).count
        page = client.get(f"/{query}").content.decode()
        link = BeautifulSoup(page, "html.parser").select_one("#table-rows")
        assert (len(ROWS.findall(page)), link.get_text()) == (8, f"All {number}")
        page = client.get(link["data-hx-get"]).content.decode()
        assert len(ROWS.findall(page)) == number
        back = BeautifulSoup(page, "html.parser").select_one("#table-rows")
        assert (back.get_text(), back["data-hx-get"]) == ("Fewer rows", f"/{query}")


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("loaded_package")
def test_of_more_rows_than_a_table_has_the_list_shows_all(client, monkeypatch):
    monkeypatch.setattr(views, "MAX_ROWS", 20)
    monkeypatch.setattr(module, "MAX_ROWS", 20)
    for query, number in (("?table=cities", 8), ("?table=cities&rows=all", 20)):
        page = client.get(f"/{query}").content.decode()
        link = BeautifulSoup(page, "html.parser").select_one("#table-rows")
        assert len(ROWS.findall(page)) == number
        assert (link.get_text(), link["href"]) == ("Show all", "/cities/?sort=-initiatives")


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("loaded_package")
def test_htmx_gets_only_the_table_and_its_history_the_page(client):
    headers = {"HX-Request": "true", "HX-Target": "status-table"}
    part = client.get("/?table=countries&sort=initiatives", headers=headers)
    assert part.content.decode().strip().startswith('<section id="status-table"')
    assert "HX-Target" in part["Vary"]
    assert ROWS.findall(part.content.decode())[0] == "China"
    for more in ({"HX-Target": "results"}, {"HX-History-Restore-Request": "true"}):
        assert "<h1>" in client.get("/?table=countries", headers={**headers, **more}).content.decode()


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize(
    ("collection", "name", "order"),
    [("themes", "theme", "sort=-initiatives&"), ("countries", "country", ""), ("cities", "city", "")],
)
def test_lists_show_the_initiatives_of_each_record_with_a_bar(client, collection, name, order):
    page = BeautifulSoup(client.get(f"/{collection}/?{order}per_page=20").content, "html.parser")
    oracle = Oracle()
    numbers = []
    for row in page.select(f"#{collection} tbody tr"):
        slug = row.select_one(".title")["href"].strip("/").split("/")[-1]
        links = row.select(f'td a[href^="/initiatives/?{name}={slug}"]')
        numbers.append(int(row.select_one(".bar-number").get_text()))
        for link in links:
            count = int(re.search(r"\d+$", link.get_text().strip())[0])
            assert len(matching_keys(oracle, "initiatives", link["href"].partition("?")[2])) == count, link
        # With the keyboard, only the link of the name can be reached. The parts of the bar are links for the mouse.
        assert links != []
        assert [link["class"] for link in row.select('a:not([tabindex="-1"])')] == [["title"]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 20
