"""What the background worker does for the history."""

from sco_cities.curation.background import queue
from sco_cities.curation.background.collecting import seldom_collecting

from . import later


@queue.task
def run_reversal(number: int) -> None:
    """Takes back what the `TakingBack` of this number says."""
    with seldom_collecting():
        later.run(number)


def is_waiting(number: int) -> bool:
    """Whether the worker is still to come to the reversal of this number, or is coming to it just now."""
    return queue.is_waiting(run_reversal, number)
