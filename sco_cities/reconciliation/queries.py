"""Parses the reconciliation queries that clients send."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sco_cities.names.forms import MAX_LENGTH

from .kinds import COLLECTIONS, KINDS, RecordId
from .property_comparison import as_text

DEFAULT_LIMIT, MAX_LIMIT = 5, 100
MAX_PROPERTIES, MAX_VALUES = 20, 20
_WIKIDATA = re.compile(r"(?:https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/)?(Q[1-9]\d{0,14})")
_PAGE = re.compile(rf"https?://([^\s/]+)/(?:[a-z-]+/)?({'|'.join(KINDS)})/([a-z0-9-]+)/?")


class InvalidQuery(ValueError):
    """An invalid query. The other queries in its batch are still answered."""


@dataclass(frozen=True)
class Query:
    """A name to match, the kinds of record to search, and the values of other columns.

    `id` is set if the name is a record identifier, and `wikidata_id` if it is a Wikidata id.
    """

    name: str
    collections: tuple[str, ...]
    limit: int
    properties: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    id: RecordId | None = None
    wikidata_id: str = ""


def parse_query(document: Any, host: str = "") -> Query:
    """Parses a query from JSON. Raises InvalidQuery. Only URLs on `host` can refer to records."""
    if isinstance(document, str):
        document = {"query": document}
    if not isinstance(document, Mapping):
        raise InvalidQuery("A query is a JSON object.")
    value = document.get("query", "")
    name = as_text(value)[:MAX_LENGTH].replace("\0", " ")
    properties = _properties(document.get("properties"))
    if not name and not properties:
        raise InvalidQuery("A query has a text or properties.")
    page, item = _PAGE.fullmatch(name), _WIKIDATA.fullmatch(name)
    is_ours = page is not None and page.group(1).lower() == host.lower()
    known_id = RecordId(page.group(2), page.group(3)) if is_ours else _known_id(value)
    return Query(
        name, _collections(document.get("type")), _limit(document.get("limit")), properties, known_id,
        item.group(1) if item else "",
    )  # fmt: skip


def _known_id(value: Any) -> RecordId | None:
    return RecordId.parse(value.get("id")) if isinstance(value, dict) else RecordId.parse(value)


def _collections(value: Any) -> tuple[str, ...]:
    """The kinds of record for the given types. All kinds if no type is given, none if all types are unknown."""
    values = value if isinstance(value, list) else [value]
    ids = [each.get("id") if isinstance(each, dict) else each for each in values]
    ids = [each.strip() for each in ids if isinstance(each, str) and each.strip()]
    return tuple(name for name in COLLECTIONS if name in ids) if ids else COLLECTIONS


def _limit(value: Any) -> int:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return min(MAX_LIMIT, int(value)) if is_number and 1 <= value < float("inf") else DEFAULT_LIMIT


def _properties(value: Any) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    if not isinstance(value, list):
        return ()
    pairs = []
    for each in value[:MAX_PROPERTIES]:
        pid = (each.get("pid") or each.get("p")) if isinstance(each, dict) else None
        if isinstance(pid, str) and each.get("v") not in (None, "", []):
            values = each["v"] if isinstance(each["v"], list) else [each["v"]]
            pairs.append((pid, tuple(values[:MAX_VALUES])))
    return tuple(pairs)
