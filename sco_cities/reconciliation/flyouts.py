"""Flyouts: a few words about a record, a type or a property, as HTML inside JSON."""

from django.utils.html import format_html

from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.numbers import GroupedInt

from .answers import all_properties
from .kinds import KINDS, RecordId, published_keys, type_document
from .record_details import description, records_by_key


def entity_html(identifier: str, state: IndexState) -> str | None:
    """The name, type and description of a published record; None if there is none."""
    record_id = RecordId.parse(identifier)
    keys = published_keys([record_id], state) if record_id else {}
    for known, key in keys.items():
        for record in records_by_key([(known.collection, key)], state).values():
            kind = type_document(known.collection)["name"]
            return format_html("<p><b>{}</b></p><p>{}</p><p>{}</p>", record.name, kind, description(record))
    return None


def type_html(identifier: str, state: IndexState) -> str | None:
    """The name of a type and the number of its published records; None if there is no such type."""
    if identifier not in KINDS:
        return None
    count = KINDS[identifier].listing.count_label % {"count": GroupedInt(len(state.published(identifier)))}
    return format_html("<p><b>{}</b></p><p>{}</p>", type_document(identifier)["name"], count)


def property_html(identifier: str) -> str | None:
    """The name of a property; None if there is no such property."""
    known = all_properties().get(identifier)
    return format_html("<p><b>{}</b></p><p>{}</p>", known.label, known.id) if known else None
