"""How much a run tests: `make test` a sample that covers every shape, `make test-full` everything."""

import os
from collections.abc import Sequence
from typing import TypeVar

Case = TypeVar("Case")

# How many examples of each property `make test-full` tries; 0 in `make test`.
FULL_EXAMPLES = int(os.environ.get("FULL_EXAMPLES") or 0)
IS_FULL = FULL_EXAMPLES > 0


def sample(few: int) -> int:
    """How many examples of a property to try: `few` in `make test`."""
    return FULL_EXAMPLES or few


def share(cases: Sequence[Case], number: int, variants: int) -> Sequence[Case]:
    """The cases to check in variant `number`: in `make test` each case in one variant, in `make test-full` in all."""
    return cases if IS_FULL else cases[number % variants :: variants]
