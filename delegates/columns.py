"""The lists of organisations, events and delegates, and groups of statements.

Statements of an event are grouped by speaker, and statements of a delegate are grouped by event.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy
from pyroaring import BitMap

from sco_cities.cities.columns import COUNTRY
from sco_cities.core.html import fill_template, join_html
from sco_cities.core.templatetags.dates import date_range
from sco_cities.db.pk_queries import pk_in
from sco_cities.facet_index.sorting import by_column, by_record, by_text, by_value
from sco_cities.i18n.punctuation import brackets, semicolon
from sco_cities.listings.columns import Column, CountColumn, RelatedColumn, RelatedListColumn
from sco_cities.listings.listing import Listing
from sco_cities.listings.row_batch import RowBatch
from sco_cities.sources.base_models import Record
from sco_cities.sources.brief_cells import (
    ColumnCell,
    DateRangeCell,
    FieldCell,
    NamesCell,
    TextCell,
    record_names_html,
)
from sco_cities.sources.briefs import Brief, BriefLine, RelatedLine
from sco_cities.sources.columns import (
    BY_NAME,
    EVIDENCE,
    NAMES,
    SLUG,
    SOURCES_ADDRESSES,
    EDTFColumn,
    ItemsColumn,
)
from sco_cities.sources.related_records import shown_of

from .filters import DelegateFilterSet, EventFilterSet, OrganisationFilterSet
from .models import Event, Statement
from .querysets import DelegateQuerySet, EventQuerySet, OrganisationQuerySet, role_dates, years


@dataclass
class StatementGroup:
    """Statements with the same speaker or event.

    `record` is None if the speaker or event is unknown or unpublished.
    """

    record: Record | None
    statements: list[Statement]


@dataclass(frozen=True)
class StatementGroups:
    """The groups that a page shows first, and the others. One group may be divided between `first` and `others`."""

    first: list[StatementGroup]
    others: list[StatementGroup]
    count: int

    def __bool__(self):
        return bool(self.count)


def in_report_order(statements: Iterable[Statement]) -> list[Statement]:
    """Sorts statements by their reports and passages, which must be prefetched."""
    return sorted(statements, key=_first_passage)


def _first_passage(statement: Statement) -> tuple:
    for item in statement.evidence.all():
        report = item.passage.report
        return report.published_first or datetime.date.max, report.slug, item.passage.number, statement.slug
    return datetime.date.max, "", 0, statement.slug


def grouped_statements(statements: Iterable[Statement], name: str) -> StatementGroups:
    """Groups statements by related record (field `name`), and separates the statements that a page shows first."""
    ordered = grouped_by(statements, name)
    shown = shown_of(len(ordered))
    return StatementGroups(_groups(ordered[:shown], name), _groups(ordered[shown:], name), len(ordered))


def grouped_by(statements: Iterable[Statement], name: str) -> list[Statement]:
    """Groups statements by related record (field `name`), in order of first appearance.

    Statements without this related record come last.
    """
    by_record = defaultdict(list)
    for statement in statements:
        by_record[getattr(_published(statement, name), "pk", None)].append(statement)
    return [each for key in sorted(by_record, key=lambda key: key is None) for each in by_record[key]]


def _groups(statements: list[Statement], name: str) -> list[StatementGroup]:
    by_record = groupby(statements, key=lambda statement: _published(statement, name))
    return [StatementGroup(record, list(group)) for record, group in by_record]


def _published(statement: Statement, name: str) -> Record | None:
    """Returns the related record `name` of a statement, or None if that record is missing or unpublished."""
    record = getattr(statement, name)
    return record if record and record.is_published else None


@dataclass(frozen=True)
class AttendedEventsCell:
    """Renders the events that a delegate attended, each with its date, newest first."""

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


class RoleCell(TextCell):
    """Renders a role. If the text contains no year, adds the date of the newest report that supports the role."""

    def __call__(self, batch: RowBatch) -> list[str]:
        dates, template = role_dates(batch.state), get_template("delegates/_role_date.html")
        return [
            join_html("", [html, template.render({"has_no_years": True, "date": dates.get(key, "")})])
            if html and not years(role)
            else html
            for html, role, key in zip(super().__call__(batch), batch.field("role"), batch.keys, strict=True)
        ]


def _newest_first(event: Event) -> tuple:
    return event.starts_first or datetime.date.min, event.slug


def delegate_statements(batch: RowBatch) -> list[list[Record]]:
    """Returns the statements of each delegate, in the same order as on the delegate's page."""
    statements = Statement.objects.using(batch.using).published().filter(pk_in(batch.keys, "delegate"))
    by_delegate = defaultdict(list)
    for statement in statements.for_mention():
        by_delegate[statement.delegate_id].append(statement)
    return [grouped_by(in_report_order(by_delegate[key]), "event") for key in batch.keys]


