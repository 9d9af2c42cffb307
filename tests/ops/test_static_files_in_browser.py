"""Static files in a browser as production serves them."""

from urllib.parse import urlsplit

import pytest

PAGES = [
    "/",
    "/initiatives/",
    "/initiatives/?view=brief",
    "/initiatives/dushanbe-smart-city-projects/",
    "/matrix/",
]
SCREENS = [
    (1400, {"media": "screen", "color_scheme": "light"}),
    (900, {"media": "print", "color_scheme": "light"}),
    (390, {"media": "screen", "color_scheme": "dark"}),
]
# All properties of one element of each kind (its tag and classes, and those of its ancestors), and of its parts. Only
# the position of a background differs, where there is none: "none" is shortened to "0 0".
STYLES = """() => {
  const kinds = new Map();
  for (const element of document.querySelectorAll("*")) {
    let kind = "";
    for (let each = element; each; each = each.parentElement) kind = `${each.localName}.${each.classList} ${kind}`;
    if (!kinds.has(kind)) kinds.set(kind, element);
  }
  return Object.fromEntries([...kinds].flatMap(([kind, element]) =>
    [null, "::before", "::after", "::details-content"].map((part) => {
      const style = getComputedStyle(element, part);
      const names = [...style].filter((name) => name !== "background-position");
      return [`${kind} ${part}`, names.map((name) => `${name}: ${style.getPropertyValue(name)}`).join("; ")];
    })));
}"""
USE_COLLECTED = """() => Promise.all([...document.querySelectorAll("link[rel=stylesheet]")].map((link) =>
  new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.href += "?collected";
  })))"""


@pytest.mark.parametrize("path", PAGES)
def test_minified_style_sheets_give_pages_the_styles_of_their_sources(page, site, collected, path):
    def answer(route):
        route.fulfill(path=collected / urlsplit(route.request.url).path.removeprefix("/static/"))

    page.route("**/*.css?collected", answer)
    for width, media in SCREENS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(**media)
        page.goto(path)
        page.wait_for_load_state("networkidle")
        expected = page.evaluate(STYLES)
        page.evaluate(USE_COLLECTED)
        assert page.evaluate("[...document.styleSheets].every((sheet) => sheet.href.endsWith('?collected'))")
        assert page.evaluate(STYLES) == expected, (width, media)
