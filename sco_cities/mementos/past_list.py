"""Where the lists of earlier days are: in the releases of the data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sco_cities.history.as_of import InvalidDay, read_as_of
from sco_cities.history.as_of_view import invalid_day, today_link
from sco_cities.listings import querystring
from sco_cities.listings.exports.streaming_response import refusal
from sco_cities.listings.past_lists import AS_OF
from sco_cities.releases.stored_releases import newest_release
from sco_cities.site.error_pages import ErrorPage, error_page, words_of_path
from sco_cities.site.machine_paths import has_json_errors


def past_list(request: HttpRequest) -> HttpResponse | None:
    """The way to the newest release that is not later than the day of the request; None if there is no day.

    Of today, the way to the list itself. 404 with the reason if there is none: what lists showed on an earlier day is
    not stored otherwise.
    """
    try:
        as_of = read_as_of(request)
    except InvalidDay as error:
        if request.path_info.endswith("/") or has_json_errors(request):
            return invalid_day(request, error)
        # As other mistakes in the address of a file of a list.
        return refusal(request, 400, f"{AS_OF}: {error}")
    if as_of is None:
        return None
    if as_of.is_today:
        params, _problem = querystring.read(request)
        return redirect(request.path + querystring.without(params, AS_OF).removesuffix("?"))
    day = date_format(as_of.day, "DATE_FORMAT")
    release = newest_release(as_of.day)
    if release is None:
        happened = _("The lists of earlier days are in releases of the data. There was none yet on %(date)s.")
        page = ErrorPage(
            404,
            _("There was no release yet on this day"),
            happened % {"date": day},
            _("Choose another day in the address, or start from one of these pages:"),
            suggestions=[today_link(request.path), (_("Data files"), reverse("data"))],
        )
        return error_page(request, page, words=words_of_path(request.path_info))
    response = redirect(release)
    sentence = _(
        "The newest release of the data until the end of %(date)s was made on %(day)s at %(time)s UTC: %(address)s"
    )
    made_at = release.made_at
    names = {
        "date": day,
        "day": date_format(made_at, "DATE_FORMAT"),
        "time": date_format(made_at, "H:i"),
        "address": response.url,
    }
    response["Content-Type"] = "text/plain; charset=utf-8"
    response.content = sentence % names
    return response
