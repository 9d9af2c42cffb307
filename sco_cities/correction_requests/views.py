"""The public pages: report an error in a record, and what has become of a request."""

import logging
import math

from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from sco_cities.ops.client_address import client_address
from sco_cities.ops.rate_limit import RateLimit
from sco_cities.sources.base_models import Record, record_model
from sco_cities.sources.models import FormerSlug

from .forms import CorrectionRequestForm
from .models import CorrectionRequest

log = logging.getLogger(__name__)

# Requests by address, in each process.
REQUESTS_PER_ADDRESS, PERIOD_S = 10, 60 * 60
# Open requests of all addresses: a flood must not fill the database.
MAX_OPEN = 1000
FULL_RETRY_S = 60 * 60
by_address = RateLimit(REQUESTS_PER_ADDRESS, PERIOD_S)
# A flood must not fill the log.
log_lines = RateLimit(1, 60)


@require_http_methods(["GET", "HEAD", "POST"])
def correction_request(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
    """The form for a published record; `value` in the query string selects one of its values."""
    record = _published_record(collection, slug)
    if request.method == "POST":
        form = CorrectionRequestForm(record, request.POST)
        wait_s = _refuse(request, form) if form.is_valid() else None
        if form.is_valid():
            sent = form.save()
            return HttpResponseRedirect(reverse("correction-request-sent", args=[sent.reference]))
    else:
        form, wait_s = CorrectionRequestForm(record), None
        if form.has_value(key := request.GET.get("value", "")):
            form.initial["value"] = key
    context = {
        "form": form,
        "record": record,
        "name": getattr(record, "name", record),
        "record_kind": record._meta.verbose_name,
    }
    response = render(request, "correction_requests/form.html", context)
    if wait_s:
        response.status_code, response["Retry-After"] = 429, str(wait_s)
        # Django would log each.
        response._has_been_logged = True
    return response


@require_safe
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """The confirmation: the reference number, the state of the request and, when it is closed, the answer."""
    correction = CorrectionRequest.objects.filter(reference=reference.upper()).first()
    if correction is None:
        raise Http404(_("There is no request with this reference number."))
    record = correction.current_record()
    context = {"correction": correction, "record": record if record and record.is_published else None}
    return render(request, "correction_requests/sent.html", context)


def _refuse(request: HttpRequest, form: CorrectionRequestForm) -> int | None:
    """Adds an error to the form and returns the seconds to wait, if there are too many requests."""
    # A Unix socket whose proxy names no client has no address: all clients would share one limit.
    address = client_address(request)
    # First, because it costs no query.
    if wait_s := by_address.take(address) if address is not None else 0:
        minutes = math.ceil(wait_s / 60)
        text = ngettext(
            "Too many requests came from your network. Nothing was saved. Your text is still in the form: send it "
            "again in %(minutes)d minute.",
            "Too many requests came from your network. Nothing was saved. Your text is still in the form: send it "
            "again in %(minutes)d minutes.",
            minutes,
        )
        form.add_error(None, text % {"minutes": minutes})
    elif CorrectionRequest.objects.open().count() >= MAX_OPEN:
        if address is not None:
            by_address.give_back(address)
        wait_s = FULL_RETRY_S
        form.add_error(
            None,
            _(
                "The editors have more open requests than they can answer at the moment. Nothing was saved. Your text "
                "is still in the form: keep a copy and send it again tomorrow."
            ),
        )
    else:
        return None
    if not log_lines.take(""):
        log.warning("Correction requests are refused: too many are open, or too many came from one address.")
    return wait_s


def _published_record(collection: str, slug: str) -> Record:
    """The published record with this slug or former slug."""
    model = record_model(collection)
    if model is not None:
        records = model.objects.published().for_link()
        if record := records.filter(slug=slug).first():
            return record
        kind = ContentType.objects.get_for_model(model)
        keys = FormerSlug.objects.filter(content_type=kind, slug=slug).values("object_id")
        if record := records.filter(pk__in=keys).first():
            return record
    raise Http404(_("This record does not exist or is not published yet."))
