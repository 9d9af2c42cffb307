"""A facet with the years when records are under way."""

from dataclasses import dataclass

from pyroaring import BitMap

from .dimensions import Values
from .facet_counts import FacetCounter, FacetCounters, SizedBitmaps, sized_bitmaps
from .facets import Facet, Reads
from .state import IndexState


@dataclass(frozen=True)
class YearFacet(Facet):
    """The years from the start to the end of a record.

    `start` and `end` are names of dimensions of years. A record without a known end counts as not ended. A record
    without a known start is in no year. The bitmaps are grouped by start year.
    """

    start: str
    end: str

    def bitmaps(self, state, collection):
        return state.dimension(collection, self.start)

    def inputs(self, state, collection):
        return (state.dimension(collection, self.start),)

    def reads(self, collection):
        return tuple(Reads(collection, dimension=name) for name in (self.start, self.end))

    def _started(self, state: IndexState, collection: str, last: int | None = None) -> BitMap:
        by_year = self.bitmaps(state, collection)
        if last and last >= max(by_year, default=last):
            last = None  # No record starts later, so the cached union of all years is used.

        def union() -> BitMap:
            return BitMap.union(
                BitMap(), *(keys for year, keys in by_year.items() if not last or year <= last)
            )

        return union() if last else state.memoize((collection, "started", self), (by_year,), union)

    def overlapping(self, state: IndexState, collection: str, first: int | None, last: int | None) -> BitMap:
        """The records that are under way between the years `first` and `last`. None means no limit."""
        started = self._started(state, collection, last)
        ended = state.dimension(collection, self.end).items()
        return started.difference(*(keys for year, keys in ended if first and year < first))

    def _ended(self, state: IndexState, collection: str) -> Values:
        """Maps end years to the records that also have a known start."""
        started, by_year = self._started(state, collection), state.dimension(collection, self.end)

        def among_started() -> Values:
            # Usually all records have a known start, and the bitmap is then shared.
            return {
                year: keys if keys.issubset(started) else keys & started for year, keys in by_year.items()
            }

        return state.memoize((collection, "ended", self), (started, by_year), among_started)

    def counts(
        self, state: IndexState, collection: str, selected: BitMap, counters: FacetCounters
    ) -> dict[int, int]:
        """Maps years to the number of selected records, beginning with the first year when a record starts or ends."""
        start = sized_bitmaps(state, (collection, self.start), self.bitmaps(state, collection))
        end = sized_bitmaps(state, (collection, self.end), self._ended(state, collection))

        def count() -> dict[int, int]:
            counter = counters.counter(selected, max(start.last, end.last))
            return _overlaps(_nonzero_counts(start, counter), _nonzero_counts(end, counter))

        if selected is not state.published(collection):
            return count()
        return state.memoize((collection, "years", self), (selected, start, end), count)


def _overlaps(started: dict[int, int], ended: dict[int, int]) -> dict[int, int]:
    """Maps years to the number of records under way, computed from the starts and ends per year."""
    if not started:
        return {}
    counts, running = {}, 0
    for year in range(min(started), max(*started, *ended, 0) + 1):
        running += started.get(year, 0)
        counts[year] = running
        running -= ended.get(year, 0)
    return counts


def _nonzero_counts(bitmaps: SizedBitmaps, counter: FacetCounter) -> dict:
    counts = zip(bitmaps.values, counter.counts(bitmaps), strict=True)
    return {value: count for value, count in counts if count}
