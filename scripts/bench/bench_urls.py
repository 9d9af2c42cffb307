"""The URLs of the site and of the programs that the bench compares with it.

- A view without content, and the HTML of a list page as a constant.
- The list of initiatives in plain Django, with one GROUP BY for each facet. It returns JSON without a template, which
  is an advantage in the comparison.
- A ModelAdmin of the same fields, without evidence, history and edit conflicts.
"""

from functools import cache

from django.contrib import admin
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.test import Client
from django.urls import include, path
from django.views.i18n import set_language

from initiatives.admin import InitiativeAdmin
from initiatives.models import Initiative, InitiativeCity
from sco_cities import urls
from sco_cities.admin_framework.pages import ADMIN_PAGES
from sco_cities.sources.base_models import PublicationState

from .browser import START

PAGE = 50


def hello(request: HttpRequest) -> HttpResponse:
    """Returns a minimal view."""
    return HttpResponse("Hello, world\n", content_type="text/plain; charset=utf-8")


@cache
def _list_page() -> bytes:
    return Client(SERVER_NAME="localhost").get(START).content


def static_page(request: HttpRequest, number: int) -> HttpResponse:
    """Returns the HTML of a list page, stored at the first request."""
    return HttpResponse(_list_page())


def _country(codes: list[str]) -> Q:
    direct = Initiative.countries.through.objects.filter(country__slug__in=codes).values("initiative")
    by_city = Initiative.cities.through.objects.filter(city__country__slug__in=codes).values("initiative")
    return Q(pk__in=direct) | Q(pk__in=by_city)


def _related(model, **conditions) -> Q:
    return Q(pk__in=model.objects.filter(**conditions).values("initiative"))


CONDITIONS = {
    "status": lambda values: Q(status__in=values),
    "kind": lambda values: Q(kind__in=values),
    "event": lambda values: Q(event__slug__in=values),
    "country": lambda values: _country([value.lower() for value in values]),
    "city": lambda values: _related(Initiative.cities.through, city__slug__in=values),
    "theme": lambda values: _related(Initiative.themes.through, theme__slug__in=values),
    "pillar": lambda values: _related(Initiative.themes.through, theme__pillar__in=values),
    "organisation": lambda values: _related(Initiative.organisations.through, organisation__slug__in=values),
    "year_from": lambda values: (
        Q(starts_first__isnull=False) & (Q(runs_until__isnull=True) | Q(runs_until__gte=f"{values[0]}-01-01"))
    ),
    "year_to": lambda values: Q(starts_first__lte=f"{values[0]}-12-31"),
}


def _selected(params: QueryDict, *, without: str = "") -> QuerySet:
    records = Initiative.objects.filter(state=PublicationState.PUBLISHED)
    for name, condition in CONDITIONS.items():
        if name != without and (values := params.getlist(name)):
            records = records.filter(condition(values))
    return records


def _group_counts(rows: QuerySet, by: str) -> dict:
    counts = rows.order_by().values(by).annotate(n=Count("pk")).values_list(by, "n")
    return {value: number for value, number in counts if value}


def _related_counts(model, selection: QuerySet, by: str) -> dict:
    rows = model.objects.filter(initiative__in=selection.values("pk")).order_by().values(by)
    return dict(rows.annotate(n=Count("initiative", distinct=True)).values_list(by, "n"))


def _country_counts(selection: QuerySet) -> dict:
    inner, parameters = selection.order_by().values("pk").query.sql_with_params()
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
    "status": lambda selection: _group_counts(selection, "status"),
    "kind": lambda selection: _group_counts(selection, "kind"),
    "event": lambda selection: _group_counts(selection, "event__slug"),
    "country": _country_counts,
    "city": lambda selection: _related_counts(Initiative.cities.through, selection, "city__slug"),
    "theme": lambda selection: _related_counts(Initiative.themes.through, selection, "theme__slug"),
    "pillar": lambda selection: _related_counts(Initiative.themes.through, selection, "theme__pillar"),
    "organisation": lambda selection: _related_counts(
        Initiative.organisations.through, selection, "organisation__slug"
    ),
}


def plain_list(request: HttpRequest) -> JsonResponse:
    """Returns the total, a page, and the counts of each facet under the filters of all other facets."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # With a million rows, the query exceeds the statement timeout of pages.
            cursor.execute("SET statement_timeout = 0")
    records = _selected(request.GET)
    number = int(request.GET.get("page", 1))
    rows = (
        records.select_related("event")
        .prefetch_related("themes", "city_roles__city")
        .order_by(Lower("title_en"), "slug")[(number - 1) * PAGE : number * PAGE]
    )
    return JsonResponse({
        "count": records.count(),
        "rows": [
            [row.slug, row.title_en, row.status, row.starts_on, [theme.slug for theme in row.themes.all()],
             [[part.city.slug, part.role] for part in row.city_roles.all()]]
            for row in rows
        ],
        "facets": {name: count(_selected(request.GET, without=name)) for name, count in FACETS.items()},
    })  # fmt: skip


class _PlainSite(admin.AdminSite):
    def get_urls(self):
        # The site's templates link to these pages.
        pages = (
            *(
                path("", include(urls))
                for urls in dict.fromkeys(page.urls for page in ADMIN_PAGES if page.urls)
            ),
            path("", include("sco_cities.accounts.urls")),
            path("language/", set_language, name="language"),
        )
        return [*pages, *super().get_urls()]


plain_admin = _PlainSite("bench")
_RELATIONS = ("countries", "organisations", "themes")


class _CityInline(admin.TabularInline):
    model = InitiativeCity
    fields = raw_id_fields = ("city",)
    fields += ("role",)


@admin.register(Initiative, site=plain_admin)
class _PlainInitiativeAdmin(admin.ModelAdmin):
    list_display = ("slug", "title_en", "state", "kind", "status", "starts_on", "updated_at")
    list_filter = ("state", "kind", "status", *_RELATIONS)
    search_fields = ("search_text", "slug")
    list_per_page = InitiativeAdmin.list_per_page
    ordering = ("slug",)
    fields = (
        *("slug", "title_en", "title_ru", "title_zh", "summary_en", "summary_ru", "summary_zh"),
        *("kind", "status", "starts_on", "ends_on", "event", *_RELATIONS, "state"),
    )
    # Select fields that list all records would slow the baseline down.
    raw_id_fields = ("event", *_RELATIONS)
    inlines = (_CityInline,)


handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
urlpatterns = [
    path("bench/hello/", hello),
    path("bench/plain/", plain_list),
    path("bench/static/<int:number>", static_page),
    path("admin/bench/", plain_admin.urls),
    *urls.urlpatterns,
]
