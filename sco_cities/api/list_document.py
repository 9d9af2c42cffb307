"""Pages of a list as JSON."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.urls import reverse

from sco_cities.core.cursor import encode_cursor
from sco_cities.db.pk_queries import fetch_columns
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import querystring
from sco_cities.listings.exports.json_rows import JsonRows, possible_days
from sco_cities.listings.filter_options import FilterOptions
from sco_cities.listings.list_query import PAGE, SORT
from sco_cities.listings.listing import Listing
from sco_cities.sources.evidence_coverage import figure_key
from sco_cities.sources.models import Evidence, Passage, Report

from .list_parameters import AFTER, FOOTNOTES, MAX_VALUES, ListParameters

# The text fields of passages.
PASSAGE_TEXTS = ("summary", "summary_ru", "summary_zh", "quotation", "archive_address")


def passage_document(report: dict[str, Any], number: int, reports_url: str, *texts: str) -> dict[str, Any]:
    """Returns a passage with its texts, URL and report. `report` is a dict from `report_document`."""
    slug = report["slug"]
    known = (text or None for text in texts)
    return {
        "passage": f"{slug}#{number}",
        "url": f"{reports_url}{slug}/#p{number}",
        **dict(zip((*PASSAGE_TEXTS[:-1], "archive_url"), known, strict=True)),
        "report": report,
    }


def report_document(report: Report) -> dict[str, Any]:
    """Returns a report for use in the JSON of its passages."""
    first, last = possible_days(report.published_on)
    return {
        "slug": report.slug,
        "title": report.title,
        "publisher": report.publisher,
        "published_on": report.published_on or None,
        "published_first": first,
        "published_last": last,
        "language": report.language,
        "address": report.address,
        "title_ru": report.title_ru or None,
        "title_zh": report.title_zh or None,
    }


def list_document(list_query: ListParameters, request: HttpRequest) -> dict[str, Any]:
    """Returns a page of records for a valid query, with the count, links and facets."""
    count = list_query.result_set.count()
    return page_document(list_query, request, count, lambda keys: record_rows(list_query, request, keys))


def page_document(
    list_query: ListParameters,
    request: HttpRequest,
    count: int,
    rows: Callable[[list[int]], Iterable[dict[str, Any]]],
) -> dict[str, Any]:
    """Returns a page of results for a valid query. `rows` converts keys to results. `count` covers all pages."""
    keys, next_query = _page(list_query)
    url, previous = request.build_absolute_uri(list_query.path), None
    if list_query.is_sorted:
        first = querystring.with_value(list_query.params, PAGE, "1")
        # Pages with cursors do not link to the previous page.
        if list_query.page_number > 1:
            previous = querystring.replacing(list_query.params, (PAGE, str(list_query.page_number - 1)))
    else:
        # Without a page number, the first page is in cursor order.
        first = querystring.without(list_query.params, AFTER, PAGE)

    def link(page_query: str | None) -> str | None:
        return None if page_query is None else url + page_query.removesuffix("?")

    document = {
        "count": count,
        "page_url": _page_url(list_query, request),
        "first": link(first),
        "previous": link(previous),
        "next": link(next_query),
    }
    if names := dict.fromkeys([*list_query.facets, *list_query.complete_facets]):
        document["facets"] = {name: _facet(list_query, name) for name in names}
    document["results"] = list(rows(keys))
    return document


def _page_url(list_query: ListParameters, request: HttpRequest) -> str | None:
    """Returns the URL of the HTML page with the same filters or, for a single slug, of the record's page.

    Returns None for several slugs, because list pages do not accept slugs.
    """
    if not list_query.has_slugs:
        return request.build_absolute_uri(page_path(list_query))
    if len(list_query.slugs) != 1 or not list_query.result_set.count():
        return None
    return request.build_absolute_uri(
        reverse(f"{list_query.listing.collection}-record", args=[*list_query.slugs])
    )


def page_path(list_query: ListParameters) -> str:
    """Returns the path of the HTML page with the same filters and order."""
    names = {*list_query.filterset.filters, *list_query.listing.match_parameters.values(), SORT}
    others = set(list_query.params) - names
    path = reverse(f"{list_query.listing.collection}-list")
    return path + querystring.without(list_query.params, *others).removesuffix("?")


def _page(list_query: ListParameters) -> tuple[list[int], str | None]:
    """Returns the keys on the page, and the query string of the next page or None."""
    result_set, size = list_query.result_set, list_query.page_size
    if list_query.is_sorted:
        start = (list_query.page_number - 1) * size
        keys = result_set[start : start + size]
        if start + size >= len(result_set):
            return keys, None
        return keys, querystring.replacing(list_query.params, (PAGE, str(list_query.page_number + 1)))
    start = 0 if list_query.after is None else result_set.keys.rank(list_query.after)
    keys = list(result_set.keys[start : start + size])
    if start + size >= len(result_set):
        return keys, None
    return keys, querystring.replacing(list_query.params, (AFTER, encode_cursor(keys[-1])))


def _facet(list_query: ListParameters, name: str) -> dict[str, Any]:
    """Returns a filter's most frequent options, counted over the records that match all other filters."""
    item = list_query.filterset.filters[name]
    limit = None if name in list_query.complete_facets else MAX_VALUES
    others = list_query.result_set.keys_without(name)
    options: FilterOptions = item.options(list_query.state, others, list_query.values_of(name), limit)
    # The options are sorted again, because HTML pages show selected options first, even if they are rare. Options that
    # combine several places have no count.
    counted = [option for option in options.visible if option.count is not None]
    ranked = sorted(counted, key=lambda option: -option.count)
    values = ranked[:limit]
    return {
        "values": [
            {"value": option.value, "label": str(option.label), "count": option.count} for option in values
        ],
        "more": options.hidden_count + len(ranked) - len(values),
    }


