"""The position of boxes and lines on screens of any width and on paper, in three languages."""

from pathlib import Path

import pytest

pytestmark = [pytest.mark.only_on("sqlite"), pytest.mark.usefixtures("site")]

LANGUAGES = ("", "/ru", "/zh-hans")
DELEGATE, DIALOGUE = "/delegates/parvina-nematova/", "/events/gmd-2025/"
PAGES = (
    DELEGATE, DIALOGUE, "/cities/tianjin/", "/together/bishkek/cn/", "/initiatives/?country=kg&per_page=20",
    "/initiatives/?country=kg&status=agreed&view=brief&per_page=20",
)  # fmt: skip
# The width of the text on A4 paper.
PAPER = 665
MEDIA = (("screen", 390), ("screen", 768), ("screen", 1280), ("screen", 1920), ("print", PAPER))
UNFOLD = "document.querySelectorAll('details:not(.menu)').forEach(each => each.open = true)"
# Visible groups that are split over several columns, or have no box.
TORN_GROUPS = """() => [...document.querySelectorAll(".group")]
    .filter((group) => group.checkVisibility() && group.getClientRects().length !== 1)
    .map((group) => group.firstElementChild.textContent)"""
# Texts with a punctuation mark at the start of a line.
LEADING_MARKS = (Path(__file__).parent / "leading_marks.js").read_text()
# Elements with a clipped focus ring. A box clips a ring if it hides its overflow or never scrolls to the ring.
CUT_RINGS = (Path(__file__).parent / "cut_rings.js").read_text()


def in_all_media(page, address):
    """Opens a page, expands all its parts, and shows it at each screen width and as printed."""
    page.emulate_media(media="screen")
    page.goto(address)
    page.evaluate(UNFOLD)
    for media, width in MEDIA:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media=media)
        yield f"{address} {media} {width}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.thorough
def test_notes_stay_with_their_report_and_statements_with_their_heading(page, language):
    for address in (DELEGATE, DIALOGUE, "/together/tashkent/tianjin/?notes=all"):
        for where in in_all_media(page, language + address):
            assert page.locator(".group").count() > 1
            assert page.evaluate(TORN_GROUPS) == [], where


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.thorough
def test_no_line_begins_with_a_comma(page, language):
    for address in PAGES:
        for where in in_all_media(page, language + address):
            assert page.evaluate(LEADING_MARKS) == [], where


@pytest.mark.parametrize("width", [360, 390, 1130, 1280])
def test_the_header_has_one_height_and_its_languages_in_every_language(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    heights = set()
    for language in LANGUAGES:
        page.goto(f"{language}/organisations/")
        heights.add(page.locator(".site-header").bounding_box()["height"])
        assert page.locator(".site-header .languages a").all_inner_texts() == ["EN", "РУ", "中文"]
        for part in (".languages", ".wordmark"):
            box = page.locator(f".site-header {part}").bounding_box()
            assert 0 <= box["x"] <= box["x"] + box["width"] <= width, (language, part)
        assert page.locator(".more-links h2:visible").count() == 3
    assert len(heights) == 1


@pytest.mark.parametrize("width", [1280, 1920])
def test_the_contents_of_the_api_documentation_stay_next_to_its_text(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/api/docs/#objects")
    contents, text = page.locator("nav.contents"), page.locator("#objects")
    box, beside = contents.bounding_box(), text.bounding_box()
    assert box["y"] >= 0 and box["x"] + box["width"] < beside["x"]
    # A sample request stays on one line, and its box scrolls.
    assert page.locator("pre").first.bounding_box()["height"] < 32


@pytest.mark.parametrize("width, height", [(390, 844), (683, 384), (1280, 800)])
def test_every_focus_ring_is_completely_visible(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    for address in (
        "/",
        "/initiatives/?country=kg",
        "/statements/?per_page=20",
        "/cities/tianjin/",
        "/matrix/",
    ):
        page.goto(address)
        page.evaluate(UNFOLD)
        assert page.evaluate(CUT_RINGS) == [], address


@pytest.mark.thorough
def test_no_focus_ring_of_the_search_field_covers_its_neighbour(page):
    page.goto("/about/")
    page.keyboard.press("Tab")
    for name in ("input", "button"):
        part = page.locator(f".site-header .search {name}")
        part.focus()
        width, offset = (
            part.evaluate("(part, name) => parseFloat(getComputedStyle(part)[name])", side)
            for side in ("outlineWidth", "outlineOffset")
        )
        assert width + offset <= 0 < width


@pytest.mark.parametrize("width", [390, 683, 1280])
@pytest.mark.thorough
def test_the_focus_ring_of_a_title_ends_above_the_next_line(page, width):
    page.set_viewport_size({"width": width, "height": 600})
    page.goto("/initiatives/?per_page=20")
    page.keyboard.press("Tab")
    row = page.locator(".list tbody tr").first
    title = row.locator(".title")
    title.focus()
    reach = title.evaluate(
        "each => parseFloat(getComputedStyle(each).outlineWidth) + parseFloat(getComputedStyle(each).outlineOffset)"
    )
    box, cells = title.bounding_box(), row.locator("td:visible").all()
    below = [cell["y"] for each in cells if (cell := each.bounding_box())["y"] >= box["y"] + box["height"]]
    assert all(y >= box["y"] + box["height"] + reach - 1 for y in below)
    assert below or width == 1280
