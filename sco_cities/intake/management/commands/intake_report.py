"""Prints how good the proposals of the intake are and what they cost."""

from django.core.management.base import BaseCommand

from sco_cities.intake.decision_statistics import decision_counts


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
