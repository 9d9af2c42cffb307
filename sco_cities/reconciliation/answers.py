"""Response documents of the service, with candidates, property values, suggestions and flyouts."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html

from delegates.models import Delegate, Event, Organisation
from initiatives.models import Initiative
from sco_cities.core.edtf import format_date
from sco_cities.core.localized_names import localized
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.i18n.punctuation import comma_list
from sco_cities.names.letters import plain
from sco_cities.search.result_item import location, records_with_places
from sco_cities.sources.base_models import Record

from .candidates import CandidateFinder
from .properties import Property, PropertyValues, properties_of
from .queries import (
    COLLECTIONS,
    KINDS,
    InvalidQuery,
    Query,
    RecordId,
    parse_query,
    published_keys,
    type_document,
)

Json = dict[str, Any]
# Maximum number of suggestions in a response.
MAX_SUGGESTIONS = 20


def results(documents: Mapping[str, Any], state: IndexState, host: str = "") -> Json:
    """Returns the candidates for each query of a batch, or [] for invalid queries. `host` is the host of the site."""
    queries: dict[str, Query] = {}
    for name, document in documents.items():
        try:
            queries[name] = parse_query(document, host)
        except InvalidQuery:
            continue
    candidates = CandidateFinder(state).candidates(queries)
    records = records_with_places(
        ((each.collection, each.key) for found in candidates.values() for each in found), state
    )
    texts = {
        key: {"name": str(record.name), "description": description(record)} for key, record in records.items()
    }
    return {
        name: {
            "result": [
                {
                    "id": records[each.collection, each.key].reference,
                    **texts[each.collection, each.key],
                    "type": [type_document(each.collection)],
                    "score": each.score,
                    "match": each.is_match,
                    "features": [{"id": name, "value": value} for name, value in each.features.items()],
                }
                for each in candidates.get(name, ())
                if (each.collection, each.key) in records
            ]
        }
        for name in documents
    }


def extension(document: Any, state: IndexState) -> Json:
    """Returns property values of records, as new columns for a table with reconciled cells."""
    document = document if isinstance(document, dict) else {}
    ids = [each for each in _list(document, "ids") if isinstance(each, str)]
    known = {each: record for each in ids if (record := RecordId.parse(each))}
    keys = published_keys(list(known.values()), state)
    wanted = [each.get("id") if isinstance(each, dict) else each for each in _list(document, "properties")]
    pids = list(dict.fromkeys(each for each in wanted if isinstance(each, str)))[: len(all_properties())]
    collections = list(dict.fromkeys(each.collection for each in keys)) or list(COLLECTIONS)
    rows: Json = {each: {pid: [] for pid in pids} for each in ids}
    for collection in collections:
        properties = [found for pid in pids if (found := properties_of(collection).get(pid))]
        of_collection = [key for each, key in keys.items() if each.collection == collection]
        if not of_collection:
            continue
        values = PropertyValues(collection, list(dict.fromkeys(of_collection)), properties, state)
        for each in properties:
            cells = values.cells(each)
            for name, record in known.items():
                if record.collection == collection and record in keys:
                    rows[name][each.id] = cells[keys[record]]
    meta = []
    for pid in pids:
        found = next((properties_of(name)[pid] for name in collections if pid in properties_of(name)), None)
        meta.append(found.meta() if found else {"id": pid, "name": pid})
    return {"meta": meta, "rows": rows}


def _list(document: Json, name: str) -> list[Any]:
    value = document.get(name)
    return value if isinstance(value, list) else []


def all_properties() -> dict[str, Property]:
    """Maps identifiers to the properties of all kinds of record. Equal identifiers have the same meaning."""
    return {pid: each for name in reversed(COLLECTIONS) for pid, each in properties_of(name).items()}


def proposed_properties(collection: str, limit: int | None) -> Json:
    """Returns the properties that a client can add to a table with cells of this type."""
    known = properties_of(collection) if collection in KINDS else {}
    document = {"properties": [each.document() for each in list(known.values())[:limit]]}
    if collection in KINDS:
        document["type"] = collection
    return document | ({} if limit is None else {"limit": limit})


def suggested_entities(
    prefix: str, state: IndexState, start: int, collections: Sequence[str] = COLLECTIONS
) -> Json:
    """Suggests records whose name starts with the typed text, or is similar to the text."""
    query = Query(prefix, tuple(collections), start + MAX_SUGGESTIONS, id=RecordId.parse(prefix))
    found = CandidateFinder(state).suggestions(query)[start:]
    records = records_with_places([(each.collection, each.key) for each in found], state)
    return {
        "result": [
            {
                "id": record.reference,
                "name": str(record.name),
                "description": description(record),
                "notable": [type_document(each.collection)],
            }
            for each in found
            if (record := records.get((each.collection, each.key)))
        ]
    }


def suggestions(prefix: str, documents: list[dict[str, str]], start: int) -> Json:
    """Suggests the types or properties whose name or identifier contains the typed text."""
    typed = plain(prefix)
    found = [each for each in documents if typed in plain(each["name"]) or typed in plain(each["id"])]
    found.sort(key=lambda each: not plain(each["name"]).startswith(typed))
    return {"result": found[start : start + MAX_SUGGESTIONS]}


def entity_html(identifier: str, state: IndexState) -> str | None:
    """Returns a published record's name, type and description as HTML, or None for other records."""
    record_id = RecordId.parse(identifier)
    keys = published_keys([record_id], state) if record_id else {}
    for known, key in keys.items():
        for record in records_with_places([(known.collection, key)], state).values():
            kind = type_document(known.collection)["name"]
            return format_html("<p><b>{}</b></p><p>{}</p><p>{}</p>", record.name, kind, description(record))
    return None


def type_html(identifier: str, state: IndexState) -> str | None:
    """Returns a type's name and number of published records as HTML. Returns None for an unknown type."""
    if identifier not in KINDS:
        return None
    count = KINDS[identifier].listing.count_label % {"count": GroupedInt(len(state.published(identifier)))}
    return format_html("<p><b>{}</b></p><p>{}</p>", type_document(identifier)["name"], count)


def property_html(identifier: str) -> str | None:
    """Returns the name of a property as HTML. Returns None for an unknown property."""
    known = all_properties().get(identifier)
    return format_html("<p><b>{}</b></p><p>{}</p>", known.label, known.id) if known else None


def description(record: Record) -> str:
    """Returns the role, kind, date or place of a record, which distinguishes records with the same name."""
    match record:
        case Delegate():
            facts = [localized(record, "role")]
        case Organisation():
            facts = [record.get_kind_display(), location(record)]
        case Event():
            facts = [record.get_kind_display(), format_date(record.starts_on), location(record)]
        case Initiative():
            facts = [record.get_kind_display(), format_date(record.starts_on), location(record)]
        case _:
            facts = [location(record)]
    return comma_list(str(fact) for fact in facts if fact)
