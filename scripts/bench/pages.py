"""Measures pages over HTTP.

List pages are compared with plain Django and with a tenth of the rows. Other pages are compared with list pages. The
total, rows and facet counts of a list page are parsed from its HTML.
"""

import csv
import json
import re
from collections.abc import Iterable
from itertools import combinations, islice, product
from statistics import median
from urllib.parse import urlencode

from tests.ops.site_process import ROOT

from . import generator as words
from . import sample_urls
from .databases import Database
from .site import Site, interleaved_milliseconds, summary

_TOTAL = re.compile(r"<h1[^>]*>\s*([\d,\s\u00a0\u202f]*\d)(?:\s+of\s+[\d,]+)?\s+initiatives?\b")
_HOME_TOTAL = re.compile(r'class="lead">.*?</a> of ([\d,]+)</b>', re.DOTALL)
_ROW = re.compile(r'class="title" href="/initiatives/([a-z0-9-]+)/"')
_OPTION = re.compile(r"<label[^>]*>\s*(<input[^>]*>)(.*?)</label>", re.DOTALL)
_COUNT = re.compile(r'class="[^"]*\bn\b[^"]*"[^>]*>\s*([\d,\u00a0\u202f]+)\s*<')


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def total(page: str) -> int | None:
    """Returns the number in the heading, or None."""
    match = _TOTAL.search(page)
    return _number(match[1]) if match else None


def home_total(page: str) -> int | None:
    """Returns the number of initiatives in the first sentence of the English home page, or None."""
    match = _HOME_TOTAL.search(page)
    return _number(match[1]) if match else None


def slugs(page: str) -> list[str]:
    """Returns the slugs of the records, in order."""
    return list(dict.fromkeys(_ROW.findall(page)))


def counts(page: str, facet: str) -> dict[str, int]:
    """Returns the counts of a facet's options by value, or an empty dictionary if the page does not have the facet."""
    counts = {}
    for field, rest in _OPTION.findall(page):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', field))
        if attributes.get("name") == facet and (number := _COUNT.search(rest)):
            counts[attributes["value"]] = _number(number[1])
    return counts


def differences(title: str, page: str, expected: dict, selected: Iterable[tuple[str, str]] = ()) -> list[str]:
    """Differences from the expected total, slugs and counts by facet. Values that are not in `expected` count as 0.

    If `selected` contains values of a facet, only these values are compared.
    """
    shown = {"total": total(page), "rows": slugs(page)}
    wanted = {name: expected[name] for name in shown}
    for facet in expected.keys() - shown.keys():
        on_page = counts(page, facet)
        values = [value for name, value in selected if name == facet] or on_page
        shown[facet] = {value: on_page.get(value) for value in values}
        wanted[facet] = {value: expected[facet].get(value, 0) for value in values} or "some counts"
    return [
        f"{title}: {name}: {str(shown[name])[:100]} instead of {str(wanted[name])[:100]}"
        for name in shown
        if shown[name] != wanted[name]
    ]


# With a million rows, plain Django takes seconds per page.
PLAIN_DJANGO_TRIES = 2
# CPU time is measured in steps of 10 ms, so many requests are needed.
BARE_REQUESTS = 1_000
CHECKED = (
    [],
    [("status", "agreed")],
    [("theme", "test-theme-03"), ("status", "under_way"), ("country", "xa")],
    [("pillar", "security"), ("kind", "project"), ("year_from", "2015"), ("year_to", "2020")],
    [("city", "testgrad-001"), ("city", "testgrad-007"), ("status", "completed")],
    [("organisation", "test-office-0002")],
    [("event", "test-forum-017")],
)
# The kinds of query that are also measured in plain Django, with few and with many matching rows.
PLAIN_DJANGO_KINDS = (
    "no filter",
    "a status or two",
    "a city",
    "theme, status and country",
    "pillar, kind and years",
)
API_FACETS = "status,kind,country,city,theme,pillar"
# The text that each variant adds to the query string.
API_VARIANTS = {
    "html": "",
    "list": "",
    "facets": f"&facets={API_FACETS}",
    "footnotes": "&footnotes=1",
}
REQUESTS, ROUNDS = 200, 7
# The number of pages per kind.
PAGES = 40
LANGUAGES = ("", "/ru", "/zh-hans")
TABLES, ORDERS = ("themes", "countries", "cities"), ("initiatives", "share")


