"""One-line summaries of change sets, with record names for a few records and counts by kind for more."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.i18n.punctuation import semicolon_list

from .models import Revision, outcome_label
from .references import model_of, records_of

# Change sets with more records are summarised by counts.
MAX_NAMED = 3


@dataclass(frozen=True)
class ChangedRecord:
    """A record in a change set. `name` is its current name, or its last name if it has been deleted."""

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
    """The counts of a change set by kind and outcome, and its records if there are at most MAX_NAMED."""

    numbers: Counter = field(default_factory=Counter)
    records: list[ChangedRecord] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.numbers.total()

    @cached_property
    def counts(self) -> str:
        """The counts as text, by kind and outcome (created, published, sent back and so on)."""
        text = _("%(kinds)s: %(number)d %(done)s")
        return semicolon_list(
            text
            % {
                "kinds": model_of(content_type)._meta.verbose_name_plural,
                "number": number,
                "done": outcome,
            }
            for (content_type, outcome), number in self.numbers.items()
        )


def change_summaries(change_sets: Collection[int]) -> dict[int, ChangeSummary]:
    """The summary of each change set by its primary key."""
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
    revisions = list(
        Revision.objects.filter(change_set__in=few)
        .with_send_backs()
        .select_related("content_type", "change_set")
        .order_by("pk")
    )
    records = records_of(revisions)
    for revision in revisions:
        record = records.get((revision.content_type_id, revision.object_id), revision.last_name)
        summaries[revision.change_set_id].records.append(ChangedRecord(revision, str(record)))
    return summaries
