"""The list of initiatives, and each initiative with how firm it is and who says so."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sco_cities.browse.exports import csv_export
from sco_cities.browse.views import list_page
from sco_cities.sources.footnotes import Footnotes
from sco_cities.sources.pages import for_record

from .columns import INITIATIVES
from .models import Initiative


@require_safe
def initiative_list(request: HttpRequest) -> HttpResponse:
    """All initiatives, narrowed by place, theme, firmness, time and evidence."""
    return list_page(request, INITIATIVES)


@require_safe
def initiative_csv(request: HttpRequest) -> HttpResponse:
    """The list of initiatives as CSV."""
    return csv_export(request, INITIATIVES)


@require_safe
@for_record(Initiative)
def initiative(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    """An initiative: every value with its footnotes, both sides of every disagreement, and its history."""
    return render(
        request,
        "initiatives/initiative.html",
        {"initiative": initiative, "footnotes": Footnotes(initiative)},
    )
