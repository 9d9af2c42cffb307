"""The data of the site as a DCAT-AP 3 catalogue for harvesters of data portals.

Identifiers never change, because harvesters delete data that they no longer find. A release is identified by its URL. A
distribution is identified by the URL of its file with a fragment, and all other nodes by a URL of the site with a
fragment.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from sco_cities.i18n.countries import alpha_3_code, usual_country_names
from sco_cities.i18n.languages import html_language
from sco_cities.listings.exports.attribution import LICENCE, LICENCE_URL
from sco_cities.listings.exports.csv_file import format_utc
from sco_cities.releases.release_files import DESCRIPTIONS, PACKAGE, PROFILE
from sco_cities.releases.stored_releases import Coverage, Release, ReleaseFile, contact_as, doi_url
from sco_cities.search.searchable_lists import SEARCHABLE_LISTS
from sco_cities.site.citation import publisher

Node = dict[str, Any]
# The path of the page about the data. The path is not looked up by URL name, because identifiers must not change when
# URLs change.
DATA = "/data/"


def release_path(release: Release) -> str:
    """Returns the path of a release, as in its manifest."""
    return f"{DATA}{release.date}/"


PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types"
_LANGUAGES = [f"{_AUTHORITY}/language/{code}" for code in ("ENG", "RUS", "ZHO")]
# Themes from the vocabulary that data portals use, with their English labels.
_THEMES = {
    f"{_AUTHORITY}/data-theme/REGI": "Regions and cities",
    f"{_AUTHORITY}/data-theme/INTR": "International issues",
}
KEYWORDS = (_("Shanghai Cooperation Organization"), _("city cooperation"))
# The title and the description of a node.
Names = tuple[Promise, Promise]
_SHA256 = "spdx:checksumAlgorithm_sha256"
# Standards for the API, the dates and the data package, with their titles.
_OPENAPI, _EDTF = "https://spec.openapis.org/oas/v3.1.0", "https://www.loc.gov/standards/datetime/"
_STANDARDS = {
    _OPENAPI: "OpenAPI 3.1",
    _EDTF: "Extended Date/Time Format (ISO 8601-2)",
    PROFILE: "Data Package 2.0",
}

CATALOGUE = (
    _("SCO Cities data"),
    _(
        "What cities of the Shanghai Cooperation Organization do together: current data and dated releases. "
        "Passages of public reports support each value."
    ),
)
PRESENT_DATA = (
    _("SCO Cities: current data"),
    _(
        "All published records with their latest corrections. Each list can be filtered and is available in several "
        "formats."
    ),
)
SERIES = (
    _("SCO Cities: releases"),
    _("All published records as of a date. A release never changes."),
)
RELEASE = (
    _("SCO Cities: release of %(date)s"),
    _("All published records as of %(date)s, with the passages of public reports that support them."),
)
SERVICE = (
    _("SCO Cities API"),
    _("Lists, records, search and changes as JSON. No key is needed."),
)
LIST_FILE = _("All published records of this list, with the columns of its table")


class Catalogue:
    """Builds the nodes of the catalogue. `releases` are sorted from the newest to the oldest.

    `changed_at` is the time of the last change of the data. `coverage` contains the period and countries of the data.
    The document gives the type of every referenced object, because harvesters require it.
    """

    def __init__(
        self,
        absolute: Callable[[str], str],
        releases: Sequence[Release],
        changed_at: datetime.datetime | None,
        coverage: Coverage,
    ):
        self.absolute, self.releases, self.changed_at = absolute, releases, changed_at
        self.coverage = coverage
        self.home, self.page, self.api = map(absolute, (reverse("home"), DATA, reverse("api")))
        self.publisher, self.service = f"{self.home}#publisher", f"{self.api}#service"
        self.present_data, self.series = f"{self.page}#present-data", f"{self.page}#releases"
        self.contact = f"{self.home}#contact"
        self.pages, self.media_types, self.countries = {self.page}, set(), set()

    def nodes(self) -> list[Node]:
        """Returns the catalogue, then its parts, then the nodes that the parts refer to."""
        nodes = [self._catalogue(), self._service(), *self._present_data()]
        if self.releases:
            nodes.append(self._series())
        for release, previous in zip_longest(self.releases, self.releases[1:]):
            nodes += self._release(release, previous)
        return [*nodes, *self._references()]

    def _release_id(self, release: Release) -> str:
        # The URL of the release, which is also in its manifest.
        return self.absolute(release_path(release))

    def _catalogue(self) -> Node:
        datasets = [self.present_data, *map(self._release_id, self.releases)]
        return {
            "@id": f"{self.page}#catalogue",
            "@type": "dcat:Catalog",
            **_named(CATALOGUE),
            "dct:publisher": _ref(self.publisher),
            "dct:license": _ref(LICENCE_URL),
            "dct:language": list(map(_ref, _LANGUAGES)),
            "foaf:homepage": _ref(self.page),
            **self._modified(),
            "dcat:dataset": list(map(_ref, datasets)),
            "dcat:service": _ref(self.service),
        }

    def _modified(self) -> Node:
        return {"dct:modified": _typed(format_utc(self.changed_at), "dateTime")} if self.changed_at else {}

    def _service(self) -> Node:
        return {
            "@id": self.service,
            "@type": "dcat:DataService",
            **_named(SERVICE),
            "dct:publisher": _ref(self.publisher),
            "dct:license": _ref(LICENCE_URL),
            **self._contact_point(),
            "dct:conformsTo": _ref(_OPENAPI),
            "dcat:endpointURL": _ref(self.api),
            "dcat:endpointDescription": _ref(self.absolute(reverse("api-openapi"))),
            "dcat:servesDataset": _ref(self.present_data),
        }

    def _contact_point(self) -> Node:
        return {"dcat:contactPoint": _ref(self.contact)} if settings.PUBLISHER_CONTACT else {}

    def _coverage(self, coverage: Coverage) -> Node:
        """Returns the properties for the period and the countries of a dataset."""
        countries = [code for code in coverage.countries if alpha_3_code(code)]
        self.countries.update(countries)
        node: Node = {"dct:spatial": [_ref(_country(code)) for code in countries]}
        if coverage.interval:
            first, _slash, last = coverage.interval.partition("/")
            node["dct:temporal"] = {
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": _typed(first, "date"),
                "dcat:endDate": _typed(last, "date"),
            }
        return node

    def _dataset(
        self,
        identifier: str,
        names: Names,
        page: str,
        distributions: Iterable[Node],
        coverage: Coverage,
        **values: str,
    ) -> Node:
        self.pages.add(page)
        return {
            "@id": identifier,
            "@type": "dcat:Dataset",
            **_named(names, **values),
            "dct:identifier": identifier,
            "dct:publisher": _ref(self.publisher),
            **self._contact_point(),
            **self._coverage(coverage),
            "dct:conformsTo": _ref(_EDTF),
            "dct:language": list(map(_ref, _LANGUAGES)),
            "dcat:keyword": [text for keyword in KEYWORDS for text in _texts(keyword)],
            "dcat:theme": list(map(_ref, _THEMES)),
            "dcat:landingPage": _ref(page),
            "dcat:distribution": [_ref(each["@id"]) for each in distributions],
        }

    def _present_data(self) -> Iterator[Node]:
        """Yields the dataset of the current data, with the API and a CSV file of each list."""
        distributions = []
        for kind in SEARCHABLE_LISTS:
            page, file = (self.absolute(reverse(f"{kind.collection}-{name}")) for name in ("list", "csv"))
            titles = _texts(kind.listing.title)
            service = {"dcat:accessService": _ref(self.service)}
            distributions.append(self._distribution(file, page, titles, LIST_FILE, "text/csv") | service)
        dataset = self._dataset(self.present_data, PRESENT_DATA, self.home, distributions, self.coverage)
        yield dataset | self._modified()
        yield from distributions

    def _series(self) -> Node:
        return {
            "@id": self.series,
            "@type": "dcat:DatasetSeries",
            **_named(SERIES),
            # The DOI identifies the series, not a single release.
            **({"dct:identifier": doi_url()} if settings.DOI else {}),
            "dct:publisher": _ref(self.publisher),
            **self._contact_point(),
            "dcat:last": _ref(self._release_id(self.releases[0])),
            "dcat:first": _ref(self._release_id(self.releases[-1])),
        }

    def _release(self, release: Release, previous: Release | None) -> Iterator[Node]:
        page = self._release_id(release)
        distributions = [self._release_file(page, file) for file in release.files]
        yield {
            **self._dataset(page, RELEASE, page, distributions, release.coverage, date=release.date),
            "dct:issued": _typed(release.date, "date"),
            "dcat:version": release.date,
            "dcat:inSeries": _ref(self.series),
            **({"dcat:prev": _ref(self._release_id(previous))} if previous else {}),
        }
        yield from distributions

    def _release_file(self, page: str, file: ReleaseFile) -> Node:
        checksum = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _ref(_SHA256),
            "spdx:checksumValue": _typed(file.sha256, "hexBinary"),
        }
        description = DESCRIPTIONS.get(file.name, file.description)
        media_type = file.media_type.partition(";")[0]
        return {
            **self._distribution(page + file.name, page, file.name, description, media_type),
            **({"dct:conformsTo": _ref(PROFILE)} if file.name == PACKAGE else {}),
            "dcat:byteSize": _typed(str(file.size), "nonNegativeInteger"),
            "spdx:checksum": checksum,
        }

    def _distribution(
        self, file: str, page: str, title: str | list[Node], description: str | Promise, media_type: str
    ) -> Node:
        self.media_types.add(media_type)
        return {
            "@id": f"{file}#distribution",
            "@type": "dcat:Distribution",
            "dct:title": title,
            "dct:description": _texts(description),
            "dct:license": _ref(LICENCE_URL),
            "dcat:accessURL": _ref(page),
            "dcat:downloadURL": _ref(file),
            "dcat:mediaType": _ref(f"{_MEDIA_TYPES}/{media_type}"),
        }

    def _references(self) -> Iterator[Node]:
        """Yields the objects that other nodes refer to, with their types."""
        yield {"@id": self.publisher, "@type": "foaf:Agent", "foaf:name": publisher()}
        if settings.PUBLISHER_CONTACT:
            contact = contact_as(email="vcard:hasEmail", page="vcard:hasURL", telephone="vcard:hasTelephone")
            means = {name: _ref(settings.PUBLISHER_CONTACT) for name in contact}
            yield {"@id": self.contact, "@type": "vcard:Kind", "vcard:fn": publisher(), **means}
        for code in sorted(self.countries):
            label = _text(usual_country_names(code)[0], "en")
            yield {"@id": _country(code), "@type": "dct:Location", "skos:prefLabel": label}
        for standard, title in _STANDARDS.items():
            yield {"@id": standard, "@type": "dct:Standard", "dct:title": title}
        yield from ({"@id": page, "@type": "foaf:Document"} for page in sorted(self.pages))
        yield {"@id": LICENCE_URL, "@type": "dct:LicenseDocument", "dct:title": LICENCE}
        yield from ({"@id": language, "@type": "dct:LinguisticSystem"} for language in _LANGUAGES)
        for theme, label in _THEMES.items():
            yield {"@id": theme, "@type": "skos:Concept", "skos:prefLabel": _text(label, "en")}
        for media_type in sorted(self.media_types):
            yield {"@id": f"{_MEDIA_TYPES}/{media_type}", "@type": "dct:MediaType"}
        if self.releases:
            yield {"@id": _SHA256, "@type": "spdx:ChecksumAlgorithm"}


def _country(code: str) -> str:
    """Returns the identifier of a country in the vocabulary of data portals."""
    return f"{_AUTHORITY}/country/{alpha_3_code(code)}"


def _ref(identifier: str) -> Node:
    return {"@id": identifier}


def _typed(value: str, name: str) -> Node:
    return {"@value": value, "@type": f"xsd:{name}"}


def _text(text: str, language: str) -> Node:
    return {"@value": text, "@language": language}


def _texts(text: str | Promise, **values: str) -> list[Node]:
    """Returns the translations of a text into each language of the site."""
    texts = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            texts.append(_text(str(text) % values if values else str(text), html_language(code)))
    return texts


def _named(names: Names, **values: str) -> Node:
    title, description = names
    return {"dct:title": _texts(title, **values), "dct:description": _texts(description, **values)}
