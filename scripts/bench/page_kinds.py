"""The CPU time of pages other than lists, on the shipped data, compared with a list page.

Each page is requested once, so that none comes from the page cache.
"""

import csv
from itertools import combinations, islice, product
from urllib.parse import urlencode

from tests.ops.site_process import ROOT

from . import page_parser
from .databases import Database
from .site import Site

PAGES = 40
LANGUAGES = ("", "/ru", "/zh-hans")
TABLES, ORDERS = ("themes", "countries", "cities"), ("initiatives", "share")


def measure(site: Site, database: Database, list_ms: float) -> dict:
    """The worker's milliseconds for a page by kind, and their ratio to `list_ms`. `wrong` contains unexpected pages."""
    cities = _column("cities", "slug")
    paths = {
        "initiative": _record_pages("initiatives"),
        "city": _record_pages("cities"),
        "report": _record_pages("reports"),
        "search": [f"/search/?{urlencode({'q': name})}" for name in _column("cities", "name_en")],
        "home": [
            f"{language}/?{urlencode({'table': table, 'sort': order})}"
            for language, table, order in product(LANGUAGES, TABLES, ORDERS)
        ],
        "two places": [f"/together/{'/'.join(sorted(pair))}/" for pair in combinations(cities[:12], 2)],
    }
    figures = {}
    for kind, addresses in paths.items():
        addresses = list(islice(addresses, PAGES))
        # A worker prepares some things once, such as the map of the home page and the templates of other pages.
        for address in addresses[:3]:
            site.get(address)
        measured = addresses[3:]
        site.wait_until_idle()
        before = site.processor_ms()
        pages = [site.get(address).text for address in measured]
        processor_ms = (site.processor_ms() - before) / len(measured)
        wrong = [address for address, page in zip(measured, pages, strict=True) if "<h1" not in page]
        figures[kind] = {"processor_ms": processor_ms, "ratio": processor_ms / list_ms, "wrong": wrong}
    expected, shown = database.count(), page_parser.home_total(site.get("/").text)
    if shown != expected:
        figures["home"]["wrong"].append(f"/: {shown} initiatives instead of {expected}")
    return figures


def _record_pages(collection: str) -> list[str]:
    """The pages of the published records of a list, alternating between the three languages."""
    slugs = _column(collection, "slug")
    return [f"{LANGUAGES[number % 3]}/{collection}/{slug}/" for number, slug in enumerate(slugs)]


def _column(table: str, name: str) -> list[str]:
    with (ROOT / "data/summit-cities" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [row[name] for row in csv.DictReader(file) if row.get("state", "published") == "published"]
