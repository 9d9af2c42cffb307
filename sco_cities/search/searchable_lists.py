"""The collections that the search covers, and their records in list order."""

from dataclasses import dataclass

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from delegates.columns import DELEGATES, EVENTS, ORGANISATIONS
from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.columns import INITIATIVES, STATEMENTS
from initiatives.models import Initiative
from sco_cities.cities.columns import CITIES, COUNTRIES
from sco_cities.cities.models import City, Country
from sco_cities.facet_index.registry import DEFERRED_FIELDS
from sco_cities.facet_index.state import IndexState
from sco_cities.listings.listing import Listing
from sco_cities.sources.base_models import Record
from sco_cities.sources.columns import REPORTS
from sco_cities.sources.models import Report
from sco_cities.themes.columns import THEMES
from sco_cities.themes.models import Theme


@dataclass(frozen=True)
class SearchableList:
    """A kind of record that has a list; `noun` is its name in the singular."""

    listing: Listing
    model: type[Record]
    noun: str | Promise

    @property
    def collection(self) -> str:
        return self.listing.collection

    def published(self, keys: BitMap, state: IndexState) -> BitMap:
        """Those of `keys` that are published."""
        return keys & state.published(self.collection) if keys else keys

    def first(self, keys: BitMap, number: int, state: IndexState) -> list[int]:
        """The first `number` of `keys`, in the default order of the list."""
        if not keys or number <= 0:
            return []
        order = self.listing.ordered_selection(state, self.listing.localized_default_sort)
        return order.window(keys, 0, number)

    def records(self, keys: list[int], using: str) -> list[Record]:
        """The records with these keys, in the same order, with the related records that a result line needs."""
        records = (
            self.model.objects.using(using)
            .for_record_page()
            .prefetch_related(None)
            .defer(*DEFERRED_FIELDS)
            .in_bulk(keys)
        )
        return [records[key] for key in keys if key in records]


SEARCHABLE_LISTS = (
    SearchableList(INITIATIVES, Initiative, _("initiative")),
    SearchableList(CITIES, City, _("city")),
    SearchableList(DELEGATES, Delegate, _("delegate")),
    SearchableList(ORGANISATIONS, Organisation, _("organisation")),
    SearchableList(EVENTS, Event, _("event")),
    SearchableList(THEMES, Theme, _("theme")),
    SearchableList(COUNTRIES, Country, _("country")),
    SearchableList(REPORTS, Report, _("report")),
    SearchableList(STATEMENTS, Statement, _("statement")),
)
LISTS_BY_COLLECTION = {kind.collection: kind for kind in SEARCHABLE_LISTS}
COLLECTIONS = tuple(LISTS_BY_COLLECTION)
LIST_TITLES = {kind.collection: kind.listing.title for kind in SEARCHABLE_LISTS}


def kind_or_404(collection: str) -> SearchableList:
    """The kind of record with this collection; 404 if there is none."""
    if collection not in LISTS_BY_COLLECTION:
        raise Http404
    return LISTS_BY_COLLECTION[collection]
