"""Template tags and filters of list pages, and of the header and footer of every page."""

import re
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation

from initiatives.columns import INITIATIVES
from sco_cities.core.html import lang_attribute
from sco_cities.core.localized_names import Localized
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import link_html
from sco_cities.listings.list_page import ListPage
from sco_cities.listings.templatetags import lists
from sco_cities.site.templatetags import site
from sco_cities.themes.columns import THEMES
from tests import factories as make

# The content of a page does not depend on the engine.
pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def on_page(rf):
    """Returns the template context of a page at this path."""

    def context(address: str, name: str = "") -> dict:
        request = rf.get(address)
        request.resolver_match = SimpleNamespace(url_name=name)
        return {"request": request}

    return context


def list_page(query: str, listing=INITIATIVES) -> ListPage:
    with facet_index(listing.collection) as state:
        return ListPage(listing, state, QueryDict(query))


def test_the_language_switch_stays_on_the_page_with_its_query_string(on_page):
    with translation.override("ru"):
        links = site.language_links(on_page("/ru/cities/?country=kg&q=%D0%BE%D1%88"))
    assert [(link.short, link.language_tag, link.url, link.is_current) for link in links] == [
        ("EN", "en", "/cities/?country=kg&q=%D0%BE%D1%88", False),
        ("РУ", "ru", "/ru/cities/?country=kg&q=%D0%BE%D1%88", True),
        ("中文", "zh-Hans", "/zh-hans/cities/?country=kg&q=%D0%BE%D1%88", False),
    ]
    assert links[0].absolute_url == "http://testserver/cities/?country=kg&q=%D0%BE%D1%88"


@pytest.mark.parametrize(
    ("language", "content", "expected"),
    [
        ("en", "One. <a>Two.</a>\n  Three", "One. <a>Two.</a>\n  Three"),
        ("ru", "Раз: <b>два</b>", "Раз: <b>два</b>"),
        ("zh-hans", "其他名称： <b>AZERTAC</b>", "其他名称：<b>AZERTAC</b>"),
        ("zh-hans", "一。\n  <a>二。</a> 三（四） 五 six", "一。<a>二。</a>三（四）五 six"),
        ("zh-hans", "2 > 1 {{ text }} 。", "2 > 1 &lt;b&gt; 。"),
    ],
)
def test_sentences_are_joined_with_spaces_only_in_languages_that_use_spaces(language, content, expected):
    template = Template("{% load site %}{% filter join_sentences %}" + content + "{% endfilter %}")
    with translation.override(language):
        assert template.render(Context({"text": "<b>"})) == expected


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "Map: all"), ("ru", "Map: all"), ("zh-hans", "Map：all")]
)
def test_the_colon_depends_on_the_language(language, expected):
    with translation.override(language):
        assert Template("{% load site %}Map{% colon %}all").render(Context()) == expected


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("cities-list", ' aria-current="page"'),
        ("cities-record", ' aria-current="true"'),
        ("countries-list", ""),
        ("", ""),
    ],
)
def test_the_navigation_marks_the_list_of_the_page(name, marked):
    assert site.current({"url_name": name}, "cities") == marked


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("cities-list", '<li><a href="/cities/" aria-current="page">Cities</a></li>'),
        ("cities-record", '<li><a href="/cities/" aria-current="true">Cities</a></li>'),
        ("about", '<li><a href="/cities/">Cities</a></li>'),
        ("map", '<li><a href="/map/" aria-current="page">Map</a></li>'),
        ("reports-list", '<li><a href="/reports/" aria-current="page">Sources</a></li>'),
    ],
)
def test_the_navigation_differs_between_pages_only_in_its_mark(name, marked, on_page):
    template = "site/_navigation.html"
    assert marked in site.cached_include(on_page("/", name), template)
    with translation.override("ru"):
        assert 'href="/ru/cities/"' in site.cached_include(on_page("/ru/", name), template)


