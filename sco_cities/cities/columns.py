"""Columns and lists of countries and cities, and the data sources of values that have no reports."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from sco_cities.facet_index.sorting import by_column, by_record, by_text, by_value
from sco_cities.listings.columns import Column, CountColumn, RelatedColumn
from sco_cities.listings.exports import attribution
from sco_cities.listings.listing import Listing
from sco_cities.sources.brief_cells import ColumnCell, FieldCell, NamesCell
from sco_cities.sources.briefs import Brief, BriefLine
from sco_cities.sources.columns import EVIDENCE, NAMES, SLUG, SOURCES_ADDRESSES, ItemsColumn
from sco_cities.sources.querysets import RecordQuerySet

from .filters import CityFilterSet, CountryFilterSet
from .models import CityQuerySet


@dataclass(frozen=True)
class DataSource:
    """A data set that supplies values of cities."""

    name: str
    contents: Promise
    licence: str
    url: str


NATURAL_EARTH = DataSource(
    "Natural Earth",
    _(
        "coordinates, population (an estimate for the urban area, often outdated) and most "
        "Russian names of cities"
    ),
    _("public domain"),
    "https://www.naturalearthdata.com/",
)
GEONAMES = DataSource("GeoNames", _("GeoNames ids"), "CC BY 4.0", "https://www.geonames.org/")
WIKIDATA = DataSource("Wikidata", _("Wikidata ids"), "CC0", "https://www.wikidata.org/")
DATA_SOURCES = (NATURAL_EARTH, GEONAMES, WIKIDATA)
attribution.register(DATA_SOURCES)


class CodeColumn(Column):
    """A column of codes that are stored in lower case and displayed in upper case."""

    def values(self, batch):
        return [value.upper() for value in batch.field(self.source)]


class LatitudeColumn(Column):
    """A column of latitudes. Together with the longitude column, it defines the position of a record."""

    has_points = True

    @property
    def fields(self):
        return (self.source, "longitude")

    def points(self, batch):
        degrees = zip(batch.field("longitude"), batch.field(self.source), strict=True)
        return [[(float(longitude), float(latitude))] for longitude, latitude in degrees]


COUNTRY = RelatedColumn(
    "country", _("Country"), of="countries", key="code",
    order=by_record("country", collection="countries"),
)  # fmt: skip
_ROLES = (
    CountColumn("lead", _("Lead in"), "lead_count"),
    CountColumn("partner", _("Partner in"), "partner_count"),
    CountColumn("reference", _("Model for"), "reference_count"),
)
_INITIATIVES = CountColumn("initiatives", _("Initiatives"), "initiative_count")

COUNTRIES = Listing(
    collection="countries",
    filterset=CountryFilterSet,
    row_queryset=RecordQuerySet.for_record_page,
    title=_("Countries"),
    count_label=ngettext_lazy("%(count)s country", "%(count)s countries", "count"),
    map_template="dashboard/map/_list_map.html",
    columns=(
        CodeColumn("code", _("Code"), "slug", order=by_text("slug")),
        *NAMES,
        Column("sco_role", _("Role in the SCO"), order=by_value("sco_role")),
        Column("sco_since", _("Since"), order=by_column("sco_since")),
        CountColumn("cities", _("Cities"), "city_count"),
        *EVIDENCE,
        _INITIATIVES,
        SOURCES_ADDRESSES,
    ),
    table=("name_en", "sco_role", "initiatives", "cities"),
    rows_template="cities/_country_rows.html",
    default_sort="-initiatives",
    brief=Brief(
        facts=(BriefLine(FieldCell("sco_role"), ("sco_role",)),),
        values=(BriefLine(FieldCell("sco_since"), ("sco_since",)),),
    ),
)

CITIES = Listing(
    collection="cities",
    filterset=CityFilterSet,
    row_queryset=CityQuerySet.for_record_page,
    title=_("Cities"),
    count_label=ngettext_lazy("%(count)s city", "%(count)s cities", "count"),
    map_template="dashboard/map/_list_map.html",
    columns=(
        SLUG,
        *NAMES,
        COUNTRY,
        LatitudeColumn("latitude", _("Latitude")),
        Column("longitude", _("Longitude")),
        Column("population", _("Population"), order=by_column("population")),
        Column("geonames_id", _("GeoNames id")),
        Column("wikidata_id", _("Wikidata id")),
        ItemsColumn("aliases", _("Other names")),
        *_ROLES,
        *EVIDENCE,
        _INITIATIVES,
        SOURCES_ADDRESSES,
    ),
    table=("name_en", "country", "initiatives", "lead", "partner", "reference"),
    rows_template="cities/_city_rows.html",
    default_sort="-initiatives",
    # The role columns have no footnotes here, because the evidence for roles belongs to the initiatives.
    brief=Brief(
        facts=(BriefLine(NamesCell(COUNTRY), ("country",)),),
        values=(
            BriefLine(FieldCell("population"), ("population",)),
            *(BriefLine(ColumnCell(column), label=column.label) for column in _ROLES),
        ),
    ),
)
