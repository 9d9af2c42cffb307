"""What is never to be proposed from a publisher: the names that curators have found to be none of ours."""

from .models import Proposal, ProposalStatus
from .reading.bodies import comparable


def never_proposed(publisher: str) -> frozenset[tuple[str, str]]:
    """Kind and comparable name of each subject that was "not ours" in a report of this publisher."""
    if not publisher:
        return frozenset()
    decided = Proposal.objects.filter(
        status=ProposalStatus.NOT_OURS, subject__isnull=True, intake__publisher__iexact=publisher
    )
    return frozenset((kind, comparable(name)) for kind, name in decided.values_list("kind", "shown"))
