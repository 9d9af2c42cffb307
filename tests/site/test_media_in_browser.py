"""What readers have set for all pages: colours of their own, no motion, and screens of any width."""

import pytest

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.only_on("sqlite")]

# The colour that a style comes to in the reader's palette.
SYSTEM = """name => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.cssText = `forced-color-adjust: none; color: ${name}`;
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
}"""


def style_of(page, selector, name):
    return page.locator(selector).first.evaluate("(each, name) => getComputedStyle(each)[name]", name)


@pytest.fixture(params=["light", "dark"])
def own_colours(page, request):
    page.emulate_media(forced_colors="active", color_scheme=request.param)
    return page


@pytest.mark.parametrize(
    ("address", "selector"),
    [
        ("/initiatives/", ".site-head nav [aria-current]"),
        ("/initiatives/", ".views [aria-current]"),
        ("/initiatives/", ".pages [aria-current]"),
        ("/map/?pillar=security", ".map-legend [aria-current]"),
        ("/ru/matrix/", ".views [aria-current]"),
    ],
)
def test_what_is_chosen_looks_chosen_in_colours_of_the_readers_own(own_colours, address, selector):
    own_colours.goto(address)
    for name, system in (("backgroundColor", "Highlight"), ("color", "HighlightText")):
        assert style_of(own_colours, selector, name) == own_colours.evaluate(SYSTEM, system)


@pytest.mark.parametrize(
    ("address", "selector", "name", "system"),
    [
        ("/map/", ".map .discs circle", "fill", "CanvasText"),
        ("/map/", ".map .land", "stroke", "CanvasText"),
        ("/map/", ".map .names text", "fill", "CanvasText"),
        ("/map/", ".map .names text", "stroke", "Canvas"),
        ("/", ".stack rect", "stroke", "LinkText"),
        ("/", ".timeline rect", "stroke", "LinkText"),
    ],
)
def test_drawings_have_colours_of_the_readers_own(own_colours, address, selector, name, system):
    own_colours.goto(address)
    assert style_of(own_colours, selector, name) == own_colours.evaluate(SYSTEM, system)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("selector", "name", "token"),
    [(".pages p", "color", "var(--ink)"), (".list tbody tr", "borderBottomColor", "var(--edge)")],
)
def test_what_is_faint_is_stronger_for_those_who_want_more_contrast(page, scheme, selector, name, token):
    page.goto("/initiatives/?per_page=20")
    page.emulate_media(color_scheme=scheme)
    usual = style_of(page, selector, name)
    page.emulate_media(color_scheme=scheme, contrast="more")
    assert usual != style_of(page, selector, name) == page.evaluate(SYSTEM, token)


def test_nothing_moves_for_those_who_want_no_motion(page):
    page.emulate_media(reduced_motion="reduce")
    page.goto("/initiatives/")
    moving = "document.getAnimations().length + getComputedStyle(document.querySelector('.rows')).transitionDuration"
    page.evaluate("document.querySelector('#results').classList.add('htmx-request')")
    assert page.evaluate(moving) == "00s"


@pytest.mark.parametrize("width", [360, 768, 3840])
@pytest.mark.parametrize("language", ["", "/ru", "/zh-hans"])
def test_no_page_is_wider_than_the_narrowest_phone_or_a_tablet_or_leaves_the_widest_screen_to_small_print(
    page, width, language
):
    page.set_viewport_size({"width": width, "height": 800})
    wrong = []
    profile = "/initiatives/dushanbe-smart-city-projects/"
    for address in ("/", "/initiatives/", "/events/", "/delegates/", profile, "/matrix/", "/map/"):
        page.goto(f"{language}{address}")
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
            wrong.append(f"{address} is {needed} pixels wide")
        lines = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        if not 16 <= lines <= 26 or (width == 3840 and lines < 24):
            wrong.append(f"{address} is set in {lines} pixels")
    assert wrong == []
