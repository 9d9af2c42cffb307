"""The history of one record: every change of it, who made it, when, how and why, and what it changed."""

from dataclasses import dataclass

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from sco_cities.curation.admin.autocomplete import is_key
from sco_cities.history.models import Action, Revision
from sco_cities.sources.base_models import PublicationState, Record

from . import delta, serialization, versions
from .diff_display import DiffLine, revision_lines
from .permissions import REVERT_CHANGES

PAGE_SIZE = 25
# Django's own log of the record, from before there was a history.
LOGGED = 100


@dataclass
class HistoryEntry:
    """A revision with its lines."""

    revision: Revision
    lines: list[DiffLine]

    @property
    def has_fields(self) -> bool:
        """Whether single fields of it can be taken back."""
        return self.revision.action == Action.CHANGED and len(self.lines) > 1


def history_entries(revisions: list[Revision], *, to_readers: bool = False) -> list[HistoryEntry]:
    """Revisions as people read them."""
    made = [(each.content_type.model_class(), each.changes) for each in revisions]
    return [
        HistoryEntry(*pair)
        for pair in zip(revisions, revision_lines(made, to_readers=to_readers), strict=True)
    ]


def record_history_page(
    model_admin, request, object_id: str, record: Record | None
) -> TemplateResponse | None:
    """The page of a record's history; None for one that never was."""
    if not is_key(object_id):
        return None
    gone = model_admin.model(pk=int(object_id))
    revisions = Revision.objects.of(record or gone).select_related("change_set", "content_type")
    newest = revisions.first()
    if record is None and newest is None:
        return None
    page = Paginator(revisions, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("History: %(record)s") % {"record": record or newest.slug},
        "opts": model_admin.opts,
        "record": record,
        "key": int(object_id),
        "page": page,
        "told": history_entries(list(page)),
        "may_revert": request.user.has_perm(REVERT_CHANGES),
        "newest": newest,
        "compared": _comparison(record, revisions, request.GET.get("since", "")) if record else None,
        "log": _log(model_admin.model, object_id),
    }
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(request, "admin/history/record.html", context)


def _log(model: type[Record], object_id: str) -> QuerySet[LogEntry]:
    entries = LogEntry.objects.filter(
        object_id=object_id, content_type=ContentType.objects.get_for_model(model)
    )
    return entries.select_related("user").order_by("-action_time")[:LOGGED]


@dataclass
class VersionComparison:
    """What has changed since a revision up to now: `lines`; `by_readers`, where readers last saw that version."""

    revision: Revision
    lines: list[DiffLine]
    last_seen_by_readers: bool


def _comparison(record: Record, revisions: QuerySet[Revision], since: str) -> VersionComparison | None:
    """The record beside how a chosen revision left it; else beside what readers saw last, if they no longer do."""
    if is_key(since):
        revision = revisions.filter(pk=since).first()
        return VersionComparison(revision, _lines_since(record, revision.pk), False) if revision else None
    if record.state == PublicationState.PUBLISHED:
        return None
    hidden = (
        revisions.filter(state_before=PublicationState.PUBLISHED)
        .exclude(state=PublicationState.PUBLISHED)
        .first()
    )
    if hidden is None:
        return None
    return VersionComparison(hidden, _lines_since(record, versions.version_before(hidden)), True)


def _lines_since(record: Record, version: int) -> list[DiffLine]:
    model = type(record)
    now = serialization.read_documents(model, [record.pk])[record.pk]
    then = versions.document_at(record, version) or serialization.document_schema(model).blank()
    return revision_lines([(model, delta.diff(then, now))])[0]
