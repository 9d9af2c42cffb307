"""The history of a record. Curators see every revision. Readers see only public changes, without user names."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.admin_framework.pages import render_admin_page
from sco_cities.core.publication_state import VISIBLE
from sco_cities.history.models import Action, Revision
from sco_cities.sources.base_models import Record

from . import versions
from .diff_display import DiffLine, revision_lines
from .models import REVERT_CHANGES

PAGE_SIZE = 25
# Maximum number of entries from Django's admin log. Entries may be older than the first revision.
MAX_LOG_ENTRIES = 100
# Maximum number of changes shown on a record's page.
MAX_ENTRIES = 20


@dataclass
class HistoryEntry:
    """A revision and its diff. `record` is set only on pages with changes to several records."""

    revision: Revision
    lines: list[DiffLine]
    record: Record | None = None

    @property
    def has_revertible_fields(self) -> bool:
        """True if a single field of the revision can be reverted."""
        return self.revision.action == Action.CHANGED and len(self.lines) > 1


@dataclass(frozen=True)
class HistoryNote:
    """A history entry that is not a revision, such as a comment."""

    made_at: datetime.datetime
    heading: str
    text: str = ""


def history_entries(revisions: list[Revision], *, for_readers: bool = False) -> list[HistoryEntry]:
    """Returns revisions with their diffs."""
    deltas = [(revision.content_type.model_class(), revision.changes) for revision in revisions]
    return list(map(HistoryEntry, revisions, revision_lines(deltas, for_readers=for_readers)))


def record_history_page(
    model_admin, request, object_id: str, record: Record | None
) -> TemplateResponse | None:
    """Returns the History page of an existing or deleted record, or None if the record never existed."""
    if not is_key(object_id):
        return None
    deleted = model_admin.model(pk=int(object_id))
    revisions = Revision.objects.with_send_backs().of(record or deleted)
    revisions = revisions.select_related("change_set", "content_type")
    newest = revisions.first()
    if record is None and newest is None:
        return None
    page = Paginator(revisions, PAGE_SIZE).get_page(request.GET.get("page"))
    since = request.GET.get("since", "")
    log = LogEntry.objects.filter(
        object_id=object_id, content_type=ContentType.objects.get_for_model(model_admin.model)
    )
    request.current_app = model_admin.admin_site.name
    return render_admin_page(
        request,
        "admin/history/record.html",
        _("History: %(record)s") % {"record": record or newest.last_name},
        opts=model_admin.opts,
        record=record,
        key=int(object_id),
        page=page,
        entries=_with_notes(page, model_admin.history_notes(record) if record else []),
        can_revert=request.user.has_perm(REVERT_CHANGES),
        newest=newest,
        comparison=_comparison(record, revisions, since) if record else None,
        query=urlencode({"since": since}) if is_key(since) else "",
        log=log.select_related("user").order_by("-action_time")[:MAX_LOG_ENTRIES],
    )


def _with_notes(page: Page, notes: list[HistoryNote]) -> list[HistoryEntry | HistoryNote]:
    """Returns the entries of a page and the notes from the same period, newest first."""
    before = page.paginator.object_list[page.start_index() - 2] if page.has_previous() else None
    entries = history_entries(list(page))
    shown = [
        note
        for note in notes
        if (before is None or note.made_at < before.change_set.made_at)
        and (not page.has_next() or note.made_at >= entries[-1].revision.change_set.made_at)
    ]
    return sorted([*shown, *entries], key=_made_at, reverse=True)


def _made_at(entry: HistoryEntry | HistoryNote) -> datetime.datetime:
    return entry.made_at if isinstance(entry, HistoryNote) else entry.revision.change_set.made_at


@dataclass
class VersionComparison:
    """The diff between a revision and the current version. `last_seen_by_readers` marks the last public version."""

    revision: Revision
    lines: list[DiffLine]
    last_seen_by_readers: bool


def _comparison(record: Record, revisions: QuerySet[Revision], since: str) -> VersionComparison | None:
    """Returns changes since the revision `since`. For unpublished records, the default is the last public version."""
    is_selected, revision = is_key(since), None
    if is_selected:
        revision = revisions.filter(pk=since).first()
    elif record.state != VISIBLE:
        revision = revisions.filter(versions.UNPUBLISHED).first()
    if revision is None:
        return None
    model, version = type(record), revision.pk if is_selected else revision.pk - 1
    changes = versions.changes_since(model, {record.pk: version})[record.pk]
    return VersionComparison(revision, revision_lines([(model, changes)])[0], not is_selected)


@dataclass
class PublicHistory:
    """The time of a record's first publication, the newest later changes, and the number of all later changes.

    `published_at` is None if readers have never seen the record.
    """

    published_at: datetime.datetime | None
    newest: list[Revision]
    count: int

    @cached_property
    def entries(self) -> list[HistoryEntry]:
        """Returns the newest changes as diffs, with the names of the records that the changes refer to."""
        return history_entries(self.newest, for_readers=True)

    @property
    def changed_at(self) -> datetime.datetime | None:
        """The time of the last change after publication, or None. The initial load is not a change."""
        return self.newest[0].change_set.made_at if self.newest else None


def public_history(record: Record, until: datetime.datetime | None = None) -> PublicHistory:
    """Returns the changes that readers could see, optionally only changes before `until`.

    A revision that published or withdrew the record shows only the new publication state.
    """
    return public_histories([record], until)[0]


def public_histories(records: list[Record], until: datetime.datetime | None = None) -> list[PublicHistory]:
    """Returns the public histories of records of one kind, with one query unless a record has many changes."""
    visible = Revision.objects.of(*records).seen_by_readers().select_related("change_set", "content_type")
    if until is not None:
        visible = visible.filter(change_set__made_at__lt=until)
    # A single record needs no window function, which would take ten times as long.
    shown, newest = visible[: MAX_ENTRIES + 2], defaultdict(list)
    if len(records) > 1:
        place = Window(RowNumber(), partition_by="object_id", order_by="-pk")
        shown = visible.annotate(place=place).filter(place__lte=MAX_ENTRIES + 2)
    for revision in shown:
        newest[revision.object_id].append(revision)
    return [_history(record, newest[record.pk], visible.filter(object_id=record.pk)) for record in records]


def _history(record: Record, newest: list[Revision], visible: QuerySet[Revision]) -> PublicHistory:
    """Returns a record's history from its `newest` changes. The `visible` revisions are used to count changes."""
    is_complete = len(newest) <= MAX_ENTRIES + 1
    count = len(newest) if is_complete else visible.count()
    first = (newest or [None])[-1] if is_complete else visible.last()
    # The publication of a record may be older than its first revision.
    published_at = record.created_at if first or record.is_published else None
    if first and first.state_before != VISIBLE:
        published_at = first.change_set.made_at
        count -= 1
    newest = newest[: min(count, MAX_ENTRIES)]
    for revision in newest:
        if not revision.state_before == revision.state == VISIBLE:
            revision.changes = {name: change for name, change in revision.changes.items() if name == "state"}
    return PublicHistory(published_at, newest, count)
