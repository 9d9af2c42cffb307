"""Static files work in a browser when served as in production.

The content security policy applies, and the files are minified and have hashed names.
"""

import re
from urllib.parse import urlsplit

import pytest
from django.test.testcases import LiveServerThread
from playwright.sync_api import expect

from sco_cities.ops.fonts import FONTS, font_faces
from sco_cities.site.templatetags import site as site_tags
from tests.browser_console import console_errors
from tests.conftest import PRODUCTION_STATIC_FILES
from tests.databases import connected_to
from tests.extent import IS_FULL, share

HASHED = re.compile(r"/static/js/[\w/-]+\.[0-9a-f]{12}\.js$")
# One page for each screen, and two more pages in `make test-full`.
PAGES = ["/", "/initiatives/?view=brief", "/initiatives/dushanbe-smart-city-projects/"]
PAGES += ["/initiatives/", "/matrix/"] if IS_FULL else []
SCREENS = [
    (1400, {"media": "screen", "color_scheme": "light"}),
    (900, {"media": "print", "color_scheme": "light"}),
    (390, {"media": "screen", "color_scheme": "dark"}),
]
# The computed properties of one element of each kind and of its pseudo-elements. Elements of a kind have the same tags
# and classes, as do their ancestors. Two properties are omitted, because minifying changes them. They are the position
# of an absent background ("none" becomes "0 0"), and variables, whose value is the source text.
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
      const names = [...style].filter((name) => name !== "background-position" && !name.startsWith("--"));
      return [`${kind} ${part}`, names.map((name) => `${name}: ${style.getPropertyValue(name)}`).join("; ")];
    })));
}"""
SHIFTS = """window.shifts = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shifts += entry.value; }))
  .observe({ type: "layout-shift", buffered: true });"""
USE_COLLECTED = """() => Promise.all([...document.querySelectorAll("link[rel=stylesheet]")].map((link) =>
  new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.href += "?collected";
  })))"""


@pytest.fixture
def collected_site(collected, loaded_database, django_db_blocker, settings):
    """The URL of a separate server where WhiteNoise serves the collected files."""
    settings.STATIC_ROOT = collected
    settings.STORAGES = settings.STORAGES | PRODUCTION_STATIC_FILES
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = False
    # The default handler of test servers is not used, because it finds the sources of static files.
    server = LiveServerThread("localhost", static_handler=lambda handler: handler)
    server.daemon = True
    # The cached header, footer and scripts contain links to the files.
    site_tags._cached_include.cache_clear()
    with django_db_blocker.unblock(), connected_to(loaded_database):
        server.start()
        server.is_ready.wait()
        yield f"http://localhost:{server.port}"
        server.terminate()
    site_tags._cached_include.cache_clear()


@pytest.mark.thorough
@pytest.mark.parametrize("path", ["/initiatives/", "/cities/?view=map", "/matrix/", "/cities/tianjin/"])
def test_bundles_load_once_each_by_hashed_names_under_the_policy(page, collected_site, path):
    errors, scripts = console_errors(page), []
    page.on("response", lambda answer: scripts.append(answer) if "/static/js/" in answer.url else None)
    answer = page.goto(collected_site + path)
    page.wait_for_load_state("networkidle")
    # Checks a single directive, because the order of directives differs between processes.
    policy = answer.headers["content-security-policy"].split(";")
    assert "script-src 'self'" in [directive.strip() for directive in policy]
    urls = [script.url for script in scripts]
    assert all(HASHED.search(url) for url in urls), urls
    assert 2 <= len(urls) == len(set(urls)) <= 3
    assert {script.status for script in scripts} == {200}
    for script in scripts:
        assert "immutable" in script.headers["cache-control"]
    assert errors == []


@pytest.mark.parametrize(
    ("path", "families", "preloads"),
    [
        ("/", {"Inter", "Source Serif 4"}, 2),
        ("/ru/initiatives/", {"Inter", "Source Serif 4"}, 4),
        # Chinese pages use the sans font for names and texts in other languages.
        ("/zh-hans/delegates/", {"Inter"}, 1),
    ],
)
def test_the_fonts_load_under_the_policy_and_shift_nothing(page, collected_site, path, families, preloads):
    errors = console_errors(page)
    page.add_init_script(SHIFTS)
    page.goto(collected_site + path)
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate(
        "[...document.fonts].filter((face) => face.status === 'loaded').map((face) => face.family)"
    )
    assert {name.strip('"') for name in loaded} & {font.family for font in FONTS} == families
    # A layout shift is the share of the screen that a moved part occupies, multiplied by the share that it moves.
    assert page.evaluate("window.shifts") < 0.01
    assert page.locator("link[rel=preload][as=font]").count() == preloads
    assert errors == []


def test_texts_in_the_fallbacks_are_as_wide_and_as_high_as_in_the_fonts(page, collected_site):
    sizes = []
    for with_fonts in (True, False):
        if not with_fonts:
            page.route("**/*.woff2", lambda route: route.abort())
        page.goto(f"{collected_site}/ru/about/")
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        sizes.append(page.evaluate("document.querySelector('.prose').offsetHeight"))
    assert abs(sizes[0] - sizes[1]) < 0.04 * sizes[0]


def test_the_collected_scripts_work_in_a_list(page, collected_site):
    errors = console_errors(page)
    page.goto(f"{collected_site}/initiatives/")
    page.evaluate("window.isTheSamePage = true")
    before = page.locator("h1").inner_text()
    page.locator(".options[open] label").first.click()
    expect(page.locator("h1")).not_to_have_text(before)
    expect(page.locator("#status-message")).to_have_text(page.locator("h1").get_attribute("data-announce"))
    assert page.evaluate("window.isTheSamePage")
    assert errors == []


@pytest.mark.thorough
def test_the_collected_scripts_work_on_a_map(page, collected_site):
    errors = console_errors(page)
    page.goto(f"{collected_site}/map/")
    width = "svg => svg.viewBox.baseVal.width"
    name = "document.activeElement.dataset.name"
    page.get_by_role("button", name="Zoom in").click()
    assert page.locator(".map-frame > svg").evaluate(width) == 1000
    page.locator(".map-tools [type=search]").fill("душанбе")
    page.keyboard.press("Enter")
    expect(page.locator(".map-panel h2")).to_have_text("Dushanbe")
    assert page.evaluate(name) == "Dushanbe"
    page.keyboard.press("ArrowUp")
    expect(page.locator(".map .current-label")).to_contain_text("initiative")
    assert page.evaluate(name) not in (None, "Dushanbe")
    # The map stays enlarged when another city is selected.
    assert page.locator(".map-frame > svg").evaluate(width) == 1000
    page.get_by_role("button", name="Show the whole map").click()
    assert page.locator(".map-frame > svg").evaluate(width) == 1600
    page.locator(".map-tools [type=search]").fill("nowhere")
    page.keyboard.press("Enter")
    expect(page.locator(".map-message")).to_have_text("No initiatives in nowhere.")
    assert errors == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.thorough
def test_minified_style_sheets_give_pages_the_styles_of_their_sources(page, site, collected, path):
    def answer(route):
        path = collected / urlsplit(route.request.url).path.removeprefix("/static/")
        # Texts in other fonts have different sizes.
        route.fulfill(body=path.read_text().replace(font_faces(), ""), content_type="text/css")

    page.route("**/*.css?collected", answer)
    for width, media in share(SCREENS, PAGES.index(path), len(SCREENS)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(**media)
        page.goto(path)
        page.wait_for_load_state("networkidle")
        expected = page.evaluate(STYLES)
        page.evaluate(USE_COLLECTED)
        assert page.evaluate("[...document.styleSheets].every((sheet) => sheet.href.endsWith('?collected'))")
        assert page.evaluate(STYLES) == expected, (width, media)
