"""Compares pages of 50 records of the JSON API over HTTP with the HTML pages."""

from statistics import median

from . import sample_urls
from .site import Site
from .stats import summary

FACETS = "status,kind,country,city,theme,pillar"
# The text that each variant adds to the query string.
VARIANTS = {
    "html": "",
    "list": "",
    "facets": f"&facets={FACETS}",
    "footnotes": "&footnotes=1",
}


def measure(site: Site, rows: int) -> dict:
    """The medians of each variant and their ratios to the HTML page."""
    queries = sample_urls.queries_by_kind(rows)
    times: dict[str, list[float]] = {name: [] for name in VARIANTS}
    # Each query is sent once, so that no variant finds the cached counts of another.
    for kind in queries.values():
        for number, query in enumerate(kind):
            name = list(VARIANTS)[number % len(VARIANTS)]
            path = f"{'' if name == 'html' else '/api'}/initiatives/?{sample_urls.querystring(query).lstrip('?')}"
            times[name].append(site.get(path + VARIANTS[name]).ms)
    medians = {name: median(values) for name, values in times.items()}
    figures = {name: summary(values) for name, values in times.items()}
    ratios = {f"{name}_ratio": value / medians["html"] for name, value in medians.items() if name != "html"}
    return figures | ratios
