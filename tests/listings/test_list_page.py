"""The page of a list with filters, counts, chips and links, tested with the list of initiatives."""

import pytest
from django.http import QueryDict
from django.utils import translation

from delegates.columns import DELEGATES, EVENTS, ORGANISATIONS
from initiatives.columns import INITIATIVES
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import filter_html
from sco_cities.listings.list_page import MAX_CHIPS, MAX_OPTIONS, ListPage
from tests import factories as make
from tests.html import column_headers, read_page

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
        # These properties are evaluated while the index state is available.
        page.page, page.filter_panels, page.year_bars  # noqa: B018
        return page


def option_counts(query: str, name: str) -> str:
    """Returns the options of a filter with their counts.

    An option is "+agreed 2" if it is selected, and "-agreed 2" if it is excluded.
    """
    options = next(panel for panel in page_of(query).filter_panels if panel.name == name).options
    signs = ("+" * option.is_selected + "-" * option.is_excluded for option in options)
    return " ".join(
        f"{sign}{option.value} {option.count}"
        for sign, option in zip(signs, options, strict=True)
        if option.count != 0
    )


def html(query: str, name: str) -> str:
    page = page_of(query)
    return filter_html.option_list(page, page.filter_panel(name), "/initiatives/")


@pytest.mark.usefixtures("lamps")
def test_a_page_number_that_is_too_high_links_to_the_first_page_and_keeps_the_other_parameters(client):
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
        # If the query has an error, options are not counted and all options are shown.
        ("year_from=soon", "country", "xa None xb None"),
        ("per_page=7", "country", "xa None xb None"),
    ],
)
def test_options_are_counted_under_all_other_filters(query, name, expected):
    assert option_counts(query, name) == expected


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
        assert (other.filter_panels is one.filter_panels, other.year_bars is one.year_bars) == (
            is_same,
            is_same,
        )


@pytest.mark.usefixtures("lamps")
def test_counts_follow_a_change():
    assert option_counts("country=xa", "status") == "agreed 2"
    make.make_initiative("four", lead=[make.make_city("gamma", "xa")], status="stalled")
    assert option_counts("country=xa", "status") == "agreed 2 stalled 1"


@pytest.mark.usefixtures("lamps")
def test_options_have_labels_in_the_reader_s_language():
    country = make.make_country("xc")
    country.name_en, country.name_ru = "Third", "Третья"
    country.save()
    make.make_initiative("five", countries=[country])

    def names():
        countries = next(panel for panel in page_of("").filter_panels if panel.name == "country")
        return [option.label for option in countries.options if option.value == "xc"]

    assert names() == ["Third"]
    with translation.override("ru"):
        assert names() == ["Третья"]
    assert names() == ["Third"]


@pytest.mark.usefixtures("lamps")
def test_a_selected_option_is_shown_even_without_matches():
    options = page_of("status=agreed&country=xb").filter_panel("country").options
    assert [(option.value, option.count) for option in options] == [("xa", 2), ("xb", 0)]


@pytest.mark.usefixtures("lamps")
def test_options_without_records_are_hidden_unless_all_options_are_requested(client):
    make.make_country("xd")
    make.make_country("xe", state="draft")
    panel = page_of("status=agreed&country=xa").filter_panel("country")
    assert [(option.value, option.count) for option in panel.visible_options] == [("xa", 2)]
    assert panel.hidden_count == 2
    everything = page_of("status=agreed&country=xa&all=country").filter_panel("country")
    assert [(option.value, option.count) for option in everything.visible_options] == [
        ("xa", 2),
        ("xb", 0),
        ("xd", 0),
    ]
    assert everything.hidden_count == 0
    page = read_page(client, "/initiatives/?q=nothingofthekind")
    assert "3 more" in page.text("filter-country")


def test_an_unpublished_city_does_not_relate_a_record_to_its_country():
    hidden = make.make_city("hidden", make.make_country("xa"), state="draft")
    make.make_initiative(lead=[hidden])
    make.make_delegate(city=hidden)
    make.make_event(host_city=hidden)
    make.make_organisation(city=hidden)
    for listing in (INITIATIVES, DELEGATES, EVENTS, ORGANISATIONS):
        with facet_index(listing.collection) as state:
            found = ListPage(listing, state, QueryDict("country=xa")).result_set
            assert (listing.collection, found.count()) == (listing.collection, 0)


def test_a_wrong_sort_order_shows_an_error_beside_its_field(client):
    page = read_page(client, "/initiatives/?sort=nonsense")
    select = '<select name="sort" id="sort" aria-invalid="true" aria-describedby="errors-sort">'
    assert select in client.get("/initiatives/?sort=nonsense").content.decode()
    assert "cannot be sorted by “nonsense”. Choose: Initiative, Status, Reported, " in page.text(
        "errors-sort"
    )
    assert read_page(client, "/initiatives/?sort=slug").element("errors-sort") is None


