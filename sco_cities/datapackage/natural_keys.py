"""Natural keys of records in the package, and primary keys of the stored records."""

import re
from collections import defaultdict
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country, CountryGroup
from sco_cities.db.pk_queries import rows_among
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Figure, Passage, Report
from sco_cities.themes.models import Theme

RECORD_MODELS: dict[str, type[Record]] = {
    model.collection: model
    for model in (
        Country,
        CountryGroup,
        City,
        Report,
        Theme,
        Organisation,
        Event,
        Delegate,
        Statement,
        Initiative,
    )
}
COUNTRIES = Country.collection
COUNTRY_CODE = "[A-Z]{2}"

# The natural key of a record in the package, as (table, slug).
RecordKey = tuple[str, str]


def cell_of(collection: str, slug: str) -> str:
    """Returns the text that identifies a record in a cell (a country's upper-case code, or another record's slug)."""
    return slug.upper() if collection == COUNTRIES else slug


def reference(collection: str, slug: str) -> str:
    """Returns the text that identifies a record in any table, such as "cities:dushanbe"."""
    return f"{collection}:{cell_of(collection, slug)}"


def slug_of(collection: str, cell: str) -> str:
    """Returns the slug for a cell. Raises ValueError with a message for an invalid country code."""
    if collection != COUNTRIES:
        return cell
    if not re.fullmatch(COUNTRY_CODE, cell):
        raise ValueError(_("Use the ISO 3166-1 code of the country, two capital letters, for example “KG”."))
    return cell.lower()


class StoredKeys:
    """The primary keys of stored records, passages and figures, looked up in bulk.

    A key that a `load` method does not find is looked up again by the next call. The mappings contain primary keys by
    collection and slug (`records`), by report slug and passage number (`passages`), and by record and label
    (`figures`).
    """

    def __init__(self):
        self.records: dict[str, dict[str, int]] = defaultdict(dict)
        self.passages: dict[tuple[str, int], int] = {}
        self.figures: dict[tuple[RecordKey, str], int] = {}

    def load(self, keys: Iterable[RecordKey]) -> None:
        """Looks up the records with these keys, except records that are already loaded."""
        missing: dict[str, dict[str, None]] = defaultdict(dict)
        for collection, slug in keys:
            if slug not in self.records[collection]:
                missing[collection][slug] = None
        for collection, slugs in missing.items():
            pks = RECORD_MODELS[collection].objects.values_list("slug", "pk")
            self.records[collection].update(rows_among(pks, "slug", slugs))

    def pk(self, key: RecordKey) -> int:
        """Returns the primary key of a record. Raises KeyError if the record does not exist."""
        return self.records[key[0]][key[1]]

    def __contains__(self, key: RecordKey) -> bool:
        return key[1] in self.records[key[0]]

    def load_passages(self, reports: Iterable[str]) -> None:
        """Looks up all passages of the reports with these slugs."""
        passages = Passage.objects.values_list("report__slug", "number", "pk")
        for report, number, pk in rows_among(passages, "report__slug", set(reports)):
            self.passages[report, number] = pk

    def by_model(self, keys: Iterable[RecordKey]) -> dict[type[Record], set[int]]:
        """Returns the primary keys of the loaded records among `keys`, by model."""
        found: dict[type[Record], set[int]] = defaultdict(set)
        for key in keys:
            if key in self:
                found[RECORD_MODELS[key[0]]].add(self.pk(key))
        return found

    def by_content_type(self, keys: Iterable[RecordKey]) -> dict[int, dict[int, RecordKey]]:
        """Returns the loaded record keys among `keys`, by content type and primary key."""
        by_collection: dict[str, dict[int, RecordKey]] = defaultdict(dict)
        for key in keys:
            if key in self:
                by_collection[key[0]][self.pk(key)] = key
        return {content_type(collection): owners for collection, owners in by_collection.items()}

    def load_figures(self, keys: Iterable[RecordKey]) -> None:
        """Looks up all figures of the loaded records among `keys`."""
        for content_type_id, owners in self.by_content_type(keys).items():
            figures = Figure.objects.filter(content_type=content_type_id)
            columns = figures.values_list("object_id", "label", "pk")
            for owner, label, pk in rows_among(columns, "object_id", owners):
                self.figures[owners[owner], label] = pk


def content_type(collection: str) -> int:
    """Returns the primary key of the content type for a table's records."""
    return ContentType.objects.get_for_model(RECORD_MODELS[collection]).pk
