"""What a reader sees: the time from a click on a facet's choice to the new results on the screen."""

from playwright.sync_api import Page

from scripts.chromium import running_browser

from .site import Site
from .stats import summary

CLICKS = 30
# A browser that has just started compiles what it runs, and readers' browsers have not: of its first dozen clicks
# some take half as long again. Each click asks the site for what nobody has asked it for before.
WARM_UP = 10
CLICKS_A_PAGE = 5
START = "/initiatives/?theme=test-theme-03&status=under_way"

# A choice that is not made yet is clicked on; two frames after htmx has settled, the results are painted.
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


def measure(site: Site) -> dict:
    """Milliseconds of each click, in a browser that is warm."""
    with running_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(site.address + START)
        times = [_click(page, number) for number in range(WARM_UP + CLICKS)]
    return {"click_ms": summary(times[WARM_UP:])}


def _click(page: Page, number: int) -> float:
    pages, click = divmod(number, CLICKS_A_PAGE)
    if pages and not click:
        page.goto(page.url.split("?")[0] + f"?theme=test-theme-{3 * pages + 3:02}&status=agreed")
    return page.evaluate(CLICK, ("kind", "status", "theme", "pillar", "kind")[click])