def test_events_without_a_series_are_last_in_both_directions():
    for slug, series in (("none", ""), ("a", "A"), ("b", "B")):
        make.make_event(slug, series=series)
    slugs = dict(EVENTS.records().values_list("pk", "slug"))
    with facet_index("events") as state:
        found = [
            ListPage(EVENTS, state, QueryDict(f"sort={sort}")).result_set for sort in ("series", "-series")
        ]
        assert [[slugs[key] for key in each[0:9]] for each in found] == [
            ["a", "b", "none"],
            ["b", "a", "none"],
        ]


def test_a_long_list_shows_the_most_frequent_options_or_all_on_request():
    cities = [make.make_city(f"city-{number:02}") for number in range(MAX_OPTIONS + 3)]
    make.make_initiative(lead=cities)
    make.make_initiative(lead=cities[-1:])
    panel = page_of("").filter_panel("city")
    assert (len(panel.options), panel.hidden_count, panel.is_long) == (MAX_OPTIONS, 3, True)
    assert panel.options[0].value == cities[-1].slug
    everything = page_of("all=city&all=nonsense").filter_panel("city")
    assert (len(everything.options), everything.hidden_count) == (MAX_OPTIONS + 3, 0)
    rare = cities[-2].slug
    chosen = page_of(f"city=-{rare}").filter_panel("city")
    # The remaining record has one city.
    assert (chosen.options[0].value, chosen.hidden_count) == (rare, MAX_OPTIONS + 1)


def test_a_short_list_keeps_its_order_and_a_long_one_has_selected_options_first():
    countries = [make.make_country(f"x{letter}") for letter in "abcdefghijkl"]
    make.make_initiative(countries=countries)
    assert [option.value for option in page_of("country=xl").filter_panel("country").options][:2] == [
        "xl",
        "xa",
    ]
    assert page_of("status=operating").filter_panel("status").options[0].value == "interest"


def test_an_unknown_value_stays_until_it_is_removed():
    assert page_of("status=agreed&status=certain&status=-stalled").filter_panel("status").unknown_values == [
        "certain"
    ]
    assert page_of("status=AGREED").filter_panel("status").unknown_values == ["AGREED"]
    make.make_country("xa")
    assert page_of("country=-XA&country=XB").filter_panel("country").unknown_values == ["XB"]
    # The value is not an option, but the form keeps it when other filters are changed.
    assert html("status=<b>", "status").endswith('</ul><input type="hidden" name="status" value="&lt;b&gt;">')


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("query", "row"),
    [
        (
            "",
            '<li><label><input type="checkbox" name="status" value="agreed"><span>agreed</span>'
            '<span class="n">2</span></label><button name="status" value="-agreed" tabindex="-1" class="exclude" '
            'aria-label="Exclude: agreed">Exclude</button></li>',
        ),
        (
            "status=agreed&status=agreed&kind=plan&page=1",
            '<li><label><input type="checkbox" name="status" value="agreed" checked><span>agreed</span>'
            '<span class="n">1</span></label><a href="/initiatives/?kind=plan&amp;status=-agreed" rel="nofollow" '
            'class="exclude" aria-label="Exclude: agreed">Exclude</a>'
            '<a class="skip-link" href="#rows" data-boost="false">Skip to results</a></li>',
        ),
        (
            "status=-agreed",
            '<li class="excluded"><label><input type="checkbox" name="status" value="-agreed" checked>'
            '<span class="visually-hidden">Exclude </span><s>agreed</s><span class="n">2</span></label>'
            '<a class="skip-link" href="#rows" data-boost="false">Skip to results</a></li>',
        ),
        (
            "",
            '<li class="zero"><label><input type="checkbox" name="status" value="unknown"><span>unknown</span>'
            '<span class="n">0</span></label><button name="status" value="-unknown" tabindex="-1" class="exclude" '
            'aria-label="Exclude: unknown">Exclude</button></li>',
        ),
        (
            "year_from=soon",
            '<li><label><input type="checkbox" name="status" value="agreed"><span>agreed</span></label>'
            '<button name="status" value="-agreed" tabindex="-1" class="exclude" aria-label="Exclude: agreed">'
            "Exclude</button></li>",
        ),
    ],
)
def test_an_option_has_a_checkbox_a_count_and_an_exclude_button(query, row):
    assert row in html(query, "status")


@pytest.mark.usefixtures("lamps")
def test_a_value_both_selected_and_excluded_keeps_both_checkboxes():
    rows = html("status=agreed&status=-agreed", "status")
    assert 'value="agreed" checked' in rows
    assert 'value="-agreed" checked' in rows


