"""Packages stay within their line budgets."""

from scripts import size


def test_no_package_exceeds_its_budget_of_lines():
    budgets = size.budgets()
    over = [
        f"{package}: {found.lines} lines, {budgets.get(package, 'no budget')}"
        for package, found in size.sizes().items()
        if package != "tests" and found.lines > budgets.get(package, 0)
    ]
    assert not over, "make the package smaller, or raise its budget in pyproject.toml and give the reason"


def test_code_is_counted_without_comments_docstrings_and_blank_lines():
    text = '"""A module\n\nof one function."""\n\n# Why.\ndef lamps():\n    return (\n        1\n    )\n'
    assert size.size_of(text) == size.Size(lines=9, code=4, modules=1, short=0, functions=1)
