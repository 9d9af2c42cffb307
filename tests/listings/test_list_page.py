"""What the page of a list shows of a selection, tried on the list of initiatives."""

import pytest
from django.http import QueryDict
from django.utils import translation

from delegates.columns import DELEGATES, EVENTS, ORGANISATIONS
from initiatives.columns import INITIATIVES
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import filter_html
from sco_cities.listings.list_page import MAX_CHIPS, MAX_OPTIONS, ListPage
from tests import factories as make
from tests.html import read_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamps():
    alpha, beta = make.make_city("alpha", "xa"), make.make_city("beta", "xb")
    make.make_initiative("one", lead=[alpha], status="agreed", kind="plan", starts_on="2020", ends_on="2021")
    make.make_initiative("two", lead=[alpha], status="agreed", starts_on="2021", ends_on="2022")
    make.make_initiative("three", lead=[beta], status="stalled", starts_on="2023")


def page_of(query: str) -> ListPage:
    with facet_index("initiatives") as state:
        page = ListPage(INITIATIVES, state, QueryDict(query))
        # While the state is that of this moment.
        page.page, page.facets, page.years  # noqa: B018
        return page


def offered(query: str, name: str) -> str:
    """The options of a filter with their counts: "+agreed 2" where it is asked for, "-agreed 2" where left out."""
    options = next(facet for facet in page_of(query).facets if facet.name == name).options
    signs = ("+" * option.is_wanted + "-" * option.is_unwanted for option in options)
    return " ".join(
        f"{sign}{option.value} {option.count}"
        for sign, option in zip(signs, options, strict=True)
        if option.count != 0
    )


def html(query: str, name: str) -> str:
    page = page_of(query)
    return filter_html.options(page, page.facet(name), "/initiatives/")


@pytest.mark.usefixtures("lamps")
def test_who_went_too_far_is_led_back_to_the_first_page_and_keeps_the_rest(client):
    page = client.get("/initiatives/?status=agreed&per_page=20&view=cards&page=9").content.decode()
    link = '<a href="/initiatives/?status=agreed&amp;per_page=20&amp;view=cards">Go to the first page</a>'
    assert link in page


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        ("", "status", "agreed 2 stalled 1"),
        ("status=stalled", "status", "agreed 2 +stalled 1"),
        ("status=-stalled", "status", "agreed 2 -stalled 1"),
        ("country=xb", "status", "stalled 1"),
        ("country=-xb", "status", "agreed 2"),
        ("status=agreed", "country", "xa 2"),
        ("status=agreed&country=XB", "country", "xa 2"),
        # Nothing is counted while something is wrong, and all that there is stays on offer.
        ("year_from=soon", "country", "xa None xb None"),
        ("per_page=7", "country", "xa None xb None"),
    ],
)
def test_options_are_counted_under_all_other_filters(query, name, expected):
    assert offered(query, name) == expected


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("first", "then", "is_same"),
    [
        ("status=agreed", "status=agreed&sort=slug&per_page=20&page=1", True),
        ("status=agreed", "status=-agreed", False),
        ("status=agreed", "status=agreed&all=city", False),
        ("country=xa", "country=XA", False),
        ("q=one", "kind=plan", False),
    ],
)
def test_options_and_years_are_counted_once_for_all_pages_and_orders_of_the_same_filters(
    first, then, is_same
):
    with facet_index("initiatives") as state:
        one, other = (ListPage(INITIATIVES, state, QueryDict(query)) for query in (first, then))
        assert (other.facets is one.facets, other.years is one.years) == (is_same, is_same)


@pytest.mark.usefixtures("lamps")
def test_what_was_counted_before_a_change_is_not_shown_after_it():
    assert offered("country=xa", "status") == "agreed 2"
    make.make_initiative("four", lead=[make.make_city("gamma", "xa")], status="stalled")
    assert offered("country=xa", "status") == "agreed 2 stalled 1"


