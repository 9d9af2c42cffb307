"""List pages over HTTP, compared with plain Django and with a tenth of the rows."""

import json
from statistics import median

from . import page_parser, sample_urls
from . import vocabulary as words
from .databases import Database
from .site import Site
from .stats import summary

# Plain Django takes seconds per page with a million rows.
PLAIN_DJANGO_TRIES = 2
# The CPU time of a process is counted in steps of 10 ms.
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
# Kinds of query for measuring the plain page, with few and with many matching rows.
PLAIN_DJANGO_KINDS = (
    "no filter",
    "a status or two",
    "a city",
    "theme, status and country",
    "pillar, kind and years",
)


def measure(site: Site, queries_by_kind: dict[str, list[sample_urls.Query]]) -> dict:
    """Requests each URL once, compressed as for browsers. Returns milliseconds by kind of query and for all pages.

    `processor_ms` is the worker's CPU time for one page, including its server and middleware. `bare_ms` is the time for
    an empty page, and `bare_ratio` their ratio.
    """
    by_kind, all_times, omitted, processor_ms = {}, [], {}, 0.0
    site.get("/initiatives/")
    # A worker still reads frequent words after its start.
    site.wait_until_idle()
    for name, queries in queries_by_kind.items():
        paths = [f"/initiatives/{sample_urls.querystring(query)}" for query in queries]
        try:
            for path in paths[:2]:
                page = site.get(path).text
                # A page after the last one has a total but no rows.
                if not (page_parser.total(page) and page_parser.slugs(page)):
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
    """The worker's CPU time for an empty Django page behind the same middleware."""
    site.wait_until_idle()
    before = site.processor_ms()
    for _request in range(BARE_REQUESTS):
        site.get("/bench/hello/")
    return (site.processor_ms() - before) / BARE_REQUESTS


def measure_plain_django(site: Site, rows: int) -> dict:
    """Milliseconds of the page in plain Django for the same filters, and the ratio to the site's."""
    queries = sample_urls.queries_by_kind(rows)
    site_times, plain_times = [], []
    for name in PLAIN_DJANGO_KINDS:
        # Taken from the end, because `measure` has not requested these URLs.
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
        # In the order of plain Django.
        by_title = sample_urls.querystring([*query, ("sort", "title_en")])
        page = site.get(f"/initiatives/{by_title}").text
        plain = json.loads(site.get(f"/bench/plain/{text}").text)
        comparisons = {
            "total": (page_parser.total(page), plain["count"]),
            "rows": (page_parser.slugs(page), [row[0] for row in plain["rows"]]),
        }
        for facet, counts in plain["facets"].items():
            on_page = page_parser.counts(page, facet)
            comparisons[facet] = (
                on_page,
                {value: counts.get(value, 0) for value in on_page} or "some counts",
            )
        wrong += [
            f"{text or 'no filter'}: {what}: {_short(got)} instead of {_short(expected)}"
            for what, (got, expected) in comparisons.items()
            if got != expected
        ]
    return wrong


def _short(value) -> str:
    text = str(value)
    return text if len(text) < 100 else f"{text[:100]}…"


def measure_words(site: Site, database: Database) -> dict:
    """Searches for words in a quarter of the rows, first request and further pages.

    Run after the worker has read its frequent words.
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
            got, expected = page_parser.total(responses[0].text), database.count(f"({texts}) LIKE '%{word}%'")
            if got != expected:
                wrong.append(f"q={word}: {got} instead of {expected}")
    return {"first_ms": summary(first), "again_ms": summary(again), "wrong": wrong}
