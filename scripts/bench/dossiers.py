"""Pages about two places over HTTP: cities, and countries, which have many more initiatives together."""

import re
from itertools import pairwise

from . import page_parser
from . import vocabulary as words
from .site import Site
from .stats import milliseconds, summary

PAIRS = 20
# The pairs whose number is compared with their list.
CHECKED = 3


def measure(site: Site) -> dict:
    """Requests each page once; milliseconds of cities and countries, and the processor time of the worker for a page.

    `wrong`: the pages whose number of joint initiatives is not that of the list.
    """
    cities = pairwise(words.city_slug(number) for number in range(PAIRS + CHECKED + 1))
    countries = pairwise(code.lower() for code in words.COUNTRIES[: PAIRS + CHECKED + 1])
    pairs = {"city": list(cities), "country": list(countries)}
    wrong = [error for kind in pairs for pair in pairs[kind][:CHECKED] for error in _errors(site, kind, pair)]
    site.wait_until_idle()
    before = site.processor_ms()
    times = {
        kind: [milliseconds(lambda pair=pair: site.get(_path(pair))) for pair in pairs[kind][CHECKED:]]
        for kind in pairs
    }
    processor_ms = (site.processor_ms() - before) / sum(map(len, times.values()))
    return {kind: summary(of_kind) for kind, of_kind in times.items()} | {
        "processor_ms": processor_ms,
        "wrong": wrong,
    }


def _path(pair: tuple[str, str]) -> str:
    return f"/together/{'/'.join(sorted(pair))}/"


def _errors(site: Site, kind: str, pair: tuple[str, str]) -> list[str]:
    text = site.get(_path(pair)).text
    shown = re.search(r"([\d,]+) joint initiative", text)
    total = page_parser.total(site.get(f"/initiatives/?{kind}={','.join(pair)}").text)
    number = int(shown[1].replace(",", "")) if shown else 0
    return [] if number == total else [f"{_path(pair)}: {number} instead of {total}"]
