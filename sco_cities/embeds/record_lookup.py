"""The record of an embed's URL."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404

from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.search.searchable_lists import COLLECTIONS, LISTS_BY_COLLECTION, SearchableList
from sco_cities.sources.record_view import published_record

from .record_summary import RecordSummary, record_summaries


def kind_of_record(collection: str) -> SearchableList:
    """The kind of record with this collection; 404 if there is none."""
    if collection not in LISTS_BY_COLLECTION:
        raise Http404
    return LISTS_BY_COLLECTION[collection]


@contextmanager
def summary_of(collection: str, slug: str) -> Iterator[tuple[SearchableList, IndexState, RecordSummary]]:
    """A published record by its slug or former slug, with the index state of all that is said of it; 404 if unknown."""
    kind = kind_of_record(collection)
    with facet_index(*COLLECTIONS) as state:
        key = published_record(kind.model, slug).pk
        (summary,) = record_summaries(kind, [key], state)
        yield kind, state, summary
