"""The record of an embed's URL."""

from collections.abc import Iterator
from contextlib import contextmanager

from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.search.searchable_lists import COLLECTIONS, SearchableList, kind_or_404
from sco_cities.sources.record_view import published_record

from .record_summary import RecordSummary, record_summaries


@contextmanager
def summary_of(collection: str, slug: str) -> Iterator[tuple[SearchableList, IndexState, RecordSummary]]:
    """A published record by its slug or former slug, with the index state of all that is said of it; 404 if unknown."""
    kind = kind_or_404(collection)
    with facet_index(*COLLECTIONS) as state:
        key = published_record(kind.model, slug).pk
        (summary,) = record_summaries(kind, [key], state)
        yield kind, state, summary
