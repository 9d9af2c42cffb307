"""Measures the quality of proposals by the curators' decisions about each kind of proposal."""

from collections import Counter, defaultdict

from django.core.management.base import BaseCommand

from sco_cities.intake.models import Proposal, ProposalStatus

_STATUSES = (ProposalStatus.ACCEPTED, ProposalStatus.EDITED, ProposalStatus.REJECTED, ProposalStatus.OPEN)


class Command(BaseCommand):
    """Prints a table of numbers, without any text of a report."""

    help = (
        "Print the numbers of accepted, edited, rejected and undecided proposals for each kind of value and "
        "certainty."
    )

    def handle(self, *args, **options):
        # Values are counted by field, and subjects by kind.
        counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        current = Proposal.objects.exclude(status=ProposalStatus.SUPERSEDED).order_by()
        for kind, field, certainty, status in current.values_list(
            "kind", "field", "certainty", "status"
        ).iterator():
            counts[field or kind, certainty][status] += 1
        self.stdout.write("kind\tband\taccepted\tedited\trejected\tundecided")
        for (kind, certainty), decisions in sorted(counts.items()):
            numbers = (decisions[status] for status in _STATUSES)
            self.stdout.write("\t".join(map(str, [kind, certainty, *numbers])))
