"""How the package names records, and which stored records those names mean."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Figure, Passage, Report
from sco_cities.themes.models import Theme

RECORD_MODELS: dict[str, type[Record]] = {
    model.collection: model
    for model in (Country, City, Report, Theme, Organisation, Event, Delegate, Statement, Initiative)
}
COUNTRIES = Country.collection
COUNTRY_CODE = "[A-Z]{2}"

# A record's name within the package: its table and its slug.
RecordKey = tuple[str, str]

# SQLite takes no more than 999 parameters where it is built with its defaults of old.
BATCH = 900


def batches(items: Iterable, size: int = BATCH) -> Iterator[list]:
    """`items` in lists of up to `size`."""
    items = list(items)
    for start in range(0, len(items), size):
        yield items[start : start + size]


def cell_of(collection: str, slug: str) -> str:
    """How a cell names the record: countries by their code in capitals, all others by their slug."""
    return slug.upper() if collection == COUNTRIES else slug


def slug_of(collection: str, cell: str) -> str:
    """The slug that a cell means; raises ValueError, with a sentence, for what is no country code."""
    if collection != COUNTRIES:
        return cell
    if not re.fullmatch(COUNTRY_CODE, cell):
        raise ValueError(_("Use the ISO 3166-1 code of the country, two capital letters, for example “KG”."))
    return cell.lower()


class Stored:
    """The primary keys of stored records, passages and figures, looked up many at a time.

    What a `load` method does not find may be asked for again later, when it has been written.
    """

    def __init__(self):
        self._records: dict[str, dict[str, int]] = defaultdict(dict)
        self._passages: dict[tuple[str, int], int] = {}
        self._figures: dict[tuple[RecordKey, str], int] = {}

    def load(self, keys: Iterable[RecordKey]) -> None:
        """Looks up the records that `keys` name, as far as they are not known yet."""
        missing: dict[str, dict[str, None]] = defaultdict(dict)
        for collection, slug in keys:
            if slug not in self._records[collection]:
                missing[collection][slug] = None
        for collection, slugs in missing.items():
            for some in batches(slugs):
                found = RECORD_MODELS[collection].objects.filter(slug__in=some).values_list("slug", "pk")
                self._records[collection].update(found)

    def know(self, collection: str, keys: dict[str, int]) -> None:
        """Takes the primary keys of records that have just been written, by slug."""
        self._records[collection].update(keys)

    def pk(self, key: RecordKey) -> int:
        """The primary key of a record; raises KeyError where there is none."""
        return self._records[key[0]][key[1]]

    def __contains__(self, key: RecordKey) -> bool:
        return key[1] in self._records[key[0]]

    def load_passages(self, reports: Iterable[str]) -> None:
        """Looks up all passages of the reports of these slugs."""
        for some in batches(set(reports)):
            found = Passage.objects.filter(report__slug__in=some).values_list("report__slug", "number", "pk")
            self._passages.update({(report, number): pk for report, number, pk in found})

    def passage(self, report: str, number: int) -> int | None:
        """The primary key of a passage, or None."""
        return self._passages.get((report, number))

    def by_kind(self, keys: Iterable[RecordKey]) -> dict[int, dict[int, RecordKey]]:
        """Those of the records that are stored and have been loaded: by content type, and by primary key."""
        found: dict[str, dict[int, RecordKey]] = defaultdict(dict)
        for key in keys:
            if key in self:
                found[key[0]][self.pk(key)] = key
        return {content_type(collection): owners for collection, owners in found.items()}

    def load_figures(self, keys: Iterable[RecordKey]) -> None:
        """Looks up all figures of those of the records that are stored and have been loaded."""
        for kind, owners in self.by_kind(keys).items():
            for some in batches(owners):
                found = Figure.objects.filter(content_type=kind, object_id__in=some)
                for owner, label, pk in found.values_list("object_id", "label", "pk"):
                    self._figures[owners[owner], label] = pk

    def figure(self, key: RecordKey, label: str) -> int | None:
        """The primary key of a record's figure, or None."""
        return self._figures.get((key, label))

    def passages(self) -> Iterable[tuple[str, int]]:
        """Report and number of all passages looked up."""
        return self._passages.keys()

    def figures(self) -> Iterable[tuple[RecordKey, str]]:
        """Record and label of all figures looked up."""
        return self._figures.keys()


def content_type(collection: str) -> int:
    """The primary key of the content type of a table's records."""
    return ContentType.objects.get_for_model(RECORD_MODELS[collection]).pk
