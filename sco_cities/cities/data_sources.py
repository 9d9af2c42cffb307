"""Where the values of places that no report is footnoted for come from."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class DataSource:
    """A reference work that values of places are taken from."""

    name: str
    what: Promise
    licence: str
    address: str


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
