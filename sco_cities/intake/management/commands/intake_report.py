"""Prints how good the proposals of the intake are and what they cost: decisions, keystrokes and seconds."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.management.base import BaseCommand

from sco_cities.intake.models import TAKEN, Proposal, ProposalStatus

# A longer pause between two decisions was not about the proposal.
_LONGEST_PAUSE_S = 300


@dataclass
class DecisionCounts:
    """Decisions about the proposals of one kind and band."""

    statuses: Counter = field(default_factory=Counter)
    keystrokes: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return sum(self.statuses[status] for status in TAKEN)

    @property
    def keystrokes_per_taken(self) -> float | None:
        """The keystrokes and clicks of all decisions for each accepted value; None if none was accepted."""
        return self.keystrokes / self.taken if self.taken else None

    @property
    def median_seconds(self) -> float | None:
        """The median time between a decision and the one before it; None if it is unknown."""
        return statistics.median(self.seconds) if self.seconds else None


def decision_counts() -> dict[tuple[str, str], DecisionCounts]:
    """By kind and band, in their order. The kind of a value is its field."""
    counts: dict[tuple[str, str], DecisionCounts] = defaultdict(DecisionCounts)
    last: dict[tuple[int, int | None], object] = {}
    for intake, user, kind, name, band, status, keystrokes, decided_at in _rows():
        group = counts[name or kind, band]
        group.statuses[status] += 1
        group.keystrokes += keystrokes
        if decided_at is not None:
            before = last.get((intake, user))
            last[intake, user] = decided_at
            pause = (decided_at - before).total_seconds() if before else None
            # Values that were rejected together with their record took no time of their own.
            if pause and pause <= _LONGEST_PAUSE_S:
                group.seconds.append(pause)
    return dict(sorted(counts.items()))


def _rows() -> Iterator[tuple]:
    proposals = Proposal.objects.exclude(status=ProposalStatus.SUPERSEDED).order_by(
        "intake", "decided_at", "pk"
    )
    columns = ("intake", "decided_by", "kind", "field", "band", "status", "keystrokes", "decided_at")
    return proposals.values_list(*columns).iterator()


class Command(BaseCommand):
    """A table of numbers; no text of any report."""

    help = (
        "Print for each kind of value and band how many proposals were accepted, edited, rejected or not ours, "
        "the keys per accepted value and the median of the seconds between two decisions."
    )

    def handle(self, *args, **options):
        self.stdout.write("kind\tband\taccepted\tedited\trejected\tnot ours\tundecided\tkeys\tseconds")
        for (kind, band), counts in decision_counts().items():
            numbers = [
                counts.statuses[each] for each in ("accepted", "edited", "rejected", "not_ours", "open")
            ]
            rates = [_rounded(counts.keystrokes_per_taken), _rounded(counts.median_seconds)]
            self.stdout.write("\t".join(map(str, [kind, band, *numbers, *rates])))


def _rounded(number: float | None) -> str:
    return "-" if number is None else f"{number:.1f}"
