"""SVG charts. Pages, embeds and files use the same drawing.

Horizontal positions are percentages, so a drawing fits any frame. The colours in the SVG attributes are for files. On
pages, the style sheet overrides these colours.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from initiatives.models import STATUS_GROUPS, Status
from sco_cities.core import edtf
from sco_cities.core.html import fill_template, join_html
from sco_cities.dashboard.charts.status_table import as_percent
from sco_cities.facet_index.facets import today
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.i18n.punctuation import comma, join_sentences, with_label
from sco_cities.site.templatetags.site import percent
from sco_cities.sources.filters import AGE_CHOICES
from sco_cities.sources.newest_report import OLD

from .discs import initiatives_per_disc
from .scope import MIN_INITIATIVES, ChartScope, city_roles, report_dates, single_source_by_theme
from .status_changes import status_changes

_TEXT = '<text x="{}" y="{}" text-anchor="{}" font-size="13" fill="currentColor">{}</text>'
_ON_LINE = (
    '<text class="halo" x="{}" y="{}" text-anchor="{}" font-size="13" fill="currentColor" '
    'stroke="#fcfbf8" stroke-width="4" paint-order="stroke">{}</text>'
)
_NOTE = '<text class="second" x="{}" y="{}" text-anchor="{}" font-size="13" fill="#5b6672">{}</text>'
_LINK = '<a href="{}">{}</a>'
_RULE = '<line class="rule" x1="{}" y1="{}" x2="{}" y2="{}" stroke="#8a8577"/>'
_BAR = '<rect y="{}" width="{}" height="8" fill="currentColor"/>'
_DOT = '<circle cx="{}" cy="{}" r="{}" fill="currentColor"/>'
_OLD_DOT = '<circle cx="{}" cy="{}" r="{}" fill="currentColor" fill-opacity=".2" stroke="currentColor"/>'
_RING = '<circle cx="{}" cy="{}" r="7" fill="none" stroke="currentColor" stroke-width="1.6"/>'
_SLOPE = '<line class="{}" x1="30%" y1="{}" x2="70%" y2="{}" stroke="{}" stroke-width="{}"><title>{}</title></line>'
_GROUP_COLOURS = {"on-paper": "#746f62", "under-way": "#a8690f", "done": "#0a5f73", "stalled": "#9c2f24"}

# The columns, maximum discs per column, and distance between discs in the chart of ages.
STRIP_COLUMNS, MAX_STACK, _DISC_STEP = 72, 30, 8
# The maximum number of cities in the chart of roles, and the share of the width for their names.
MAX_CITIES, _NAMES_WIDTH = 12, 0.42
_BAR_ROW, _CITY_ROW, _STATUS_ROW = 42, 28, 30


@dataclass(frozen=True)
class Drawing:
    """A chart with a sentence as its title, the source of its data, and its marks as SVG.

    If there is too little data for a chart, the title gives the reason, and there are no marks. `words` describes the
    marks as text. `words` is empty if the page contains the numbers elsewhere.
    """

    title: str
    source: str = ""
    height: int = 0
    marks: str = ""
    words: tuple[str, ...] = ()


def _text(x: str, y: float, text: str, url: str = "", anchor: str = "start", pattern: str = _TEXT) -> str:
    drawn = fill_template(pattern, x, f"{y:g}", anchor, text)
    return fill_template(_LINK, url, drawn) if url else drawn


def ages(scope: ChartScope) -> Drawing:
    """Returns a chart of the age of the newest reports. Each initiative has a disc at the date of its newest report."""
    dates = report_dates(scope)
    dated = sum(map(len, dates.values()))
    if dated < MIN_INITIATIVES:
        return Drawing(
            _(
                "Fewer than five of these initiatives have a dated report. At least five are needed to show the age of "
                "the reports."
            )
        )
    # An open end date is treated as today.
    days = {date: edtf.first_and_last_day(date)[1] or today() for date in dates}
    first = datetime.date(min(days.values()).year, 1, 1)
    end = max(*days.values(), today())
    limit = edtf.years_before(today(), 2)

    def place(day: datetime.date) -> float:
        return (day - first).days / max(1, (end - first).days)

    columns: dict[int, list[bool]] = {}
    for date in sorted(dates, key=days.__getitem__, reverse=True):
        column = min(int(place(days[date]) * STRIP_COLUMNS), STRIP_COLUMNS - 1)
        columns.setdefault(column, []).extend([days[date] < limit] * len(dates[date]))
    per_disc = initiatives_per_disc(max(map(len, columns.values())), MAX_STACK)
    stacks = {column: marks[::per_disc] for column, marks in columns.items()}
    base = 32 + _DISC_STEP * max(map(len, stacks.values()))
    discs = [
        fill_template(
            _OLD_DOT if is_old else _DOT,
            percent((column + 0.5) / STRIP_COLUMNS),
            str(base - 6 - _DISC_STEP * row),
            "3.5",
        )
        for column, marks in stacks.items()
        for row, is_old in enumerate(marks)
    ]
    old = sum(len(keys) for date, keys in dates.items() if days[date] < limit)
    recent = tuple(age for age, _label in AGE_CHOICES[:2])
    labels = [
        _text("0", 13, with_label(_("more than two years ago"), GroupedInt(old)), scope.url(reported=OLD)),
        _text(
            "100%",
            13,
            with_label(_("in the last two years"), GroupedInt(dated - old)),
            scope.url(reported=recent),
            "end",
        ),
    ]
    line = percent(max(0, place(limit)))
    rules = [
        fill_template(_RULE, line, "20", line, str(base)),
        fill_template(_RULE, "0", str(base), "100%", str(base)),
    ]
    source = [_("Source: the newest report that supports the status of each initiative.")]
    if per_disc > 1:
        source.append(_("One disc represents up to %(count)s initiatives.") % {"count": GroupedInt(per_disc)})
    if dated < len(scope):
        undated = len(scope) - dated
        source.append(
            ngettext(
                "%(number)s initiative without a dated report is not shown.",
                "%(number)s initiatives without a dated report are not shown.",
                undated,
            )
            % {"number": GroupedInt(undated)}
        )
    title = ngettext(
        "%(number)s of %(all)s initiatives was last reported more than two years ago",
        "%(number)s of %(all)s initiatives were last reported more than two years ago",
        old,
    ) % {"number": GroupedInt(old), "all": GroupedInt(len(scope))}
    parts = join_html("", [*labels, *rules, *discs, *_year_labels(first.year, end.year, place, base + 18)])
    return Drawing(title, join_sentences(" ".join(source)), base + 24, parts)


def _year_labels(first: int, last: int, place: Callable[[datetime.date], float], y: int) -> Iterable[str]:
    step = next((step for step in (1, 2, 5, 10, 20, 50, 100) if last - first < 8 * step), 500)
    for year in range(max(step, first - first % step), last + 1, step):
        x = max(0, place(datetime.date(year, 1, 1)))
        anchor = "start" if x < 0.05 else "middle" if x < 0.95 else "end"
        yield _text(percent(x), y, str(year), anchor=anchor, pattern=_NOTE)


def single_source(scope: ChartScope) -> Drawing:
    """Returns a chart of themes by the share of their initiatives with only one report."""
    themes = single_source_by_theme(scope)
    if not themes:
        return Drawing(
            _(
                "No theme in this selection has five initiatives. At least five are needed to compare their sources."
            )
        )
    parts = []
    for row, (single, total) in enumerate(themes):
        y, share = row * _BAR_ROW, single.share
        number = pgettext("a part of a number", "%(part)s of %(whole)s") % {
            "part": GroupedInt(single.count),
            "whole": GroupedInt(total),
        }
        parts.append(_text("0", y + 14, single.label, single.url))
        parts.append(fill_template(_BAR, str(y + 22), percent(share * 0.75)))
        x = percent(share * 0.75 + 0.015)
        parts.append(_text(x, y + 31, f"{as_percent(share)}{comma()}{number}", pattern=_NOTE))
    first, total = themes[0]
    title = ngettext(
        "“%(theme)s” relies most on single reports: %(single)s of %(total)s initiatives has only one report",
        "“%(theme)s” relies most on single reports: %(single)s of %(total)s initiatives have only one report each",
        first.count,
    ) % {
        "theme": first.label,
        "single": GroupedInt(first.count),
        "total": GroupedInt(total),
    }
    source = _("Themes with at least five initiatives. Source: the reports that support each initiative.")
    return Drawing(title, source, len(themes) * _BAR_ROW, join_html("", parts))


def roles(scope: ChartScope) -> Drawing:
    """Returns a chart of how often each city leads, and how often it learns from a reference city."""
    cities = city_roles(scope)
    if len(cities) < 2:
        return Drawing(
            _(
                "Fewer than two cities lead or learn in these initiatives. At least two are needed for a comparison."
            )
        )
    shown = cities[:MAX_CITIES]
    most = max(max(each.lead.count, each.learns.count) for each in shown)

    def place(count: int) -> str:
        return percent(_NAMES_WIDTH + 0.5 * count / most)

    key_y, top = 13, 24
    parts = [
        fill_template(_DOT, "2%", str(key_y - 4), "5"),
        _text("5%", key_y, pgettext("mark of a chart", "leads"), pattern=_NOTE),
        fill_template(_RING, "52%", str(key_y - 4)),
        _text("56%", key_y, pgettext("mark of a chart", "learns"), pattern=_NOTE),
        fill_template(
            _RULE, percent(_NAMES_WIDTH), str(top), percent(_NAMES_WIDTH), str(top + len(shown) * _CITY_ROW)
        ),
    ]
    for row, each in enumerate(shown):
        y = top + row * _CITY_ROW + _CITY_ROW // 2
        low, high = sorted((each.lead, each.learns), key=lambda mark: mark.count)
        parts.append(_text("0", y + 5, each.lead.label, each.city_url))
        parts.append(fill_template(_RULE, percent(_NAMES_WIDTH), str(y), place(high.count), str(y)))
        if each.lead.count:
            parts.append(fill_template(_DOT, place(each.lead.count), str(y), "5"))
        if each.learns.count:
            parts.append(fill_template(_RING, place(each.learns.count), str(y)))
        numbers = [high] if low.count in (0, high.count) else [low, high]
        for mark in numbers:
            x = _NAMES_WIDTH + 0.5 * mark.count / most + 0.025
            parts.append(_text(percent(x), y + 5, str(GroupedInt(mark.count)), mark.url, pattern=_ON_LINE))
    first = max(cities, key=lambda each: each.lead.count)
    learner = max(cities, key=lambda each: each.learns.count)
    if not learner.learns.count:
        title = _("%(city)s leads most often: %(number)s")
    elif not first.lead.count:
        title = _("%(learner)s learns most often: %(learns)s")
    elif learner is first:
        title = _("%(city)s leads most often: %(number)s, and learns most often: %(learns)s")
    else:
        title = _("%(city)s leads most often: %(number)s; %(learner)s learns most often: %(learns)s")
    title %= {
        "city": first.lead.label,
        "number": GroupedInt(first.lead.count),
        "learner": learner.lead.label,
        "learns": GroupedInt(learner.learns.count),
    }
    source = _("A city learns if another city is the model. Source: the reports that support the cities.")
    return Drawing(title, source, top + len(shown) * _CITY_ROW + 4, join_html("", parts))


def moves(scope: ChartScope) -> Drawing:
    """Returns a chart of status changes. A line connects the status in the first report with the current status."""
    changes = status_changes(scope)
    if not changes:
        return Drawing(_("No initiative has changed status since its first report, so there is no chart."))
    # More advanced statuses are higher up. Stopped and unknown statuses are at the bottom.
    shown = [status for status in _HEIGHTS if any(status in pair for pair in changes)]
    y = {status: 20 + row * _STATUS_ROW for row, status in enumerate(shown)}
    parts, lines = [], []
    for status in shown:
        for side, x, anchor in ((0, "28%", "end"), (1, "72%", "start")):
            count = sum(number for pair, number in changes.items() if pair[side] == status)
            label = with_label(status.label, GroupedInt(count)) if count else status.label
            parts.append(_text(x, y[status] + 4, label, anchor=anchor, pattern=_TEXT if count else _NOTE))
    for (before, after), number in sorted(changes.items(), key=lambda item: -item[1]):
        group_name = next(group.name for group in STATUS_GROUPS if after in group.statuses)
        colour, width = _GROUP_COLOURS.get(group_name, "currentColor"), min(2 + 0.9 * (number - 1), 14)
        lines.append(with_label(f"{before.label} → {after.label}", GroupedInt(number)))
        slope = group_name, str(y[before]), str(y[after]), colour, f"{width:g}", lines[-1]
        parts.append(fill_template(_SLOPE, *slope))
    count = sum(changes.values())
    forward = sum(number for (before, after), number in changes.items() if y[after] < y[before])
    title = ngettext(
        "%(number)s initiative has changed status since its first report, %(forward)s of them forward",
        "%(number)s initiatives have changed status since their first reports, %(forward)s of them forward",
        count,
    ) % {"number": GroupedInt(count), "forward": GroupedInt(forward)}
    source = _(
        "The status at the time of the first report is on the left, the current status on the right. Source: the "
        "reports that support the statuses."
    )
    return Drawing(title, source, 20 + len(shown) * _STATUS_ROW, join_html("", parts), tuple(lines))


_HEIGHTS = (*reversed(tuple(Status)[:6]), Status.STALLED, Status.UNKNOWN)

# Maps the name of each chart, as in files and embeds, to its embed label and its function, in page order. The last
# drawing is the tallest and has its own column.
DRAWINGS: dict[str, tuple[Promise, Callable[[ChartScope], Drawing]]] = {
    "ages": (gettext_lazy("Age of the reports"), ages),
    "moves": (gettext_lazy("Status changes"), moves),
    "roles": (gettext_lazy("Who leads and who learns"), roles),
    "single-source": (gettext_lazy("Single sources"), single_source),
}


def drawing(scope: ChartScope, name: str) -> Drawing:
    """Returns the drawing with this name, cached for all published initiatives until the data or the day changes."""
    _label, draw = DRAWINGS[name]
    return scope.memoize(("drawing", name, today()), lambda: draw(scope))