def test_the_label_of_an_option_is_escaped_and_has_its_language():
    make.make_initiative(countries=[make.make_country("xa", name_en="Ex & 100% <b>")])
    rows = html("", "country")
    assert "<span>Ex &amp; 100% &lt;b&gt;</span>" in rows
    assert 'aria-label="Exclude: Ex &amp; 100% &lt;b&gt;"' in rows
    with translation.override("ru"):
        assert '<span lang="en">Ex &amp; 100% &lt;b&gt;</span>' in html("", "country")


@pytest.mark.usefixtures("lamps")
def test_the_bar_of_a_year_counts_the_records_that_overlap_it_and_links_to_them():
    page = page_of("status=agreed&year_from=2022&page=1")
    assert [(bar.label, bar.count, bar.is_selected) for bar in page.year_bars] == [
        ("2020", 1, False),
        ("2021", 2, False),
        ("2022", 1, True),
    ]
    assert (
        '<li><a href="/initiatives/?status=agreed&amp;year_from=2021&amp;year_to=2021" title="2021: 2" '
        'data-years="2021-2021" rel="nofollow"><span class="visually-hidden">2021: 2</span><svg aria-hidden="true">'
        '<rect width="100%" y="0%" height="100%"/></svg></a></li>'
        in filter_html.year_bars(page, "/initiatives/")
    )


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize("query", ["year_from=soon", "status=stalled", "q=atlantis"])
def test_there_is_no_histogram_for_an_error_or_a_single_year(query):
    assert page_of(query).year_bars == []


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            "status=agreed&status=-agreed",
            "Status: “agreed” is both selected and excluded. Remove one of the two.",
        ),
        (
            "country=XA&country=-xa&kind=plan",
            "Country: “Country XA” is both selected and excluded. Remove one of the two.",
        ),
    ],
)
def test_contradicting_filters_match_nothing_and_the_page_explains_why(query, sentence, client):
    page = read_page(client, f"/initiatives/?{query}")
    assert page.response.context["list_query"].count == 0
    assert sentence in page.text()


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    "query", ["", "status=agreed", "status=agreed&status=-stalled", "q=-agreed&q=agreed"]
)
def test_compatible_filters_are_no_contradiction(query):
    assert page_of(query).contradictions == []


@pytest.mark.usefixtures("lamps")
def test_chips_show_excluded_values_and_chips_over_the_limit_are_counted():
    (chip,) = page_of("status=-stalled").chips
    assert (chip.label, chip.remove_query, chip.is_invalid) == ("Status: not stalled", "?", False)
    many = page_of("&".join(f"q=word-{number}" for number in range(MAX_CHIPS + 2)))
    assert (len(many.chips), many.hidden_chip_count, many.chips[0].is_invalid) == (MAX_CHIPS, 2, True)


@pytest.mark.usefixtures("lamps")
def test_each_link_changes_one_parameter():
    page = page_of("status=agreed&page=1&sort=status&per_page=20")
    headers = column_headers(page)
    assert headers["Status"] == ("?status=agreed&per_page=20&sort=-status", "ascending")
    assert headers["Initiative"] == ("?status=agreed&per_page=20&sort=title_en", "")
    assert page.page_link(2) == "?status=agreed&sort=status&per_page=20&page=2"
    assert page.exclude_link("status", "agreed") == "?sort=status&per_page=20&status=-agreed"
    assert page.all_link("city") == "?status=agreed&page=1&sort=status&per_page=20&all=city"
    assert page_of("").page_link(2) == "?page=2"


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("per_page=7", "“7” is not one of the options. Choose: 20, 50, 100, 200."),
        ("view=x", "“x” is not one of the options. Choose: table, cards, brief, map."),
    ],
)
def test_a_wrong_size_or_view_shows_an_error_and_no_rows(query, error, client):
    page = read_page(client, f"/initiatives/?{query}")
    assert error in page.text("results")
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
def test_htmx_gets_the_requested_part_and_a_history_restore_gets_the_whole_page(headers, part, client):
    response = client.get("/initiatives/?status=agreed", headers=headers)
    text = response.content.decode().strip()
    found = "page" if "<html" in text else "results" if "<h1" in text else "options"
    assert found == part
    assert (found == "options") == text.startswith("<ul><li")
    assert {"HX-Request", "HX-Target", "HX-History-Restore-Request"} <= set(response["Vary"].split(", "))


@pytest.mark.usefixtures("lamps")
def test_the_feed_is_named_in_the_head_of_a_list_that_has_something(client):
    address = "/initiatives.atom?status=agreed"
    link = f'<link rel="alternate" type="application/atom+xml" href="{address}"'
    assert link in client.get("/initiatives/?status=agreed&page=1").content.decode()
    assert "application/atom+xml" not in client.get("/initiatives/?status=proposed").content.decode()


@pytest.mark.usefixtures("lamps")
def test_an_address_with_cards_shows_the_table(client):
    table, cards = read_page(client, "/initiatives/"), read_page(client, "/initiatives/?view=cards")
    assert cards.text("initiatives") == table.text("initiatives")
    assert "Cards" not in table.response.content.decode()
