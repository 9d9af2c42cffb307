"""Charts in a browser, at several screen widths."""

import pytest

pytestmark = pytest.mark.usefixtures("site")


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


def test_a_phone_has_words_in_place_of_bars_that_are_too_short_to_read(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/themes/")
    cells = page.locator(".bar-cell:has(svg)")
    assert cells.count() > 5
    assert not any(bar.is_visible() for bar in cells.locator("svg").all())
    assert "operating or completed: " in cells.all_inner_texts()[1]


@pytest.mark.parametrize("width", [320, 390])
def test_the_labels_of_charts_end_on_the_screen_of_a_phone(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/ru/themes/")
    ends = page.locator(".drawing text").evaluate_all(
        "texts => texts.map((text) => text.getBoundingClientRect().right)"
    )
    assert len(ends) > 20
    assert max(ends) <= width
    assert page.locator(".drawing").first.evaluate("svg => getComputedStyle(svg).overflow") == "visible"


def test_each_number_of_two_cities_names_its_city_on_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/ru/together/tashkent/tianjin/")
    labels = page.locator(".ranked:has(.bar-link) tbody .cell-label")
    assert {"Ташкент", "Тяньцзинь"} == set(labels.all_inner_texts())
    assert min(label.bounding_box()["width"] for label in labels.all()) > 20
