"""The record page of an initiative.

Related records come from the facet index. With the index, the page takes 1.5 times (PostgreSQL) or 1.8 times (SQLite)
the CPU time of a list page with 50 rows. With prefetches, it would take 3.1 to 3.4 times the CPU time of the list page.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from pyroaring import BitMap

from delegates.models import Statement
from sco_cities.cities.models import City, Country
from sco_cities.db.pk_queries import pk_in
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.punctuation import comma_list, with_remark
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Evidence
from sco_cities.sources.related_records import RelatedRecords, related_records
from sco_cities.sources.views import for_record, record_page

from .columns import INITIATIVES
from .models import ROLE_LABELS, STATUS_HELP, Initiative


@require_safe
@for_record(Initiative, with_relations=False)
def initiative(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    """Shows an initiative with footnotes for every value, all readings of disputed values, and its history."""
    with facet_index(INITIATIVES.collection, Statement.collection) as state:
        cities = _cities_by_role(state, initiative)
        countries = _related(state, initiative, "countries")
        named = {country.pk for places in cities.values() for _city, country in places}
        event = state.index("events").records.get(initiative.event_id) if initiative.event_id else None
        return record_page(
            request,
            "initiatives/initiative.html",
            initiative,
            cities=cities,
            cities_text=comma_list(
                with_remark(city.name, label) for label, places in cities.items() for city, _country in places
            ),
            countries=countries,
            countries_text=comma_list(country.name for country in countries),
            other_countries=[country for country in countries if country.pk not in named],
            cities_name_countries={country.pk for country in countries} <= named,
            organisations=_related(state, initiative, "organisations"),
            themes=_related(state, initiative, "themes"),
            event=event,
            status_help=STATUS_HELP.get(initiative.status, ""),
            statements=_statements(state, initiative),
        )


def _cities_by_role(state: IndexState, initiative: Initiative) -> dict[str, list[tuple[City, Country]]]:
    """Returns the published cities, each with its country, grouped by the label of their role and ordered by name."""
    cities, countries = state.index("cities").records, state.index("countries").records
    roles = initiative.city_roles.values_list("role", "city")
    found: dict[str, list[City]] = {role: [] for role in ROLE_LABELS}
    for role, key in roles:
        if cities[key].is_published:
            found[role].append(cities[key])
    return {
        label: [
            (city, countries[city.country_id]) for city in sorted(found[role], key=lambda city: city.name_en)
        ]
        for role, label in ROLE_LABELS.items()
    }


def _related(state: IndexState, initiative: Initiative, dimension: str) -> list[Record]:
    """Returns the initiative's published records of a collection, ordered by name. The dimension has the same name."""
    records = state.index(dimension).records
    values = state.dimension(INITIATIVES.collection, dimension)
    found = (records[key] for key, initiatives in values.items() if initiative.pk in initiatives)
    return sorted((each for each in found if each.is_published), key=lambda record: record.name_en)


def _statements(state: IndexState, initiative: Initiative) -> RelatedRecords | None:
    """Returns the first statements from the same passages as an initiative, or None.

    Runs no query if the initiative is published and its passages contain no statements.
    """
    keys = state.filter_keys(Statement.collection, "initiative", initiative.pk)
    if not initiative.is_published:
        # The index contains only passages of published initiatives, but curators also see drafts.
        cited = initiative.evidence.from_published_reports().supporting().order_by().values("passage")
        citing = Evidence.objects.for_records(Statement).supporting().filter(passage__in=cited)
        keys = state.published(Statement.collection) & BitMap(citing.values_list("object_id", flat=True))
    if not keys:
        return None
    return related_records(
        Statement.objects.filter(pk_in(keys)).for_mention(), len(keys), initiative=initiative.slug
    )
