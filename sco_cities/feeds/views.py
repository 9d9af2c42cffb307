"""Feeds of lists and records as Atom (RFC 4287) and as JSON Feed 1.1."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

import orjson
from django.db import router
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sco_cities.core.xml_characters import replace_invalid
from sco_cities.facet_index.refresh import facet_index
from sco_cities.history.models import Revision
from sco_cities.history.public_changes import first_unsettled
from sco_cities.i18n.languages import html_language
from sco_cities.listings.exports.attribution import LICENCE_URL, attribution_lines, declare_licence
from sco_cities.listings.exports.csv_file import format_utc
from sco_cities.listings.exports.params import ExportParams, bad_request
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.listing import Listing
from sco_cities.search.searchable_lists import kind_or_404
from sco_cities.site.machine_paths import has_json_errors, invalid_parameters
from sco_cities.site.signposts import site_host, site_origin
from sco_cities.sources.base_models import Record
from sco_cities.sources.views import for_record

from .changes import FeedPage, FeedSubject, archive, newest_page
from .entries import FeedEntry, feed_entries

SITE = "SCO Cities"
ATOM_TYPE, JSON_TYPE = "application/atom+xml", "application/feed+json"
# The year when the feeds were introduced. It is part of every entry id (RFC 4151).
FIRST_YEAR = 2026
# The query parameter that selects an archive by the number of its block of changes.
ARCHIVE = "archive"


@dataclass(frozen=True)
class FeedDocument:
    """The format-independent content of a feed.

    `newest_path` is the path of the newest document. `archive` is the number of an archive, or None for the newest
    document.
    """

    request: HttpRequest
    subject: FeedSubject
    page: FeedPage
    newest_path: str
    archive: int | None

    @cached_property
    def entries(self) -> list[FeedEntry]:
        return feed_entries(self.page.changes, self.subject.using)

    @property
    def title(self) -> str:
        return _("Changes: %(list)s") % {"list": self.subject.title}

    @property
    def self_path(self) -> str:
        return self.newest_path if self.archive is None else self._archive_path(self.archive)

    @property
    def previous_path(self) -> str:
        """The path of the previous archive, or ""."""
        return "" if self.page.previous is None else self._archive_path(self.page.previous)

    def _archive_path(self, number: int) -> str:
        # The order of a feed is fixed, so the path needs no sort parameter.
        return f"{self.newest_path}{'&' if '?' in self.newest_path else '?'}{ARCHIVE}={number}"

    def url(self, path: str) -> str:
        return self.request.build_absolute_uri(path)

    def entry_id(self, entry: FeedEntry) -> str:
        """Returns the id of an entry, which is the same in every language, format and archive."""
        return f"tag:{site_host(self.request)},{FIRST_YEAR}:c-{entry.number}"

    @property
    def feed_id(self) -> str:
        """The id of a feed, which is the same under every host name of the site."""
        return site_origin(self.request) + self.newest_path


def atom(document: FeedDocument) -> bytes:
    """Serialises the feed as Atom."""
    url = document.url
    updated = format_utc(document.entries[0].made_at) if document.entries else f"{FIRST_YEAR}-01-01T00:00:00Z"
    language = html_language(get_language() or "en")
    links = [
        ("self", ATOM_TYPE, url(document.self_path)),
        ("alternate", "text/html", url(document.subject.page_path)),
        ("license", "text/html", LICENCE_URL),
    ]
    if document.previous_path:
        links.append(("prev-archive", ATOM_TYPE, url(document.previous_path)))
    if document.archive is not None:
        links.append(("current", ATOM_TYPE, url(document.newest_path)))
    head = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        f'xmlns:fh="http://purl.org/syndication/history/1.0" xml:lang="{language}">',
        f"<id>{_text(document.feed_id)}</id>",
        f"<title>{_text(document.title)}</title>",
        f"<subtitle>{_text(document.subject.subtitle)}</subtitle>",
        f"<updated>{updated}</updated>",
        f"<author><name>{SITE}</name><uri>{_text(url('/'))}</uri></author>",
        f"<rights>{_text(' '.join(attribution_lines()))}</rights>",
        *(f'<link rel="{rel}" type="{kind}" href={quoteattr(href)}/>' for rel, kind, href in links),
        "<fh:archive/>" if document.archive is not None else "",
    ]
    entries = (
        f"\n<entry><id>{_text(document.entry_id(entry))}</id><title>{_text(entry.title)}</title>"
        f"<updated>{format_utc(entry.made_at)}</updated>"
        f'<link rel="alternate" type="text/html" href={quoteattr(url(entry.path))}/>'
        f"<summary>{_text(chr(10).join(entry.lines))}</summary></entry>"
        for entry in document.entries
    )
    return "".join([*head, *entries, "\n</feed>\n"]).encode()


def json_feed(document: FeedDocument) -> bytes:
    """Serialises the feed as JSON Feed."""
    url = document.url
    content = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": document.title,
        "description": document.subject.subtitle,
        "home_page_url": url(document.subject.page_path),
        "feed_url": url(document.self_path),
        "language": html_language(get_language() or "en"),
        "authors": [{"name": SITE, "url": url("/")}],
        "items": [
            {
                "id": document.entry_id(entry),
                "url": url(entry.path),
                "title": entry.title,
                "content_text": "\n".join(entry.lines),
                "date_published": format_utc(entry.made_at),
            }
            for entry in document.entries
        ],
        "_licence": {"url": LICENCE_URL, "credits": attribution_lines()},
    }
    if document.previous_path:
        content["next_url"] = url(document.previous_path)
    return orjson.dumps(content)


def _text(text: str) -> str:
    return escape(replace_invalid(text))


class FeedFormat(NamedTuple):
    """A feed format. `name` is part of its URL names."""

    name: str
    extension: str
    content_type: str
    write: Callable[[FeedDocument], bytes]


FORMATS = (FeedFormat("atom", "atom", ATOM_TYPE, atom), FeedFormat("feed", "feed.json", JSON_TYPE, json_feed))


@require_safe
def list_feed(request: HttpRequest, listing: Listing, feed_format: FeedFormat) -> HttpResponse:
    """Returns the feed of a list."""
    with facet_index(listing.collection) as state:
        list_query = ListQuery.of(listing, state, request)
        ExportParams.read(list_query, ARCHIVE)
        if list_query.errors:
            if has_json_errors(request):
                return invalid_parameters(request, list_query.errors)
            return bad_request(list_query)
        block = list_query.params.get(ARCHIVE, "")
        return _response(request, FeedSubject.of_list(list_query), block, feed_format)


@require_safe
def record_feed(request: HttpRequest, collection: str, slug: str, feed_format: FeedFormat) -> HttpResponse:
    """Returns the feed of a record."""

    @for_record(kind_or_404(collection).model, has_mementos=False, with_relations=False)
    def of_record(request: HttpRequest, record: Record) -> HttpResponse:
        subject = FeedSubject.of_record(record, router.db_for_read(Revision))
        return _response(request, subject, request.GET.get(ARCHIVE, ""), feed_format)

    return of_record(request, slug)


def _response(
    request: HttpRequest, subject: FeedSubject, block: str, feed_format: FeedFormat
) -> HttpResponse:
    unsettled, number = first_unsettled(subject.using), None
    if not block:
        page = newest_page(subject, unsettled)
    else:
        number = int(block) if block.isascii() and block.isdigit() and len(block) <= 15 else -1
        if (page := archive(subject, number, unsettled)) is None:
            raise Http404
    document = FeedDocument(request, subject, page, subject.path(feed_format.name), number)
    response = HttpResponse(
        feed_format.write(document), content_type=f"{feed_format.content_type}; charset=utf-8"
    )
    declare_licence(response)
    if unsettled is not None:
        # This response is not stored in the page cache, because no new change clears the cache when a held-back change
        # becomes visible.
        response["Cache-Control"] = "private, no-cache"
    return response