_CITY = RelatedColumn(
    "city",
    _("City"),
    of="cities",
    order=by_record("city", collection="cities"),
    has_points=True,
)
_HOST = RelatedColumn(
    "host_city",
    _("Host city"),
    of="cities",
    order=by_record("city", collection="cities"),
    has_points=True,
)
_PARENT = RelatedColumn("parent", _("Part of"), of="events")
_EVENT_THEMES = RelatedListColumn("themes", _("Themes"), dimension="themes", of="themes")
_ATTENDEES = CountColumn("delegates", _("Attendees"), "attendance_count")
_ORGANISATION = RelatedColumn(
    "organisation",
    _("Organisation"),
    of="organisations",
    order=by_record("organisation", collection="organisations"),
)
_PLACES = (BriefLine(NamesCell(_CITY), ("city",)), BriefLine(NamesCell(COUNTRY), ("country",)))

ORGANISATIONS = Listing(
    collection="organisations",
    filterset=OrganisationFilterSet,
    row_queryset=OrganisationQuerySet.for_record_page,
    title=_("Organisations"),
    count_label=ngettext_lazy("%(count)s organisation", "%(count)s organisations", "count"),
    map_template="dashboard/map/_list_map.html",
    columns=(
        SLUG,
        *NAMES,
        Column("kind", _("Kind"), order=by_value("kind")),
        COUNTRY,
        _CITY,
        ItemsColumn("aliases", _("Other names")),
        CountColumn("delegates", _("Delegates"), "delegate_count"),
        CountColumn("initiatives", _("Initiatives"), "initiative_count"),
        *EVIDENCE,
        SOURCES_ADDRESSES,
    ),
    table=("name_en", "kind", "city", "country", "delegates", "initiatives"),
    rows_template="delegates/_organisation_rows.html",
    brief=Brief(facts=(BriefLine(FieldCell("kind"), ("kind",)),), values=_PLACES),
)

EVENTS = Listing(
    collection="events",
    filterset=EventFilterSet,
    row_queryset=EventQuerySet.for_record_page,
    title=_("Events"),
    count_label=ngettext_lazy("%(count)s event", "%(count)s events", "count"),
    map_template="dashboard/map/_list_map.html",
    note_template="delegates/_ahead_of_list.html",
    columns=(
        SLUG,
        *NAMES,
        Column("kind", _("Kind"), order=by_value("kind")),
        Column("series", _("Series"), order=by_text("series")),
        _HOST,
        EDTFColumn("starts_on", _("Date"), order=by_column("starts_first"), description=_("Start")),
        EDTFColumn("ends_on", _("End")),
        Column("date_text", _("Date as text")),
        _PARENT,
        _EVENT_THEMES,
        _ATTENDEES,
        CountColumn("initiatives", _("Initiatives"), "initiative_count"),
        *EVIDENCE,
        Column("series_ru", _("Series in Russian")),
        Column("series_zh", _("Series in Chinese")),
        Column("date_text_ru", _("Date as text in Russian")),
        Column("date_text_zh", _("Date as text in Chinese")),
        SOURCES_ADDRESSES,
    ),
    table=("name_en", "kind", "host_city", "starts_on", "delegates", "initiatives", "sources"),
    rows_template="delegates/_event_rows.html",
    default_sort="-starts_on",
    brief=Brief(
        facts=(
            BriefLine(FieldCell("kind"), ("kind",)),
            BriefLine(DateRangeCell(), ("starts_on", "ends_on")),
            BriefLine(NamesCell(_HOST), ("host_city",)),
        ),
        values=(
            BriefLine(TextCell("date_text", "date_text"), ("date_text",)),
            BriefLine(TextCell("series", "series"), ("series",)),
            BriefLine(NamesCell(_PARENT), ("parent",)),
            BriefLine(NamesCell(_EVENT_THEMES), ("themes",)),
            BriefLine(ColumnCell(_ATTENDEES), ("attendances",)),
        ),
    ),
)

DELEGATES = Listing(
    collection="delegates",
    filterset=DelegateFilterSet,
    row_queryset=DelegateQuerySet.for_record_page,
    title=_("Delegates"),
    count_label=ngettext_lazy("%(count)s delegate", "%(count)s delegates", "count"),
    map_template="dashboard/map/_list_map.html",
    columns=(
        SLUG,
        # The label has a separate translation, because some languages have different words for a person's name and a
        # thing's name.
        Column("name_en", pgettext_lazy("of a person", "Name"), order=BY_NAME),
        *NAMES[1:],
        Column("role", _("Role"), order=by_text("role")),
        _ORGANISATION,
        _CITY,
        COUNTRY,
        ItemsColumn("aliases", _("Other spellings")),
        CountColumn("statements", _("Statements"), "statement_count"),
        CountColumn("events", _("Events"), "attendance_count"),
        *EVIDENCE,
        Column("role_ru", _("Role in Russian")),
        Column("role_zh", _("Role in Chinese")),
        SOURCES_ADDRESSES,
    ),
    table=("name_en", "role", "city", "country", "statements", "events", "sources"),
    rows_template="delegates/_delegate_rows.html",
    brief=Brief(
        facts=(BriefLine(RoleCell("role", "role"), ("role",)),),
        values=(
            BriefLine(NamesCell(_ORGANISATION), ("organisation",)),
            *_PLACES,
            BriefLine(AttendedEventsCell(), label=_("Events")),
        ),
        related=(
            RelatedLine(_("Statements"), delegate_statements, "delegates/_brief_statements.html", "summary"),
        ),
    ),
)