@pytest.mark.usefixtures("lamps")
def test_options_are_named_in_the_language_of_each_reader():
    country = make.make_country("xc")
    country.name_en, country.name_ru = "Third", "Третья"
    country.save()
    make.make_initiative("five", countries=[country])

    def names():
        countries = next(facet for facet in page_of("").facets if facet.name == "country")
        return [option.label for option in countries.options if option.value == "xc"]

    assert names() == ["Third"]
    with translation.override("ru"):
        assert names() == ["Третья"]
    assert names() == ["Third"]


@pytest.mark.usefixtures("lamps")
def test_a_record_that_is_chosen_is_offered_even_with_nothing():
    options = page_of("status=agreed&country=xb").facet("country").options
    assert [(option.value, option.count) for option in options] == [("xa", 2), ("xb", 0)]


@pytest.mark.usefixtures("lamps")
def test_what_no_record_has_is_folded_and_shown_with_nothing_where_all_is_asked_for(client):
    make.make_country("xd")
    make.make_country("xe", state="draft")
    facet = page_of("status=agreed&country=xa").facet("country")
    assert [(option.value, option.count) for option in facet.offered] == [("xa", 2)]
    assert facet.more == 2
    everything = page_of("status=agreed&country=xa&all=country").facet("country")
    assert [(option.value, option.count) for option in everything.offered] == [
        ("xa", 2),
        ("xb", 0),
        ("xd", 0),
    ]
    assert everything.more == 0
    page = read_page(client, "/initiatives/?q=nothingofthekind")
    assert "3 more" in page.text("filter-country")


@pytest.mark.parametrize("from_database", [False, True])
def test_a_city_that_readers_do_not_see_leads_to_no_country(from_database):
    hidden = make.make_city("hidden", make.make_country("xa"), state="draft")
    make.make_initiative(lead=[hidden])
    make.make_delegate(city=hidden)
    make.make_event(host_city=hidden)
    make.make_organisation(city=hidden)
    for listing in (INITIATIVES, DELEGATES, EVENTS, ORGANISATIONS):
        with facet_index(listing.collection) as state:
            found = ListPage(listing, None if from_database else state, QueryDict("country=xa")).found
            assert (listing.collection, found.count()) == (listing.collection, 0)


def test_a_wrong_order_is_told_beside_the_field_that_says_it(client):
    page = read_page(client, "/initiatives/?sort=nonsense")
    described = '<select name="sort" id="sort" aria-invalid="true" aria-describedby="wrong-sort">'
    assert described in client.get("/initiatives/?sort=nonsense").content.decode()
    assert "cannot be sorted by “nonsense”" in page.text("wrong-sort")
    assert read_page(client, "/initiatives/?sort=slug").element("wrong-sort") is None


def test_what_has_no_series_comes_last_in_either_direction():
    for slug, series in (("none", ""), ("a", "A"), ("b", "B")):
        make.make_event(slug, series=series)
    slugs = dict(EVENTS.records().values_list("pk", "slug"))
    with facet_index("events") as state:
        found = [ListPage(EVENTS, state, QueryDict(f"sort={sort}")).found for sort in ("series", "-series")]
        assert [[slugs[key] for key in each[0:9]] for each in found] == [
            ["a", "b", "none"],
            ["b", "a", "none"],
        ]


def test_of_a_long_list_the_frequent_ones_are_shown_and_all_where_asked_for():
    cities = [make.make_city(f"city-{number:02}") for number in range(MAX_OPTIONS + 3)]
    make.make_initiative(lead=cities)
    make.make_initiative(lead=cities[-1:])
    facet = page_of("").facet("city")
    assert (len(facet.options), facet.more, facet.is_long) == (MAX_OPTIONS, 3, True)
    assert facet.options[0].value == cities[-1].slug
    everything = page_of("all=city&all=nonsense").facet("city")
    assert (len(everything.options), everything.more) == (MAX_OPTIONS + 3, 0)
    rare = cities[-2].slug
    chosen = page_of(f"city=-{rare}").facet("city")
    assert (chosen.options[0].value, chosen.more) == (rare, 2)


def test_a_short_list_keeps_its_order_and_a_long_one_has_the_chosen_first():
    countries = [make.make_country(f"x{letter}") for letter in "abcdefghijkl"]
    make.make_initiative(countries=countries)
    assert [option.value for option in page_of("country=xl").facet("country").options][:2] == ["xl", "xa"]
    assert page_of("status=operating").facet("status").options[0].value == "interest"


