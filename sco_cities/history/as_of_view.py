"""Responds to requests for a record as of a day with the record, a redirect, or the reason why it cannot be shown."""

import datetime
from collections.abc import Callable, Iterator

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.core.responses import LINK_FORMAT, add_links
from sco_cities.i18n.punctuation import join_sentences
from sco_cities.listings.registered_functions import AS_OF
from sco_cities.site.error_pages import ErrorPage, error_page, words_of_path
from sco_cities.site.machine_paths import has_json_errors, invalid_parameters
from sco_cities.sources.base_models import PublicationState, Record
from sco_cities.sources.views import GONE, former_slug

from .as_of import AsOf, InvalidDay
from .models import Revision
from .past_record import record_as_of
from .past_references import merged_records
from .record_history import public_history
from .shown_record import ShownRecord, shown_now
from .unrecorded_changes import HEADER, SENTENCE, has_unrecorded_changes

NOT_YET = "not-yet"
NOT_PUBLISHED_TITLE = gettext_lazy("The record was not published on this day")
Respond = Callable[[ShownRecord], HttpResponse]


def respond_as_of(
    request: HttpRequest, model: type[Record], slug: str, as_of: AsOf, respond: Respond
) -> HttpResponse:
    """Calls `respond` for the record with this current or former slug, as it was on the day.

    Returns 404 with the reason if the record was not published on that day, and 301 if its URL has changed.
    """
    records = model.objects.for_record_page() if as_of.is_today else model.objects.for_link()
    record = records.filter(slug=slug.lower()).first()
    if record is None:
        former = former_slug(model, slug.lower())
        record = former.record if former else None
        if record is not None and (shown := _merged(record, former.slug, as_of)):
            return _memento(request, shown, respond(shown))
    if record is None or not _was_ever_published(record):
        raise Http404
    # If readers cannot see the record, its new URL is not revealed.
    address = record.slug if record.is_published else slug.lower()
    if address != slug:
        return _redirect(request, address, as_of)
    if as_of.is_today:
        shown = shown_now(record, as_of) if record.is_published else None
    else:
        shown = record_as_of(model, record.pk, as_of, record)
    if shown is None:
        return _not_published(request, record, as_of)
    return _memento(request, shown, respond(shown))


def invalid_day(request: HttpRequest, error: InvalidDay) -> HttpResponse:
    """Returns status 400 with the reason, as an HTML page, or as JSON for views with JSON errors."""
    if has_json_errors(request):
        return invalid_parameters(request, {AS_OF: [error.error]})
    title, advice = (
        _("This date cannot be shown"),
        _("Correct the date in the URL, or start from one of these pages:"),
    )
    page = ErrorPage(400, title, str(error), advice, suggestions=[today_link(request.path)], has_day=True)
    return error_page(request, page, words=words_of_path(request.path_info))


def _merged(target: Record, slug: str, as_of: AsOf) -> ShownRecord | None:
    """The record that had this slug and was merged into `target`, or None if it was not published on the day."""
    model = type(target)
    keys = merged_records(model, {slug: target.pk}).get(slug, ())
    return record_as_of(model, keys[-1], as_of, target) if keys else None


def _was_ever_published(record: Record) -> bool:
    return record.is_published or Revision.objects.of(record).seen_by_readers().exists()


def _not_published(request: HttpRequest, record: Record, as_of: AsOf) -> HttpResponse:
    published_at = public_history(record).published_at
    if as_of.is_today and record.state == PublicationState.WITHDRAWN:
        return error_page(request, GONE)
    day = date_format(as_of.day, "DATE_FORMAT")
    if published_at and published_at >= as_of.until:
        first = date_format(published_at, "DATE_FORMAT")
        words = _("It had not been published by the end of %(date)s. It was first published on %(first)s.")
        happened = words % {"date": day, "first": first}
    else:
        happened = _("At the end of %(date)s it was not published.") % {"date": day}
    advice = _("Choose another date in the URL, or start from one of these pages:")
    is_incomplete = has_unrecorded_changes(record)
    if is_incomplete:
        happened = join_sentences(f"{happened} {SENTENCE}")
    links = list(_published_days(request, record, published_at))
    page = ErrorPage(404, NOT_PUBLISHED_TITLE, happened, advice, code=NOT_YET, suggestions=links)
    return _with_header(error_page(request, page, words=words_of_path(request.path_info)), is_incomplete)


def _published_days(
    request: HttpRequest, record: Record, published_at: datetime.datetime | None
) -> Iterator[tuple[str, str]]:
    """Links to the first day for which the record can be shown, and to today."""
    if published_at:
        first = AsOf(published_at.astimezone(datetime.UTC).date())
        if not first.is_today and record_as_of(type(record), record.pk, first, record):
            label = _("The record at the end of %(date)s") % {"date": date_format(first.day, "DATE_FORMAT")}
            yield label, f"{request.path}{first.query}"
    if record.is_published:
        yield today_link(request.path)


def today_link(path: str) -> tuple[str, str]:
    """The label and the URL of a page without a selected day."""
    return _("As it is today"), path


def _redirect(request: HttpRequest, slug: str, as_of: AsOf) -> HttpResponse:
    match = request.resolver_match
    address = reverse(match.view_name, kwargs=match.kwargs | {"slug": slug})
    return HttpResponsePermanentRedirect(f"{address}{as_of.query}")


def _memento(request: HttpRequest, shown: ShownRecord, response: HttpResponse) -> HttpResponse:
    """Adds the headers of RFC 7089 to the response. The current day has no memento until it is over."""
    if shown.is_past:
        response["Memento-Datetime"] = shown.as_of.memento_datetime
    days = reverse("timemap", args=[shown.record.collection, shown.slug])
    links = [
        (request.path, "original", ""),
        (days, "timemap", LINK_FORMAT),
    ]
    add_links(response, ((request.build_absolute_uri(path), *link) for path, *link in links))
    response["X-Robots-Tag"] = "noindex"
    return _with_header(response, shown.has_unrecorded_changes)


def _with_header(response: HttpResponse, has_unrecorded_changes: bool) -> HttpResponse:
    if has_unrecorded_changes:
        response[HEADER] = "true"
    return response
