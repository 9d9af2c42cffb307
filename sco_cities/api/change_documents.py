"""JSON documents with changes to all published records or to a single record."""

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.http import HttpRequest
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _

from sco_cities.core.cursor import encode_cursor
from sco_cities.core.exceptions import shortened
from sco_cities.history.models import Revision
from sco_cities.history.public_changes import public_changes, settled_changes
from sco_cities.listings import querystring
from sco_cities.listings.querystring import ErrorCode, QueryError, not_a_choice, read_parameters
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION
from sco_cities.sources.base_models import Record

from .list_parameters import AFTER, DEFAULT_PAGE_SIZE, read_cursor, read_page_size

SINCE, COLLECTION, PER_PAGE = "since", "collection", "per_page"
# Maximum number of changes in the history of a record.
MAX_HISTORY = 1_000
PARAMETERS = (AFTER, SINCE, COLLECTION, PER_PAGE)


class ChangeParameters:
    """The validated query parameters of the list of changes. `errors` contains all errors."""

    def __init__(self, request: HttpRequest):
        self.params, self.errors = read_parameters(request, *PARAMETERS)
        self.after = self._read(AFTER, read_cursor, 0)
        self.page_size = self._read(PER_PAGE, read_page_size, DEFAULT_PAGE_SIZE)
        self.since = self._since()
        self.condition = self._collections()

    def _add(self, name: str, error: QueryError) -> None:
        self.errors.setdefault(name, []).append(error)

    def _value(self, name: str) -> str:
        values = querystring.values(self.params, name)
        if len(values) > 1:
            self._add(name, QueryError(_("Enter only one value."), ErrorCode.TOO_MANY))
        return values[0] if values else ""

    def _read(self, name: str, read: Callable[[str], int | QueryError], default: int) -> int:
        value = self._value(name)
        found = read(value) if value else default
        if isinstance(found, QueryError):
            self._add(name, found)
            return default
        return found

    def _since(self) -> datetime.datetime | None:
        value = self._value(SINCE)
        if not value:
            return None
        try:
            moment = _moment(value)
        except (ValueError, OverflowError):
            moment = None
        if moment is None:
            sentence = _(
                "“%(value)s” is not a valid time. Enter a time such as 2026-01-31 or 2026-01-31T12:00:00Z."
            )
            error = QueryError(sentence % {"value": shortened(value)}, ErrorCode.NOT_A_TIME, value)
            self._add(SINCE, error)
        return moment

    def _collections(self) -> Q:
        collections = querystring.values(self.params, COLLECTION)
        for name in collections:
            if name not in LISTS_BY_COLLECTION:
                self._add(COLLECTION, not_a_choice(name, LISTS_BY_COLLECTION))
        models = [LISTS_BY_COLLECTION[name].model for name in collections if name in LISTS_BY_COLLECTION]
        return Q(content_type__in=ContentType.objects.get_for_models(*models).values()) if models else Q()


def _moment(value: str) -> datetime.datetime | None:
    """Parses a time or a date into a UTC datetime. Returns None for other texts."""
    moment = parse_datetime(value.replace(" ", "+"))
    if moment is None and (day := parse_date(value)) is not None:
        moment = datetime.datetime.combine(day, datetime.time())
    if moment is None:
        return None
    return (make_aware(moment) if is_naive(moment) else moment).astimezone(datetime.UTC)


def changes_document(query: ChangeParameters, request: HttpRequest, using: str) -> dict[str, Any]:
    """Returns a page of changes to all published records, oldest first."""
    changes, after = settled_changes(using, query.after, query.page_size, query.condition, query.since)
    last = changes[-1].number if changes else query.after
    url = request.build_absolute_uri(request.path)

    def link(number: int) -> str:
        return url + querystring.replacing(query.params, (AFTER, encode_cursor(number))).removesuffix("?")

    return {
        "results": [change.document(request.build_absolute_uri) for change in changes],
        "next": link(after) if after is not None else None,
        # Clients poll this URL for later changes.
        "later": link(last) if last else url + querystring.without(query.params, AFTER).removesuffix("?"),
    }


def history_document(record: Record, request: HttpRequest) -> dict[str, Any]:
    """Returns the latest public changes to a published record, oldest first."""
    revisions = Revision.objects.of(record).seen_by_readers().select_related("change_set", "content_type")
    newest = list(revisions.order_by("-pk")[:MAX_HISTORY])
    changes = public_changes(newest[::-1])
    return {
        "slug": record.slug,
        "results": [change.document(request.build_absolute_uri) for change in changes],
    }