@pytest.mark.parametrize(
    ("path", "tabs"),
    [
        ("/delegates/", ["Delegates*", "Organisations"]),
        ("/organisations/", ["Delegates", "Organisations*"]),
        ("/events/", ["Events*", "Statements"]),
        ("/ru/statements/", ["Мероприятия", "Заявления*"]),
        ("/countries/", ["Who works with whom", "Countries*"]),
        ("/cities/", []),
    ],
)
@pytest.mark.django_db
def test_lists_outside_of_the_navigation_are_tabs_of_another_page(path, tabs, client):
    page = BeautifulSoup(client.get(path).content, "html.parser")
    links = page.select('[aria-label="Lists"] a, [aria-label="Списки"] a')
    assert [link.get_text() + ("*" if link.get("aria-current") else "") for link in links] == tabs


def test_an_unknown_url_marks_nothing(rf):
    request = rf.get("/nowhere/")
    request.resolver_match = None
    header = site.cached_include({"request": request}, "site/_navigation_and_search.html")
    assert "/cities/" in header
    assert "aria-current" not in header


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        (Localized("Ош", "ru"), ' lang="ru"'),
        (Localized("奥什", "zh"), ' lang="zh-Hans"'),
        (Localized("Osh", "en"), ""),
        ("a text that knows no language", ""),
    ],
)
def test_a_text_has_a_lang_attribute_if_its_language_is_not_that_of_the_page(text, marked):
    assert lang_attribute(text) == marked


def test_on_a_chinese_page_texts_in_other_languages_have_a_lang_attribute():
    with translation.override("zh-hans"):
        assert (lang_attribute(Localized("奥什", "zh")), lang_attribute(Localized("Osh", "en"))) == (
            "",
            ' lang="en"',
        )


def test_percentages_have_a_decimal_point_in_every_language():
    with translation.override("ru"):
        assert [site.percent(share) for share in (0, 1 / 3, 0.375, 1)] == ["0%", "33.33%", "37.5%", "100%"]


def test_thousands_are_grouped_as_in_the_reader_s_language():
    assert site.grouped(1390) == "1,390"
    with translation.override("ru"):
        assert site.grouped(1390) == "1\N{NO-BREAK SPACE}390"


def test_a_path_without_filters_has_no_question_mark(on_page):
    here = on_page("/ru/cities/?q=osh")
    assert site.page_path(here, "?") == "/ru/cities/"
    assert site.page_path(here, "?country=kg") == "/ru/cities/?country=kg"


@pytest.mark.django_db
class TestFilterGroups:
    def groups(self, query=""):
        return {group.panel.name: group for group in lists.filter_groups(list_page(query))}

    def test_both_years_share_a_group_and_a_filter_without_options_is_omitted(self):
        groups = self.groups()
        assert [panel.name for panel in groups["year_from"].panels] == ["year_from", "year_to"]
        assert "year_to" not in groups
        assert "report" not in groups
        assert groups["q"].kind == "words"

    def test_a_filter_without_options_is_shown_while_it_has_a_value(self):
        make.make_report("gazette")
        assert self.groups("report=gazette")["report"].panel.options[0].is_selected

    def test_the_first_groups_short_groups_and_active_groups_are_open(self):
        country, themes = make.make_country("xa"), [make.make_theme(f"theme-{number}") for number in range(5)]
        offices = [make.make_organisation(f"office-{number}") for number in range(5)]
        make.make_initiative(countries=[country], themes=themes, organisations=offices)
        is_open = {name: group.is_open for name, group in self.groups("theme=theme-1").items()}
        assert is_open["status"] and is_open["kind"] and is_open["country"]
        assert is_open["pillar"] and is_open["theme"]
        assert not is_open["organisation"]


@pytest.fixture
def on_list(on_page):
    """Returns the template context of the list of initiatives with this query string."""

    def context(query: str) -> dict:
        return on_page("/initiatives/") | {"list_query": list_page(query)}

    return context


@pytest.mark.django_db
def test_the_default_order_has_an_empty_value(on_list):
    options = link_html.sort_option_items(on_list(""))
    assert '<option value="" selected>Reported ↓</option>' in options
    assert options.startswith('\n<option value="title_en">Initiative ↑</option>')
    assert '<option value="-status">Status ↓</option>' in options


