"""Stack memory for the frames of Python functions.

CPython keeps a thread's frames in chunks of 16 kB, which are sufficient for about fifty calls. It returns a chunk to
the operating system when the first call in the chunk ends. If a loop's calls cross a chunk boundary, memory is mapped
and unmapped on every call. Rendering a page in Django runs many loops of this kind, with call stacks a hundred calls
deep. With one large chunk, lists and record pages of the shipped data need 10 % less CPU time on average. They need 25
% less if a boundary would otherwise fall in a busy loop, which depends on the surrounding calls.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

# Number of 8-byte values. CPython doubles the chunk size from 16 kB until the frame fits. A frame of slightly more than
# 256 kB needs a chunk of 512 kB. Nearly half of this chunk remains for the frames of about eight hundred calls. The
# unused memory of the large frame is never accessed.
STACK_SIZE = 33_000


def with_frame_stack(function: Callable[P, R]) -> Callable[P, R]:
    """Wraps `function` so that the frames of all functions that it calls fit into one chunk."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    # CPython starts a new chunk for a frame that needs this much memory.
    call.__code__ = call.__code__.replace(co_stacksize=STACK_SIZE)
    return call
