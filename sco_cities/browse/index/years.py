"""In which years records are under way."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyroaring import BitMap

from .census import Census, Measured, measured
from .facets import Facet

if TYPE_CHECKING:
    from .state import State


@dataclass(frozen=True)
class Years(Facet):
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

    def _begun(self, state: "State", collection: str, last: int | None = None) -> BitMap:
        started = self.bitmaps(state, collection)
        if last and last >= max(started, default=last):
            last = None  # Nothing begins later: all of it is remembered.

        def union() -> BitMap:
            return BitMap.union(
                BitMap(), *(having for year, having in started.items() if not last or year <= last)
            )

        return union() if last else state.remember((collection, "begun", self), (started,), union)

    def overlapping(self, state: "State", collection: str, first: int | None, last: int | None) -> BitMap:
        """What overlaps the years from `first` to `last`; None leaves an end open."""
        begun = self._begun(state, collection, last)
        over = state.axis(collection, self.until).items()
        return begun.difference(*(having for year, having in over if first and year < first))

    def counted(self, state: "State", collection: str, selected: BitMap) -> dict[int, int]:
        """How many of the selected records overlap each year, from the first that one begins or ends in."""
        if selected is state.published(collection):
            inputs = (selected, *(state.axis(collection, name) for name in (self.starts, self.until)))
            return state.remember(
                (collection, "years", self), inputs, lambda: self._counted(state, collection, selected)
            )
        return self._counted(state, collection, selected)

    def _counted(self, state: "State", collection: str, selected: BitMap) -> dict[int, int]:
        starts, until = (
            measured(state, (collection, name), state.axis(collection, name))
            for name in (self.starts, self.until)
        )
        census = Census(selected & self._begun(state, collection), max(starts.last, until.last))
        started, ended = _counts(starts, census), _counts(until, census)
        if not started:
            return {}
        counts, running = {}, 0
        for year in range(min(started), max(*started, *ended, 0) + 1):
            running += started.get(year, 0)
            counts[year] = running
            running -= ended.get(year, 0)
        return counts


def _counts(of: Measured, census: Census) -> dict:
    counted = zip(of.values, census.counts(of), strict=True)
    return {value: count for value, count in counted if count}
