"""The public pages for following a list or a record, confirming an e-mail address, and unsubscribing."""

import math
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from sco_cities.correction_requests.forms import ReaderEmailField, ReaderForm
from sco_cities.facet_index.refresh import facet_index
from sco_cities.feeds.changes import FeedSubject, last_settled
from sco_cities.listings.list_query import ListQuery
from sco_cities.ops.rate_limit import ClientLimit, RateLimit
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION, kind_or_404
from sco_cities.sources.base_models import Record
from sco_cities.sources.views import for_record

from .delivery import confirm_now
from .models import (
    CONFIRM,
    UNSUBSCRIBE,
    Subscriber,
    Subscription,
    address_codes,
    key_in,
    read_records,
    subscribe,
)


class SubscriptionForm(ReaderForm):
    """The e-mail address of a reader who wants to follow a list or record."""

    field_order = ("email", "subject")

    email = ReaderEmailField(
        help_text=gettext_lazy(
            "Used only for this subscription. It is stored encrypted, and it is deleted when you unsubscribe."
        ),
        error_messages={"required": gettext_lazy("Enter your e-mail address.")},
    )


# The limits of requests per client address and per network. Each process counts separately.
PERIOD_S = 60 * 60
by_client = ClientLimit(10, 40, PERIOD_S)
# Maximum confirmation e-mails per day to one e-mail address. The limit is low because strangers can trigger these
# e-mails. Each process counts separately.
by_address = RateLimit(3, 24 * 60 * 60)
# Maximum unconfirmed subscriptions in total, so that a flood cannot fill the database.
MAX_UNCONFIRMED = 10_000
# Maximum length of a list's filters, because PostgreSQL can index at most 2,704 bytes.
MAX_QUERY_LENGTH = 2_000

accepts_posts = require_http_methods(["GET", "HEAD", "POST"])


def with_email(view: Callable) -> Callable:
    """Decorates views that return status 404 if the site does not send e-mail."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not settings.SENDS_EMAIL:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@accepts_posts
@sensitive_post_parameters("email")
def subscribe_to_list(request: HttpRequest, collection: str) -> HttpResponse:
    """Renders the page for following a list with its filters, by feed or by e-mail."""
    with facet_index(collection) as state:
        list_query = ListQuery.of(LISTS_BY_COLLECTION[collection].listing, state, request)
        if list_query.errors:
            return render(request, "subscriptions/subscribe.html", {"list_query": list_query})
        subject = FeedSubject.of_list(list_query)
    return _subscription_page(request, subject)


@accepts_posts
@sensitive_post_parameters("email")
def subscribe_to_record(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
    """Renders the page for following a record, by feed or by e-mail."""

    @for_record(kind_or_404(collection).model, has_mementos=False, with_relations=False)
    def of_record(request: HttpRequest, record: Record) -> HttpResponse:
        return _subscription_page(request, FeedSubject.of_record(record, DEFAULT_DB_ALIAS))

    return of_record(request, slug)


def _subscription_page(request: HttpRequest, subject: FeedSubject) -> HttpResponse:
    form, wait_s = None, 0
    if settings.SENDS_EMAIL:
        form = SubscriptionForm(request.POST if request.method == "POST" else None)
        if form.is_bound and len(subject.query) > MAX_QUERY_LENGTH:
            text = _(
                "The filters of this list are too long for e-mails. Remove some filters, or use a feed reader."
            )
            form.add_error(None, text)
        if form.is_valid():
            wait_s = _wait_of(request, form)
            if not wait_s:
                _ask_to_confirm(form.cleaned_data["email"], subject)
                return HttpResponseRedirect(reverse("subscription-asked"))
    elif request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    context = {"subject": subject, "form": form, "calendar_url": _calendar_path(subject)}
    context |= {name: request.build_absolute_uri(subject.path(name)) for name in ("atom", "feed")}
    response = render(request, "subscriptions/subscribe.html", context)
    if wait_s:
        response.status_code, response["Retry-After"] = 429, str(wait_s)
        # Prevents Django from logging each rejected request.
        response._has_been_logged = True
    return response


def _calendar_path(subject: FeedSubject) -> str:
    try:
        return "" if subject.record else reverse(f"{subject.model.collection}-ics") + subject.query
    except NoReverseMatch:
        return ""


def _wait_of(request: HttpRequest, form: SubscriptionForm) -> int:
    """Returns the seconds to wait, with an error in the form, if there are too many requests. Otherwise returns 0."""
    wait_s = by_client.take(request)
    if not wait_s and Subscription.objects.filter(confirmed_at=None).count() >= MAX_UNCONFIRMED:
        wait_s = PERIOD_S
    if wait_s:
        minutes = math.ceil(wait_s / 60)
        text = ngettext(
            "There were too many requests. Nothing was saved. Try again in %(minutes)d minute.",
            "There were too many requests. Nothing was saved. Try again in %(minutes)d minutes.",
            minutes,
        )
        form.add_error(None, text % {"minutes": minutes})
    return wait_s


def _ask_to_confirm(address: str, subject: FeedSubject) -> None:
    """Stores the subscription unless the address was entered too often. The response does not depend on this."""
    if by_address.take(address_codes(address)[0]):
        return
    with transaction.atomic():
        subscribe(address, subject)
        confirm_now.enqueue()


@require_safe
@with_email
def asked(request: HttpRequest) -> HttpResponse:
    """Renders the page shown after the form is submitted, which is the same for every address."""
    return render(request, "subscriptions/asked.html")


# The token authorises the two views below. These views have no CSRF check, because mail programs send no cookies.
@csrf_exempt
@accepts_posts
@with_email
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirms a subscription. A GET request only shows a button, because mail scanners open links."""
    row = Subscription.objects.filter(pk=key_in(token, CONFIRM)).exclude(
        pk__in=Subscription.objects.expired()
    )
    subscription = row.select_related("subscriber").first()
    subject = subscription and subscription.subject()
    if subject is None:
        raise Http404(_("This link is no longer valid. Subscribe again on the page of the list or record."))
    if request.method != "POST":
        return render(request, "subscriptions/confirm.html", {"subject": subject})
    now, subscriber = timezone.now(), subscription.subscriber
    with transaction.atomic():
        Subscriber.objects.filter(pk=subscriber.pk, searched_on=None).update(searched_on=now.date())
        row.filter(confirmed_at=None).update(confirmed_at=now, last_change=last_settled(DEFAULT_DB_ALIAS))
    return HttpResponseRedirect(subscriber.unsubscribe_path)


@csrf_exempt
@accepts_posts
@with_email
def subscriptions(request: HttpRequest, token: str) -> HttpResponse:
    """Lists the subscriptions of an address. POST cancels one or, if sent by a mail program, all (RFC 8058)."""
    if (key := key_in(token, UNSUBSCRIBE)) is None:
        raise Http404(_("This link is no longer valid. Use the link in a newer e-mail."))
    own = Subscription.objects.filter(subscriber=key)
    if "List-Unsubscribe" in request.POST:
        own.delete_with_addresses()
    elif (number := request.POST.get("subscription", "")[:18]).isdecimal():
        own.filter(pk=number).delete_with_addresses()
    read_records(confirmed := list(own.confirmed()))
    context = {
        "subscriptions": [(each.pk, each.subject()) for each in confirmed],
        "is_waiting": not confirmed and own.exists(),
    }
    return render(request, "subscriptions/subscriptions.html", context)
