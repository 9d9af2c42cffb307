"""The day in `?as_of=2026-01-31`. Records are shown as they were published at the end of that day (UTC)."""

import datetime
import re
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _

from sco_cities.core.exceptions import shortened
from sco_cities.listings import querystring
from sco_cities.listings.querystring import ErrorCode, QueryError
from sco_cities.listings.registered_functions import AS_OF

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class InvalidDay(ValueError):
    """The parameter is not a valid day, or the day is in the future. `error` contains the reason."""

    def __init__(self, sentence: str, code: ErrorCode, value: str):
        self.error = QueryError(sentence, code, value)
        super().__init__(sentence)


@dataclass(frozen=True)
class AsOf:
    """A day, which is not in the future. `until` is the time when the next day begins."""

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
        """The last second of the day, in the format of RFC 7089."""
        return http_date(self.until.timestamp() - 1)


def today() -> datetime.date:
    """The current day in UTC."""
    return timezone.now().astimezone(datetime.UTC).date()


def read_as_of(request: HttpRequest) -> AsOf | None:
    """Returns the day that a request selects, or None. Raises InvalidDay for an invalid or future day."""
    return as_of_in(querystring.read(request)[0])


def as_of_in(params: QueryDict) -> AsOf | None:
    """Returns the same for the parameters of a query string."""
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
