"""A number of the board as a queue: the records behind it, in the order of their keys."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from pyroaring import BitMap

from sco_cities.curation.admin.admin_urls import change_url_by_pk
from sco_cities.db.pk_filter import pk_in
from sco_cities.history.permissions import REVIEW_RECORDS
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record

from .filter_form import QualityFilterForm, QualityFilters
from .metric_cache import cached_metrics
from .metrics import METRICS, Metric, MetricResult

# The parameter by which a record's form knows that it was opened from a queue.
QUEUE = "queue"
# Bitmaps end there, and so do keys.
MAX_KEY = 2**32 - 1


@dataclass(frozen=True)
class WorkQueue:
    """What a measure found in a kind of record.

    A record stays in its place: who has mended one goes on at the next key, whether the first is still in the
    queue or not.
    """

    model: type[Record]
    measure: Metric
    narrowing: QualityFilters

    @cached_property
    def found(self) -> MetricResult:
        with cached_metrics([self.model]) as by_model:
            return by_model[self.model].within(self.narrowing).found[self.measure.name] or MetricResult(
                {}, {}
            )

    @cached_property
    def keys(self) -> BitMap:
        return self.found.records

    def following(self, key: int) -> int | None:
        """The key of the record after `key`; None after the last."""
        place = self.keys.rank(min(key, MAX_KEY))
        return self.keys[place] if place < len(self.keys) else None

    @property
    def address(self) -> str:
        """The page of the queue."""
        return self._with_narrowing("admin:health_queue", self.model.collection, self.measure.name)

    @property
    def query(self) -> str:
        """The query string with which a form of the queue is opened."""
        return "&".join(filter(None, (urlencode({QUEUE: self.measure.name}), self.narrowing.query)))

    def next_address(self, key: int) -> str:
        """The address that leads to the record after `key`."""
        return self._with_narrowing("admin:health_next", self.model.collection, self.measure.name, key)

    def _with_narrowing(self, name: str, *arguments) -> str:
        page = reverse(name, args=arguments)
        return f"{page}?{self.narrowing.query}" if self.narrowing.query else page

    def form_address(self, key: int) -> str:
        """The form of a record, opened from the queue."""
        return f"{change_url_by_pk(self.model, key)}?{self.query}"


class QueueEntries:
    """The entries of a queue to page through: `Paginator` counts and slices them."""

    def __init__(self, queue: WorkQueue):
        self.queue = queue

    def __len__(self) -> int:
        return len(self.queue.keys)

    def __getitem__(self, part: slice) -> list["QueueEntry"]:
        queue = self.queue
        records = queue.model._default_manager.defer("search_text").filter(pk_in(queue.keys[part]))
        return [
            QueueEntry(
                record,
                evidence_coverage.field_list(queue.model, queue.found.fields_of(record.pk)),
                queue.form_address(record.pk),
            )
            for record in records.order_by("pk")
        ]


@dataclass(frozen=True)
class QueueEntry:
    """A record of a queue: the fields for which it is there, in words, and the address of its form."""

    record: Record
    fields: str
    address: str


def work_queue(request: HttpRequest, model: type[Record]) -> WorkQueue | None:
    """The queue from which a form was opened; None where it was opened from elsewhere."""
    measure = METRICS.get(request.GET.get(QUEUE, ""))
    if measure is None or not request.user.has_perm(REVIEW_RECORDS):
        return None
    narrowing = QualityFilterForm(request.GET).narrowing()
    if narrowing is None or not narrowing.applies_to(model):
        return None
    return WorkQueue(model, measure, narrowing)
