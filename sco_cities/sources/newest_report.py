"""The date and age of the newest report that supports a value such as a status."""

import datetime
from dataclasses import dataclass
from functools import lru_cache

from django.db import models
from pyroaring import BitMap

from sco_cities.core import edtf
from sco_cities.core.publication_state import VISIBLE
from sco_cities.facet_index.dimensions import FETCH_SIZE, Values, column, merge_values
from sco_cities.facet_index.facets import Facet, Reads, today
from sco_cities.facet_index.pk_bitmaps import KeyArray, compact
from sco_cities.facet_index.read_snapshot import read_once

from .base_models import Record
from .facets import ReportedDimension
from .models import Evidence, Passage, Stance

# The age is calculated from the last possible day of a date. A report from "2024" is over two years old in 2027.
UNDER_1, UNKNOWN, OVER_5 = "under_1", "unknown", "over_5"
_LIMITS = {UNDER_1: 1, "1_to_2": 2, "2_to_5": 5}
# The age groups of more than two years.
OLD = ("2_to_5", OVER_5)


class NewestReportDimension(ReportedDimension):
    """The stored date of the newest published report that supports the value of `field`.

    The field must need separate evidence. Records without a dated supporting report have no value.
    """

    def __init__(self, name: str, model: type[Record], field: str):
        super().__init__(name, model)
        object.__setattr__(self, "field", field)

    @property
    def index_columns(self):
        return tuple(column(Evidence, name) for name in ("content_type", "passage", "object_id"))

    @property
    def index_condition(self):
        return f"field = '{self.field}' AND stance = '{Stance.SUPPORTS}'"

    def rows(self, using):
        # The condition contains literals, because SQLite does not use the partial index for a query with parameters.
        return super().rows(using).filter(field=_literal(self.field), stance=_literal(Stance.SUPPORTS))

    def by_date(self, using: str, among: list[int] | None = None) -> Values:
        """Groups all records, or the records with keys in `among`, by the date of each supporting report."""
        if among is None:
            return read_once(using, (self.model, self.field), lambda: self._all_by_date(using))
        rows = self.rows(using).filter(
            object_id__in=among,
            passage__report__state=VISIBLE,
            passage__report__published_first__isnull=False,
        )
        return dict(rows.values_list("passage__report__published_on").annotate(_keys=KeyArray("object_id")))

    def _all_by_date(self, using: str) -> Values:
        dated = Passage.objects.using(using).filter(
            report__state=VISIBLE, report__published_first__isnull=False
        )
        date_of = dict(dated.values_list("pk", "report__published_on"))
        by_passage = self.rows(using).values_list("passage").annotate(_keys=KeyArray("object_id"))
        return merge_values(
            (date_of[passage], keys)
            for passage, keys in by_passage.iterator(FETCH_SIZE)
            if passage in date_of
        )

    def values_among(self, using, among=None):
        by_date, values, newer = self.by_date(using, among), {}, BitMap()
        for date in sorted(by_date, key=edtf.recency, reverse=True):
            if keys := by_date[date] - newer:
                values[date] = compact(keys)
                newer |= keys
        return values


def _literal(text: str) -> models.Func:
    return models.Func(template=f"'{text}'", output_field=models.CharField())


def age_of(date: str, day: datetime.date) -> str:
    """Returns the age of a date on a given day, as a code of `ReportAgeFacet`."""
    last = edtf.first_and_last_day(date)[1] or datetime.date.max
    return next((code for code, years in _LIMITS.items() if last >= edtf.years_before(day, years)), OVER_5)


# Results are cached, because pages repeat report dates.
@lru_cache(maxsize=4096)
def is_old(date: str, day: datetime.date) -> bool:
    """Returns True if a date is more than two years before a given day."""
    return bool(date) and age_of(date, day) in OLD


@dataclass(frozen=True)
class ReportAgeFacet(Facet):
    """Groups records by the age of a stored date, such as the date of the newest report.

    Without a date, the age is "unknown".
    """

    dimension: str

    def bitmaps(self, state, collection):
        day = today()
        groups: dict[str, list[BitMap]] = {code: [BitMap()] for code in (*_LIMITS, OVER_5)}
        for date, keys in state.dimension(collection, self.dimension).items():
            groups[age_of(date, day)].append(keys)
        ages = {code: BitMap.union(*bitmaps) for code, bitmaps in groups.items()}
        return {**ages, UNKNOWN: state.published(collection).difference(*ages.values())}

    def inputs(self, state, collection):
        return *super().inputs(state, collection), today()

    def reads(self, collection):
        return Reads(collection, dimension=self.dimension), Reads(collection)
