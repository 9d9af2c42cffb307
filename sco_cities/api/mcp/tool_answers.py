"""Functions that answer tool calls with search results, a page of a list, a record or counts."""

import re
from collections.abc import Iterator
from itertools import chain, zip_longest
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from sco_cities.api.list_document import list_document
from sco_cities.api.list_parameters import ListParameters
from sco_cities.api.record_document import citation, record_document
from sco_cities.api.record_markdown import escape, markdown_url, record_markdown
from sco_cities.api.search_document import search_document
from sco_cities.core.exceptions import shortened
from sco_cities.history.record_history import public_histories
from sco_cities.history.shown_record import ShownRecord, shown_now
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.i18n.punctuation import with_label, with_remark
from sco_cities.listings import querystring
from sco_cities.listings.exports.attribution import LICENCE
from sco_cities.listings.exports.params import LABELS
from sco_cities.listings.fields import SearchField
from sco_cities.listings.list_query import PAGE, PER_PAGE
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION, SearchableList
from sco_cities.sources.base_models import SLUG_PATTERN, Record
from sco_cities.sources.footnotes import Footnotes
from sco_cities.sources.models import Evidence
from sco_cities.sources.views import published_record

from .arguments import Answer, Arguments, InvalidArguments, JsonObject, empty_list_advice

# Maximum and default number of records per answer. More records would fill a model's context window.
MAX_SIZE, DEFAULT_SIZE = 25, 10
MAX_VALUES, DEFAULT_VALUES = 100, 25
_SLUG = re.compile(SLUG_PATTERN)


def list_records(arguments: Arguments, request: HttpRequest) -> Answer:
    """Returns a page of a list in the order of the HTML page, as an API document and as Markdown."""
    asked = arguments.list_query()
    size = arguments.number(PER_PAGE, DEFAULT_SIZE, MAX_SIZE)
    if error := asked.missing_page_error(asked.result_set.count(), size):
        raise InvalidArguments({PAGE: [error]})
    # The page number is always given, because otherwise the API sorts records by primary key.
    options = [(PAGE, str(asked.page_number)), (PER_PAGE, str(size)), (LABELS, "1")]
    params = QueryDict(querystring.replacing(asked.params, *options).removeprefix("?"))
    document = list_document(ListParameters(asked.listing, asked.state, params), request)
    head = [f"# {escape(asked.heading)}", markdown_url(document["page_url"])]
    start = (asked.page_number - 1) * size
    if document["next"]:
        shown = _("Records %(first)s to %(last)s of %(count)s. To continue, request page %(page)s.")
        last, page = start + size, asked.page_number + 1
        head.append(shown % {"first": start + 1, "last": last, "count": document["count"], "page": page})
    advice, advice_data = empty_list_advice(asked, request)
    keys = asked.result_set[start : start + size]
    stored = asked.listing.indexed_model.model.objects.published().for_record_page().in_bulk(keys)
    records = [stored[key] for key in keys if key in stored]
    texts = [record_markdown(shown, request) for shown in _shown_together(records)]
    parts = ["\n".join(head), "\n".join(advice), *texts]
    return Answer("\n\n".join(filter(None, parts)), document | advice_data)


def _shown_together(records: list[Record]) -> Iterator[ShownRecord]:
    """Prepares records of one model for display, with a fixed number of queries."""
    evidence = Evidence.objects.from_published_reports().for_notes().prefetch_related("passage__speakers")
    prefetch_related_objects(records, Prefetch("evidence", evidence), "figures", "rulings")
    for record, history in zip(records, public_histories(records) if records else (), strict=True):
        footnotes = Footnotes(record, record.evidence.all())
        footnotes.rulings = {ruling.field: ruling.reason for ruling in record.rulings.all()}
        yield ShownRecord(record, footnotes, history, now=record)


def get_record(arguments: Arguments, request: HttpRequest) -> Answer:
    """Returns a record as an API document and as Markdown."""
    kind = arguments.searchable_list()
    shown = shown_now(_record(kind, arguments.text("slug"), "slug"))
    document = record_document(kind.listing, arguments.state, shown, request)
    return Answer(record_markdown(shown, request), document)


