"""Brief cells that only delegates have: the events that they attended, and their statements."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from pyroaring import BitMap

from sco_cities.core.html import fill_template, join_html
from sco_cities.core.templatetags.dates import date_range
from sco_cities.db.pk_filter import pk_in
from sco_cities.i18n.punctuation import brackets, semicolon
from sco_cities.listings.row_batch import RowBatch
from sco_cities.sources.base_models import Record
from sco_cities.sources.brief_cells import record_names_html

from .models import Event, Statement
from .statement_groups import gathered, in_report_order


@dataclass(frozen=True)
class AttendedEventsCell:
    """The events that a delegate attended, each with its date, the newest first."""

    fields = ()

    def __call__(self, batch: RowBatch) -> list[str]:
        events, names = batch.records("events"), record_names_html(batch, "events")
        attended, keys = batch.state.dimension(batch.listing.collection, "attended"), BitMap(batch.keys)
        published = sorted(
            (events[key] for key in attended if events[key].is_published), key=_newest_first, reverse=True
        )
        opening, closing = brackets()

        def event_html(event: Event) -> str:
            when = date_range(event.starts_on, event.ends_on)
            return (
                fill_template("{}{}{}{}", names[event.pk], opening, when, closing)
                if when
                else names[event.pk]
            )

        items = ((event_html(event), own) for event in published if (own := attended[event.pk] & keys))
        return [join_html(semicolon(), group) for group in batch.group_by_record(items)]


def _newest_first(event: Event) -> tuple:
    return event.starts_first or datetime.date.min, event.slug


def delegate_statements(batch: RowBatch) -> list[list[Record]]:
    """The statements of each delegate, in the order of the page of the delegate."""
    statements = Statement.objects.using(batch.using).published().filter(pk_in(batch.keys, "delegate"))
    by_delegate = defaultdict(list)
    for statement in statements.for_mention():
        by_delegate[statement.delegate_id].append(statement)
    return [gathered(in_report_order(by_delegate[key]), "event") for key in batch.keys]
