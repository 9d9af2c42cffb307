"""In which years records are under way."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyroaring import BitMap

from .dimensions import Values
from .facet_counts import FacetCounter, FacetCounters, SizedBitmaps, sized_bitmaps
from .facets import Facet

if TYPE_CHECKING:
    from .state import IndexState


@dataclass(frozen=True)
class YearFacet(Facet):
    """When records begin, by year, and when they are over.

    The axes `starts` and `until` hold years. A record without a known end is not over, one without a known start
    is in no year.
    """

    starts: str
    until: str

    def bitmaps(self, state, collection):
        return state.axis(collection, self.starts)

    def inputs(self, state, collection):
        return (state.axis(collection, self.starts),)

    def _begun(self, state: "IndexState", collection: str, last: int | None = None) -> BitMap:
        started = self.bitmaps(state, collection)
        if last and last >= max(started, default=last):
            last = None  # Nothing begins later: all of it is remembered.

        def union() -> BitMap:
            return BitMap.union(
                BitMap(), *(having for year, having in started.items() if not last or year <= last)
            )

        return union() if last else state.remember((collection, "begun", self), (started,), union)

    def overlapping(
        self, state: "IndexState", collection: str, first: int | None, last: int | None
    ) -> BitMap:
        """What overlaps the years from `first` to `last`; None leaves an end open."""
        begun = self._begun(state, collection, last)
        over = state.axis(collection, self.until).items()
        return begun.difference(*(having for year, having in over if first and year < first))

    def _over(self, state: "IndexState", collection: str) -> Values:
        """When those records are over of which it is known when they begin, by year."""
        begun, until = self._begun(state, collection), state.axis(collection, self.until)

        def among_begun() -> Values:
            # Mostly it is known of all of them: then nothing is kept twice.
            return {
                year: having if having.issubset(begun) else having & begun for year, having in until.items()
            }

        return state.remember((collection, "over", self), (begun, until), among_begun)

    def counted(
        self, state: "IndexState", collection: str, selected: BitMap, censuses: FacetCounters
    ) -> dict[int, int]:
        """How many of the selected records overlap each year, from the first that one begins or ends in."""
        starts = sized_bitmaps(state, (collection, self.starts), self.bitmaps(state, collection))
        until = sized_bitmaps(state, (collection, self.until), self._over(state, collection))

        def count() -> dict[int, int]:
            census = censuses.of(selected, max(starts.last, until.last))
            return _overlapping(_counts(starts, census), _counts(until, census))

        if selected is not state.published(collection):
            return count()
        return state.remember((collection, "years", self), (selected, starts, until), count)


def _overlapping(started: dict[int, int], ended: dict[int, int]) -> dict[int, int]:
    """How many are under way in each year, from those that begin in each and those that end in each."""
    if not started:
        return {}
    counts, running = {}, 0
    for year in range(min(started), max(*started, *ended, 0) + 1):
        running += started.get(year, 0)
        counts[year] = running
        running -= ended.get(year, 0)
    return counts


def _counts(of: SizedBitmaps, census: FacetCounter) -> dict:
    counted = zip(of.values, census.counts(of), strict=True)
    return {value: count for value, count in counted if count}
