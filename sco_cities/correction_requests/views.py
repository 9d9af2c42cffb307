"""The public pages for reporting an error in a record and for checking the state of a request."""

import logging
import math
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from sco_cities.ops.rate_limit import ClientLimit, RateLimit, client_network
from sco_cities.sources.base_models import record_model
from sco_cities.sources.views import published_record

from .forms import CorrectionRequestForm
from .models import CorrectionRequest, network_code

log = logging.getLogger(__name__)

# Maximum requests per IP address, counted separately in each process.
REQUESTS_PER_ADDRESS, PERIOD_S = 10, 60 * 60
# Maximum open requests per network, counted in all processes, because one client may control every address of a
# network.
REQUESTS_PER_NETWORK = 40
# Maximum open requests in total. It prevents a flood from filling the database. If more than half of this number are
# open, each network may send only one request per period, so that readers in other networks can still report errors.
MAX_OPEN = 1000
FULL_RETRY_S = 60 * 60
by_client = ClientLimit(REQUESTS_PER_ADDRESS, REQUESTS_PER_NETWORK, PERIOD_S)
# Limits the number of log lines during a flood of requests.
log_lines = RateLimit(1, 60)


@require_http_methods(["GET", "HEAD", "POST"])
def correction_request(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
    """Shows and handles the form for a published record. `value` in the query string preselects one of its values."""
    model = record_model(collection)
    if model is None:
        raise Http404(_("This record does not exist or is not published yet."))
    record = published_record(model, slug)
    if request.method == "POST":
        form = CorrectionRequestForm(record, request.POST)
        network = network_code(client_network(request))
        wait_s = _refuse(request, form, network) if form.is_valid() else None
        if form.is_valid():
            sent = form.save(network)
            return HttpResponseRedirect(reverse("correction-request-sent", args=[sent.reference]))
    else:
        form, wait_s = CorrectionRequestForm(record), None
        if (key := request.GET.get("value", "")) in dict(form.fields["value"].choices):
            form.initial["value"] = key
    context = {
        "form": form,
        "record": record,
        "name": record.name,
        "record_kind": record._meta.verbose_name,
    }
    response = render(request, "correction_requests/form.html", context)
    if wait_s:
        response.status_code, response["Retry-After"] = 429, str(wait_s)
        # Otherwise, Django would log each rejected request.
        response._has_been_logged = True
    return response


@require_safe
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """Confirms a request with its reference number and state. If the request is closed, the page shows the answer."""
    correction = CorrectionRequest.objects.filter(reference=reference.upper()).first()
    if correction is None:
        raise Http404(_("There is no request with this reference number."))
    record = correction.current_record()
    context = {"correction": correction, "record": record if record and record.is_published else None}
    return render(request, "correction_requests/sent.html", context)


def _refuse(request: HttpRequest, form: CorrectionRequestForm, network: str) -> int | None:
    """If there are too many requests, adds an error to the form and returns the seconds to wait. Otherwise None."""
    # This check comes first because it needs no query.
    wait_s = by_client.take(request)
    error = _too_many_of_network(wait_s)
    if not wait_s:
        wait_s, error = _refusal_by_open_requests(network)
        if not wait_s:
            return None
        by_client.give_back(request)
    form.add_error(None, error)
    if not log_lines.take(""):
        log.warning("Correction requests are rejected: too many are open, or too many came from one network.")
    return wait_s


def _refusal_by_open_requests(network: str) -> tuple[int, str]:
    """Returns the seconds to wait (0 if the request is accepted) and the error for the reader."""
    count = CorrectionRequest.objects.open().count()
    if count >= MAX_OPEN:
        return FULL_RETRY_S, _(
            "The editors have too many open requests at the moment. Nothing was saved. Your text is still in the "
            "form. Keep a copy and send it again tomorrow."
        )
    limit = 1 if count >= MAX_OPEN / 2 else REQUESTS_PER_NETWORK
    now, wait_s = timezone.now(), 0
    recent = CorrectionRequest.objects.open().filter(
        network=network, sent_at__gt=now - timedelta(seconds=PERIOD_S)
    )
    times = recent.order_by("-sent_at").values_list("sent_at", flat=True)[:limit] if network else ()
    if len(times) == limit:
        # The clock may have been set back since the last request.
        wait_s = max(1, min(PERIOD_S, PERIOD_S - round((now - times[limit - 1]).total_seconds())))
    return wait_s, _too_many_of_network(wait_s)


def _too_many_of_network(wait_s: int) -> str:
    minutes = math.ceil(wait_s / 60)
    text = ngettext(
        "Too many requests came from your network. Nothing was saved. Your text is still in the form. Send it again "
        "in %(minutes)d minute.",
        "Too many requests came from your network. Nothing was saved. Your text is still in the form. Send it again "
        "in %(minutes)d minutes.",
        minutes,
    )
    return text % {"minutes": minutes}