def measure(site: Site, queries_by_kind: dict[str, list[sample_urls.Query]]) -> dict:
    """Requests each URL once, with compression as in browsers. Returns milliseconds by kind of query and for all pages.

    `processor_ms` is the worker's CPU time for one page, including the web server and middleware. `bare_ms` is the CPU
    time for an empty page, and `bare_ratio` the ratio of both times.
    """
    by_kind, all_times, omitted, processor_ms = {}, [], {}, 0.0
    site.get("/initiatives/")
    # Waits, because a worker reads frequent words after its start.
    site.wait_until_idle()
    for name, queries in queries_by_kind.items():
        paths = [f"/initiatives/{sample_urls.querystring(query)}" for query in queries]
        try:
            for path in paths[:2]:
                page = site.get(path).text
                # A page number after the last page gives a page with the total but without rows.
                if not (total(page) and slugs(page)):
                    raise RuntimeError(f"{path} shows no rows")
            before = site.processor_ms()
            times = [site.get(path).ms for path in paths[2:]]
            processor_ms += site.processor_ms() - before
        except RuntimeError as error:
            omitted[name] = str(error)
            continue
        by_kind[name] = summary(times)
        all_times += times
    processor_ms /= len(all_times)
    bare_ms = _bare_ms(site)
    return {
        "all": summary(all_times),
        "processor_ms": processor_ms,
        "bare_ms": bare_ms,
        "bare_ratio": processor_ms / bare_ms,
        "by_kind": by_kind,
        "omitted": omitted,
    }


def _bare_ms(site: Site) -> float:
    """Returns the worker's CPU time for an empty Django page behind the same middleware."""
    site.wait_until_idle()
    before = site.processor_ms()
    for _request in range(BARE_REQUESTS):
        site.get("/bench/hello/")
    return (site.processor_ms() - before) / BARE_REQUESTS


def measure_plain_django(site: Site, rows: int) -> dict:
    """Returns the milliseconds of the page in plain Django for the same filters, and the ratio to the site."""
    queries = sample_urls.queries_by_kind(rows)
    site_times, plain_times = [], []
    for name in PLAIN_DJANGO_KINDS:
        # The last queries are used, because `measure` has not requested these URLs.
        for query in queries[name][-PLAIN_DJANGO_TRIES:]:
            url = sample_urls.querystring([*query, ("sort", "title_en")])
            site_times.append(site.get(f"/initiatives/{url}").ms)
            plain_times.append(site.get(f"/bench/plain/{sample_urls.querystring(query)}").ms)
    ratio = median(plain_times) / median(site_times)
    return {"site_ms": summary(site_times), "baseline_ms": summary(plain_times), "ratio": ratio}


def check(site: Site) -> list[str]:
    """Differences between the page and plain Django in total, first rows and facet counts."""
    wrong = []
    for query in CHECKED:
        text = sample_urls.querystring(query)
        # Plain Django also sorts by title.
        by_title = sample_urls.querystring([*query, ("sort", "title_en")])
        page = site.get(f"/initiatives/{by_title}").text
        plain = json.loads(site.get(f"/bench/plain/{text}").text)
        expected = {"total": plain["count"], "rows": [row[0] for row in plain["rows"]]} | plain["facets"]
        wrong += differences(text or "no filter", page, expected)
    return wrong


def measure_words(site: Site, database: Database) -> dict:
    """Measures searches for words that occur in a quarter of the rows, for the first request and for further pages.

    Must run after the worker has read its frequent words.
    """
    site.wait_until_idle()
    first, again, wrong = [], [], []
    for language in words.QUARTER.values():
        for word in language:
            query = [("q", word)]
            responses = [
                site.get(f"/initiatives/{sample_urls.querystring([*query, *params])}")
                for params in ([], [("page", "2")], [("page", "3")], [("sort", "-title_en")])
            ]
            first.append(responses[0].ms)
            again += [response.ms for response in responses[1:]]
            texts = "i.title_en || ' ' || i.title_ru || ' ' || i.title_zh || ' ' || i.summary_en"
            got, expected = total(responses[0].text), database.count(f"({texts}) LIKE '%{word}%'")
            if got != expected:
                wrong.append(f"q={word}: {got} instead of {expected}")
    return {"first_ms": summary(first), "again_ms": summary(again), "wrong": wrong}


