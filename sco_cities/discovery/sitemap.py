"""The sitemap (sitemaps.org 0.9) of all pages without a query string, in all languages, with their last change.

A file contains the records in a range of keys. It changes only if one of these records changes or is withdrawn. New
records are in the last file. Crawlers therefore read only files with a new `lastmod`. Django's sitemap views are not
used, because robots.txt excludes URLs with a query string.
"""

import datetime
from collections.abc import Iterator

from django.contrib.sitemaps import Sitemap, views
from django.db.models import Count, F, Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from delegates.models import Statement
from sco_cities.core.publication_state import VISIBLE, PublicationState
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.search.searchable_lists import COLLECTIONS, SEARCHABLE_LISTS, SearchableList
from sco_cities.sources.base_models import Record

CONTENT_TYPE = "application/xml; charset=utf-8"
# A sitemap file may contain 50,000 URLs. Each record has a URL per language.
RECORDS_PER_FILE = 1_000
# URL names of pages that need no query string and are neither lists nor record pages.
PAGES = ("home", "map", "matrix", "recent", "about", "data", "api-docs")
# Statements are omitted, because they have no page. Their URLs redirect to the event or the delegate.
KINDS = {kind.collection: kind for kind in SEARCHABLE_LISTS if kind.collection != Statement.collection}


class _TranslatedSitemap(Sitemap):
    """A sitemap of records, or of pages given by URL name, each with its last change. Pages exist in all languages."""

    i18n = alternates = x_default = True

    def __init__(self, changes: dict[str | Record, datetime.datetime | None]):
        self.changes = changes

    def items(self) -> list[str | Record]:
        return list(self.changes)

    def location(self, item: str | Record) -> str:
        return reverse(item) if isinstance(item, str) else item.get_absolute_url()

    def lastmod(self, item: str | Record) -> datetime.datetime | None:
        return self.changes[item]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Returns the sitemap index. There is one file for pages and lists, and several files for each kind of record."""
    with facet_index(*COLLECTIONS) as state:
        files = [(reverse("sitemap-pages"), None), *_files(state)]
    context = {"files": [(request.build_absolute_uri(path), changed_at) for path, changed_at in files]}
    return TemplateResponse(request, "discovery/sitemap_index.xml", context, content_type=CONTENT_TYPE)


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """Returns the sitemap file of all pages except record pages. A list's last change is its records' last change."""
    with facet_index(*COLLECTIONS) as state:
        changes = {f"{kind.collection}-list": last_change(kind, state) for kind in SEARCHABLE_LISTS}
    return _file(request, _TranslatedSitemap(dict.fromkeys(PAGES) | changes))


@require_safe
def records(request: HttpRequest, collection: str, number: int) -> HttpResponse:
    """Returns the sitemap file of the published records in a range of keys. 404 if there are no such records."""
    kind = KINDS.get(collection)
    if kind is None:
        raise Http404
    first = number * RECORDS_PER_FILE
    in_file = Q(pk__gte=first, pk__lt=first + RECORDS_PER_FILE)
    published = kind.model.objects.published().filter(in_file).order_by("pk")
    changes = {record: record.updated_at for record in published.only("slug", "updated_at")}
    if not changes:
        raise Http404
    return _file(request, _TranslatedSitemap(changes))


def last_change(kind: SearchableList, state: IndexState) -> datetime.datetime | None:
    """Returns the time of the last change to a published or withdrawn record of a kind, or None."""
    return _seen(kind, state).aggregate(at=Max("updated_at"))["at"]


def _seen(kind: SearchableList, state: IndexState) -> QuerySet:
    """Returns the records of a kind that are published or withdrawn. Readers can see changes to these records."""
    seen = (VISIBLE, PublicationState.WITHDRAWN)
    return kind.model.objects.using(state.using).filter(state__in=seen).order_by()


def _files(state: IndexState) -> Iterator[tuple[str, datetime.datetime]]:
    """Yields the path and the last change of each file that contains published records."""
    published = Count("pk", filter=Q(state=VISIBLE))
    for kind in KINDS.values():
        numbers = _seen(kind, state).annotate(number=F("pk") / RECORDS_PER_FILE).values_list("number")
        files = numbers.annotate(Max("updated_at"), published=published).filter(published__gt=0)
        for number, changed_at, _published in files.order_by("number"):
            yield reverse("sitemap-records", args=[kind.collection, number]), changed_at


def _file(request: HttpRequest, sitemap: Sitemap) -> HttpResponse:
    return views.sitemap(
        request, {"": sitemap}, template_name="discovery/sitemap.xml", content_type=CONTENT_TYPE
    )
