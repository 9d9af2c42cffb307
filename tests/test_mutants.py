"""Tests of the mutations that `make mutants` makes in the code."""

import pytest

from scripts.mutants import covering_tests, mutants, node_id, package_tests

TEST = "tests/core/test_dates.py::test_a_date"


@pytest.mark.parametrize(
    ("source", "mutated"),
    [
        ("x = a == b", ["x = (a != b)"]),
        ("x = a in b", ["x = (a not in b)"]),
        ("x = a < b < c", []),
        ("x = a and b", ["x = (a or b)"]),
        ("x = not a", ["x = (a)"]),
        ("x = a if b else c", ["x = (c if b else a)"]),
        ("x = 'ё' + y", ["x = ('ё' - y)"]),
        ("x = 7", ["x = 8"]),
        ("x = True", ["x = False"]),
        ("f()", ["pass"]),
        ("def f():\n    return 'a'", ["def f():\n    return None"]),
        ("def f():\n    return None", []),
        ('def f(a: "X | Y"):\n    """Doc."""', []),
        ("x = f'{a + 1}'", []),
    ],
)
def test_a_mutant_changes_one_expression_or_statement(source, mutated):
    found = mutants("m.py", source, {1, 2})
    encoded = source.encode()
    assert [
        (encoded[: each.span.start] + each.after.encode() + encoded[each.span.stop :]).decode()
        for each in found
    ] == mutated


def test_only_lines_that_a_test_runs_are_changed():
    assert [str(each) for each in mutants("m.py", "x = 1\ny = 2\n", {2})] == ["m.py:2: 2 → 3"]


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ("tests.core.test_dates.test_a_date", TEST),
        ("tests.core.test_dates.TestDates.test_a_date", "tests/core/test_dates.py::TestDates::test_a_date"),
        ("", None),
        ("tests.core.test_nothing.test_a_date", None),
    ],
)
def test_the_test_of_a_coverage_context_is_found(context, expected):
    assert node_id(context) == expected


def test_the_tests_of_the_package_come_first():
    contexts = ["tests.cities.test_admin.test_a_city", "tests.core.test_dates.test_a_date", ""]
    assert covering_tests("sco_cities/core/dates.py", contexts) == [
        TEST,
        "tests/cities/test_admin.py::test_a_city",
    ]


@pytest.mark.parametrize(
    ("path", "tests"),
    [
        ("sco_cities/core/dates.py", "tests/core"),
        ("sco_cities/api/mcp/tools/answers.py", "tests/api/mcp"),
        ("initiatives/models.py", "tests/initiatives"),
        ("sco_cities/settings.py", "tests"),
    ],
)
def test_without_coverage_data_the_tests_of_the_package_are_run(path, tests):
    assert package_tests(path) == [tests]