def measure_api(site: Site, rows: int) -> dict:
    """Returns the median times of JSON API pages with 50 records, by variant, and their ratios to the HTML page."""
    queries = sample_urls.queries_by_kind(rows)
    times: dict[str, list[float]] = {name: [] for name in API_VARIANTS}
    # Sends each query only once, so that no variant uses the cached counts of another.
    for kind in queries.values():
        for number, query in enumerate(kind):
            name = list(API_VARIANTS)[number % len(API_VARIANTS)]
            path = f"{'' if name == 'html' else '/api'}/initiatives/?{sample_urls.querystring(query).lstrip('?')}"
            times[name].append(site.get(path + API_VARIANTS[name]).ms)
    medians = {name: median(values) for name, values in times.items()}
    figures = {name: summary(values) for name, values in times.items()}
    ratios = {f"{name}_ratio": value / medians["html"] for name, value in medians.items() if name != "html"}
    return figures | ratios


def measure_unchanged(site: Site) -> dict:
    """Returns the times in ms of an unchanged page (with and without If-None-Match) and of the minimal view.

    `ratio` compares the slower variant with the minimal view. Only a browser that already has the page sends
    If-None-Match.
    """
    path = "/initiatives/?status=agreed"
    conditional = {"If-None-Match": site.get(path).headers["ETag"]}
    status = site.get(path, conditional, expected=(200, 304)).status
    if status != 304:
        raise RuntimeError(f"a conditional request for an unchanged page returned {status}")
    requests = {"plain": (path, {}), "conditional": (path, conditional), "hello": ("/bench/hello/", {})}

    def repeat(request: tuple[str, dict]) -> None:
        for _number in range(REQUESTS):
            site.get(*request, expected=(200, 304))

    works = {name: lambda request=request: repeat(request) for name, request in requests.items()}
    times = interleaved_milliseconds(works, ROUNDS)
    medians = {name: median(values) / REQUESTS for name, values in times.items()}
    ratios = {name: medians[name] / medians["hello"] for name in ("plain", "conditional")}
    return {"ms": medians, "ratios": ratios, "ratio": max(ratios.values())}


def measure_kinds(site: Site, database: Database, list_ms: float) -> dict:
    """Returns the worker's CPU milliseconds for other kinds of pages of the shipped data, and their ratio to `list_ms`.

    Each page is requested once, so that no response comes from the page cache. `wrong` contains unexpected pages.
    """
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
        # A worker prepares some data only once, such as the home page's map and the templates of other pages.
        for address in addresses[:3]:
            site.get(address)
        measured = addresses[3:]
        site.wait_until_idle()
        before = site.processor_ms()
        pages = [site.get(address).text for address in measured]
        processor_ms = (site.processor_ms() - before) / len(measured)
        wrong = [address for address, page in zip(measured, pages, strict=True) if "<h1" not in page]
        figures[kind] = {"processor_ms": processor_ms, "ratio": processor_ms / list_ms, "wrong": wrong}
    expected, shown = database.count(), home_total(site.get("/").text)
    if shown != expected:
        figures["home"]["wrong"].append(f"/: {shown} initiatives instead of {expected}")
    return figures


def _record_pages(collection: str) -> list[str]:
    """Returns the pages of the published records of a list, alternating between the three languages."""
    slugs = _column(collection, "slug")
    return [f"{LANGUAGES[number % 3]}/{collection}/{slug}/" for number, slug in enumerate(slugs)]


def _column(table: str, name: str) -> list[str]:
    with (ROOT / "data/summit-cities" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [row[name] for row in csv.DictReader(file) if row.get("state", "published") == "published"]
