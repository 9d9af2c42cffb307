"""The extent of a test run.

`make test` tries one case of each test and skips tests whose behaviour another test covers. `make test-all` tries all
cases. `make test-full` tries all cases with every page, language, width and random example.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from django.test import TransactionTestCase

Case = TypeVar("Case")
ROOT = Path(__file__).resolve().parent.parent

# The number of examples per property test in `make test-full`, or 0 in other runs.
FULL_EXAMPLES = int(os.environ.get("FULL_EXAMPLES") or 0)
IS_FULL = FULL_EXAMPLES > 0
# Names that occur in the code of tests that start a process.
_PROCESSES = {"python", "manage", "start_process", "subprocess"}
# Set by `make test`, which tries all cases of tests that are selected by path or name, and by `make mutants`.
IS_COVERING = os.environ.get("TESTS") in {"covering", "covering-paths"} and not IS_FULL

# Modules that test the results of a database. All their cases run on both engines.
ENGINE_TESTS = (
    "tests/db/", "tests/facet_index/", "tests/listings/test_result_set.py",
    "tests/search/test_documents.py", "tests/search/test_frequent_words.py", "tests/search/test_fulltext_query.py",
)  # fmt: skip


def sample(few: int) -> int:
    """Returns the number of examples of a property test (`few` in `make test-all`, a fifth in `make test`)."""
    return FULL_EXAMPLES or (-(-few // 5) if IS_COVERING else few)


def share(cases: Sequence[Case], number: int, variants: int) -> Sequence[Case]:
    """Returns the cases of variant `number`. In `make test-full`, all variants contain all cases."""
    return cases if IS_FULL else cases[number % variants :: variants]


def is_whole_run(config: pytest.Config) -> bool:
    """True if no tests were selected by path or name. A run of selected tests runs all their cases."""
    if hasattr(config, "workerinput"):
        return config.workerinput["is_whole_run"]
    if os.environ.get("TESTS") == "covering-paths":
        return True
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.option.keyword


def covering(items: Sequence[pytest.Item], engine: str) -> list[pytest.Item]:
    """The cases that `make test` tries on an engine.

    SQLite runs all cases of quick tests, which use no database and no other process, and the first case of the other
    tests. PostgreSQL runs the first case of tests that commit, such as tests of locks, and all cases of tests for
    PostgreSQL alone. Both engines run all cases of tests that are about the engine or marked for every engine. Tests
    with the mark `thorough` are skipped on both engines.
    """
    items = [item for item in items if not item.get_closest_marker("thorough")]
    first = _first_cases(items)
    is_sqlite = engine == "sqlite"
    return [
        item
        for item in items
        if _is_for_every_engine(item)
        or (item is first[_name(item)] and (is_sqlite or _commits(item)))
        or (_takes_no_time(item) if is_sqlite else item.get_closest_marker("only_on"))
    ]


# Matches the text of modules whose tests `covering` may select on PostgreSQL.
_FOR_POSTGRESQL = re.compile(
    r'transaction(=True|al_db)|TransactionTestCase|every_engine|only_on\("postgresql"'
)


def has_tests_for(path: Path, engine: str) -> bool:
    """Returns whether `make test` needs to import a module for an engine.

    Importing all modules would take a tenth of the run.
    """
    name = str(path.relative_to(ROOT))
    return (
        engine == "sqlite"
        or not path.name.startswith("test_")
        or name.startswith(ENGINE_TESTS)
        or _FOR_POSTGRESQL.search(path.read_text(encoding="utf-8")) is not None
    )


def without_further_cases(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Returns the first case of each test, for the second engine. `make test-all` tries further cases on SQLite only.

    All cases are kept if a test is about the engine, or marked for one or every engine.
    """
    first = _first_cases(items)
    return [item for item in items if item is first[_name(item)] or is_about_engine(item)]


def is_about_engine(item: pytest.Item) -> bool:
    """Whether a test is about the engine, or marked for one or every engine."""
    return _is_for_every_engine(item) or item.get_closest_marker("only_on") is not None


def _is_for_every_engine(item: pytest.Item) -> bool:
    return item.nodeid.startswith(ENGINE_TESTS) or item.get_closest_marker("every_engine") is not None


def uses_database(item: pytest.Item) -> bool:
    return (
        not {"db", "transactional_db", "django_db_setup", "browser"}.isdisjoint(item.fixturenames)
        or item.get_closest_marker("django_db") is not None
        or (item.cls is not None and issubclass(item.cls, TransactionTestCase))
    )


def _takes_no_time(item: pytest.Item) -> bool:
    """Returns whether a test uses no database and, judging by the names in its code, no other process."""
    names = item.function.__code__.co_names if hasattr(item, "function") else ()
    return not uses_database(item) and _PROCESSES.isdisjoint(names)


def _commits(item: pytest.Item) -> bool:
    """Whether the transactions of a test are committed."""
    mark = item.get_closest_marker("django_db")
    return "transactional_db" in item.fixturenames or bool(mark and mark.kwargs.get("transaction"))


def _first_cases(items: Sequence[pytest.Item]) -> dict[str, pytest.Item]:
    return {_name(item): item for item in reversed(items)}


def _name(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]
