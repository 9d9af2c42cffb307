"""How much a run tests: `make test` a sample that covers every shape, `make test-full` everything.

A test with the mark `full` is only in `make test-full`.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

Case = TypeVar("Case")

IS_FULL = os.environ.get("TEST_FULL") == "1"


def sample(few: int, many: int = 1_000) -> int:
    """How many examples to try: `few` in `make test`, `many` in `make test-full`."""
    return many if IS_FULL else few


def share(cases: Sequence[Case], number: int, variants: int) -> Sequence[Case]:
    """The cases to check in variant `number`: in `make test` each case in one variant, in `make test-full` in all."""
    return cases if IS_FULL else cases[number % variants :: variants]
