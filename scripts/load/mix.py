"""The requests of a busy day (popular pages, pages requested once, and exports), and the code that sends them."""

import http.client
import threading
import time
from collections.abc import Iterator
from random import Random
from typing import NamedTuple
from urllib.parse import urlencode

from scripts.bench import generator as words
from scripts.bench.site import BLOCK, Site

REPEATED, DISTINCT, EXPORT = "repeated page", "distinct page", "export"
# The number of requests of each kind per 100 requests.
SHARES = {REPEATED: 60, DISTINCT: 38, EXPORT: 2}
LARGEST_EXPORT = 5_000
SEED = 1

Query = list[tuple[str, str]]

REPEATED_PAGES = (
    "/", "/ru/", "/zh-hans/", "/initiatives/", "/ru/initiatives/", "/zh-hans/initiatives/", "/initiatives/?page=2",
    "/initiatives/?status=operating", "/initiatives/?country=xa", "/cities/", "/countries/", "/themes/",
    "/organisations/", "/events/", "/reports/", "/map/", "/matrix/", "/about/", "/cities/testgrad-001/",
    "/countries/xa/", "/themes/test-theme-01/", "/reports/test-gazette-001/", "/initiatives/test-initiative-0000001/",
)  # fmt: skip
LANGUAGES = ("", "", "/ru", "/zh-hans")
# Of twenty distinct pages, one is a map, one a matrix and one a list to print. The other pages are lists.
VIEWS = ("/map/",), ("/matrix/",), ("/initiatives/", ("view", "brief")), *[("/initiatives/",)] * 17
FILTERS: dict[str, tuple[str, ...]] = {
    "city": tuple(map(words.city_slug, range(words.CITIES))),
    "country": tuple(map(str.lower, words.COUNTRIES)),
    "theme": tuple(map(words.theme_slug, range(words.THEMES))),
    "status": words.STATUSES,
    "kind": words.KINDS,
    "pillar": words.PILLARS,
    "year_from": tuple(map(str, range(words.FIRST_YEAR, words.LAST_YEAR))),
}
SORTS = ("title_en", "-title_en", "status", "starts_on", "-starts_on")
EXTENSIONS = ("csv", "xlsx", "geojson", "jsonl")


def requests(export_queries: list[Query]) -> Iterator[tuple[str, str]]:
    """Yields requests (kind and path) without end, in the same order in each run.

    `export_queries` are filters that match at most `LARGEST_EXPORT` initiatives.
    """
    random = Random(SEED)  # noqa: S311 - nothing secret
    draw = {
        REPEATED: lambda: random.choice(REPEATED_PAGES),
        DISTINCT: lambda: _page(random),
        EXPORT: lambda: _export(random, export_queries),
    }
    kinds, weights = list(SHARES), list(SHARES.values())
    seen = set()
    while True:
        (kind,) = random.choices(kinds, weights)
        path = draw[kind]()
        while kind != REPEATED and path in seen:
            path = draw[kind]()
        seen.add(path)
        yield kind, path


def export_candidates() -> list[Query]:
    """Filters that match a few hundred to a few thousand of 100,000 initiatives."""
    themes = FILTERS["theme"]
    return [
        *([("theme", theme)] for theme in themes),
        *([("city", city)] for city in FILTERS["city"][:60]),
        *([("theme", theme), ("status", status)] for theme in themes for status in words.STATUSES[:3]),
    ]


def _page(random: Random) -> str:
    page, *parameters = random.choice(VIEWS)
    names = random.sample(list(FILTERS), random.randint(2, 4))
    query = [*((name, random.choice(FILTERS[name])) for name in names), *parameters]
    return f"{random.choice(LANGUAGES)}{page}?{urlencode(query)}"


def _export(random: Random, queries: list[Query]) -> str:
    # Combines many filters to request many different files. Most initiatives start after these years.
    year, sort = random.choice(FILTERS["year_from"][:10]), random.choice(SORTS)
    query = [*random.choice(queries), ("year_from", year), ("sort", sort)]
    return f"/initiatives.{random.choice(EXTENSIONS)}?{urlencode(query)}"


THREADS = 64
TIMEOUT_S = 30
HEADERS = {"Accept-Encoding": "gzip", "User-Agent": "make load"}


class Sample(NamedTuple):
    """A request, with the seconds from its due time to the complete response, and the delay before it was sent.

    `status` is 0 if there was no complete response.
    """

    kind: str
    path: str
    status: int
    seconds: float
    late: float


def run(port: int, requests: Iterator[tuple[str, str]], rate: float, seconds: float) -> list[Sample]:
    """Sends `rate` requests a second for `seconds`, and waits for the last responses."""
    loop = _OpenLoop(port, requests, rate, round(rate * seconds))
    threads = [threading.Thread(target=loop.work, daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return loop.samples


class _OpenLoop:
    """Sends requests at fixed times, without waiting for earlier responses.

    Response times are measured from the due time, even if a request is sent late because all threads are waiting or
    this program gets no CPU time. Real users do not wait for each other before they click.
    """

    def __init__(self, port: int, requests: Iterator[tuple[str, str]], rate: float, count: int):
        self.port, self.rate = port, rate
        self.samples: list[Sample] = []
        self._numbered = zip(range(count), requests, strict=False)
        self._lock = threading.Lock()
        self._started = time.monotonic() + 0.1

    def work(self) -> None:
        """Runs in each thread. Sends the next request when it is due, until all requests have been sent."""
        client = Site(self.port, timeout=TIMEOUT_S)
        while True:
            with self._lock:
                number, (kind, path) = next(self._numbered, (0, ("", "")))
            if not kind:
                break
            due = self._started + number / self.rate
            time.sleep(max(0, due - time.monotonic()))
            late = time.monotonic() - due
            status = _status(client, path)
            self.samples.append(Sample(kind, path, status, time.monotonic() - due, late))
        client.close()


def _status(client: Site, path: str) -> int:
    """Returns the status of a complete response, or 0 if there was no complete response."""
    try:
        response = client.open(path, HEADERS)
        while response.read(BLOCK):
            pass
        return response.status
    except (OSError, http.client.HTTPException):
        client.close()
        return 0
