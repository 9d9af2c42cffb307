"""One search over every kind of record, grouped by kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from delegates.columns import DELEGATES, EVENTS, ORGANISATIONS
from delegates.models import Statement
from initiatives.columns import INITIATIVES
from sco_cities.cities.columns import CITIES, COUNTRIES
from sco_cities.sources.columns import REPORTS
from sco_cities.themes.columns import THEMES

SHOWN = 8
LISTINGS = (INITIATIVES, CITIES, DELEGATES, ORGANISATIONS, EVENTS, THEMES, COUNTRIES, REPORTS)


@dataclass(frozen=True)
class Group:
    """The records of a kind that a search found: how many, the first of them, and where all are listed."""

    collection: str
    title: str | Promise
    count: int
    records: list
    link: str


def found(phrases: list[str]) -> Iterator[Group]:
    """The groups that have something for any of the phrases: a count, and the first records."""
    for listing in LISTINGS:
        records = listing.for_page().containing_any(phrases)
        link = f"{reverse(f'{listing.collection}-list')}?{urlencode([('q', phrase) for phrase in phrases])}"
        # What rows of the list show beside their names is not shown here.
        named = listing.ordered(records, listing.default_sort).prefetch_related(None)
        yield from _group(listing.collection, listing.title, named, link)
    statements = Statement.objects.published().containing_any(phrases).for_mention()
    yield from _group(Statement.collection, _("Statements"), statements, "")


def _group(collection: str, title, records: QuerySet, link: str) -> Iterator[Group]:
    count = records.count()
    if count:
        yield Group(collection, title, count, list(records[:SHOWN]), link)
