"""The list of initiatives."""

from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from sco_cities.browse.columns import Alphabetical, Column, Listing
from sco_cities.sources.columns import DISPUTED, SLUG, SOURCES, UPDATED_AT, all_named, named

from .filters import InitiativeFilters
from .models import CityRole, Initiative, Status

_BY_TITLE = Alphabetical("title_en")
# From a wish to a finished work, not by the alphabet.
_BY_FIRMNESS = Case(*(When(status=status, then=Value(place)) for place, status in enumerate(Status)))


def _cities_column(role: CityRole, label: str) -> Column:
    return Column(
        f"{role}_cities",
        label,
        lambda initiative: [city.slug for city in initiative.cities_as(role)],
        lambda initiative: [city.name for city in initiative.cities_as(role)],
    )


INITIATIVES = Listing(
    collection="initiatives",
    filterset=InitiativeFilters,
    for_page=lambda: Initiative.objects.published().for_listing(),
    for_export=lambda: Initiative.objects.published().for_export(),
    title=_("Initiatives"),
    counted=ngettext_lazy("%(count)s initiative", "%(count)s initiatives", "count"),
    columns=(
        SLUG,
        Column("title_en", _("Initiative"), lambda r: r.title_en, order=(_BY_TITLE,)),
        Column("title_ru", _("Title in Russian"), lambda r: r.title_ru),
        Column("title_zh", _("Title in Chinese"), lambda r: r.title_zh),
        Column("summary_en", _("Summary"), lambda r: r.summary_en),
        Column("summary_ru", _("Summary in Russian"), lambda r: r.summary_ru, by_default=False),
        Column("summary_zh", _("Summary in Chinese"), lambda r: r.summary_zh, by_default=False),
        Column("kind", _("Kind"), lambda r: r.kind, order=("kind", _BY_TITLE)),
        Column("status", _("Status"), lambda r: r.status, order=(_BY_FIRMNESS, _BY_TITLE)),
        Column("starts_on", _("Years"), lambda r: r.starts_on, order=("starts_first", _BY_TITLE)),
        Column("ends_on", _("Ends"), lambda r: r.ends_on, order=("ends_last", _BY_TITLE)),
        _cities_column(CityRole.LEAD, _("Cities")),
        _cities_column(CityRole.PARTNER, _("Partner cities")),
        _cities_column(CityRole.REFERENCE, _("Reference cities")),
        all_named("countries", _("Countries"), key="code"),
        all_named("organisations", _("Organisations")),
        all_named("themes", _("Themes")),
        named("event", _("Event")),
        SOURCES,
        DISPUTED,
        UPDATED_AT,
    ),
    table=("title_en", "status", "lead_cities", "themes", "starts_on", "sources"),
    rows_template="initiatives/_initiative_rows.html",
    default_sort="title_en",
)
