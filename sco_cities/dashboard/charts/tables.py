"""The numbers of each chart as a table, for those who take them away."""

from collections.abc import Callable

from initiatives.models import Status
from sco_cities.dashboard.csv_response import COUNT, Column, Table
from sco_cities.listings.year_filters import UNKNOWN

from .breakdowns import by_evidence, by_firmness, by_pillar
from .scope import Charted, Mark
from .years import each_start


def _of_marks(name: str, marks: list[Mark]) -> Table:
    return [
        Column(name, [mark.value for mark in marks], [str(mark.label) for mark in marks]),
        Column(COUNT, [mark.count for mark in marks]),
    ]


def _firmness(charted: Charted) -> Table:
    return _of_marks("status", by_firmness(charted))


def _evidence(charted: Charted) -> Table:
    return _of_marks("evidence", by_evidence(charted))


def _pillars(charted: Charted) -> Table:
    return _of_marks("pillar", [each.pillar for each in by_pillar(charted)])


def _themes(charted: Charted) -> Table:
    pairs = [(each.pillar, theme) for each in by_pillar(charted) for theme in each.themes]
    pillars = [pillar for pillar, _theme in pairs]
    return [
        Column("pillar", [each.value for each in pillars], [str(each.label) for each in pillars]),
        *_of_marks("theme", [theme for _pillar, theme in pairs]),
    ]


def _years(charted: Charted) -> Table:
    rows = each_start(charted)
    return [
        Column("started", [UNKNOWN if year is None else year for year, _count, _statuses in rows]),
        Column(COUNT, [count for _year, count, _statuses in rows]),
        *(
            Column(status.value, [statuses[place] for _year, _count, statuses in rows])
            for place, status in enumerate(Status)
        ),
    ]


# By the name of the chart, which is that of its file.
CHARTS: dict[str, Callable[[Charted], Table]] = {
    "firmness": _firmness,
    "pillars": _pillars,
    "themes": _themes,
    "years": _years,
    "evidence": _evidence,
}
