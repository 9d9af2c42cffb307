"""List pages over HTTP, beside the same page in plain Django, and beside itself with a tenth of the rows."""

import json
from statistics import median

from . import oracle, page_parser, sample_urls
from . import vocabulary as words
from .databases import Database
from .site import Site
from .stats import milliseconds, summary

# The rival takes seconds a page at a million rows.
RIVAL_TRIES = 2
CHECKED = (
    [],
    [("status", "agreed")],
    [("theme", "test-theme-03"), ("status", "under_way"), ("country", "xa")],
    [("pillar", "security"), ("kind", "project"), ("year_from", "2015"), ("year_to", "2020")],
    [("city", "testgrad-001"), ("city", "testgrad-007"), ("status", "completed")],
    [("organisation", "test-office-0002")],
    [("event", "test-forum-017")],
)
# Those that the plain page is measured by: each once with few and once with many rows found.
RIVAL_SORTS = (
    "no filter",
    "a status or two",
    "a city",
    "theme, status and country",
    "pillar, kind and years",
)


def measure(site: Site, rows: int) -> dict:
    """Each address once; by sort of address, and all together."""
    found, everything, left_out = {}, [], {}
    site.get("/initiatives/")
    for name, queries in sample_urls.sorts_of_addresses(rows).items():
        paths = [f"/initiatives/{sample_urls.text(query)}" for query in queries]
        try:
            for path in paths[:2]:
                answer = site.get(path).text
                # What is past the last page has a total, and nothing to read.
                if not (page_parser.total(answer) and page_parser.slugs(answer)):
                    raise RuntimeError(f"{path} shows no rows")
            times = [milliseconds(lambda path=path: site.get(path)) for path in paths[2:]]
        except RuntimeError as error:
            left_out[name] = str(error)
            continue
        found[name] = summary(times)
        everything += times
    return {"all": summary(everything), "by_sort": found, "left_out": left_out}


def measure_rival(site: Site, rows: int) -> dict:
    """The page in plain Django for the same filters, and how many times as long it takes."""
    sorts = sample_urls.sorts_of_addresses(rows)
    ours, theirs = [], []
    for name in RIVAL_SORTS:
        # From the end: what the first measurement has not asked for.
        for query in sorts[name][-RIVAL_TRIES:]:
            more = sample_urls.text([*query, ("sort", "title_en")])
            ours.append(milliseconds(lambda more=more: site.get(f"/initiatives/{more}")))
            path = f"/bench/plain/{sample_urls.text(query)}"
            theirs.append(milliseconds(lambda path=path: site.get(path)))
    ratio = median(theirs) / median(ours)
    return {"product_ms": summary(ours), "rival_ms": summary(theirs), "ratio": ratio}


def check(site: Site, database: Database) -> list[str]:
    """Where the page, the rival and plain SQL do not agree on total, first rows or counts of facets."""
    wrong = []
    for query in CHECKED:
        text = sample_urls.text(query)
        page = site.get(f"/initiatives/{text}").text
        rival = json.loads(site.get(f"/bench/plain/{text}").text)
        total, slugs = oracle.total(database, query), oracle.first_page(database, query)
        said = {
            "page: total": (page_parser.total(page), total),
            "page: rows": (page_parser.slugs(page), slugs),
            "plain Django: total": (rival["count"], total),
            "plain Django: rows": ([row[0] for row in rival["rows"]], slugs),
        }
        for facet, values in {"status": words.STATUSES, "pillar": words.PILLARS}.items():
            right = oracle.facet(database, facet, query, list(values))
            there = rival["facets"][facet]
            said[f"plain Django: {facet}"] = ({value: there.get(value, 0) for value in right}, right)
        for facet, there in rival["facets"].items():
            here = page_parser.counts(page, facet)
            said[f"page: {facet}"] = (here, {value: there.get(value, 0) for value in here} or "some counts")
        wrong += [
            f"{text or 'no filter'}: {what}: {_short(got)} instead of {_short(right)}"
            for what, (got, right) in said.items()
            if got != right
        ]
    return wrong


def _short(value) -> str:
    text = str(value)
    return text if len(text) < 100 else f"{text[:100]}…"


def measure_words(site: Site, database: Database) -> dict:
    """Words of a quarter of the rows: each asked for the first time, and again on other pages."""
    first, again, wrong = [], [], []
    for language in words.QUARTER.values():
        for word in language:
            query = [("q", word)]
            times, answers = [], []
            for more in ([], [("page", "2")], [("page", "3")], [("sort", "-title_en")]):
                path = f"/initiatives/{sample_urls.text([*query, *more])}"
                times.append(milliseconds(lambda path=path, answers=answers: answers.append(site.get(path))))
            first.append(times[0])
            again += times[1:]
            got, right = page_parser.total(answers[0].text), oracle.total(database, query)
            if got != right:
                wrong.append(f"q={word}: {got} instead of {right}")
    return {"first_ms": summary(first), "again_ms": summary(again), "wrong": wrong}
