"""The record page of an initiative."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sco_cities.i18n.punctuation import comma_list, with_remark
from sco_cities.sources.record_view import for_record, record_page

from .models import Initiative
from .status_help import ROLE_LABELS, STATUS_HELP


@require_safe
@for_record(Initiative)
def initiative(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    """An initiative: every value with its footnotes, both sides of every disagreement, and its history."""
    cities = {label: initiative.cities_as(role) for role, label in ROLE_LABELS.items()}
    cities_with_role = [with_remark(city.name, label) for label, group in cities.items() for city in group]
    return record_page(
        request,
        "initiatives/initiative.html",
        initiative,
        cities=cities,
        cities_text=comma_list(cities_with_role),
        status_help=STATUS_HELP.get(initiative.status, ""),
    )
