"""Pages of records as of a past date, in one layout for every kind of record, and redirects from lists to releases."""

import datetime
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from initiatives.models import Initiative
from sco_cities.api.record_document import elsewhere
from sco_cities.api.record_markdown import NAMES, TEXTS, record_values, reference_facts
from sco_cities.core.publication_state import VISIBLE
from sco_cities.core.responses import LINK_FORMAT
from sco_cities.facet_index.refresh import facet_index
from sco_cities.history.as_of_view import invalid_day, respond_as_of, today_link
from sco_cities.history.models import Revision
from sco_cities.history.record_history import public_history
from sco_cities.history.shown_record import AsOf, InvalidDay, ShownRecord, read_as_of, today
from sco_cities.listings import querystring
from sco_cities.listings.exports.streaming_response import refusal
from sco_cities.listings.registered_functions import AS_OF
from sco_cities.releases.stored_releases import newest_release
from sco_cities.search.searchable_lists import kind_or_404
from sco_cities.site.error_pages import ErrorPage, error_page, words_of_path
from sco_cities.site.machine_paths import has_json_errors
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Report
from sco_cities.sources.views import former_slug, record_context, render_record

# The fields shown for initiatives, in the order of the current page.
_INITIATIVE_VALUES = (
    "status", "kind", "starts_on", "ends_on", "cities", "countries", "organisations", "themes", "event",
)  # fmt: skip


def as_of_page(
    request: HttpRequest, model: type[Record], slug: str, view: Callable[[HttpRequest, Record], HttpResponse]
) -> HttpResponse | None:
    """Returns the page of the record as of the requested date, or None if the request has no date.

    For today, `view` renders the page.
    """
    try:
        as_of = read_as_of(request)
    except InvalidDay as error:
        return invalid_day(request, error)
    if as_of is None:
        return None

    def respond(shown: ShownRecord) -> HttpResponse:
        request.shown_as_of = shown
        return _past_page(request, shown) if shown.is_past else view(request, shown.record)

    # The open index makes all parts of the page show the same state of the data.
    with facet_index(model.collection):
        return respond_as_of(request, model, slug, as_of, respond)


def _past_page(request: HttpRequest, shown: ShownRecord) -> HttpResponse:
    record = shown.record
    values = list(record_values(record, shown.footnotes))
    facts = [(label, text, text if "://" in text else "") for label, text in reference_facts(record)]
    if isinstance(record, Initiative):
        values.sort(key=lambda value: [*_INITIATIVE_VALUES, value.stem].index(value.stem))
    figures = [figure.key for figure in shown.footnotes.figures]
    context = record_context(request, record) | {
        "footnotes": shown.footnotes if record.evidence_fields else None,
        "title": record.name,
        "names": [value for value in values if value.stem in NAMES],
        "texts": [value for value in values if value.stem in TEXTS],
        "values": [value for value in values if value.stem not in (*NAMES, *TEXTS, *figures)],
        # The facts of a record that need no evidence. Each fact consists of a label, a text, and the URL of a link or
        # "".
        "facts": [*facts, *elsewhere(record)],
        "passages": record.passages.all() if isinstance(record, Report) else (),
        "correction_url": "",
    }
    return render_record(request, "mementos/record.html", context)


def public_days(record: Record) -> list[datetime.date]:
    """Returns the past dates (UTC), oldest first, that ended with a new public state of the record."""
    published_at = public_history(record).published_at
    states = {published_at.date(): VISIBLE} if published_at else {}
    revisions = Revision.objects.of(record).seen_by_readers().order_by("pk")
    for made_at, state in revisions.values_list("change_set__made_at", "state"):
        states[made_at.date()] = state
    return sorted(day for day, state in states.items() if state == VISIBLE and day < today())


@require_safe
def timemap(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
    """Lists the dates with a new public state of the record, as links (RFC 7089).

    Returns status 404 if the record was never published.
    """
    model = kind_or_404(collection).model
    record = model.objects.for_link().filter(slug=slug.lower()).first()
    if record is None and (former := former_slug(model, slug.lower())):
        record = former.record
    days = public_days(record) if record else []
    if record is None or not (days or record.is_published):
        raise Http404
    # If the record is not published, its new URL is not revealed.
    current = record.slug if record.is_published else slug.lower()
    page = request.build_absolute_uri(reverse(f"{collection}-record", args=[current]))
    own = request.build_absolute_uri(reverse("timemap", args=[collection, current]))
    lines = [f'<{page}>; rel="original"', f'<{own}>; rel="self"; type="{LINK_FORMAT}"']
    for day in days:
        memento = AsOf(day)
        ends = ["first"] * (day == days[0]) + ["last"] * (day == days[-1])
        relation = " ".join([*ends, "memento"])
        lines.append(f'<{page}{memento.query}>; rel="{relation}"; datetime="{memento.memento_datetime}"')
    return HttpResponse(",\n".join(lines) + "\n", content_type=LINK_FORMAT)


def past_list(request: HttpRequest) -> HttpResponse | None:
    """Redirects to the newest release up to the requested date. Returns None if the request has no date.

    For today, redirects to the list itself. If there is no release up to that date, the response has status 404 and the
    reason. Past states of lists are stored only in releases.
    """
    try:
        as_of = read_as_of(request)
    except InvalidDay as error:
        if request.path_info.endswith("/") or has_json_errors(request):
            return invalid_day(request, error)
        # Uses the format of other errors in the URL of a list file.
        return refusal(request, 400, f"{AS_OF}: {error}")
    if as_of is None:
        return None
    if as_of.is_today:
        params, _problem = querystring.read(request)
        return redirect(request.path + querystring.without(params, AS_OF).removesuffix("?"))
    day = date_format(as_of.day, "DATE_FORMAT")
    release = newest_release(as_of.day)
    if release is None:
        happened = _(
            "Past lists are available only as data releases. There was no release by the end of %(date)s."
        )
        page = ErrorPage(
            404,
            _("There was no release yet on this date"),
            happened % {"date": day},
            _("Choose another date in the URL, or start from one of these pages:"),
            suggestions=[today_link(request.path), (_("Data files"), reverse("data"))],
        )
        return error_page(request, page, words=words_of_path(request.path_info))
    response = redirect(release)
    sentence = _(
        "The latest data release on or before %(date)s was published on %(day)s at %(time)s UTC: %(address)s"
    )
    published_on, time = (date_format(release.made_at, each) for each in ("DATE_FORMAT", "H:i"))
    response["Content-Type"] = "text/plain; charset=utf-8"
    response.content = sentence % {"date": day, "day": published_on, "time": time, "address": response.url}
    return response