def record_rows(
    list_query: ListParameters, request: HttpRequest, keys: list[int]
) -> Iterator[dict[str, Any]]:
    """Yields the records with `keys` as JSON objects, in the order of `keys`."""
    if not keys:
        return iter(())
    records_url = request.build_absolute_uri(reverse(f"{list_query.listing.collection}-list"))
    rows = JsonRows(
        list_query.listing,
        list_query.state,
        list_query.export.columns,
        lambda slug: f"{records_url}{slug}/",
        labels=list_query.export.labels,
    )
    named = rows.read(keys)
    if list_query.with_footnotes:
        named[FOOTNOTES] = _footnotes(list_query.listing, list_query.state, keys, request)
    return rows.objects(named)


def _footnotes(
    listing: Listing, state: IndexState, keys: Sequence[int], request: HttpRequest
) -> list[list[dict[str, Any]]]:
    """Returns a list of footnotes for each record. A footnote is evidence from a published report, with its passage."""
    content_type = ContentType.objects.get_for_model(listing.indexed_model.model)
    columns = fetch_columns(
        keys,
        lambda among: (
            Evidence.objects.using(state.using)
            .filter(among("object_id"), content_type=content_type)
            .from_published_reports()
            .order_by()
        ),
        ["pk", "object_id", "field", "figure__label", "stance", "reported_value", "passage_id"],
        using=state.using,
        cache_key=("footnotes", content_type.pk),
    )()
    passages = dict(_passages(set(columns[-1]), state, request))
    by_record: dict[int, list[dict[str, Any]]] = {key: [] for key in keys}
    for _pk, key, field, label, stance, reported, passage in sorted(zip(*columns, strict=True)):
        footnote = {
            "field": figure_key(label) if label else field,
            "stance": stance,
            "reported_value": reported or None,
        }
        by_record[key].append(footnote | passages[passage])
    return list(by_record.values())


def _passages(keys: Collection[int], state: IndexState, request: HttpRequest) -> Iterator[tuple[int, dict]]:
    """Yields pairs of a passage's key and its JSON."""
    # The URL is reversed only once, not for each of hundreds of passages.
    reports_url = request.build_absolute_uri(reverse("reports-list"))
    columns = fetch_columns(
        list(keys),
        lambda among: Passage.objects.using(state.using).filter(among("pk")).order_by(),
        ["pk", "report_id", "number", *PASSAGE_TEXTS],
        using=state.using,
        cache_key="passages as JSON",
    )()
    # The facet index has all reports in memory. Many passages have the same report.
    records = state.index("reports").records
    reports = {key: report_document(records[key]) for key in set(columns[1])}
    for key, report, number, *texts in zip(*columns, strict=True):
        yield key, passage_document(reports[report], number, reports_url, *texts)
