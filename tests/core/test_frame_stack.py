"""Functions that reserve memory for the frames of all their calls."""

import inspect
import resource
import threading
from types import FunctionType

from sco_cities.core.frame_stack import with_frame_stack

CALLS = 500


def page_faults() -> int:
    """The number of page faults during many calls. At a page fault the system provides memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _call in range(CALLS):
        _nothing()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def _nothing():
    return


def most_page_faults() -> int:
    """The highest number of page faults when calling functions with frames of all sizes up to the size of a chunk."""
    code = page_faults.__code__
    callers = (FunctionType(code.replace(co_stacksize=size), globals()) for size in range(10, 2_100, 5))
    return max(caller() for caller in callers)


def in_new_thread(function):
    """The result of `function` in a new thread, which has no frames yet."""
    results = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    thread.join()
    return results[0]


def test_calls_need_no_new_memory_wherever_the_frames_end():
    # If no memory is reserved, each call with a certain frame size causes a page fault.
    assert in_new_thread(with_frame_stack(most_page_faults)) < CALLS / 2


def test_arguments_result_name_and_signature_stay():
    def divide(first: int, *, by: int) -> float:
        """A quotient."""
        return first / by

    wrapped = with_frame_stack(divide)
    assert (wrapped(1, by=2), wrapped.__name__, wrapped.__doc__) == (0.5, "divide", "A quotient.")
    assert inspect.signature(wrapped) == inspect.signature(divide)
