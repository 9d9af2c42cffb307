"""Charts in a browser, at several screen widths."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("site")


def test_a_segment_of_a_year_links_to_a_list_with_the_same_count(page):
    page.goto("/countries/cn/")
    segment = page.locator(".timeline a:has(rect.agreed)").last
    name, count = segment.locator("title").text_content().rsplit(": ", 1)
    year = name[:4]
    segment.click()
    expect(page.locator("h1")).to_have_text(f"{count} initiatives, agreed, with China, started in {year}")


@pytest.mark.parametrize(
    ("medium", "widths"),
    # No paper is as narrow as a phone.
    [("screen", [390, 665, 768, 940, 1280]), ("print", [665, 768, 940, 1280])],
)
@pytest.mark.thorough
def test_year_labels_do_not_wrap_or_overlap(page, medium, widths):
    page.emulate_media(media=medium)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/countries/cn/")
        assert_readable(year_labels(page))


def year_labels(page) -> list[tuple[str, int, float, float]]:
    """The visible labels: text, number of lines, left and right end."""
    return page.locator(".timeline li > :is(a, span)").evaluate_all(
        """labels => labels.filter(label => label.checkVisibility()).map(label => {
            const year = document.createRange();
            year.selectNode(label.firstChild);
            const lines = [...year.getClientRects()];
            return [label.firstChild.textContent, lines.length,
                    Math.min(...lines.map(line => line.left)), Math.max(...lines.map(line => line.right))];
        })"""
    )


def assert_readable(labels: list[tuple[str, int, float, float]]) -> None:
    assert len(labels) >= 4
    # Only at a space: a span of years may take two lines.
    assert not [text for text, lines, *_ends in labels if lines > 1 + text.count(" ")]
    ends = [(left, right) for _text, _lines, left, right in labels]
    assert all(right < left for (_, right), (left, _) in pairwise(ends)), labels


@pytest.mark.thorough
def test_completed_segments_have_ticks_and_the_same_border_as_operating_ones(page):
    page.goto("/countries/cn/")
    looks = [
        page.locator(f".stacked-bar rect.{status}").evaluate(
            "rect => (({ fill, stroke, strokeWidth }) => [fill, stroke, strokeWidth])(getComputedStyle(rect))"
        )
        for status in ("operating", "completed")
    ]
    (plain, *edge), (ticked, *other_edge) = looks
    assert (edge, ticked) == (other_edge, 'url("#completed-pattern")') != (edge, plain)
    assert page.locator("#completed-pattern .tick").count() == 1


@pytest.mark.parametrize("address", ["/countries/", "/themes/", "/ru/cities/?per_page=20"])
@pytest.mark.parametrize("width", [768, 1280])
@pytest.mark.thorough
def test_the_number_of_a_row_is_left_of_its_bar_and_does_not_touch_it(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    cells = page.locator(".bar-cell:has(svg)")
    assert cells.count() > 5
    for cell in cells.all()[:10]:
        number, bar = (cell.locator(each).bounding_box() for each in (".bar-number", "svg"))
        assert number["x"] + number["width"] + 4 <= bar["x"]
        assert abs(number["y"] + number["height"] / 2 - bar["y"] - bar["height"] / 2) < 6
