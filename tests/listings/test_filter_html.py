"""HTML that is put together by hand, and what it escapes."""

import pytest
from django.utils.safestring import SafeString, mark_safe

from sco_cities.listings.filter_html import fill_template, join_html, long_attribute, panel
from sco_cities.listings.filter_options import FilterOption, FilterPanel

WORSE = '<b>"&'


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (fill_template("<p>{}</p>", WORSE), "<p>&lt;b&gt;&quot;&amp;</p>"),
        (fill_template("<h1>{text}</h1>", text=WORSE), "<h1>&lt;b&gt;&quot;&amp;</h1>"),
        (fill_template("<p>{}{}</p>", mark_safe("<br>"), "<"), "<p><br>&lt;</p>"),
        (join_html("<", [mark_safe("<br>"), WORSE]), "<br>&lt;&lt;b&gt;&quot;&amp;"),
        (join_html(", ", []), ""),
    ],
)
def test_all_that_is_not_html_is_escaped(made, expected):
    assert (made, type(made)) == (expected, SafeString)


class Page:
    """As much of a page as a panel looks at."""

    def all_link(self, name):
        return f"?all={name}"

    def without_link(self, name, value):
        return f"?{name}=-{value}"


@pytest.mark.parametrize(
    ("facet", "has", "has_not"),
    [
        (
            FilterPanel("city", "City", [], [], [], [FilterOption("a", "A", 1)], 0),
            ['id="filter-city">', "<summary>City</summary>", '<div id="list-city"><ul><li>'],
            ['type="search"', "more", "aria-describedby"],
        ),
        (
            FilterPanel("city", "<City>", ["a"], [], [], [FilterOption("a", "A", 1, is_wanted=True)], 1_485),
            [
                '<summary>&lt;City&gt; <span class="n">1</span></summary>',
                'aria-label="Find in the list: &lt;City&gt;"',
                'data-hx-get="/?all=city"',
                '<div class="long" id="list-city">',
                '<a href="/?all=city#filter-city" data-all rel="nofollow" data-boost="false">1,485 more</a>',
            ],
            [],
        ),
        (
            FilterPanel("city", "City", ["<z>"], ["<z>"], ["“<z>” is not known here."], [], 0),
            [
                'id="filter-city" open>',
                '<ul class="field-errors" id="wrong-city"><li>“&lt;z&gt;” is not known here.</li></ul>',
                '<fieldset aria-describedby="wrong-city">',
                'value="&lt;z&gt;" checked',
            ],
            [],
        ),
    ],
)
def test_a_panel_shows_the_label_the_errors_and_the_options_of_a_filter(facet, has, has_not):
    shown = panel(Page(), facet, "/", is_open=False)
    assert [part for part in has if part not in shown] == []
    assert [part for part in has_not if part in shown] == []


@pytest.mark.parametrize(
    ("title", "is_long"),
    [
        ("", False),
        ("a" * 48, False),
        ("a" * 49, True),
        ("я" * 48, False),
        ("城" * 24, False),
        ("城" * 24 + "a", True),
        ("城" * 10 + "a" * 28, False),
        ("城" * 10 + "a" * 29, True),
    ],
)
def test_a_title_that_may_take_a_third_line_says_so(title, is_long):
    assert long_attribute(title) == (" data-long" if is_long else "")
