"""The home page and what is new in a browser: for every reader, on any screen."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("site")


def test_a_segment_of_a_year_leads_to_the_list_of_just_so_many(page):
    page.goto("/")
    segment = page.locator(".timeline a:has(rect.agreed)").last
    name, count = segment.locator("title").text_content().rsplit(": ", 1)
    year = name.split(",")[0]
    segment.click()
    expect(page.locator("h1")).to_have_text(f"{count} initiatives, agreed, begun in {year}")


@pytest.mark.parametrize("medium", ["screen", "print"])
@pytest.mark.parametrize("width", [390, 665, 768, 940, 1280])
def test_no_year_below_a_column_is_broken_or_meets_another(page, width, medium):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(media=medium)
    page.goto("/")
    labels = page.locator(".timeline li > :is(a, span)").evaluate_all(
        """labels => labels.filter(label => label.checkVisibility()).map(label => {
            const year = document.createRange();
            year.selectNode(label.firstChild);
            const lines = [...year.getClientRects()];
            return [label.firstChild.textContent, lines.length,
                    Math.min(...lines.map(line => line.left)), Math.max(...lines.map(line => line.right))];
        })"""
    )
    assert len(labels) >= 4
    # Only at a space: a span of years may take two lines.
    assert not [text for text, lines, *_ends in labels if lines > 1 + text.count(" ")]
    ends = [(left, right) for _text, _lines, left, right in labels]
    assert all(right < left for (_, right), (left, _) in pairwise(ends)), labels


def test_what_is_completed_has_ticks_and_is_as_broad_as_what_operates(page):
    page.goto("/")
    looks = [
        page.locator(f".stack rect.{status}").evaluate(
            "rect => (({ fill, stroke, strokeWidth }) => [fill, stroke, strokeWidth])(getComputedStyle(rect))"
        )
        for status in ("operating", "completed")
    ]
    (plain, *edge), (ticked, *other_edge) = looks
    assert (edge, ticked) == (other_edge, 'url("#ticked")') != (edge, plain)
    assert page.locator("#ticked .tick").count() == 1
