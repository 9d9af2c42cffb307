"""What the export would write about stored records: the cells that an import is compared with."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation

from sco_cities.datapackage.natural_keys import batches
from sco_cities.listings.exports.csv_cells import cells, unescape_formula
from sco_cities.listings.listing import Listing
from sco_cities.listings.row_batch import RowBatch

from .column_types import STATE, ImportableModel, ImportColumn, NameColumn

SITE_LANGUAGES = [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True)
class _AnyStateListing(Listing):
    """A list of records of any state, where readers have that of the published ones."""

    @classmethod
    def of(cls, listing: Listing) -> "_AnyStateListing":
        stored = listing.kind.model.objects
        return cls(**vars(listing) | {"for_page": lambda: stored.all().for_listing()})

    def records(self) -> QuerySet:
        return self.kind.model.objects.all()


class StoredCells:
    """The cells of some columns of stored records, as texts without the apostrophes of CSV."""

    def __init__(self, kind: ImportableModel, columns: Iterable[ImportColumn]):
        self._kind = kind
        self._columns = [column for column in columns if column.name != STATE]
        self._fields = [field for column in self._columns for field in column.listed.fields]
        self._listing = _AnyStateListing.of(kind.listing)
        # What the records refer to, read once.
        self._kept: dict = {}

    def read(self, slugs: Iterable[str]) -> dict[str, dict[str, str]]:
        """By slug the cells by name of column, for those of the slugs that are stored, and the state of each.

        Names are given in all languages, under the name of the column and the language.
        """
        found: dict[str, dict[str, str]] = {}
        for some in batches(dict.fromkeys(slugs)):
            stored = self._kind.model.objects.filter(slug__in=some)
            known = {pk: (slug, state) for pk, slug, state in stored.values_list("pk", "slug", "state")}
            if known:
                found |= self._read(known)
        return found

    def _read(self, known: dict[int, tuple[str, str]]) -> dict[str, dict[str, str]]:
        keys = list(known)
        block = RowBatch(self._listing, None, keys, self._fields, kept=self._kept)
        found = {slug: {STATE: state} for slug, state in known.values()}
        for column in self._columns:
            for name, texts in self._texts(column, block):
                for (slug, _state), text in zip(known.values(), texts, strict=True):
                    found[slug][name] = text
        return found

    @staticmethod
    def _texts(column: ImportColumn, block: RowBatch):
        if not isinstance(column, NameColumn):
            yield column.name, _canonical(column.listed.values(block))
            return
        for code in SITE_LANGUAGES:
            with translation.override(code):
                yield f"{column.name} {code}", _canonical(column.listed.names(block))


def _canonical(values: list) -> list[str]:
    return [unescape_formula(cell) for cell in cells(values)]
