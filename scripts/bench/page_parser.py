"""Parses the total, rows and facet counts of a list page."""

import re
from collections.abc import Iterable

_TOTAL = re.compile(r"<h1[^>]*>\s*([\d,\s\u00a0\u202f]*\d)(?:\s+of\s+[\d,]+)?\s+initiatives?\b")
_HOME_TOTAL = re.compile(r'class="lead">.*?</a> of ([\d,]+)</b>', re.DOTALL)
_ROW = re.compile(r'class="title" href="/initiatives/([a-z0-9-]+)/"')
_OPTION = re.compile(r"<label[^>]*>\s*(<input[^>]*>)(.*?)</label>", re.DOTALL)
_COUNT = re.compile(r'class="[^"]*\bn\b[^"]*"[^>]*>\s*([\d,\u00a0\u202f]+)\s*<')


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def total(page: str) -> int | None:
    """The number in the heading, or None."""
    match = _TOTAL.search(page)
    return _number(match[1]) if match else None


def home_total(page: str) -> int | None:
    """The number of initiatives in the first sentence of the English home page, or None."""
    match = _HOME_TOTAL.search(page)
    return _number(match[1]) if match else None


def slugs(page: str) -> list[str]:
    """The slugs of the records, in order."""
    return list(dict.fromkeys(_ROW.findall(page)))


def counts(page: str, facet: str) -> dict[str, int]:
    """The counts of a facet's options by value. Empty if the page has none."""
    counts = {}
    for field, rest in _OPTION.findall(page):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', field))
        if attributes.get("name") == facet and (number := _COUNT.search(rest)):
            counts[attributes["value"]] = _number(number[1])
    return counts


def differences(title: str, page: str, expected: dict, selected: Iterable[tuple[str, str]] = ()) -> list[str]:
    """Differences from the expected total, slugs and counts by facet. Values that are not in `expected` count as 0.

    If `selected` contains values of a facet, only these are compared.
    """
    shown = {"total": total(page), "rows": slugs(page)}
    wanted = {name: expected[name] for name in shown}
    for facet in expected.keys() - shown.keys():
        on_page = counts(page, facet)
        values = [value for name, value in selected if name == facet] or on_page
        shown[facet] = {value: on_page.get(value) for value in values}
        wanted[facet] = {value: expected[facet].get(value, 0) for value in values} or "some counts"
    return [
        f"{title}: {name}: {str(shown[name])[:100]} instead of {str(wanted[name])[:100]}"
        for name in shown
        if shown[name] != wanted[name]
    ]
