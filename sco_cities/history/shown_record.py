"""A record as shown on pages and in files, either current or as of a date.

The parameter `?as_of=2026-01-31` shows records as published at the end of that day (UTC).
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.core.exceptions import shortened
from sco_cities.listings import querystring
from sco_cities.listings.querystring import ErrorCode, QueryError
from sco_cities.listings.registered_functions import AS_OF
from sco_cities.sources.base_models import Record
from sco_cities.sources.footnotes import Footnotes

from .record_history import PublicHistory, public_history
from .versions import has_unrecorded_changes

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# The response header, and the message on pages and in files, for records with unrecorded changes.
UNRECORDED_HEADER = "Unrecorded-Changes"
UNRECORDED_SENTENCE = gettext_lazy(
    "Some changes to this record are not in its history. Values for earlier dates may therefore be too new."
)


class InvalidDay(ValueError):
    """Raised for an invalid or future date. `error` contains the reason."""

    def __init__(self, sentence: str, code: ErrorCode, value: str):
        self.error = QueryError(sentence, code, value)
        super().__init__(sentence)


@dataclass(frozen=True)
class AsOf:
    """The current date or an earlier date. `until` is the start of the next day."""

    day: datetime.date

    @property
    def until(self) -> datetime.datetime:
        return datetime.datetime.combine(self.day, datetime.time(), datetime.UTC) + datetime.timedelta(days=1)

    @property
    def is_today(self) -> bool:
        return self.day == today()

    @property
    def query(self) -> str:
        return f"?{AS_OF}={self.day.isoformat()}"

    @property
    def memento_datetime(self) -> str:
        """The last second of the day, as an HTTP date for RFC 7089."""
        return http_date(self.until.timestamp() - 1)


def today() -> datetime.date:
    """Returns the current date in UTC."""
    return timezone.now().astimezone(datetime.UTC).date()


def read_as_of(request: HttpRequest) -> AsOf | None:
    """Returns the date in a request's query string, or None. Raises InvalidDay for an invalid or future date."""
    return as_of_in(querystring.read(request)[0])


def as_of_in(params: QueryDict) -> AsOf | None:
    """Returns the date in query parameters, or None. Raises InvalidDay for an invalid or future date."""
    if AS_OF not in params:
        return None
    values = querystring.values(params, AS_OF)
    if not values:
        raise InvalidDay(_("Enter a date such as 2026-01-31."), ErrorCode.NOT_A_TIME, "")
    if len(values) > 1:
        raise InvalidDay(_("Enter only one value."), ErrorCode.TOO_MANY, values[1])
    (value,) = values
    try:
        day = datetime.date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None:
        sentence = _("“%(value)s” is not a valid date. Enter a date such as 2026-01-31.")
        raise InvalidDay(sentence % {"value": shortened(value)}, ErrorCode.NOT_A_TIME, value)
    if day > today():
        sentence = _("“%(value)s” is in the future. Enter today's date or an earlier one.")
        raise InvalidDay(sentence % {"value": value}, ErrorCode.NOT_A_TIME, value)
    return AsOf(day)


@dataclass(frozen=True)
class ShownRecord:
    """A record with its footnotes and history.

    If `as_of` is set, all data is as published at the end of that day. `now` is the current record, which may have
    another URL or be withdrawn. For a merged record, `now` is the record that it was merged into. If there are
    unrecorded changes, the record may have current values instead of past values.
    """

    record: Record
    footnotes: Footnotes
    history: PublicHistory
    as_of: AsOf | None = None
    now: Record | None = None
    has_unrecorded_changes: bool = False

    @property
    def path(self) -> str:
        """The path of the record's page in the active language."""
        if self.as_of is None:
            return self.record.get_absolute_url()
        return reverse(f"{self.record.collection}-record", args=[self.slug]) + self.as_of.query

    @property
    def slug(self) -> str:
        """The slug in URLs, which is the current slug, or the past slug of a merged or unpublished record."""
        return self.now.slug if self.is_still_published else self.record.slug

    @property
    def changed_at(self) -> datetime.datetime | None:
        """The time of the last change, or of the first publication if there is no change."""
        return self.history.changed_at or self.history.published_at

    @property
    def citation_details(self) -> list[str]:
        """The dates in a citation, which are the dates of the last change and of the shown version."""
        details = [self.changed_at.date().isoformat()] if self.changed_at else []
        if self.as_of:
            details.append(_("as of %(date)s") % {"date": self.as_of.day.isoformat()})
        return details

    @property
    def is_still_published(self) -> bool:
        """True if readers can see the record today as a separate record."""
        return not self.was_merged and (self.now or self.record).is_published

    @property
    def was_merged(self) -> bool:
        """True if the record was later merged into another record."""
        return self.now is not None and self.now.pk != self.record.pk

    @property
    def merged_into(self) -> Record | None:
        """The published record that this record was merged into, or None."""
        return self.now if self.was_merged and self.now.is_published else None

    @property
    def is_past(self) -> bool:
        """True if an earlier date is shown. Today's date shows the current record, because the day has not ended."""
        return self.as_of is not None and not self.as_of.is_today


def shown_now(record: Record, as_of: AsOf | None = None) -> ShownRecord:
    """Returns the current record. `as_of` is today's date if the request selects it."""
    is_incomplete = as_of is not None and has_unrecorded_changes(record)
    return ShownRecord(record, Footnotes(record), public_history(record), as_of, record, is_incomplete)


def as_of_sentences(shown: ShownRecord) -> Iterator[str]:
    """Yields messages about the shown date, parts with current values, and gaps in the record's history."""
    day = date_format(shown.as_of.day, "DATE_FORMAT")
    if shown.is_past:
        yield _("The record as published at the end of %(date)s (UTC).") % {"date": day}
        if shown.merged_into:
            yield _("It has since been merged into “%(record)s”.") % {"record": shown.merged_into}
        elif shown.was_merged:
            yield _("It has since been merged into another record, which is not published.")
        elif not shown.is_still_published:
            yield _("It is no longer published.")
        yield _("Other records appear with their current names. Lists of other records are not shown.")
    else:
        yield _("The record as published today, %(date)s.") % {"date": day}
        yield _("It may still change before the end of the day (UTC).")
    if shown.has_unrecorded_changes:
        yield str(UNRECORDED_SENTENCE)
