"""The list of themes."""

from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from sco_cities.browse.columns import Alphabetical, Column, Listing
from sco_cities.sources.columns import DISPUTED, NAMES, SLUG, SOURCES, UPDATED_AT

from .filters import ThemeFilters
from .models import Pillar, Theme

_BY_PILLAR = Case(*(When(pillar=pillar, then=Value(place)) for place, pillar in enumerate(Pillar)))

THEMES = Listing(
    collection="themes",
    filterset=ThemeFilters,
    for_page=lambda: Theme.objects.published().for_listing(),
    for_export=lambda: Theme.objects.published().for_listing().with_sources(),
    title=_("Themes"),
    counted=ngettext_lazy("%(count)s theme", "%(count)s themes", "count"),
    columns=(
        SLUG,
        *NAMES,
        Column(
            "pillar", _("Pillar"), lambda theme: theme.pillar, order=(_BY_PILLAR, Alphabetical("name_en"))
        ),
        Column("description", _("Description"), lambda theme: theme.description),
        Column("keywords", _("Keywords"), lambda theme: theme.keyword_list),
        Column(
            "initiatives", _("Initiatives"), lambda theme: theme.initiative_count, order=("initiative_count",)
        ),
        Column(
            "statements", _("Statements"), lambda theme: theme.statement_count, order=("statement_count",)
        ),
        Column("events", _("Events"), lambda theme: theme.event_count, order=("event_count",)),
        SOURCES,
        DISPUTED,
        UPDATED_AT,
    ),
    table=("name_en", "pillar", "initiatives", "statements", "events"),
    rows_template="themes/_theme_rows.html",
    default_sort="pillar",
)