def fetch(arguments: Arguments, request: HttpRequest) -> Answer:
    """Returns a record as Markdown, in the format that assistants expect from a tool named `fetch`."""
    collection, _colon, slug = arguments.text("id").partition(":")
    if collection not in LISTS_BY_COLLECTION:
        sentence = _(
            "“%(value)s” is not the id of a record. Use search to find an id, such as cities:dushanbe."
        )
        raise InvalidArguments({"id": [sentence % {"value": shortened(arguments.text("id"))}]})
    kind = LISTS_BY_COLLECTION[collection]
    shown = shown_now(_record(kind, slug, "id"))
    record, url = shown.record, request.build_absolute_uri(shown.path)
    document = {
        "id": f"{collection}:{record.slug}",
        "title": str(record),
        "text": record_markdown(shown, request),
        "url": url,
        "metadata": {"list": collection, "licence": LICENCE, "cite_as": citation(shown, url)},
    }
    return Answer.of_document(document)


def _record(kind: SearchableList, slug: str, argument: str) -> Record:
    try:
        # Texts that do not match cannot be slugs, and PostgreSQL rejects some of their characters.
        if _SLUG.fullmatch(slug.lower()):
            return published_record(kind.model, slug)
    except Http404:
        pass
    sentence = _("“%(value)s” was not found. Use search to find it by name or by a few words.")
    sentence %= {"value": shortened(slug)}
    raise InvalidArguments({argument: [sentence]})


def search(arguments: Arguments, request: HttpRequest) -> Answer:
    """Returns the best matches, joint initiatives and themes, and then hits that alternate between kinds of record."""
    try:
        phrases = SearchField().clean([arguments.text("query")])
    except ValidationError as error:
        raise InvalidArguments({"query": error.messages}) from None
    found = search_document(phrases, request)
    hits = [*found["best_matches"], *(found["joint_initiatives"] or {"hits": []})["hits"]]
    for theme in found["themes"]:
        url = request.build_absolute_uri(reverse("themes-record", args=[theme["slug"]]))
        hits.append(theme | {"collection": "themes", "url": url})
    hits += filter(None, chain.from_iterable(zip_longest(*(group["hits"] for group in found["groups"]))))
    results = list({result["id"]: result for result in map(_result, hits)}.values())[:MAX_SIZE]
    document: JsonObject = {"results": results}
    if found["did_you_mean"]:
        document["did_you_mean"] = found["did_you_mean"]
    if not results:
        document["advice"] = _(
            "No record contains all of these words. Search for fewer words or for one name, and omit "
            "question words. You can also use list_records with filters; count_by lists their values."
        )
    return Answer.of_document(document)


def _result(hit: dict[str, Any]) -> JsonObject:
    return {"id": f"{hit['collection']}:{hit['slug']}", "title": hit["name"], "url": hit["url"]}


def count_by(arguments: Arguments, request: HttpRequest) -> Answer:
    """Returns the total number of records, and the number per value of a filter, most frequent value first."""
    list_query = arguments.list_query()
    name = arguments.choice("by", list_query.listing.countable_filters)
    limit = arguments.number("limit", DEFAULT_VALUES, MAX_VALUES)
    item = list_query.filterset.filters[name]
    # Requests one extra option to find out whether the list of values is complete.
    options = item.options(list_query.state, list_query.result_set.keys, [], limit + 1)
    found = sorted((each for each in options.visible if each.count), key=lambda each: -each.count)
    list_url = request.build_absolute_uri(reverse(f"{list_query.listing.collection}-list"))
    page_url = list_url + querystring.without(list_query.params).removesuffix("?")

    def url(value: str) -> str | None:
        # If the query already filters by `name`, there is no URL, because the list at the URL would not match the
        # count. The count includes only records that also have a selected value, but the URL would select all records
        # with `value`.
        return (
            None
            if name in list_query.params
            else list_url + querystring.replacing(list_query.params, (name, value))
        )

    values = [
        {"value": each.value, "label": str(each.label), "count": each.count, "url": url(each.value)}
        for each in found[:limit]
    ]
    is_complete = len(found) <= limit
    count = list_query.result_set.count()
    data = {"count": count, "page_url": page_url, "by": name, "values": values, "is_complete": is_complete}
    advice, advice_data = empty_list_advice(list_query, request)
    if advice:
        return Answer(
            "\n".join([f"# {escape(list_query.heading)}", markdown_url(page_url), "", *advice]),
            data | advice_data,
        )
    lines = [
        f"# {escape(list_query.heading)}",
        markdown_url(page_url),
        "",
        with_label(item.label, "").rstrip(),
    ]
    for each in values:
        link = f" {markdown_url(each['url'])}" if each["url"] else ""
        label = with_remark(escape(each["label"]), each["value"])
        lines.append(f"- {with_label(label, GroupedInt(each['count']))}{link}")
    return Answer("\n".join(lines if is_complete else [*lines, "- …"]), data)
