"""The page for reviewing all records of one report or one change (such as an import) together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib import admin, messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sco_cities.admin_framework.admin_urls import is_key, page_to_return_to, query_without_page
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.curation.comments.threads import open_numbers
from sco_cities.curation.duplicates.candidates import similar_to_stored
from sco_cities.curation.duplicates.views import similar_record_links
from sco_cities.curation.permissions.object_permissions import ADD_EVIDENCE, object_permissions
from sco_cities.history.diff_display import DiffLine, revision_lines
from sco_cities.history.models import Action, ChangeSet, Revision
from sco_cities.history.versions import changes_since
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import PublicationState, Record, record_model, record_models
from sco_cities.sources.models import Evidence, Report
from sco_cities.sources.querysets import of_records

from .admin_mixin import ReasonForm, transition_records
from .publish_checks import publish_errors, shown_lines, unpublished_reports, without_state
from .queue import ReviewEntry, mark_all_seen, review_entries, rows_of_all_kinds
from .transitions import TRANSITIONS

WAITING = (PublicationState.DRAFT, PublicationState.IN_REVIEW)


def waiting_of_report(report: Report) -> QuerySet:
    """Returns (kind, key) of records in review that cite a report, and of the report itself if it is unpublished."""

    def condition(model: type[Record]) -> Q:
        cited = Evidence.objects.for_records(model).filter(passage__report=report)
        citing = Q(state=PublicationState.IN_REVIEW, pk__in=cited.order_by().values("object_id"))
        return citing | Q(pk=report.pk, state__in=WAITING) if model is Report else citing

    return rows_of_all_kinds(condition).order_by("number", "key")


def waiting_of_change(change: ChangeSet) -> QuerySet:
    """Returns (kind, key) of unpublished records that a change created."""
    created = Revision.objects.filter(change_set=change, action=Action.CREATED).order_by()

    def condition(model: type[Record]) -> Q:
        return Q(state__in=WAITING, pk__in=created.of_model(model).values("object_id"))

    return rows_of_all_kinds(condition).order_by("number", "key")


def kinds_of(records: Iterable[Record]) -> dict[str, str | Promise]:
    """Maps the records' collection names to the plural names of their kinds."""
    kinds = {type(record) for record in records}
    return {model.collection: model._meta.verbose_name_plural for model in record_models() if model in kinds}


def record_token(record: Record, version: int) -> str:
    """Returns the form value that identifies a record and the version shown to the user."""
    return f"{record.collection}:{record.pk}:{version}"


@dataclass
class JointEntry:
    """A record in a joint review, with its changes since the user last saw it.

    `publish_error` is the reason why the record cannot be published, even together with the other records. `similar`
    contains links to possible duplicates, `title_warnings` contains sentences about the title, and `comments` is the
    number of open comments. `joint_reports` are cited unpublished reports that will be published with the record.
    `other_reports` are the remaining unpublished reports.
    """

    entry: ReviewEntry
    publish_error: str
    similar: list[str]
    title_warnings: list[str]
    comments: int = 0
    lines: list[DiffLine] = field(default_factory=list)
    joint_reports: list[Report] = field(default_factory=list)
    other_reports: list[Report] = field(default_factory=list)

    @property
    def record(self) -> Record:
        return self.entry.record

    @property
    def is_ticked(self) -> bool:
        """True if the checks have found no problem. The record is then ticked for publication by default."""
        return not (self.publish_error or self.similar or self.title_warnings)

    @property
    def token(self) -> str:
        return record_token(self.record, self.entry.newest_revision)

    @property
    def is_new(self) -> bool:
        return self.entry.seen_revision is None

    @property
    def changed_fields(self) -> str:
        return comma_list(line.label for line in self.lines)


