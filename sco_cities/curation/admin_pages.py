"""Curation pages in their order on the admin's start page, with the numbers and entries shown there.

The packages for history and imports register their pages in separate `admin_pages` modules.
"""

from django.db.models import Max
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from sco_cities.admin_framework.pages import MAX_COUNT, PageGroup, WaitingEntry, register
from sco_cities.db.pk_queries import count_rows
from sco_cities.history.models import MERGE_RECORDS, REVIEW_RECORDS
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence

from .comments.threads import SEES_RECORDS, count_waiting_for, waiting_for
from .data_quality.metrics import METRICS, cached_metrics
from .duplicates.candidates import open_pairs
from .duplicates.views import changeable_models
from .permissions.object_permissions import ADD_EVIDENCE, visible_models
from .review import queue
from .review.transitions import sent_back_to

# Above this number of evidence rows, the start page shows no numbers, because recounting after a change takes a second.
MAX_EVIDENCE = 100_000
COUNTED_METRICS = ("stale", "disputed", "untranslated")

Numbers = list[tuple[str | Promise, int]]


def review_entries(request: HttpRequest, number: int) -> list[WaitingEntry]:
    """Returns the records that have waited longest for review."""
    positions = queue.waiting(queue.QueueFilters())[:number]
    return _entries(request, [(kind, key) for _sent, kind, key in positions])


def draft_entries(request: HttpRequest, number: int) -> list[WaitingEntry]:
    """Returns the user's sent-back records, then the user's other drafts. In each group, the latest change is first."""
    sent_back = queue.positions_of(sent_back_to(request.user)[:number])
    own = queue.own_records(request.user.pk, PublicationState.DRAFT)
    drafts = [(kind, key) for kind, key, _changed in own[: number * 2]]
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
    """Describes an entry by kind, last transition or state, and fields without evidence."""
    parts = [str(capfirst(entry.kind)), entry.transition_text or entry.record.get_state_display()]
    if entry.unsourced_fields:
        parts.append(_("Lacks evidence for: %(fields)s") % {"fields": entry.unsourced})
    return " · ".join(parts)


def quality_numbers(request: HttpRequest) -> Numbers:
    """Returns the numbers of stale, disputed and untranslated values in all kinds of record that the user may see."""
    # The highest key is read from an index. Counting all rows would be slow.
    if (Evidence.objects.aggregate(highest=Max("pk"))["highest"] or 0) > MAX_EVIDENCE:
        return []
    with cached_metrics(visible_models(request)) as by_model:
        results = [metrics.results for metrics in by_model.values()]
    return [
        (METRICS[name].label, sum(each[name].count for each in results if each[name]))
        for name in COUNTED_METRICS
    ]


def duplicate_numbers(request: HttpRequest) -> Numbers:
    """Returns the number of possible duplicates. Returns [] until the duplicates page has computed the pairs."""
    pairs = [open_pairs(model, only_cached=True) for model in changeable_models(request)]
    if None in pairs:
        return []
    return [(_("Possible duplicates"), sum(map(len, pairs)))]


register(
    url_name="admin:review",
    urls="sco_cities.curation.urls",
    title=_("Review"),
    description=_("Records sent by contributors. Publish them, or send them back with a reason."),
    permission=REVIEW_RECORDS,
    group=PageGroup.TO_DO,
    waiting_count=lambda request: count_rows(queue.keys_in_review),
    waiting_entries=review_entries,
)
register(
    url_name="admin:my_records",
    title=_("My records"),
    description=_("Your drafts, your records in review, and records sent back to you."),
    permission=ADD_EVIDENCE,
    group=PageGroup.TO_DO,
    waiting_count=lambda request: count_rows(queue.first_own_drafts, MAX_COUNT + 1, account=request.user.pk),
    waiting_entries=draft_entries,
)
register(
    url_name="admin:comments",
    title=_("Comments"),
    description=_("Comments that mention you, reply to you, or are about records that you have edited."),
    permission=SEES_RECORDS,
    group=PageGroup.TO_DO,
    waiting_count=lambda request: count_waiting_for(request.user),
    waiting_entries=comment_entries,
)
register(
    url_name="admin:data_quality",
    title=_("Data quality"),
    description=_(
        "The number of sourced, disputed, stale and untranslated values. Each number links to a queue of "
        "records."
    ),
    permission=REVIEW_RECORDS,
    numbers=quality_numbers,
)
TRANSLATIONS_PAGE = register(
    url_name="admin:translations",
    title=_("Translations"),
    description=_("Texts without a Russian or Chinese translation, and translations to be checked."),
    permission=REVIEW_RECORDS,
)
register(
    url_name="admin:duplicates",
    title=_("Duplicates"),
    description=_("Records that may be duplicates. Compare and merge them, or mark them as not duplicates."),
    permission=MERGE_RECORDS,
    numbers=duplicate_numbers,
)
