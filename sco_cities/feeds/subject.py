"""The subject of a feed, which is a filtered list or a single record."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from pyroaring import BitMap

from sco_cities.listings.list_query import ListQuery
from sco_cities.sources.base_models import Record


@dataclass(frozen=True)
class FeedSubject:
    """The records whose changes a feed contains, and the names and URLs of the feed.

    If `keys` is None, the feed contains the changes of all records of this kind, including withdrawn ones.
    """

    model: type[Record]
    using: str
    keys: BitMap | None
    title: str
    subtitle: str
    page_path: str
    query: str = ""
    record: Record | None = None

    @classmethod
    def of_list(cls, list_query: ListQuery) -> "FeedSubject":
        """The subject for a valid list query."""
        query = list_query.filter_query.removesuffix("?")
        return cls(
            model=list_query.listing.indexed_model.model,
            using=list_query.state.using,
            keys=matching_keys(list_query),
            title=list_query.heading,
            subtitle=_(
                "New and corrected records of this list, and changes of their status. The feed without filters also "
                "includes withdrawn records. If a change makes a record stop matching the filters, the feed does "
                "not include that change."
            ),
            page_path=reverse(f"{list_query.listing.collection}-list") + query,
            query=query,
        )

    @classmethod
    def of_record(cls, record: Record, using: str) -> "FeedSubject":
        """The subject for a single record. For a withdrawn record it has the name and URL of the list."""
        # The current name of an unpublished record may never have been public, so it is not shown.
        is_shown = record.is_published
        return cls(
            model=type(record),
            using=using,
            keys=BitMap([record.pk]),
            title=str(record.name if is_shown else record._meta.verbose_name_plural),
            subtitle=_("Corrections to this record, changes of its status, and its withdrawal."),
            page_path=record.get_absolute_url() if is_shown else reverse(f"{record.collection}-list"),
            record=record,
        )

    def path(self, name: str) -> str:
        """The path of this subject's feed ("atom" or "feed") or of its subscription page ("subscribe")."""
        if self.record is not None:
            return reverse(f"record-{name}", args=[self.record.collection, self.record.slug])
        return reverse(f"{self.model.collection}-{name}") + self.query


def matching_keys(list_query: ListQuery) -> BitMap | None:
    """The published records that match a valid query. None without filters, which includes withdrawn records.

    Filtered feeds leave out unpublished records, because otherwise filters could reveal unpublished texts.
    """
    found: BitMap | None = None
    for name, value in list_query.result_set.filter_values.items():
        keys = list_query.filterset.filters[name].matching_keys(list_query.state, value)
        found = keys if found is None else found & keys
    return None if found is None else found & list_query.state.published(list_query.listing.collection)
