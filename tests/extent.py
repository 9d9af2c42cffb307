"""How much a run tests: `make test` a sample that covers every shape, `make test-full` everything."""

import os
from collections.abc import Sequence
from typing import TypeVar

import pytest

Case = TypeVar("Case")

# How many examples of each property `make test-full` tries; 0 in `make test`.
FULL_EXAMPLES = int(os.environ.get("FULL_EXAMPLES") or 0)
IS_FULL = FULL_EXAMPLES > 0


# Their tests are about what a database answers: all cases are tried on both engines.
ENGINE_TESTS = (
    "tests/core/test_constraints.py", "tests/db/", "tests/facet_index/", "tests/listings/test_result_set.py",
    "tests/search/test_documents.py", "tests/search/test_frequent_words.py", "tests/search/test_fulltext_query.py",
)  # fmt: skip


def sample(few: int) -> int:
    """How many examples of a property to try: `few` in `make test`."""
    return FULL_EXAMPLES or few


def share(cases: Sequence[Case], number: int, variants: int) -> Sequence[Case]:
    """The cases to check in variant `number`: in `make test` each case in one variant, in `make test-full` in all."""
    return cases if IS_FULL else cases[number % variants :: variants]


def is_whole_run(config: pytest.Config) -> bool:
    """Whether no tests were asked for by path or name: of these, all cases are tried."""
    if hasattr(config, "workerinput"):
        return config.workerinput["is_whole_run"]
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.option.keyword


def without_further_cases(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Of each test the first case, for the second engine: `make test` tries the others on SQLite only.

    All cases of tests that are about the engine, or marked for one or for every engine.
    """
    first = {_name(item): item for item in reversed(items)}
    return [
        item
        for item in items
        if item is first[_name(item)]
        or item.nodeid.startswith(ENGINE_TESTS)
        or item.get_closest_marker("only_on")
        or item.get_closest_marker("every_engine")
    ]


def _name(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]
