"""The History admin pages for change sets, their revisions and deleted records.

A one-line summary of a change set names up to MAX_NAMED records. If there are more, it counts them by kind.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

import django_filters
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.admin_framework.admin_urls import query_without_page
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.i18n.punctuation import semicolon_list
from sco_cities.sources.base_models import record_model, record_models

from .models import REVERT_CHANGES, Action, ChangeSet, ChangeSource, Revision, outcome_label
from .record_history import history_entries
from .references import model_of, records_of

CHANGE_SETS_PER_PAGE = 50
REVISIONS_PER_PAGE = 50
# The summary of a change set with more records contains only counts.
MAX_NAMED = 3


@dataclass(frozen=True)
class ChangedRecord:
    """A record in a change set. `name` is the current name, or the last name of a deleted record."""

    revision: Revision
    name: str

    def __str__(self):
        return _("%(kind)s “%(name)s”: %(done)s") % {
            "kind": capfirst(self.revision.content_type.name),
            "name": self.name,
            "done": self.revision.outcome,
        }


@dataclass
class ChangeSummary:
    """Counts of a change set's records by kind and outcome, with a list of up to MAX_NAMED records."""

    numbers: Counter = field(default_factory=Counter)
    records: list[ChangedRecord] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.numbers.total()

    @cached_property
    def counts(self) -> str:
        """The counts as text, by kind and outcome (such as created, published or sent back)."""
        texts = []
        for (content_type, outcome), number in self.numbers.items():
            kinds = model_of(content_type)._meta.verbose_name_plural
            text = _("%(kinds)s: %(number)d %(done)s")
            texts.append(text % {"kinds": kinds, "number": number, "done": outcome})
        return semicolon_list(texts)


def change_summaries(change_sets: Collection[int]) -> dict[int, ChangeSummary]:
    """Returns the summaries of change sets, by primary key."""
    summaries: dict[int, ChangeSummary] = defaultdict(ChangeSummary)
    steps = ("action", "state_before", "state")
    grouped = Revision.objects.filter(change_set__in=change_sets).order_by("content_type", *steps)
    for key, content_type, *step, is_sent_back, number in (
        grouped.with_send_backs()
        .values_list("change_set", "content_type", *steps, "is_sent_back")
        .annotate(Count("pk"))
    ):
        outcome = str(outcome_label(*step, is_sent_back=is_sent_back))
        summaries[key].numbers[content_type, outcome] += number
    few = [key for key, summary in summaries.items() if summary.total <= MAX_NAMED]
    revisions = Revision.objects.filter(change_set__in=few).with_send_backs().order_by("pk")
    revisions = list(revisions.select_related("content_type", "change_set"))
    records = records_of(revisions)
    for revision in revisions:
        record = records.get((revision.content_type_id, revision.object_id), revision.last_name)
        summaries[revision.change_set_id].records.append(ChangedRecord(revision, str(record)))
    return summaries


def _kinds() -> list[tuple[str, str]]:
    return [(model.collection, capfirst(model._meta.verbose_name_plural)) for model in record_models()]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ChangeSetFilterSet(django_filters.FilterSet):
    """The filters of the History page."""

    who = django_filters.CharFilter("made_by_name", "icontains", label=gettext_lazy("user"), max_length=150)
    how = django_filters.ChoiceFilter(
        "source", label=gettext_lazy("method"), choices=ChangeSource, empty_label=gettext_lazy("any method")
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("kind of record"),
        choices=_kinds,
        empty_label=gettext_lazy("all kinds"),
        method="filter_kind",
    )
    first = django_filters.DateFilter("made_at", "date__gte", label=gettext_lazy("from"), widget=_day())
    last = django_filters.DateFilter("made_at", "date__lte", label=gettext_lazy("until"), widget=_day())

    class Meta:
        model = ChangeSet
        fields = ()

    def filter_kind(self, change_sets: QuerySet, _name: str, collection: str) -> QuerySet:
        content_type = ContentType.objects.get_for_model(record_model(collection))
        return change_sets.filter(
            Exists(Revision.objects.filter(change_set=OuterRef("pk"), content_type=content_type))
        )

    @property
    def results(self) -> QuerySet[ChangeSet]:
        """The matching change sets, or an empty queryset if a parameter is invalid."""
        return self.qs if not self.is_bound or self.is_valid() else self.queryset.none()


@admin_page_view(REVERT_CHANGES)
def changes(request: HttpRequest) -> HttpResponse:
    """Lists the change sets, newest first."""
    filters = ChangeSetFilterSet(request.GET, ChangeSet.objects.select_related("reverts"))
    page = Paginator(filters.results, CHANGE_SETS_PER_PAGE).get_page(request.GET.get("page"))
    summaries = change_summaries([change_set.pk for change_set in page])
    return render_admin_page(
        request, "admin/history/changes.html", _("History"), filters=filters, page=page,
        query=query_without_page(request), change_sets=[(change_set, summaries[change_set.pk]) for change_set in page],
    )  # fmt: skip


@admin_page_view(REVERT_CHANGES)
def change_set(request: HttpRequest, number: int) -> HttpResponse:
    """Lists the revisions of a change set."""
    change_set = get_object_or_404(ChangeSet.objects.select_related("reverts"), pk=number)
    revisions = change_set.revisions.with_send_backs().select_related("content_type", "change_set")
    revisions = revisions.order_by("pk")
    page = Paginator(revisions, REVISIONS_PER_PAGE).get_page(request.GET.get("page"))
    summary = change_summaries([change_set.pk])[change_set.pk]
    title = str(summary.records[0]) if summary.total == 1 else str(change_set)
    entries, stored = history_entries(list(page)), records_of(page)
    for entry in entries:
        entry.record = stored.get((entry.revision.content_type_id, entry.revision.object_id))
    if (job := change_set.revert_jobs.first()) is not None:
        job.mark_if_stopped()
    return render_admin_page(
        request, "admin/history/change_set.html", title, change_set=change_set, page=page,
        entries=entries, summary=summary,
        reverted_by=change_set.reverted_by.order_by("pk"), job=job,
    )  # fmt: skip


@admin_page_view(REVERT_CHANGES)
def deleted(request: HttpRequest) -> HttpResponse:
    """Lists deletions, newest first. The list can be filtered by part of the slug."""
    slug = request.GET.get("slug", "").replace("\0", "").strip()[:80]
    deletions = Revision.objects.filter(action=Action.DELETED).select_related("change_set", "content_type")
    of_record = deletions.filter(content_type=OuterRef("content_type"), object_id=OuterRef("object_id"))
    deletions = deletions.annotate(is_deleted_again=Exists(of_record.filter(pk__gt=OuterRef("pk"))))
    if slug:
        deletions = deletions.filter(slug__contains=slug.lower())
    page = Paginator(deletions, REVISIONS_PER_PAGE).get_page(request.GET.get("page"))
    existing = records_of(page, "pk")
    return render_admin_page(
        request, "admin/history/deleted.html", _("Deleted records"), page=page, slug=slug,
        query=query_without_page(request), entries=[
            (revision, (revision.content_type_id, revision.object_id) in existing) for revision in page
        ],
    )  # fmt: skip
