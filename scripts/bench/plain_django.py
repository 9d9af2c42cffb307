"""The rival that most sites are: the list of initiatives with one GROUP BY for each facet, in plain Django.

It answers with JSON and renders no template, which is to its advantage.
"""

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, JsonResponse, QueryDict

from initiatives.models import Initiative
from sco_cities.sources.base_models import PublicationState

PAGE = 50


def _country(codes: list[str]) -> Q:
    direct = Initiative.countries.through.objects.filter(country__slug__in=codes).values("initiative")
    by_city = Initiative.cities.through.objects.filter(city__country__slug__in=codes).values("initiative")
    return Q(pk__in=direct) | Q(pk__in=by_city)


def _tied(model, **conditions) -> Q:
    return Q(pk__in=model.objects.filter(**conditions).values("initiative"))


CONDITIONS = {
    "status": lambda values: Q(status__in=values),
    "kind": lambda values: Q(kind__in=values),
    "event": lambda values: Q(event__slug__in=values),
    "country": lambda values: _country([value.lower() for value in values]),
    "city": lambda values: _tied(Initiative.cities.through, city__slug__in=values),
    "theme": lambda values: _tied(Initiative.themes.through, theme__slug__in=values),
    "pillar": lambda values: _tied(Initiative.themes.through, theme__pillar__in=values),
    "organisation": lambda values: _tied(Initiative.organisations.through, organisation__slug__in=values),
    "year_from": lambda values: (
        Q(starts_first__isnull=False) & (Q(runs_until__isnull=True) | Q(runs_until__gte=f"{values[0]}-01-01"))
    ),
    "year_to": lambda values: Q(starts_first__lte=f"{values[0]}-12-31"),
}


def _selected(params: QueryDict, *, without: str = "") -> QuerySet:
    found = Initiative.objects.filter(state=PublicationState.PUBLISHED)
    for name, condition in CONDITIONS.items():
        if name != without and (values := params.getlist(name)):
            found = found.filter(condition(values))
    return found


def _grouped(rows: QuerySet, by: str) -> dict:
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values_list(by, "n")
    return {value: number for value, number in counted if value}


def _through(model, chosen: QuerySet, by: str) -> dict:
    rows = model.objects.filter(initiative__in=chosen.values("pk")).order_by().values(by)
    return dict(rows.annotate(n=Count("initiative", distinct=True)).values_list(by, "n"))


def _countries(chosen: QuerySet) -> dict:
    inner, parameters = chosen.order_by().values("pk").query.sql_with_params()
    query = f"""
        SELECT c.slug, COUNT(DISTINCT pairs.initiative_id)
        FROM (SELECT initiative_id, country_id FROM initiatives_initiative_countries
              UNION ALL
              SELECT part.initiative_id, city.country_id
              FROM initiatives_initiativecity part JOIN cities_city city ON city.id = part.city_id) pairs
        JOIN cities_country c ON c.id = pairs.country_id
        WHERE pairs.initiative_id IN ({inner}) GROUP BY c.slug"""  # noqa: S608 - Django's own SQL
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return dict(cursor.fetchall())


FACETS = {
    "status": lambda chosen: _grouped(chosen, "status"),
    "kind": lambda chosen: _grouped(chosen, "kind"),
    "event": lambda chosen: _grouped(chosen, "event__slug"),
    "country": _countries,
    "city": lambda chosen: _through(Initiative.cities.through, chosen, "city__slug"),
    "theme": lambda chosen: _through(Initiative.themes.through, chosen, "theme__slug"),
    "pillar": lambda chosen: _through(Initiative.themes.through, chosen, "theme__pillar"),
    "organisation": lambda chosen: _through(Initiative.organisations.through, chosen, "organisation__slug"),
}


def plain_list(request: HttpRequest) -> JsonResponse:
    """Total, first page, and for each facet the counts under the choices of all others."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # At a million rows it takes longer than the site allows a page to take.
            cursor.execute("SET statement_timeout = 0")
    found = _selected(request.GET)
    number = int(request.GET.get("page", 1))
    rows = (
        found.select_related("event")
        .prefetch_related("themes", "city_roles__city")
        .order_by(Lower("title_en"), "slug")[(number - 1) * PAGE : number * PAGE]
    )
    return JsonResponse({
        "count": found.count(),
        "rows": [
            [row.slug, row.title_en, row.status, row.starts_on, [theme.slug for theme in row.themes.all()],
             [[part.city.slug, part.role] for part in row.city_roles.all()]]
            for row in rows
        ],
        "facets": {name: count(_selected(request.GET, without=name)) for name, count in FACETS.items()},
    })  # fmt: skip
