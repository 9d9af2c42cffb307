"""The collections that the search covers, and access to their records in list order."""

from copy import copy
from dataclasses import dataclass

from django.http import Http404
from django.utils.functional import Promise
from pyroaring import BitMap

from delegates.columns import DELEGATES, EVENTS, ORGANISATIONS
from initiatives.columns import INITIATIVES, STATEMENTS
from sco_cities.cities.columns import CITIES, COUNTRIES
from sco_cities.facet_index.state import IndexState
from sco_cities.listings.listing import Listing
from sco_cities.sources.base_models import Record
from sco_cities.sources.columns import REPORTS
from sco_cities.themes.columns import THEMES


@dataclass(frozen=True)
class SearchableList:
    """A kind of record that has a list and can be searched."""

    listing: Listing

    @property
    def collection(self) -> str:
        return self.listing.collection

    @property
    def model(self) -> type[Record]:
        return self.listing.indexed_model.model

    @property
    def noun(self) -> str | Promise:
        """The singular name of the kind."""
        return self.model._meta.verbose_name

    def published(self, keys: BitMap, state: IndexState) -> BitMap:
        """Returns the `keys` of published records."""
        return keys & state.published(self.collection) if keys else keys

    def first(self, keys: BitMap, number: int, state: IndexState) -> list[int]:
        """Returns the first `number` of `keys`, in the default order of the list."""
        if not keys or number <= 0:
            return []
        order = self.listing.ordered_selection(state, self.listing.localized_default_sort)
        return order.window(keys, 0, number)

    def records(self, keys: list[int], state: IndexState) -> list[Record]:
        """Returns the records with these keys, in the order of the keys. Related records come from `state`."""
        stored = state.records(self.collection, keys)
        # Returns copies, because all requests share the records in the state.
        records = [copy(stored[key]) for key in keys if key in stored]
        for field in self.model._meta.concrete_fields:
            related = getattr(field.related_model, "collection", "")
            for record in records if related in state.indexes else ():
                field.set_cached_value(
                    record, state.index(related).records.get(getattr(record, field.attname))
                )
        return records


SEARCHABLE_LISTS = tuple(
    SearchableList(listing)
    for listing in (
        INITIATIVES, CITIES, DELEGATES, ORGANISATIONS, EVENTS, THEMES, COUNTRIES, REPORTS, STATEMENTS,
    )
)  # fmt: skip
LISTS_BY_COLLECTION = {kind.collection: kind for kind in SEARCHABLE_LISTS}
COLLECTIONS = tuple(LISTS_BY_COLLECTION)
LIST_TITLES = {kind.collection: kind.listing.title for kind in SEARCHABLE_LISTS}


def kind_or_404(collection: str) -> SearchableList:
    """Returns the searchable kind with this collection. Raises Http404 if there is none."""
    if collection not in LISTS_BY_COLLECTION:
        raise Http404
    return LISTS_BY_COLLECTION[collection]
