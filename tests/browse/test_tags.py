"""The template tags and filters of lists, and of the header and footer of every page."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.http import QueryDict
from django.utils import translation

from initiatives.columns import INITIATIVES
from sco_cities.browse.selection import PAGE_SIZE, Selection
from sco_cities.browse.templatetags import browse
from sco_cities.sources.names import Localized
from tests import factories as make


@pytest.fixture
def on_page(rf):
    """The context of a template on the page with this address."""

    def context(address: str, name: str = "") -> dict:
        request = rf.get(address)
        request.resolver_match = SimpleNamespace(url_name=name)
        return {"request": request}

    return context


def selection(query: str) -> Selection:
    return Selection(INITIATIVES, INITIATIVES.for_page(), QueryDict(query))


def test_the_language_switch_stays_on_the_page_with_its_query_string(on_page):
    with translation.override("ru"):
        links = browse.language_links(on_page("/ru/cities/?country=kg&q=%D0%BE%D1%88"))
    assert [(link.short, link.html, link.address, link.is_current) for link in links] == [
        ("EN", "en", "/cities/?country=kg&q=%D0%BE%D1%88", False),
        ("РУ", "ru", "/ru/cities/?country=kg&q=%D0%BE%D1%88", True),
        ("中文", "zh-Hans", "/zh-hans/cities/?country=kg&q=%D0%BE%D1%88", False),
    ]
    assert links[0].absolute == "http://testserver/cities/?country=kg&q=%D0%BE%D1%88"


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("cities-list", ' aria-current="page"'),
        ("cities-record", ' aria-current="true"'),
        ("countries-list", ""),
        (None, ""),
    ],
)
def test_the_navigation_marks_the_list_that_the_reader_is_on_or_below(name, marked, on_page):
    assert browse.current(on_page("/", name), "cities") == marked


def test_a_page_that_no_address_leads_to_marks_nothing(rf):
    request = rf.get("/nowhere/")
    request.resolver_match = None
    assert browse.current({"request": request}, "cities") == ""


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        (Localized("Ош", "ru"), ' lang="ru"'),
        (Localized("奥什", "zh"), ' lang="zh-Hans"'),
        (Localized("Osh", "en"), ""),
        ("a text that knows no language", ""),
    ],
)
def test_a_text_is_marked_with_its_language_where_that_is_not_the_page_s(text, marked):
    assert browse.lang(text) == marked


def test_in_chinese_it_is_the_other_languages_that_are_marked():
    with translation.override("zh-hans"):
        assert (browse.lang(Localized("奥什", "zh")), browse.lang(Localized("Osh", "en"))) == (
            "",
            ' lang="en"',
        )


def test_the_width_of_a_bar_has_a_point_in_every_language():
    with translation.override("ru"):
        assert [browse.percent(share) for share in (0, 1 / 3, 0.375, 1)] == ["0%", "33.33%", "37.5%", "100%"]


def test_bars_are_laid_end_to_end():
    @dataclass
    class Bar:
        share: float

    bars = [Bar(0.25), Bar(0.5), Bar(0.25)]
    assert browse.stacked(bars) == [(bars[0], 0), (bars[1], 0.25), (bars[2], 0.75)]


def test_thousands_are_set_apart_as_the_reader_s_language_does():
    assert browse.grouped(1390) == "1,390"
    with translation.override("ru"):
        assert browse.grouped(1390) == "1\N{NO-BREAK SPACE}390"


def test_an_address_without_filters_has_no_question_mark(on_page):
    here = on_page("/ru/cities/?q=osh")
    assert browse.address(here, "?") == "/ru/cities/"
    assert browse.address(here, "?country=kg") == "/ru/cities/?country=kg"


@pytest.mark.django_db
class TestFilterGroups:
    def groups(self, query=""):
        return {group.facet.name: group for group in browse.filter_groups(selection(query))}

    def test_the_two_years_share_a_group_and_a_filter_without_choices_is_left_out(self):
        groups = self.groups()
        assert [facet.name for facet in groups["year_from"].facets] == ["year_from", "year_to"]
        assert "year_to" not in groups
        assert "report" not in groups
        assert groups["q"].kind == "words"

    def test_a_filter_without_choices_is_shown_while_it_has_a_value(self):
        make.make_report("gazette")
        assert self.groups("report=gazette")["report"].options[0].selected

    def test_the_first_groups_the_short_ones_and_those_in_use_are_open(self):
        make.make_country("xa")
        for number in range(5):
            make.make_theme(f"theme-{number}")
            make.make_organisation(f"office-{number}")
        is_open = {name: group.is_open for name, group in self.groups("theme=theme-1").items()}
        assert is_open["status"] and is_open["kind"] and is_open["country"]
        assert is_open["pillar"] and is_open["theme"]
        assert not is_open["organisation"]

    def test_in_a_long_list_the_chosen_come_first(self):
        for letter in "abcdefghijkl":
            make.make_country(f"x{letter}")
        group = self.groups("country=xl")["country"]
        assert group.is_long
        assert [option.value for option in group.options][:2] == ["xl", "xa"]

    def test_a_short_list_keeps_its_order(self):
        group = self.groups("status=operating")["status"]
        assert not group.is_long
        assert group.options[0].value == "interest"

    def test_a_value_that_is_not_on_offer_stays_until_it_is_taken_off(self):
        assert self.groups("status=agreed&status=certain")["status"].unknown == ["certain"]


@pytest.mark.django_db
def test_the_usual_order_is_the_one_without_a_value():
    options = browse.sort_options(selection(""))
    assert options[0] == ("", "Initiative ↑", True)
    assert ("-status", "Status ↓", False) in options


@pytest.mark.django_db
def test_an_order_that_no_column_of_the_table_gives_is_there_while_it_is_chosen():
    assert ("-updated_at", "Updated ↓", True) in browse.sort_options(selection("sort=-updated_at"))
    assert not any("updated_at" in value for value, _label, _chosen in browse.sort_options(selection("")))


@pytest.mark.django_db
def test_pages_link_to_the_first_the_neighbours_and_the_last():
    for _number in range(2 * PAGE_SIZE + 1):
        make.make_initiative(status="agreed")
    links = browse.page_links(selection("status=agreed&page=2"))
    assert [(label, query.partition("page=")[2], rel) for label, query, rel in links] == [
        ("First", "1", ""), ("Previous", "1", "prev"), ("Next", "3", "next"), ("Last", "3", ""),
    ]  # fmt: skip
    assert [label for label, _query, _rel in browse.page_links(selection(""))] == ["Next", "Last"]
