"""Parses the reconciliation queries of clients, and the identifiers of types and records in queries."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sco_cities.facet_index.state import IndexState
from sco_cities.names.forms import MAX_LENGTH
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION, SearchableList
from sco_cities.sources.models import FormerSlug

# Collections in the order of the type menu.
COLLECTIONS = ("cities", "countries", "organisations", "delegates", "events", "initiatives", "themes")
KINDS: dict[str, SearchableList] = {name: LISTS_BY_COLLECTION[name] for name in COLLECTIONS}


@dataclass(frozen=True)
class RecordId:
    """A record identifier in the notation of the data package, such as "cities:dushanbe" or "countries:KG"."""

    collection: str
    slug: str

    @classmethod
    def parse(cls, text: object) -> "RecordId | None":
        """Parses an identifier. Returns None if the text is not an identifier of this site."""
        collection, separator, slug = text.strip().partition(":") if isinstance(text, str) else ("", "", "")
        slug = slug.strip().lower()
        return cls(collection, slug) if separator and slug and collection in KINDS else None


def type_document(collection: str) -> dict[str, str]:
    """Returns the type for a kind of record as JSON, with the name in the reader's language."""
    noun = str(KINDS[collection].noun)
    return {"id": collection, "name": noun[:1].upper() + noun[1:]}


def published_keys(ids: list[RecordId], state: IndexState) -> dict[RecordId, int]:
    """Maps identifiers to the primary keys of published records. Former slugs are recognised."""
    found: dict[RecordId, int] = {}
    for collection in dict.fromkeys(each.collection for each in ids):
        model = KINDS[collection].model
        slugs = {
            each.slug[:100]: each for each in ids if each.collection == collection and "\0" not in each.slug
        }
        rows = model.objects.using(state.using).filter(slug__in=slugs).values_list("slug", "pk")
        keys = dict(rows)
        if missing := slugs.keys() - keys.keys():
            former = FormerSlug.objects.using(state.using).filter(
                content_type__app_label=model._meta.app_label,
                content_type__model=model._meta.model_name,
                slug__in=missing,
            )
            keys |= former.values_list("slug", "object_id")
        published = state.published(collection)
        found |= {slugs[slug]: key for slug, key in keys.items() if key in published}
    return found


DEFAULT_LIMIT, MAX_LIMIT = 5, 100
MAX_PROPERTIES, MAX_VALUES = 20, 20
_WIKIDATA = re.compile(r"(?:https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/)?(Q[1-9]\d{0,14})")
_PAGE = re.compile(rf"https?://([^\s/]+)/(?:[a-z-]+/)?({'|'.join(KINDS)})/([a-z0-9-]+)/?")


class InvalidQuery(ValueError):
    """Raised for an invalid query. The response contains results for the other queries in the batch."""


@dataclass(frozen=True)
class Query:
    """A name to match, the kinds of record to search, and the values of other columns.

    `id` is set if the name is a record identifier, and `wikidata_id` if the name is a Wikidata id.
    """

    name: str
    collections: tuple[str, ...]
    limit: int
    properties: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    id: RecordId | None = None
    wikidata_id: str = ""


def parse_query(document: Any, host: str = "") -> Query:
    """Parses a query from JSON. Raises InvalidQuery if it is invalid. Only URLs on `host` can refer to records."""
    if isinstance(document, str):
        document = {"query": document}
    if not isinstance(document, Mapping):
        raise InvalidQuery("A query must be a JSON object.")
    value = document.get("query", "")
    name = as_text(value)[:MAX_LENGTH].replace("\0", " ")
    properties = _properties(document.get("properties"))
    if not name and not properties:
        raise InvalidQuery("A query must contain a text or properties.")
    page, item = _PAGE.fullmatch(name), _WIKIDATA.fullmatch(name)
    is_ours = page is not None and page.group(1).lower() == host.lower()
    own_id = value.get("id") if isinstance(value, dict) else value
    known_id = RecordId(page.group(2), page.group(3)) if is_ours else RecordId.parse(own_id)
    return Query(
        name, _collections(document.get("type")), _limit(document.get("limit")), properties, known_id,
        item.group(1) if item else "",
    )  # fmt: skip


def _collections(value: Any) -> tuple[str, ...]:
    """Returns the collections of the given types, all if no type is given, or () if all types are unknown."""
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


def as_text(value: Any) -> str:
    """Returns a table value as text of at most MAX_LENGTH. A reconciled cell becomes its name, and 7.0 becomes "7"."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("id") or ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    is_text = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value).strip()[:MAX_LENGTH] if is_text else ""
