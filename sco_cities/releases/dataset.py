"""Metadata of the whole data set, which every description format uses."""

from typing import NamedTuple

from django.conf import settings
from django.db.models import Max, Min
from django.db.models.functions import Coalesce

from delegates.models import Event
from initiatives.models import Initiative
from sco_cities.cities.models import Country
from sco_cities.sources.models import Report


class Coverage(NamedTuple):
    """The days and countries that the published records cover.

    `interval` is an ISO 8601 interval, from the first day of an initiative, event or report to the last possible day of
    a report, or "" if no report has a date. `countries` contains ISO 3166-1 codes in alphabetical order.
    """

    interval: str
    countries: list[str]


def present_coverage(using: str) -> Coverage:
    """The coverage of the current records."""
    reports = Report.objects.using(using).published().filter(published_first__isnull=False)
    newest = reports.aggregate(last=Max(Coalesce("published_last", "published_first")))["last"]
    days = [
        model.objects.using(using).published().aggregate(first=Min(field))["first"]
        for model, field in (
            (Report, "published_first"),
            (Event, "starts_first"),
            (Initiative, "starts_first"),
        )
    ]
    countries = Country.objects.using(using).published().order_by("slug")
    return Coverage(
        f"{min(filter(None, days))}/{newest}" if newest else "", [country.code for country in countries]
    )


def doi_address() -> str:
    """The DOI of all releases as a URL, or ""."""
    return f"https://doi.org/{settings.DOI}" if settings.DOI else ""


def contact_as(*, email: str, page: str, telephone: str) -> dict[str, str]:
    """The publisher's contact as {name: value}, or empty. Each parameter is a format's name for a type of contact."""
    contact = settings.PUBLISHER_CONTACT
    scheme, _colon, rest = contact.partition(":")
    name, value = {"mailto": (email, rest), "tel": (telephone, rest)}.get(scheme, (page, contact))
    return {name: value} if value else {}
