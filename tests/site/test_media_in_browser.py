"""Reader preferences for forced colours, more contrast and reduced motion, and screens of any width."""

import pytest

from tests.extent import share

pytestmark = pytest.mark.usefixtures("site")

# The computed value of a colour, such as a system colour.
COMPUTED_COLOUR = """name => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.cssText = `forced-color-adjust: none; color: ${name}`;
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
}"""


def style_of(page, selector, name):
    return page.locator(selector).first.evaluate("(each, name) => getComputedStyle(each)[name]", name)


@pytest.fixture(params=["light", "dark"])
def forced_colours_page(page, request):
    page.emulate_media(forced_colors="active", color_scheme=request.param)
    return page


@pytest.mark.parametrize(
    ("address", "selectors"),
    [
        (
            "/initiatives/",
            [".site-header nav [aria-current]", ".views [aria-current]", ".pagination [aria-current]"],
        ),
        ("/map/?pillar=security", [".map-legend [aria-current]"]),
        ("/ru/matrix/", [".views [aria-current]"]),
    ],
)
@pytest.mark.thorough
def test_selected_items_stand_out_in_forced_colours(forced_colours_page, address, selectors):
    forced_colours_page.goto(address)
    for selector in selectors:
        for name, system in (("backgroundColor", "Highlight"), ("color", "HighlightText")):
            assert style_of(forced_colours_page, selector, name) == forced_colours_page.evaluate(
                COMPUTED_COLOUR, system
            ), selector


@pytest.mark.parametrize(
    ("address", "styles"),
    [
        ("/map/", [
            (".map .discs circle", "fill", "CanvasText"),
            (".map .land", "stroke", "CanvasText"),
            (".map .names text", "fill", "CanvasText"),
            (".map .names text", "stroke", "Canvas"),
        ]),
        ("/", [(".stacked-bar rect", "stroke", "LinkText"), (".disc-cells use", "color", "CanvasText")]),
        ("/themes/", [(".drawing circle", "fill", "CanvasText"), (".drawing a text", "fill", "LinkText")]),
    ],
)  # fmt: skip
@pytest.mark.thorough
def test_charts_and_maps_use_forced_colours(forced_colours_page, address, styles):
    forced_colours_page.goto(address)
    for selector, name, system in styles:
        assert style_of(forced_colours_page, selector, name) == forced_colours_page.evaluate(
            COMPUTED_COLOUR, system
        ), selector


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.thorough
def test_faint_elements_are_stronger_with_more_contrast(page, scheme):
    page.goto("/initiatives/?per_page=20")
    for selector, name, token in (
        (".pagination p", "color", "var(--ink)"),
        (".list tbody tr", "borderBottomColor", "var(--edge)"),
    ):
        page.emulate_media(color_scheme=scheme, contrast="no-preference")
        default = style_of(page, selector, name)
        page.emulate_media(color_scheme=scheme, contrast="more")
        assert default != style_of(page, selector, name) == page.evaluate(COMPUTED_COLOUR, token)


def test_nothing_moves_with_reduced_motion(page):
    page.emulate_media(reduced_motion="reduce")
    page.goto("/initiatives/")
    moving = "document.getAnimations().length + getComputedStyle(document.querySelector('.rows')).transitionDuration"
    page.evaluate("document.querySelector('#results').classList.add('htmx-request')")
    assert page.evaluate(moving) == "00s"


PROFILE = "/initiatives/dushanbe-smart-city-projects/"
GAPS, PAIR = "/cities/tashkent/gaps/", "/together/dushanbe/tianjin/"
ADDRESSES = ("/initiatives/", "/", "/events/", "/delegates/", PROFILE, "/matrix/", "/map/", GAPS, PAIR)
LANGUAGES = ("", "/ru", "/zh-hans")


@pytest.mark.parametrize("width", [320, 768, 3840])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_wider_than_the_screen_and_text_grows_with_very_wide_screens(page, width, language):
    page.set_viewport_size({"width": width, "height": 800})
    wrong = []
    for address in share(ADDRESSES, LANGUAGES.index(language), len(LANGUAGES)):
        page.goto(f"{language}{address}")
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
            wrong.append(f"{address} is {needed} pixels wide")
        font_size = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        if not 16 <= font_size <= 26 or (width == 3840 and font_size < 24):
            wrong.append(f"{address} is set in {font_size} pixels")
    assert wrong == []
