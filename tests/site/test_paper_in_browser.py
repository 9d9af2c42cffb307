"""Printed pages are correct with any font."""

import pypdfium2
import pytest
from pypdfium2.raw import FPDFText_CountRects

pytestmark = [pytest.mark.only_on("sqlite"), pytest.mark.usefixtures("site")]

TIANJIN, DOSSIER, DIALOGUE = "/cities/tianjin/", "/together/bishkek/cn/", "/events/gmd-2025/"
# Moves the rows of a page down, as a font with taller characters does.
SHIFT = """pixels => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`@media print { .record-header { padding-bottom: ${pixels}px } }`);
    document.adoptedStyleSheets = [sheet];
}"""
# The height of the footer with the page number and the name of the site, in points.
FOOTER = 50


def printed(page) -> list:
    """Returns the text of each A4 sheet."""
    file = page.pdf(format="A4", prefer_css_page_size=True)
    return [sheet.get_textpage() for sheet in pypdfium2.PdfDocument(file)]


def text_boxes(sheet) -> list[tuple[float, float, float, float]]:
    """Returns the boxes of a sheet that contain text.

    Left, bottom, right and top are measured in points from the lower left corner.
    """
    count = FPDFText_CountRects(sheet, 0, -1)
    return [box for box in map(sheet.get_rect, range(count)) if box[1] > FOOTER]


@pytest.mark.parametrize("address", [TIANJIN, "/ru/cities/bishkek/"])
@pytest.mark.thorough
def test_the_first_page_is_filled_whatever_the_height_of_the_letters(page, address):
    page.goto(address)
    for pixels in range(0, 121, 8):
        page.evaluate(SHIFT, pixels)
        first = printed(page)[0]
        lowest = min(bottom for _left, bottom, _right, _top in text_boxes(first))
        # A4 is 842 points high.
        assert lowest < 842 / 2, pixels


@pytest.mark.parametrize("address", [TIANJIN, f"/ru{DOSSIER}", f"/ru{TIANJIN}", DIALOGUE])
@pytest.mark.thorough
def test_no_heading_is_the_last_line_of_a_column(page, address):
    page.goto(address)
    headings = [text.strip() for text in page.locator("h2, h3").all_inner_texts() if text.strip()]
    found = 0
    for sheet in printed(page):
        boxes = text_boxes(sheet)
        for heading in headings:
            search = sheet.search(heading, match_case=True)
            while place := search.get_next():
                found += 1
                left, bottom, _right, _top = sheet.get_charbox(place[0])
                below = [box for box in boxes if box[3] < bottom and box[0] < left + 60 and box[2] > left]
                assert below, heading
    assert found > 5


@pytest.mark.thorough
def test_printed_statements_have_the_full_addresses_of_their_passages(page):
    page.goto(DIALOGUE)
    text = "".join(sheet.get_text_bounded() for sheet in printed(page))
    host = page.evaluate("location.origin")
    assert text.replace("\r\n", "").count(f"{host}/reports/") > 10
    assert " /reports/" not in text


def test_no_word_of_the_head_of_a_printed_table_is_broken(page):
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 665, "height": 900})
    page.goto(f"/ru{TIANJIN}")
    # In some fonts, characters have this width.
    page.evaluate("""() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(".ranked { letter-spacing: .12em }");
        document.adoptedStyleSheets = [sheet];
    }""")
    heads = page.locator(".ranked thead th")
    assert heads.count() == 4
    # The minimum width where no word is broken.
    assert heads.evaluate_all(
        """heads => heads.every((head) => {
            const copy = head.appendChild(document.createElement("div"));
            copy.style.cssText = "width: min-content; overflow-wrap: normal; height: 0; overflow: hidden";
            copy.textContent = head.textContent;
            return copy.offsetWidth <= head.clientWidth + 1;
        })"""
    )
