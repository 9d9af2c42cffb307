"""Curation on the admin's start page, with the first entries of each queue and data quality numbers."""

from django.contrib import admin
from django.db.models import Max
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.admin_framework.pages import WaitingEntry
from sco_cities.sources.base_models import Record, record_models
from sco_cities.sources.models import Evidence

from .comments.threads import waiting_for
from .data_quality.metrics import METRICS, cached_metrics
from .duplicates.candidates import compared_models, known_pairs
from .review import last_transitions, queue

# With more evidence rows, the start page shows no numbers, because each change requires a count that takes a second.
MAX_EVIDENCE = 100_000
COUNTED_METRICS = ("stale", "disputed", "untranslated")

Numbers = list[tuple[str | Promise, int]]


def review_entries(request: HttpRequest, number: int) -> list[WaitingEntry]:
    """Returns the records that have waited longest for review."""
    positions = queue.QueuePositions(queue.QueueFilters())[:number]
    return _entries(request, [(position.kind, position.key) for position in positions])


def draft_entries(request: HttpRequest, number: int) -> list[WaitingEntry]:
    """Returns the user's records that were sent back, then other drafts, the most recently changed first."""
    sent_back = queue.positions_of(last_transitions.sent_back_to(request.user)[:number])
    drafts = [(kind, key) for kind, key, _changed in queue.own_drafts(request.user)[: number * 2]]
    return _entries(request, list(dict.fromkeys([*sent_back, *drafts]))[:number])


def comment_entries(request: HttpRequest, number: int) -> list[WaitingEntry]:
    """Returns the comments that have waited longest for an answer."""
    return [
        WaitingEntry(str(each.thread.record), each.url, f"{each.author_name}: {each}")
        for each in waiting_for(request.user)[:number]
    ]


def _entries(request: HttpRequest, positions: list[tuple[int, int]]) -> list[WaitingEntry]:
    return [
        WaitingEntry(
            str(entry.record),
            reverse("admin:review_record", args=(entry.record.collection, entry.record.pk)),
            _detail(entry),
        )
        for entry in queue.review_entries(positions, request.user)
    ]


def _detail(entry: queue.ReviewEntry) -> str:
    """Describes an entry by its kind, its last transition or state, and its fields without evidence."""
    parts = [str(capfirst(entry.kind)), entry.transition_text or entry.record.get_state_display()]
    if entry.unsourced_fields:
        parts.append(_("Lacks evidence for: %(fields)s") % {"fields": entry.unsourced})
    return " · ".join(parts)


def quality_numbers(request: HttpRequest) -> Numbers:
    """Returns the numbers of stale, disputed and untranslated values in all kinds that the user may see."""
    if not _can_count():
        return []
    models = [model for model in record_models() if _admin(model).has_view_permission(request)]
    with cached_metrics(models) as by_model:
        results = [metrics.results for metrics in by_model.values()]
    return [
        (METRICS[name].label, sum(each[name].count for each in results if each[name]))
        for name in COUNTED_METRICS
    ]


def duplicate_numbers(request: HttpRequest) -> Numbers:
    """Returns the number of possible duplicates. Empty until someone opens their page, which computes them."""
    models = [model for model in compared_models() if _admin(model).has_change_permission(request)]
    pairs = [known_pairs(model) for model in models]
    if None in pairs:
        return []
    return [(gettext_lazy("Possible duplicates"), sum(map(len, pairs)))]


def _can_count() -> bool:
    # The highest key is read from an index. Counting all rows would be slow.
    return (Evidence.objects.aggregate(highest=Max("pk"))["highest"] or 0) <= MAX_EVIDENCE


def _admin(model: type[Record]) -> admin.ModelAdmin:
    return admin.site.get_model_admin(model)
