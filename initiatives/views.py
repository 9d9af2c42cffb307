"""The record page of an initiative."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from pyroaring import BitMap

from delegates.models import Statement
from sco_cities.db.pk_filter import pk_in
from sco_cities.i18n.punctuation import comma_list, with_remark
from sco_cities.sources.record_view import for_record, record_page
from sco_cities.sources.related_records import RelatedRecords, related_records

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
        statements=_statements(initiative),
    )


def _statements(initiative: Initiative) -> RelatedRecords | None:
    """The first statements in the same passages as an initiative; None, after one query, if there are none."""
    statements = Statement.objects.published()
    keys = BitMap(statements.sharing_passages(initiative).values_list("pk", flat=True))
    if not keys:
        return None
    return related_records(
        statements.filter(pk_in(keys)).for_mention(), len(keys), initiative=initiative.slug
    )