def test_a_value_that_is_not_on_offer_stays_until_it_is_taken_off():
    assert page_of("status=agreed&status=certain&status=-stalled").facet("status").unknown == ["certain"]
    assert page_of("status=AGREED").facet("status").unknown == ["AGREED"]
    make.make_country("xa")
    assert page_of("country=-XA&country=XB").facet("country").unknown == ["XB"]
    assert (
        '<li class="wrong"><label><input type="checkbox" name="status" value="&lt;b&gt;" checked>'
        "<span>&lt;b&gt;</span></label></li>" in html("status=<b>", "status")
    )


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("query", "row"),
    [
        (
            "",
            '<li><label><input type="checkbox" name="status" value="agreed"><span>agreed</span>'
            '<span class="n">2</span></label><button name="status" value="-agreed" class="not" '
            'aria-label="Leave out: agreed">not</button></li>',
        ),
        (
            "status=agreed&status=agreed&kind=plan&page=1",
            '<li><label><input type="checkbox" name="status" value="agreed" checked><span>agreed</span>'
            '<span class="n">1</span></label><a href="/initiatives/?kind=plan&amp;status=-agreed" rel="nofollow" '
            'class="not" aria-label="Leave out: agreed">not</a></li>',
        ),
        (
            "status=-agreed",
            '<li class="unwanted"><label><input type="checkbox" name="status" value="-agreed" checked>'
            '<span class="hidden">not </span><s>agreed</s><span class="n">2</span></label></li>',
        ),
        (
            "",
            '<li class="none"><label><input type="checkbox" name="status" value="unknown"><span>unknown</span>'
            '<span class="n">0</span></label><button name="status" value="-unknown" class="not" '
            'aria-label="Leave out: unknown">not</button></li>',
        ),
        (
            "year_from=soon",
            '<li><label><input type="checkbox" name="status" value="agreed"><span>agreed</span></label>'
            '<button name="status" value="-agreed" class="not" aria-label="Leave out: agreed">not</button></li>',
        ),
    ],
)
def test_an_option_has_a_box_a_count_and_a_way_to_leave_it_out(query, row):
    assert row in html(query, "status")


@pytest.mark.usefixtures("lamps")
def test_what_is_asked_for_and_left_out_at_once_keeps_both_boxes():
    rows = html("status=agreed&status=-agreed", "status")
    assert 'value="agreed" checked' in rows
    assert 'value="-agreed" checked' in rows


def test_the_name_of_an_option_is_escaped_and_marked_with_its_language():
    make.make_initiative(countries=[make.make_country("xa", name_en="Ex & 100% <b>")])
    rows = html("", "country")
    assert "<span>Ex &amp; 100% &lt;b&gt;</span>" in rows
    assert 'aria-label="Leave out: Ex &amp; 100% &lt;b&gt;"' in rows
    with translation.override("ru"):
        assert '<span lang="en">Ex &amp; 100% &lt;b&gt;</span>' in html("", "country")


@pytest.mark.usefixtures("lamps")
def test_a_year_has_all_that_overlap_it_and_a_link_to_them():
    page = page_of("status=agreed&year_from=2022&page=1")
    assert [(bar.label, bar.count, bar.is_chosen) for bar in page.years] == [
        ("2020", 1, False),
        ("2021", 2, False),
        ("2022", 1, True),
    ]
    assert (
        '<li><a href="/initiatives/?status=agreed&amp;year_from=2021&amp;year_to=2021" title="2021: 2" '
        'data-years="2021-2021" rel="nofollow"><span class="hidden">2021: 2</span><svg aria-hidden="true">'
        '<rect width="100%" y="0%" height="100%"/></svg></a></li>' in filter_html.bars(page, "/initiatives/")
    )


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize("query", ["year_from=soon", "status=stalled", "q=atlantis"])
def test_there_are_no_bars_where_nothing_is_counted_or_all_are_of_one_year(query):
    assert page_of(query).years == []


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            "status=agreed&status=-agreed",
            "Status: “agreed” is asked for and left out at once. The two contradict each other.",
        ),
        (
            "country=XA&country=-xa&kind=plan",
            "Country: “Country XA” is asked for and left out at once. The two contradict each other.",
        ),
    ],
)
def test_filters_that_contradict_each_other_find_nothing_and_the_page_says_why(query, sentence, client):
    page = read_page(client, f"/initiatives/?{query}")
    assert page.response.context["selection"].count == 0
    assert sentence in page.text()


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    "query", ["", "status=agreed", "status=agreed&status=-stalled", "q=-agreed&q=agreed"]
)
def test_filters_that_can_both_hold_contradict_nothing(query):
    assert page_of(query).contradictions == []


