"""The page of an initiative: how firm it is and who says so."""

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
    cities = {word: initiative.cities_as(role) for role, word in ROLE_LABELS.items()}
    in_words = [with_remark(city.name, word) for word, found in cities.items() for city in found]
    return record_page(
        request,
        "initiatives/initiative.html",
        initiative,
        cities=cities,
        cities_in_words=comma_list(in_words),
        status_meaning=STATUS_HELP.get(initiative.status, ""),
    )