@pytest.mark.django_db
def test_an_order_by_a_column_outside_the_table_is_listed_while_it_is_selected(on_list):
    selected = '<option value="-updated_at" selected>Updated ↓</option>'
    assert selected in link_html.sort_option_items(on_list("sort=-updated_at"))
    assert "updated_at" not in link_html.sort_option_items(on_list(""))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "[1] 2 3 Next=2 Last=6"),
        ("page=2", "First=1 Previous=1 1 [2] 3 4 Next=3 Last=6"),
        ("page=4", "First=1 Previous=3 2 3 [4] 5 6 Next=5 Last=6"),
        ("page=6", "First=1 Previous=5 4 5 [6]"),
        ("per_page=200", "[1]"),
    ],
)
def test_pages_link_to_the_first_adjacent_and_last_pages(query, expected, on_list):
    for _number in range(101):
        make.make_initiative(status="agreed")

    def link_text(item):
        label = re.search(r">([^<]+)</", item)[1]
        if 'class="n"' in item:
            return f"[{label}]" if 'aria-current="page"' in item else label
        return f"{label}={re.search(r'[?;]page=([0-9]+)', item)[1]}"

    selected = on_list(f"status=agreed&{query or 'page=1'}&per_page=20" if "per_page" not in query else query)
    items = link_html.page_link_items(selected).split("\n")[1:]
    assert " ".join(map(link_text, items)) == expected
    links = [item for item in items if 'aria-current="page"' not in item]
    assert all(re.search(r'href="/initiatives/\?\S*page=[0-9]+"', item) for item in links)
    assert [' rel="prev"' in item for item in items] == ["Previous" in item for item in items]
    assert [' rel="next"' in item for item in items] == ["Next" in item for item in items]


@pytest.mark.django_db
def test_links_to_other_page_sizes_open_the_first_page_and_are_omitted_for_short_lists():
    assert lists.size_links(list_page("")) == []
    for _number in range(21):
        make.make_initiative()
    assert lists.size_links(list_page("status=agreed&page=1&per_page=100")) == [
        ("20", "?status=agreed&per_page=20", False),
        ("50", "?status=agreed", False),
        ("100", "?status=agreed&per_page=100", True),
        ("200", "?status=agreed&per_page=200", False),
    ]


@pytest.mark.django_db
def test_links_to_views_keep_the_page(on_list):
    assert link_html.view_link_items(on_list("page=1&view=cards")) == (
        '\n<li><a href="/initiatives/?page=1" id="view-1" aria-current="true" rel="nofollow">List</a></li>'
        '\n<li><a href="/initiatives/?page=1&amp;view=map" id="view-2" data-boost="false" rel="nofollow">Map</a></li>'
        '\n<li><a href="/matrix/" data-boost="false">Matrix</a></li>'
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", []),
        ("per_page=50&view=table", []),
        ("per_page=20&view=cards&all=city", [("per_page", "20"), ("view", "cards"), ("all", "city")]),
        ("per_page=7&view=x&all=nonsense&page=3", []),
    ],
)
def test_the_filter_form_keeps_parameters_without_a_field(query, expected):
    assert lists.hidden_parameters(list_page(query)) == expected


@pytest.mark.django_db
def test_a_list_links_to_its_downloads():
    with_points, without_points = lists.export_links(list_page("")), lists.export_links(list_page("", THEMES))
    assert [(link.label, link.url) for link in with_points] == [
        ("Excel", "/initiatives.xlsx?labels=1"),
        ("CSV", "/initiatives.csv"),
        ("GeoJSON", "/initiatives.geojson"),
        ("JSON Lines", "/initiatives.jsonl"),
        ("Data package", "/initiatives.zip"),
        ("Subscribe", "/subscribe/initiatives/"),
        ("API", "/api/docs/#initiatives"),
    ]
    assert "geojson" not in [link.extension for link in without_points]
    with translation.override("ru"):
        assert lists.export_links(list_page(""))[1].url == "/ru/initiatives.csv"


@pytest.mark.django_db
def test_the_feed_has_the_filters_of_the_list():
    feed = "/initiatives.atom?status=-agreed"
    assert lists.feed_url(list_page("status=-agreed&page=1&unknown=1&sort=slug")) == feed
