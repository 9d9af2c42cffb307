"""The home page: each variant is requested once, so that none comes from the page cache."""

from itertools import product
from statistics import mean
from urllib.parse import urlencode

from . import oracle, page_parser, site
from .databases import Database

LANGUAGES = ("/", "/ru/", "/zh-hans/")
TABLES, ORDERS = ("themes", "countries", "cities"), ("initiatives", "share")


def measure(database: Database) -> dict:
    """The processor time of the worker for a page, on average; wrong if a page does not count the initiatives."""
    paths = [
        f"{language}?{urlencode({'table': table, 'sort': order})}"
        for language, table, order in product(LANGUAGES, TABLES, ORDERS)
    ]
    with site.running(database) as running_site:
        # A worker prepares the map and reads the order of titles once for each language.
        for language in LANGUAGES:
            running_site.get(language)
        running_site.wait_until_idle()
        before = running_site.processor_ms()
        pages = [running_site.get(path) for path in paths]
        processor_ms = (running_site.processor_ms() - before) / len(paths)
    expected = oracle.total(database, [])
    totals = {path: page_parser.home_total(page.text) for path, page in zip(paths, pages, strict=True)}
    wrong = [f"{path}: {total} instead of {expected}" for path, total in totals.items() if total != expected]
    kilobytes = mean(len(page.text.encode()) for page in pages) / 1024
    return {"processor_ms": processor_ms, "kilobytes": kilobytes, "wrong": wrong}
