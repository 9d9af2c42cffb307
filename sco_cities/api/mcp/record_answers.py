"""The tools that read records: a page of a list, and one record."""

import re

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sco_cities.api.list_document import page_path
from sco_cities.api.markdown import address, escape
from sco_cities.api.record_document import citation
from sco_cities.api.record_markdown import record_markdown
from sco_cities.core.user_input import shortened
from sco_cities.history.shown_record import ShownRecord, shown_now
from sco_cities.listings.exports.attribution import LICENCE
from sco_cities.listings.list_query import PAGE
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION, SearchableList
from sco_cities.sources.base_models import SLUG_PATTERN, Record
from sco_cities.sources.record_view import published_record

from .answer import Answer, InvalidArguments, empty_list_advice
from .arguments import Arguments
from .brief_data import brief_data
from .brief_markdown import brief_markdown

# Records of one answer: more would fill the memory of a model.
MAX_SIZE, DEFAULT_SIZE = 25, 10
_SLUG = re.compile(SLUG_PATTERN)


def list_records(arguments: Arguments, request: HttpRequest) -> Answer:
    """A page of a list, in the order of its page for people."""
    list_query = arguments.list_query()
    size = arguments.number("per_page", DEFAULT_SIZE, MAX_SIZE)
    start = (list_query.page_number - 1) * size
    count = list_query.result_set.count()
    if error := list_query.missing_page_error(count, size):
        raise InvalidArguments({PAGE: [error]})
    keys = list_query.result_set[start : start + size]
    page = list_query.listing.brief.read(list_query.listing, list_query.state, keys, start + 1)
    page_url = request.build_absolute_uri(page_path(list_query))
    next_page = list_query.page_number + 1 if start + size < count else None
    head = [f"# {escape(list_query.heading)}", address(page_url)]
    if next_page:
        shown = _("Records %(first)s to %(last)s of %(count)s. The next ones: page %(page)s.")
        head.append(
            shown % {"first": start + 1, "last": start + len(keys), "count": count, "page": next_page}
        )
    list_url = request.build_absolute_uri(reverse(f"{list_query.listing.collection}-list"))
    advice, advice_data = empty_list_advice(list_query, list_url)
    data = {"count": count, "page_url": page_url, "page": list_query.page_number, "next_page": next_page}
    return Answer(
        "\n\n".join(
            filter(
                None, ["\n".join(head), "\n".join(advice), brief_markdown(page, request.build_absolute_uri)]
            )
        ),
        data | advice_data | brief_data(page, keys, list_query.state, request),
    )


def get_record(arguments: Arguments, request: HttpRequest) -> Answer:
    """A record as text and data."""
    kind = arguments.searchable_list()
    record = _record(kind, arguments.text("slug"), "slug")
    page = kind.listing.brief.read(kind.listing, arguments.state, [record.pk], 1)
    data = brief_data(page, [record.pk], arguments.state, request)
    document = {
        "record": data["records"][0],
        "notes": data["notes"],
        "cite_as": _citation(shown_now(record), request),
        "licence": LICENCE,
    }
    return Answer(brief_markdown(page, request.build_absolute_uri), document)


def fetch(arguments: Arguments, request: HttpRequest) -> Answer:
    """The Markdown file of a record, in the shape that assistants expect of a tool with this name."""
    collection, _colon, slug = arguments.text("id").partition(":")
    if collection not in LISTS_BY_COLLECTION:
        sentence = _("“%(value)s” is not the id of a record, such as cities:dushanbe. Take ids from search.")
        raise InvalidArguments({"id": [sentence % {"value": shortened(arguments.text("id"))}]})
    kind = LISTS_BY_COLLECTION[collection]
    shown = shown_now(_record(kind, slug, "id"))
    record = shown.record
    document = {
        "id": f"{collection}:{record.slug}",
        "title": str(record),
        "text": record_markdown(shown, request),
        "url": request.build_absolute_uri(record.get_absolute_url()),
        "metadata": {"list": collection, "licence": LICENCE, "cite_as": _citation(shown, request)},
    }
    return Answer.of_document(document)


def _record(kind: SearchableList, slug: str, argument: str) -> Record:
    try:
        # Anything else need not be looked up, and PostgreSQL refuses some characters.
        if _SLUG.fullmatch(slug.lower()):
            return published_record(kind.model, slug)
    except Http404:
        pass
    sentence = _("“%(value)s” was not found. Find it by a name or a few words with search.")
    sentence %= {"value": shortened(slug)}
    raise InvalidArguments({argument: [sentence]})


def _citation(shown: ShownRecord, request: HttpRequest) -> str:
    return citation(shown, request.build_absolute_uri(shown.path))
