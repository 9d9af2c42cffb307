"""What a list page says: its total, its rows, and the counts of its facets."""

import re

_TOTAL = re.compile(r"<h1[^>]*>\s*([\d,\s\u00a0\u202f]*\d)\s+initiatives?\b")
_ROW = re.compile(r'class="title" href="/initiatives/([a-z0-9-]+)/"')
_OPTION = re.compile(r"<label[^>]*>\s*(<input[^>]*>)(.*?)</label>", re.DOTALL)
_COUNT = re.compile(r'class="[^"]*\bn\b[^"]*"[^>]*>\s*([\d,\u00a0\u202f]+)\s*<')


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def total(page: str) -> int | None:
    """The number in the heading; None where there is none."""
    found = _TOTAL.search(page)
    return _number(found[1]) if found else None


def slugs(page: str) -> list[str]:
    """The records of the rows, in order."""
    return list(dict.fromkeys(_ROW.findall(page)))


def counts(page: str, facet: str) -> dict[str, int]:
    """The counts beside the choices of a facet; empty while pages have none."""
    found = {}
    for field, rest in _OPTION.findall(page):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', field))
        if attributes.get("name") == facet and (number := _COUNT.search(rest)):
            found[attributes["value"]] = _number(number[1])
    return found
