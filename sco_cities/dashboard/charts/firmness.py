"""How firm initiatives are."""

from initiatives.models import Status

from .charted import Charted, Mark


def by_firmness(charted: Charted) -> list[Mark]:
    """The initiatives by status, from interest on, as shares of all; a status that none has is among them."""
    return [
        charted.mark(
            "status", status.value, status.label, charted.count("status", status.value), len(charted)
        )
        for status in Status
    ]
