"""Work queues of the records behind a number in the data quality report, ordered by primary key."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from pyroaring import BitMap

from sco_cities.admin_framework.admin_urls import add_evidence_url, change_url_by_pk
from sco_cities.db.pk_queries import pk_in
from sco_cities.history.models import REVIEW_RECORDS, ChangeSet
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record

from .confirmed_values import confirmed_values
from .filter_form import QualityFilterForm, QualityFilters
from .metrics import METRICS, Metric, MetricResult, cached_metrics

# The query parameter that names the metric of a queue, in the URLs of change forms opened from the queue.
QUEUE = "queue"
# The highest key that fits into a bitmap.
MAX_KEY = 2**32 - 1


@dataclass(frozen=True)
class WorkQueue:
    """The records of a kind that a metric counts.

    A position in the queue is a primary key. After a correction, the curator continues at the next key, even if the
    corrected record has left the queue.
    """

    model: type[Record]
    metric: Metric
    filters: QualityFilters

    @cached_property
    def result(self) -> MetricResult:
        with cached_metrics([self.model]) as by_model:
            results = by_model[self.model].filtered(self.filters).results
        return results[self.metric.name] or MetricResult({}, {})

    @cached_property
    def keys(self) -> BitMap:
        return self.result.records

    def next_key(self, key: int) -> int | None:
        """Returns the key of the record after `key`. None after the last record."""
        index = self.keys.rank(min(key, MAX_KEY))
        return self.keys[index] if index < len(self.keys) else None

    @property
    def url(self) -> str:
        """The URL of the queue."""
        return self._filtered_url("admin:data_quality_queue", self.model.collection, self.metric.name)

    @property
    def query(self) -> str:
        """The query string for change forms opened from the queue."""
        return "&".join(filter(None, (urlencode({QUEUE: self.metric.name}), self.filters.query)))

    def next_url(self, key: int) -> str:
        """Returns the URL that redirects to the record after `key`."""
        return self._filtered_url("admin:data_quality_next", self.model.collection, self.metric.name, key)

    def _filtered_url(self, name: str, *arguments) -> str:
        url = reverse(name, args=arguments)
        return f"{url}?{self.filters.query}" if self.filters.query else url

    def form_url(self, key: int) -> str:
        """Returns the URL of a record's change form, as opened from the queue."""
        return f"{change_url_by_pk(self.model, key)}?{self.query}"


class QueueEntries:
    """The entries of a queue, as a sequence for `Paginator`."""

    def __init__(self, queue: WorkQueue):
        self.queue = queue

    def __len__(self) -> int:
        return len(self.queue.keys)

    def __getitem__(self, part: slice) -> list["QueueEntry"]:
        queue = self.queue
        keys = queue.keys[part]
        records = queue.model._default_manager.defer("search_text").filter(pk_in(keys))
        confirmed = confirmed_values(queue.model, keys) if queue.metric is METRICS["on_word"] else {}
        return [
            QueueEntry(
                record,
                evidence_coverage.field_list(queue.model, queue.result.fields_of(record.pk)),
                queue.form_url(record.pk),
                [
                    (
                        evidence_coverage.field_label(queue.model, name),
                        revision.change_set,
                        add_evidence_url(record, [name]),
                    )
                    for name, revision in confirmed.get(record.pk, {}).items()
                ],
            )
            for record in records.order_by("pk")
        ]


@dataclass(frozen=True)
class QueueEntry:
    """A record in a queue, with the labels of its counted fields and the URL of its change form.

    `confirmed` contains the values that a curator has confirmed without evidence. Each has its label, the change set of
    the confirmation, and the URL of the page for adding evidence.
    """

    record: Record
    fields: str
    url: str
    confirmed: list[tuple[str, ChangeSet, str]]


def work_queue(request: HttpRequest, model: type[Record]) -> WorkQueue | None:
    """Returns the queue where a change form was opened. None if it was opened elsewhere."""
    metric = METRICS.get(request.GET.get(QUEUE, ""))
    if metric is None or not request.user.has_perm(REVIEW_RECORDS):
        return None
    filters = QualityFilterForm(request.GET).filters()
    if filters is None or not filters.applies_to(model):
        return None
    return WorkQueue(model, metric, filters)
