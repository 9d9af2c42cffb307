"""The JSON API over HTTP: pages of 50 against the pages for people, and a crawl of everything."""

import re
import time
from itertools import chain
from statistics import median

from . import sample_urls
from .site import Site
from .stats import milliseconds, summary

FACETS = "status,kind,country,city,theme,pillar"
# What each variant adds to the query string.
VARIANTS = {
    "html": "",
    "list": "",
    "facets": f"&facets={FACETS}",
    "footnotes": "&footnotes=1",
}
CRAWL_PAGE, MAX_CRAWL_S = 1_000, 60


def measure(site: Site, rows: int) -> dict:
    """The medians of each variant and their ratios to the page for people; then the crawl."""
    queries = sample_urls.queries_by_kind(rows)
    times: dict[str, list[float]] = {name: [] for name in VARIANTS}
    # Each query is sent once, so that no variant finds what another has counted.
    for kind in queries.values():
        for number, query in enumerate(kind):
            name = list(VARIANTS)[number % len(VARIANTS)]
            path = f"{'' if name == 'html' else '/api'}/initiatives/?{sample_urls.querystring(query).lstrip('?')}"
            times[name].append(milliseconds(lambda path=path, name=name: site.get(path + VARIANTS[name])))
    medians = {name: median(values) for name, values in times.items()}
    figures = {name: summary(values) for name, values in times.items()}
    figures |= {f"{name}_ratio": value / medians["html"] for name, value in medians.items() if name != "html"}
    return figures | {"crawl": _crawl(site)}


def _crawl(site: Site) -> dict:
    """Follows the cursors from the first page; `wrong` if a record is missing or comes twice."""
    site.restart_worker()
    site.wait_until_idle()
    path, count, slugs = f"/api/initiatives/?per_page={CRAWL_PAGE}", 0, []
    started = time.perf_counter()
    texts = []
    with site.track_memory() as memory:
        while path and time.perf_counter() - started < MAX_CRAWL_S:
            text = site.get(path).text
            # The links come before the records.
            following = re.search(r'"next":(?:null|"https?://[^/]+([^"]*)")', text)
            path = following[1]
            texts.append(text)
        seconds = time.perf_counter() - started
    slugs = list(chain.from_iterable(re.findall(r'\{"slug":"([^"]+)"', text) for text in texts))
    count = int(re.search(r'"count":(\d+)', texts[0])[1])
    is_complete = path is None
    wrong = (
        []
        if len(set(slugs)) == len(slugs) and (not is_complete or len(slugs) == count)
        else ["records differ"]
    )
    return {
        "records_per_s": len(slugs) / seconds,
        "memory": memory,
        "is_complete": is_complete,
        "wrong": wrong,
    }
