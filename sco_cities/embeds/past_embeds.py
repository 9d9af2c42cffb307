"""Embeds and citations as of a release."""

from collections.abc import Callable
from functools import wraps

from django.db.utils import ConnectionDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sco_cities.history.as_of_view import today_link
from sco_cities.history.shown_record import InvalidDay, as_of_in
from sco_cities.listings import querystring
from sco_cities.listings.registered_functions import AS_OF, past_response
from sco_cities.releases.released_index import NotInRelease, requested_release
from sco_cities.releases.stored_releases import Release
from sco_cities.search.searchable_lists import kind_or_404
from sco_cities.site.error_pages import ErrorPage, error_page, words_of_path

View = Callable[..., HttpResponse]


def with_past_page(view: View) -> View:
    """Decorates a view of current data. Requests for a past date are redirected to the page of the record.

    Requests for today are redirected to the view without a date, because other sites cannot frame the record page.
    """

    @wraps(view)
    def with_redirect(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
        params, _error = querystring.read(request)
        days = params.getlist(AS_OF)
        if not days:
            return view(request, collection, slug)
        kind_or_404(collection)
        try:
            if as_of_in(params).is_today:
                return redirect(request.path)
        except InvalidDay:
            pass
        return redirect(reverse(f"{collection}-record", args=[slug], query={AS_OF: days}))

    return with_redirect


def with_releases(view: View) -> View:
    """Decorates a view that shows the newest release up to the date in the query.

    If there is no such release, the request gets the same response as a list, or is redirected to the page of the
    record.
    """

    @wraps(view)
    def with_release(request: HttpRequest, **names: str) -> HttpResponse:
        params, _error = querystring.read(request)
        if release := requested_release(params):
            try:
                return view(request, **names)
            except (NotInRelease, ConnectionDoesNotExist):
                return _not_in_release(request, release)
        if "slug" in names:
            return with_past_page(view)(request, **names)
        response = past_response(request)
        return view(request, **names) if response is None else response

    return with_release


def _not_in_release(request: HttpRequest, release: Release) -> HttpResponse:
    params, _error = querystring.read(request)
    day = date_format(release.day, "DATE_FORMAT")
    page = ErrorPage(
        404,
        _("This page is not available for the release"),
        _(
            "The release of %(date)s does not contain this record or value, or does not support these filters. "
            "Searches, filters by report, and some sort orders are available only for current data."
        )
        % {"date": day},
        _("Remove the filter from the URL, or start from one of these pages:"),
        suggestions=[
            today_link(request.path + querystring.without(params, AS_OF).removesuffix("?")),
            (_("Release of %(date)s") % {"date": day}, release.get_absolute_url()),
        ],
    )
    return error_page(request, page, words=words_of_path(request.path_info))
