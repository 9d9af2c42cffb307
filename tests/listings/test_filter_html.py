"""HTML of filter panels with escaped values."""

import pytest
from django.utils.safestring import SafeString, mark_safe

from sco_cities.core.html import fill_template, join_html
from sco_cities.listings.filter_html import filter_panel
from sco_cities.listings.filter_options import FilterOption, FilterPanel

UNSAFE = '<b>"&'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (fill_template("<p>{}</p>", UNSAFE), "<p>&lt;b&gt;&quot;&amp;</p>"),
        (fill_template("<h1>{text}</h1>", text=UNSAFE), "<h1>&lt;b&gt;&quot;&amp;</h1>"),
        (fill_template("<p>{}{}</p>", mark_safe("<br>"), "<"), "<p><br>&lt;</p>"),
        (join_html("<", [mark_safe("<br>"), UNSAFE]), "<br>&lt;&lt;b&gt;&quot;&amp;"),
        (join_html(", ", []), ""),
    ],
)
def test_everything_except_html_is_escaped(html, expected):
    assert (html, type(html)) == (expected, SafeString)


class Page:
    """A page with the links that a panel needs."""

    def all_link(self, name):
        return f"?all={name}"

    def exclude_link(self, name, value):
        return f"?{name}=-{value}"


@pytest.mark.parametrize(
    ("panel", "present", "absent"),
    [
        (
            FilterPanel("city", "City", [], [], [], [FilterOption("a", "A", 1)], 0),
            ['id="filter-city">', "<summary>City</summary>", '<div id="list-city"><ul><li>'],
            ['type="search"', "more", "aria-describedby"],
        ),
        (
            FilterPanel(
                "city", "<City>", ["a"], [], [], [FilterOption("a", "A", 1, is_selected=True)], 1_485
            ),
            [
                '<summary>&lt;City&gt; <span class="n">1</span></summary>',
                'aria-label="Find in the list: &lt;City&gt;"',
                'data-hx-get="/?all=city"',
                '<div class="long-list" id="list-city">',
                '<a href="/?all=city#filter-city" data-show-all rel="nofollow" data-boost="false">1,485 more</a>',
            ],
            [],
        ),
        (
            FilterPanel("city", "City", ["<z>"], ["<z>"], ["“<z>” was not found."], [], 0),
            [
                'id="filter-city" open>',
                '<ul class="field-errors" id="errors-city"><li>“&lt;z&gt;” was not found.</li></ul>',
                '<fieldset aria-describedby="errors-city">',
                '<input type="hidden" name="city" value="&lt;z&gt;">',
            ],
            [],
        ),
    ],
)
def test_a_panel_shows_the_label_the_errors_and_the_options_of_a_filter(panel, present, absent):
    html = filter_panel(Page(), panel, "/", is_open=False)
    assert [part for part in present if part not in html] == []
    assert [part for part in absent if part in html] == []
