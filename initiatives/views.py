"""The page of an initiative: how firm it is and who says so."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sco_cities.i18n.punctuation import listed, remarked
from sco_cities.sources.record_view import for_record, record_page

from .models import Initiative
from .status_help import MEANINGS, ROLES


@require_safe
@for_record(Initiative)
def initiative(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    """An initiative: every value with its footnotes, both sides of every disagreement, and its history."""
    cities = {word: initiative.cities_as(role) for role, word in ROLES.items()}
    in_words = [remarked(city.name, word) for word, found in cities.items() for city in found]
    return record_page(
        request,
        "initiatives/initiative.html",
        initiative,
        cities=cities,
        cities_in_words=listed(in_words),
        status_meaning=MEANINGS.get(initiative.status, ""),
    )
