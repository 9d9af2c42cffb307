"""The cells that an export of the stored records would have now, to compare an import with."""

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
    """A list with records of all publication states; the public list has only published ones."""

    @classmethod
    def of(cls, listing: Listing) -> "_AnyStateListing":
        stored = listing.indexed_model.model.objects
        return cls(**vars(listing) | {"page_queryset": lambda: stored.all().for_listing()})

    def records(self) -> QuerySet:
        return self.indexed_model.model.objects.all()


class StoredCells:
    """The cells of some columns of stored records, without the escaping apostrophes of CSV exports."""

    def __init__(self, kind: ImportableModel, columns: Iterable[ImportColumn]):
        self._kind = kind
        self._columns = [column for column in columns if column.name != STATE]
        self._fields = [field for column in self._columns for field in column.list_column.fields]
        self._listing = _AnyStateListing.of(kind.listing)
        # Related records, read once for all batches.
        self._cache: dict = {}

    def read(self, slugs: Iterable[str]) -> dict[str, dict[str, str]]:
        """Cells by slug and column name, with the publication state, for the slugs that are stored.

        A name column has one entry for each language: "COLUMN LANGUAGE".
        """
        cells_by_slug: dict[str, dict[str, str]] = {}
        for batch in batches(dict.fromkeys(slugs)):
            stored = self._kind.model.objects.filter(slug__in=batch)
            records = {pk: (slug, state) for pk, slug, state in stored.values_list("pk", "slug", "state")}
            if records:
                cells_by_slug |= self._read(records)
        return cells_by_slug

    def _read(self, records: dict[int, tuple[str, str]]) -> dict[str, dict[str, str]]:
        batch = RowBatch(self._listing, None, list(records), self._fields, cache=self._cache)
        cells_by_slug = {slug: {STATE: state} for slug, state in records.values()}
        for column in self._columns:
            for name, texts in self._texts(column, batch):
                for (slug, _state), text in zip(records.values(), texts, strict=True):
                    cells_by_slug[slug][name] = text
        return cells_by_slug

    @staticmethod
    def _texts(column: ImportColumn, batch: RowBatch):
        if not isinstance(column, NameColumn):
            yield column.name, _unescaped(column.list_column.values(batch))
            return
        for code in SITE_LANGUAGES:
            with translation.override(code):
                yield f"{column.name} {code}", _unescaped(column.list_column.names(batch))


def _unescaped(values: list) -> list[str]:
    return [unescape_formula(cell) for cell in cells(values)]
