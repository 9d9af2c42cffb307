"""The list of themes."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from sco_cities.facet_index.facets import PairFacet
from sco_cities.facet_index.sorting import SortKey
from sco_cities.listings.columns import Column, CountColumn
from sco_cities.listings.listing import Listing
from sco_cities.sources.brief_cells import FieldCell, TextCell
from sco_cities.sources.briefs import Brief, BriefLine
from sco_cities.sources.columns import EVIDENCE, NAMES, SLUG, SOURCES_ADDRESSES, ItemsColumn
from sco_cities.sources.querysets import RecordQuerySet

from .filters import ThemeFilterSet
from .models import Pillar

_PILLARS = list(Pillar)
# Themes of the same pillar are sorted by number of initiatives, highest first.
_BY_PILLAR = SortKey(
    facet=PairFacet("pillar", "initiative_count"),
    rank=lambda pair, state: (_PILLARS.index(pair[0]), -pair[1]),
)

THEMES = Listing(
    collection="themes",
    filterset=ThemeFilterSet,
    row_queryset=RecordQuerySet.for_record_page,
    title=_("Themes"),
    count_label=ngettext_lazy("%(count)s theme", "%(count)s themes", "count"),
    columns=(
        SLUG,
        *NAMES,
        Column("pillar", _("Pillar"), order=_BY_PILLAR),
        Column("description", _("Description")),
        ItemsColumn("keywords", _("Keywords")),
        CountColumn("initiatives", _("Initiatives"), "initiative_count"),
        CountColumn("statements", _("Statements"), "statement_count"),
        CountColumn("events", _("Events"), "event_count"),
        *EVIDENCE,
        Column("description_ru", _("Description in Russian")),
        Column("description_zh", _("Description in Chinese")),
        SOURCES_ADDRESSES,
    ),
    table=("name_en", "pillar", "initiatives", "statements", "events"),
    rows_template="themes/_theme_rows.html",
    section_template="dashboard/charts/section.html",
    default_sort="pillar",
    brief=Brief(
        facts=(BriefLine(FieldCell("pillar"), ("pillar",)),),
        text=BriefLine(TextCell("description", "description"), ("description",)),
    ),
)
