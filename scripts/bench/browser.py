"""Measures the time from a click on a filter option to the painted results, compared with a static page."""

from statistics import median

from playwright.sync_api import Page

from scripts.chromium import running_browser

from .site import Site, summary

CLICKS = 30
# Some of a new browser's first dozen clicks take 50 % longer, because it still compiles scripts. Each click requests a
# new page.
WARM_UP = 10
CLICKS_A_PAGE = 5
START = "/initiatives/?theme=test-theme-03&status=under_way"

# Clicks an unselected option. The results are painted two frames after htmx has settled.
CLICK = """name => new Promise((done, fail) => {
  const choices = [...document.querySelectorAll(
    `#results input[type=checkbox][name=${name}]:not(:checked):not(:disabled)`)];
  const choice = choices.find(other => !other.value.startsWith("-"));
  if (!choice) { fail(new Error(`no choice of ${name} is left`)); return; }
  for (let box = choice.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  let started;
  document.body.addEventListener("htmx:afterSettle", () =>
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - started))), {once: true});
  setTimeout(() => fail(new Error("nothing was swapped in within 60 seconds")), 60000);
  started = performance.now();
  choice.click();
})"""


# Measures from the start of the navigation until two frames after the page and its resources are loaded.
LOADED = """() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"""


def measure(site: Site) -> dict:
    """Returns the milliseconds of each click in a warm browser, and of each load of the static page."""
    with running_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(site.address + START)
        times = [_click(page, number) for number in range(WARM_UP + CLICKS)][WARM_UP:]
        static = [_load(page, f"{site.address}/bench/static/{number}") for number in range(WARM_UP + CLICKS)]
    ratio = median(times) / median(static[WARM_UP:])
    return {"click_ms": summary(times), "static_ms": summary(static[WARM_UP:]), "ratio": ratio}


def _load(page: Page, address: str) -> float:
    page.goto(address)
    return page.evaluate(LOADED)


def _click(page: Page, number: int) -> float:
    pages, click = divmod(number, CLICKS_A_PAGE)
    if pages and not click:
        page.goto(page.url.split("?")[0] + f"?theme=test-theme-{3 * pages + 3:02}&status=agreed")
    return page.evaluate(CLICK, ("kind", "status", "theme", "pillar", "kind")[click])
