"""The cases that `make test` runs, and the cases that `make test-all` runs on the second engine."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import extent


class Item:
    """A case of a test with marks, like the items that pytest collects."""

    cls = None

    def __init__(self, nodeid: str, *marks: str, fixturenames: tuple[str, ...] = ()):
        self.nodeid, self.marks, self.fixturenames = nodeid, marks, fixturenames

    def get_closest_marker(self, name: str) -> pytest.Mark | None:
        return pytest.Mark(name, (), {}, _ispytest=True) if name in self.marks else None


@pytest.mark.parametrize(
    ("items", "left"),
    [
        (["tests/a.py::test_one", "tests/a.py::test_two"], ["tests/a.py::test_one", "tests/a.py::test_two"]),
        (["tests/a.py::test_one[b]", "tests/a.py::test_one[a]"], ["tests/a.py::test_one[b]"]),
        (["tests/a.py::test_one[x[1]]", "tests/a.py::test_one[x[2]]"], ["tests/a.py::test_one[x[1]]"]),
        (["tests/db/b.py::test_one[a]", "tests/db/b.py::test_one[b]"],
         ["tests/db/b.py::test_one[a]", "tests/db/b.py::test_one[b]"]),
    ],
    ids=["no cases", "the first in order", "brackets in a case", "about the engine"],
)  # fmt: skip
def test_the_first_case_of_a_test_is_tried_on_the_second_engine(items, left):
    assert [item.nodeid for item in extent.without_further_cases([Item(nodeid) for nodeid in items])] == left


@pytest.mark.parametrize(
    ("engine", "left"),
    [
        ("sqlite", "a1 a2 b1 c1 db/d1 db/d2 e1 f1 g1 g2"),
        ("postgresql", "db/d1 db/d2 e1 f1 f2 g1 g2"),
    ],
)
def test_make_test_tries_the_first_case_of_database_tests_and_all_tests_about_the_engine(engine, left):
    kinds = {
        "a": {},
        "b": {"marks": ["django_db"]},
        "c": {"fixturenames": ("browser",)},
        "db/d": {"fixturenames": ("db",)},
        "e": {"fixturenames": ("transactional_db",)},
        "f": {"marks": ["django_db", "only_on"]},
        "g": {"marks": ["django_db", "every_engine"]},
        "h": {"marks": ["thorough"]},
    }
    items = [
        Item(f"tests/{name}[{case}]", *kind.get("marks", ()), fixturenames=kind.get("fixturenames", ()))
        for name, kind in kinds.items()
        for case in "12"
    ]
    expected = [f"tests/{name[:-1]}[{name[-1]}]" for name in left.split()]
    assert [item.nodeid for item in extent.covering(items, engine)] == expected


@pytest.mark.parametrize("mark", ["only_on", "every_engine"])
def test_all_cases_with_a_mark_for_engines_are_tried(mark):
    items = [Item(f"tests/a.py::test_one[{case}]", mark) for case in "ab"]
    assert extent.without_further_cases(items) == items


ARGUMENTS = pytest.Config.ArgsSource


@pytest.mark.parametrize(
    ("source", "keyword", "is_whole"),
    [
        (ARGUMENTS.TESTPATHS, "", True),
        (ARGUMENTS.TESTPATHS, "alias", False),
        (ARGUMENTS.ARGS, "", False),
    ],
    ids=["nothing", "a name", "a path"],
)
def test_a_run_without_paths_and_names_is_a_complete_run(source, keyword, is_whole):
    config = SimpleNamespace(args_source=source, option=SimpleNamespace(keyword=keyword))
    assert extent.is_whole_run(config) == is_whole
    # A worker always receives paths, so the main process passes its result to the worker.
    worker = SimpleNamespace(args_source=ARGUMENTS.ARGS, workerinput={"is_whole_run": is_whole})
    assert extent.is_whole_run(worker) == is_whole


@pytest.mark.parametrize("path", extent.ENGINE_TESTS)
def test_tests_about_the_engine_exist(path):
    assert Path(path).exists()
