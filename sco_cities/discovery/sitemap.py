"""The sitemap (sitemaps.org 0.9): every page without a query string, in each language, with its last change.

The records of a file have keys of one range: a file changes only when one of its records does, and a new record is in
the last one. So crawlers read again only the files that the index has a new `lastmod` of. A record that is withdrawn
changes its file, too.
"""

import datetime
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Count, F, Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe
from pyroaring import BitMap

from delegates.models import Statement
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.languages import html_language
from sco_cities.listings.exports.csv_cells import format_utc
from sco_cities.search.searchable_lists import COLLECTIONS, SEARCHABLE_LISTS, SearchableList
from sco_cities.sources.base_models import PublicationState

CONTENT_TYPE = "application/xml; charset=utf-8"
# Each has an address per language; the standard allows 50,000 addresses a file.
RECORDS_PER_FILE = 1_000
# Pages besides lists and records that can be read without a query string, by URL name.
PAGES = ("home", "map", "matrix", "trends", "recent", "about", "data", "api-docs")
# A statement has no page of its own: its address leads to the event or delegate.
KINDS = {kind.collection: kind for kind in SEARCHABLE_LISTS if kind.model is not Statement}

# Readers see their changes.
_SEEN = (PublicationState.PUBLISHED, PublicationState.WITHDRAWN)

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The files of the sitemap: one of pages and lists, and those of each kind of record."""
    files = [(reverse("sitemap-pages"), None)]
    with facet_index(*COLLECTIONS) as state:
        for kind in KINDS.values():
            for number, file in sorted(_files(kind, state).items()):
                if file.published:
                    path = reverse("sitemap-records", args=[kind.collection, number])
                    files.append((path, file.changed_at))
    entries = (
        f"<sitemap><loc>{_absolute(request, path)}</loc>{_lastmod(changed_at)}</sitemap>\n"
        for path, changed_at in files
    )
    return _document("sitemapindex", _NAMESPACE, entries)


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """The pages that are no records: lists with the last change of their records, and others."""
    with facet_index(*COLLECTIONS) as state:
        changes = {kind: last_change(kind, state) for kind in SEARCHABLE_LISTS}
    others = [(_paths(name), None) for name in PAGES]
    lists = [(_paths(f"{kind.collection}-list"), changed_at) for kind, changed_at in changes.items()]
    return _url_set(request, [*others, *lists])


@require_safe
def records(request: HttpRequest, collection: str, number: int) -> HttpResponse:
    """The published records of a range of keys; 404 if there are none."""
    kind = KINDS.get(collection)
    if kind is None:
        raise Http404
    published = kind.model.objects.published().filter(_is_in_file(number))
    rows = list(published.order_by("pk").values_list("slug", "updated_at"))
    if not rows:
        raise Http404
    # Resolved once a language, not for each record: a slug needs no escaping in an address.
    lists = _paths(f"{collection}-list")
    entries = (([f"{path}{slug}/" for path in lists], changed_at) for slug, changed_at in rows)
    return _url_set(request, entries)


def last_change(kind: SearchableList, state: IndexState) -> datetime.datetime | None:
    """When a record of a kind that is published or withdrawn was last changed; None if there is none."""
    return max((file.changed_at for file in _files(kind, state).values()), default=None)


class _File(NamedTuple):
    """The last change of the records of a file that are published or withdrawn, and how many are published."""

    changed_at: datetime.datetime
    published: int


def _files(kind: SearchableList, state: IndexState) -> dict[int, _File]:
    """The files of a kind by number, also those in which all records are withdrawn."""
    seen = kind.model.objects.using(state.using).filter(state__in=_SEEN).order_by()
    published = Count("pk", filter=Q(state=PublicationState.PUBLISHED))

    def read(records: QuerySet) -> dict[int, _File]:
        found = records.values_list(F("pk") / RECORDS_PER_FILE).annotate(
            Max("updated_at"), published=published
        )
        return {number: _File(*values) for number, *values in found}

    def update(files: dict[int, _File], changed: BitMap) -> dict[int, _File]:
        files = dict(files)
        for number in {key // RECORDS_PER_FILE for key in changed}:
            files.pop(number, None)
            files |= read(seen.filter(_is_in_file(number)))
        return files

    return state.incremental(kind.collection, "sitemap", lambda: read(seen), update)


def _is_in_file(number: int) -> Q:
    first = number * RECORDS_PER_FILE
    return Q(pk__gte=first, pk__lt=first + RECORDS_PER_FILE)


def _paths(name: str) -> list[str]:
    """The path of a page in each language of the site."""
    paths = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            paths.append(reverse(name))
    return paths


def _url_set(
    request: HttpRequest, entries: Iterable[tuple[list[str], datetime.datetime | None]]
) -> HttpResponse:
    """A file with a page per entry, given by its paths in each language: each names all of them, and itself."""
    tags = [html_language(code) for code, _name in settings.LANGUAGES]

    def urls() -> Iterator[str]:
        for paths, changed_at in entries:
            addresses = [_absolute(request, path) for path in paths]
            links = "".join(map(_alternate, [*tags, "x-default"], [*addresses, addresses[0]]))
            for address in addresses:
                yield f"<url><loc>{address}</loc>{_lastmod(changed_at)}{links}</url>\n"

    return _document("urlset", f'{_NAMESPACE} xmlns:xhtml="http://www.w3.org/1999/xhtml"', urls())


def _document(name: str, namespaces: str, entries: Iterable[str]) -> HttpResponse:
    return HttpResponse(
        "".join([_HEAD, f"<{name} {namespaces}>\n", *entries, f"</{name}>\n"]), content_type=CONTENT_TYPE
    )


def _absolute(request: HttpRequest, path: str) -> str:
    return escape(f"{request.scheme}://{request.get_host()}{path}")


def _lastmod(changed_at: datetime.datetime | None) -> str:
    return f"<lastmod>{format_utc(changed_at)}</lastmod>" if changed_at else ""


def _alternate(tag: str, address: str) -> str:
    return f'<xhtml:link rel="alternate" hreflang="{tag}" href="{address}"/>'
