"""Compares reports from the time of an announcement (an event or the first report) with later reports.

The time of an announcement ends `DAYS` days after the last day of the event or of the first report. A report belongs to
this time if its earliest possible date is not after the end. Any other report is a later report, even if it repeats the
status. Undated reports are ignored.
"""

import datetime
from collections import defaultdict
from typing import NamedTuple

from pyroaring import BitMap

from delegates.models import Event
from sco_cities.core import edtf
from sco_cities.db.pk_queries import pk_in
from sco_cities.facet_index.dimensions import batches, merge_values, part
from sco_cities.facet_index.pk_bitmaps import KeyArray, compact
from sco_cities.sources.facets import ReportedDimension
from sco_cities.sources.models import Report, Stance
from sco_cities.sources.newest_report import NewestReportDimension
from sco_cities.sources.reported_values import reported_value

from .models import Initiative

DAYS = 30
NONE, REPORTED, MOVED = "none", "reported", "moved"
# The two kinds of announcement, which are an event and the first report.
EVENT, FIRST = "event", "first"
# The first part of values for initiatives whose earlier and current status differ. The second part is the earlier
# status, or "" if no report names it.
THEN = {EVENT: "then_event", FIRST: "then_first"}
UNDATED = "undated"
STATUS_REPORTED = NewestReportDimension("status_reported_on", Initiative, "status")
_NO_KEYS = BitMap()


class _Days(NamedTuple):
    """The earliest and the latest possible day of a report's date, as ordinals."""

    first: int
    last: int


class _StatusReport(NamedTuple):
    """The status of an initiative in a report. Sorted instances have the newest report last.

    `status` is None if the report names the current status, and "" if the report names no status.
    """

    first: int
    minus_last: int
    supports: bool
    status: str | None


# Maps the last day of an announcement's time, or the possible days of a report, to initiatives.
Announced = dict[int, BitMap]
ByDays = dict[_Days, BitMap]


class SinceDimension(ReportedDimension):
    """Groups initiatives by later reports and status changes, both since the event and since the first report.

    The values are pairs such as ("event", "moved"). An initiative has moved if a later report mentions it, and if its
    status at the time of the announcement is known and differs from the current status. An initiative without a dated
    event has no value for `EVENT`. An initiative without a dated report has no value for `FIRST`.
    """

    def __init__(self, name: str):
        super().__init__(name, Initiative)

    @property
    def parts(self):
        return *super().parts, part(Initiative, "pk"), part(Event, "pk")

    @property
    def logged_parts(self):
        return *super().logged_parts, part(Initiative, "pk"), part(Event, "pk")

    def affected_keys(self, using, changed):
        keys = super().affected_keys(using, changed) | changed.get(part(Initiative, "pk"), _NO_KEYS)
        if events := changed.get(part(Event, "pk")):
            of_events = Initiative.objects.using(using).filter(pk_in(events, "event")).order_by()
            keys = keys | of_events.aggregate(keys=KeyArray("pk"))["keys"]
        return keys

    def values_among(self, using, among=None):
        by_report = self.by_report(using, among)
        cited = Report.objects.using(using).filter(pk_in(BitMap(report for _stance, report in by_report)))
        days_of = {key: _days(date) for key, date in cited.values_list("pk", "published_on")}
        reports = merge_values((days_of[report], keys) for (_stance, report), keys in by_report.items())
        undated = reports.pop(None, _NO_KEYS)
        supported = merge_values(
            (_days(date), keys) for date, keys in STATUS_REPORTED.by_date(using, among).items()
        )
        earlier = (keys for (stance, _report), keys in by_report.items() if stance == Stance.EARLIER)
        histories = self._histories(using, BitMap.union(_NO_KEYS, *earlier), days_of)
        values = {(UNDATED, ""): undated}
        for origin, announced in (
            (EVENT, _by_event(using, among)),
            (FIRST, _by_first_report(reports)),
        ):
            whole, later = BitMap.union(_NO_KEYS, *announced.values()), _cited(announced, reports, later=True)
            then = _other_statuses(announced, histories)
            then[""] |= whole.difference(_cited(announced, supported, later=False), BitMap(histories))
            moved = later & BitMap.union(_NO_KEYS, *(keys for status, keys in then.items() if status))
            values |= {
                (origin, NONE): whole - later,
                (origin, REPORTED): later - moved,
                (origin, MOVED): moved,
            }
            values |= {(THEN[origin], status): keys for status, keys in then.items()}
        return {value: compact(keys) for value, keys in values.items() if keys}

    def _histories(
        self, using: str, keys: BitMap, days_of: dict[int, _Days | None]
    ) -> dict[int, list[_StatusReport]]:
        """Maps the keys of initiatives with an earlier status to the statuses in their dated reports."""
        histories, field = defaultdict(list), Initiative._meta.get_field("status")
        for batch in batches(keys):
            now = dict(Initiative.objects.using(using).filter(pk__in=batch).values_list("pk", "status"))
            evidence = self.rows(using).from_published_reports().filter(object_id__in=batch, field=field.name)
            rows = evidence.exclude(stance=Stance.DIFFERS).values_list(
                "object_id", "passage__report", "stance", "reported_value"
            )
            for key, report, stance, text in rows:
                if days := days_of[report]:
                    supports = stance == Stance.SUPPORTS
                    status = now[key] if supports else reported_value(text, field).choice
                    status = None if status == now[key] else status
                    histories[key].append(_StatusReport(days.first, -days.last, supports, status))
        return histories


def _days(date: str) -> _Days | None:
    """Returns the earliest and latest day of a date, or None if `date` is empty or has no first day."""
    first, last = edtf.first_and_last_day(date)
    return _Days(first.toordinal(), (last or datetime.date.max).toordinal()) if first else None


def _by_event(using: str, among: list[int] | None) -> Announced:
    events = Event.objects.using(using).published().filter(runs_until__isnull=False)
    until = {event: day.toordinal() + DAYS for event, day in events.values_list("pk", "runs_until")}
    initiatives = Initiative.objects.using(using).filter(event__isnull=False).order_by()
    if among is not None:
        initiatives = initiatives.filter(pk__in=among)
    by_event = initiatives.values_list("event").annotate(_keys=KeyArray("pk"))
    return merge_values((until[event], keys) for event, keys in by_event if event in until)


def _by_first_report(reports: ByDays) -> Announced:
    announced, seen = defaultdict(BitMap), BitMap()
    for days in sorted(reports):
        announced[days.last + DAYS] |= reports[days] - seen
        seen |= reports[days]
    return announced


def _cited(announced: Announced, reports: ByDays, *, later: bool) -> BitMap:
    """Initiatives with a report after the time of their announcement or, if `later` is False, within this time."""
    found, cited, days = BitMap(), BitMap(), sorted(reports, reverse=not later)
    for until in sorted(announced, reverse=later):
        while days and (days[-1].first > until) is later:
            cited |= reports[days.pop()]
        found |= announced[until] & cited
    return found


def _other_statuses(announced: Announced, histories: dict[int, list[_StatusReport]]) -> dict[str, BitMap]:
    """Returns the initiatives whose earlier status differs from the current status, by earlier status ("" if unknown).

    The newest report from the time of the announcement determines the status. Among reports with the same date, a
    report that supports the current status takes precedence.
    """
    found, told = defaultdict(BitMap), BitMap(histories)
    for until, keys in announced.items():
        for key in keys & told:
            of_the_time = [report for report in histories[key] if report.first <= until]
            newest = max(of_the_time, key=lambda report: report[:3], default=None)
            if newest is None or newest.status is not None:
                found[newest.status if newest else ""].add(key)
    return found
