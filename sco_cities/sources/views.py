"""Views for record pages, including the page of a report."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_safe

from sco_cities.core.publication_state import may_edit, may_preview
from sco_cities.core.responses import LINK_FORMAT
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.registered_functions import past_record_page
from sco_cities.site.error_pages import ErrorPage, error_page
from sco_cities.site.signposts import absolute_urls, add_signposts, file_redirect

from .base_models import PublicationState, Record
from .footnotes import Footnotes
from .models import FormerSlug, Report
from .passages import citing_record_counts, passage_usages, speakers_by_passage

GONE = ErrorPage(
    410,
    gettext_lazy("This record has been withdrawn"),
    gettext_lazy("The editors have withdrawn this record. It is no longer shown."),
    gettext_lazy("Remove links to it. Find what you need here:"),
    code="gone",
)


def for_record(model: type[Record], *, has_mementos: bool = True, with_relations: bool = True) -> Callable:
    """Decorator for views of a record.

    The decorator passes the published record with the slug in the URL to the view.

    Former slugs and slugs with capitals redirect permanently (301) to the same page with the current slug. Editors can
    preview unpublished records. Set `has_mementos` for the record's page. Clients can then request the page as of a
    past date, and programs that prefer a file are redirected to the record's file. Set `with_relations` to false if the
    view reads related records itself.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def with_record(request: HttpRequest, slug: str) -> HttpResponse:
            if has_mementos and (to_file := file_redirect(request)) is not None:
                return to_file
            if has_mementos and (past_page := past_record_page(request, model, slug, view)) is not None:
                return past_page
            records = model.objects.for_record_page() if with_relations else model.objects.all()
            record = records.filter(slug=slug.lower()).first()
            if record is not None and record.is_published and record.slug == slug:
                return view(request, record)
            if record is None or record.is_published or not may_preview(request.user, model):
                return without_record(request, model, slug)
            response = view(request, record)
            add_never_cache_headers(response)
            return response

        return with_record

    return decorate


def published_record(model: type[Record], slug: str) -> Record:
    """Returns the published record with this slug or former slug. Raises Http404 otherwise, even for editors."""
    record = _stored_record(model, slug)
    if record is None or not record.is_published:
        raise Http404(_not_found_message())
    return record


def record_page(request: HttpRequest, template: str, record: Record, **context) -> HttpResponse:
    """Renders the page of a record. `template` extends "sources/record.html", the layout of all record pages."""
    footnotes = None
    if record.evidence_fields:
        with facet_index("delegates") as state:
            footnotes = Footnotes(record, speakers=speakers_by_passage(state))
    return render_record(
        request, template, record_context(request, record) | {"footnotes": footnotes} | context
    )


def render_record(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Renders the page and adds headers for programs. `for_record` redirects some requests to a file instead."""
    response = render(request, template, context)
    patch_vary_headers(response, ["Accept"])
    if context["record"].is_published:
        _add_signposts(request, response, context["record"], context["shown"])
    return response


def _add_signposts(request: HttpRequest, response: HttpResponse, record: Record, shown) -> None:
    slug, query = (shown.slug, shown.as_of.query) if shown else (record.slug, "")
    absolute, own = absolute_urls(request), (record.collection, slug)
    # The URLs are the same in every language.
    with override("en"):
        page = absolute(reverse(f"{record.collection}-record", args=[slug]) + query)
        links = [(absolute(reverse("record-jsonld", args=own) + query), "describedby", "application/ld+json")]
        if not shown:
            links.append((absolute(reverse("timemap", args=own)), "timemap", LINK_FORMAT))
    add_signposts(response, page, links)


def record_context(request: HttpRequest, record: Record) -> dict[str, Any]:
    """Returns the template context of record pages, except the footnotes."""
    shown = getattr(request, "shown_as_of", None)
    can_edit = not record.is_published or (shown is None and may_edit(request, type(record)))
    return {
        "record": record,
        "record_kind": record._meta.verbose_name,
        "list_title": record._meta.verbose_name_plural,
        "list_url": reverse(f"{record.collection}-list"),
        "absolute_url": request.build_absolute_uri(shown.path if shown else record.get_absolute_url()),
        "shown": shown,
        "correction_url": reverse("correction-request", args=[record.collection, record.slug])
        if record.is_published
        else "",
        "edit_url": edit_url(record) if can_edit else "",
    }


def edit_url(record: Record) -> str:
    """Returns the URL of a record's admin page, or "" without an admin page."""
    try:
        return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
    except NoReverseMatch:
        return ""


def former_slug(model: type[Record], slug: str) -> FormerSlug | None:
    content_type = ContentType.objects.get_for_model(model)
    return FormerSlug.objects.filter(content_type=content_type, slug=slug).first()


def without_record(request: HttpRequest, model: type[Record], slug: str) -> HttpResponse:
    """Returns the response to a URL whose slug is not the current slug of a published record.

    If the record is published, the response redirects permanently to its current slug. The status is 410 if the record
    was withdrawn, otherwise 404.
    """
    record = _stored_record(model, slug)
    if record is not None and record.is_published:
        return _redirect(request, record)
    if record is not None and record.state == PublicationState.WITHDRAWN:
        return error_page(request, GONE)
    raise Http404(_not_found_message())


def _stored_record(model: type[Record], slug: str) -> Record | None:
    """Returns the record with this slug or former slug, in any publication state."""
    record = model.objects.filter(slug=slug.lower()).first()
    former = None if record else former_slug(model, slug.lower())
    return former.record if former else record


def _redirect(request: HttpRequest, record: Record) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    match = request.resolver_match
    url = reverse(match.view_name, kwargs=match.kwargs | {"slug": record.slug})
    return HttpResponsePermanentRedirect(url + (f"?{query}" if query else ""))


def _not_found_message() -> str:
    return _("This record does not exist or is not published yet.")


@require_safe
@for_record(Report)
def report(request: HttpRequest, report: Report) -> HttpResponse:
    """Renders a report with its passages in order, their evidence and contradictions."""
    passages = passage_usages(report)
    return record_page(
        request, "sources/report.html", report, passages=passages, counts=citing_record_counts(passages)
    )
