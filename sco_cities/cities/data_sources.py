"""Data sources of city values that are not supported by reports."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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