@pytest.mark.usefixtures("lamps")
def test_chips_say_what_is_left_out_and_too_many_are_counted():
    (chip,) = page_of("status=-stalled").chips
    assert (chip.label, chip.removal, chip.is_wrong) == ("Status: not stalled", "?", False)
    many = page_of("&".join(f"q=word-{number}" for number in range(MAX_CHIPS + 2)))
    assert (len(many.chips), many.unshown_chips, many.chips[0].is_wrong) == (MAX_CHIPS, 2, True)


@pytest.mark.usefixtures("lamps")
def test_links_of_the_page_differ_from_it_in_one_thing():
    page = page_of("status=agreed&page=1&sort=status&per_page=20")
    heads = {head.label: (head.link, head.direction) for head in page.heads}
    assert heads["Status"] == ("?status=agreed&per_page=20&sort=-status", "ascending")
    assert heads["Initiative"] == ("?status=agreed&per_page=20&sort=title_en", "")
    assert page.page_link(2) == "?status=agreed&sort=status&per_page=20&page=2"
    assert page.without_link("status", "agreed") == "?sort=status&per_page=20&status=-agreed"
    assert page.all_link("city") == "?status=agreed&page=1&sort=status&per_page=20&all=city"
    assert page_of("").page_link(2) == "?page=2"


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("per_page=7", "“7” is none of the choices: 20, 50, 100, 200."),
        ("view=x", "“x” is none of the choices: table, cards, brief, map."),
    ],
)
def test_a_wrong_size_or_view_shows_an_error_and_no_rows(query, words, client):
    page = read_page(client, f"/initiatives/?{query}")
    assert words in page.text("results")
    assert page.element("initiatives") is None


@pytest.mark.usefixtures("lamps")
def test_an_unknown_list_of_options_is_ignored(client):
    assert "3 initiatives" in read_page(client, "/initiatives/?all=nonsense").text("results")


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, "page"),
        ({"HX-Request": "true", "HX-Target": "results"}, "results"),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, "page"),
        ({"HX-Request": "true", "HX-Target": "list-status"}, "options"),
        ({"HX-Request": "true", "HX-Target": "list-nonsense"}, "results"),
    ],
)
def test_htmx_gets_the_part_that_it_asks_for_and_the_way_back_is_a_whole_page(headers, part, client):
    response = client.get("/initiatives/?status=agreed", headers=headers)
    text = response.content.decode().strip()
    found = "page" if "<html" in text else "results" if "<h1" in text else "options"
    assert found == part
    assert (found == "options") == text.startswith("<ul><li")
    assert {"HX-Request", "HX-Target", "HX-History-Restore-Request"} <= set(response["Vary"].split(", "))


@pytest.mark.usefixtures("lamps")
def test_the_feed_is_named_in_the_head_of_a_list_that_has_something(client):
    link = '<link rel="alternate" type="application/atom+xml" href="/initiatives.atom?status=agreed"'
    assert link in client.get("/initiatives/?status=agreed&page=1").content.decode()
    assert "application/atom+xml" not in client.get("/initiatives/?status=proposed").content.decode()


@pytest.mark.usefixtures("lamps")
def test_cards_show_the_rows_of_the_table(client):
    table, cards = read_page(client, "/initiatives/"), read_page(client, "/initiatives/?view=cards")
    assert cards.text("initiatives") == table.text("initiatives")
    assert 'class="list-body in-cards"' in cards.response.content.decode()