def record_warnings(
    model: type[Record], records: Sequence[Record]
) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Returns title warnings and links to possible duplicates, each by record key."""
    titles = admin.site.get_model_admin(model).title_warnings(records)
    return titles, similar_record_links(model, similar_to_stored(model, [record.pk for record in records]))


def joint_entries(entries: Sequence[ReviewEntry]) -> list[JointEntry]:
    """Returns the entries with their changes and publish checks. Runs a fixed number of queries per kind.

    Evidence from a report among the entries is accepted if the report itself can be published.
    """
    by_model: dict[type[Record], list[ReviewEntry]] = defaultdict(list)
    for entry in entries:
        by_model[type(entry.record)].append(entry)
    found, changes, together = [], [], []
    comments = open_numbers(entry.record for entry in entries)
    # Reports come first, because records refer to reports, but reports do not refer to other kinds.
    for model in filter(by_model.get, record_models()):
        some = by_model[model]
        errors = publish_errors([entry.record for entry in some], together=together)
        if model is Report:
            together = [entry.record for entry in some if entry.record.pk not in errors]
        since = {entry.record.pk: entry.seen_revision for entry in some}
        changed, reports = changes_since(model, since), unpublished_reports(model, since)
        titles, similar = record_warnings(model, [entry.record for entry in some])
        content_type = ContentType.objects.get_for_model(model).pk
        for entry in some:
            key = entry.record.pk
            each = JointEntry(entry, errors.get(key, ""), similar.get(key, []), titles.get(key, []))
            each.comments = comments.get((content_type, key), 0)
            for report in reports.get(key, ()):
                (each.joint_reports if report in together else each.other_reports).append(report)
            found.append(each)
            changes.append((model, without_state(changed[key])))
    for each, lines in zip(found, revision_lines(changes), strict=True):
        each.lines = shown_lines(lines)
    return found


def by_report(entries: Iterable[ReviewEntry]) -> list[tuple[Report | None, list[ReviewEntry]]]:
    """Groups entries by cited report, in the order of each report's first entry.

    If an entry cites several reports, it is grouped under the report that most entries cite. Entries without a report
    are grouped under None.
    """
    entries = list(entries)
    cited, report_kind = defaultdict(set), ContentType.objects.get_for_model(Report).pk
    for entry in entries:
        if isinstance(entry.record, Report):
            cited[report_kind, entry.record.pk].add(entry.record.pk)
    evidence = Evidence.objects.filter(of_records(entry.record for entry in entries)).order_by().distinct()
    for kind, key, report in evidence.values_list("content_type", "object_id", "passage__report"):
        cited[kind, key].add(report)
    numbers = Counter(report for several in cited.values() for report in several)
    groups: dict[int | None, list[ReviewEntry]] = defaultdict(list)
    for entry in entries:
        of_record = cited[ContentType.objects.get_for_model(entry.record).pk, entry.record.pk]
        groups[max(of_record, key=lambda report: (numbers[report], -report), default=None)].append(entry)
    reports = Report.objects.defer("search_text").in_bulk(filter(None, groups))
    return [(reports.get(report), some) for report, some in groups.items()]


PER_PAGE = 100
# The transitions that the page offers.
DECISIONS = ("publish", "send_to_review", "send_back")
# Submitted versions by model and primary key.
Versions = dict[type[Record], dict[int, int]]


@admin_page_view(ADD_EVIDENCE, posts=True)
def review_together(request: HttpRequest, source: str, key: int) -> HttpResponse:
    """Reviews the waiting records of a report or a change together, with checkboxes and shared transitions."""
    title, waiting = waiting_records(source, key)
    reason_form = ReasonForm("send_back")
    if request.method == "POST":
        if request.POST.get("decision") == "send_back":
            reason_form = ReasonForm("send_back", request.POST)
        if _decide(request, reason_form):
            return HttpResponseRedirect(_next_url(request, waiting))
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    entries = joint_entries(review_entries(page, request.user))
    states = {each.record.state for each in entries}
    return render_admin_page(
        request,
        "admin/curation/review/together.html",
        title,
        subtitle=_("Review together"),
        entries=entries,
        page=page,
        query=query_without_page(request),
        source=source,
        key=key,
        kinds=kinds_of(each.record for each in entries),
        ticked=request.POST.getlist("record") if request.method == "POST" else None,
        can_review=object_permissions(request).can_review,
        has_drafts=PublicationState.DRAFT in states,
        has_records_in_review=PublicationState.IN_REVIEW in states,
        reason_form=reason_form,
    )


def waiting_records(source: str, key: int) -> tuple[str, QuerySet]:
    """Returns the title of the page, and (kind, key) of the waiting records."""
    if source == "report":
        report = get_object_or_404(Report, pk=key)
        return str(report), waiting_of_report(report)
    if source == "change":
        change = get_object_or_404(ChangeSet, pk=key)
        return str(change), waiting_of_change(change)
    raise Http404(_("There is no such page."))


def _decide(request: HttpRequest, reason_form: ReasonForm) -> bool:
    """Applies the submitted transition to the ticked records. Returns True if a record has changed."""
    name = request.POST.get("decision", "")
    if name not in DECISIONS:
        raise Http404(_("There is no such decision."))
    reason = ""
    if TRANSITIONS[name].requires_reason:
        if not reason_form.is_valid():
            return False
        reason = reason_form.cleaned_data["reason"]
    versions = _ticked(request.POST.getlist("record"))
    by_admin = {admin.site.get_model_admin(model): some for model, some in versions.items()}
    if not all(model_admin.has_change_permission(request) for model_admin in by_admin):
        raise PermissionDenied
    if not by_admin:
        messages.error(request, _("Nothing was changed. Tick at least one record."))
        return False
    outcome = transition_records(request, by_admin, TRANSITIONS[name], reason)
    for model, changed in outcome.changed_keys.items():
        mark_all_seen(model, changed, request.user)
    return bool(outcome.changed)


def _ticked(tokens: list[str]) -> Versions:
    """Returns the versions of the ticked records. Reports come first, because they must be published first."""
    posted: Versions = defaultdict(dict)
    for token in tokens:
        collection, _colon, numbers = token.partition(":")
        key, _colon, version = numbers.partition(":")
        model = record_model(collection)
        if model is None or not is_key(key) or not is_key(version):
            raise Http404(_("There is no such record."))
        posted[model][int(key)] = int(version)
    return {model: posted[model] for model in record_models() if model in posted}


def _next_url(request: HttpRequest, waiting: QuerySet) -> str:
    """Returns this page's URL while records are waiting, otherwise the URL of the previous page or the queue."""
    if waiting.exists():
        return request.get_full_path()
    own_page = "admin:review" if object_permissions(request).can_review else "admin:my_records"
    return page_to_return_to(request) or reverse(own_page)
