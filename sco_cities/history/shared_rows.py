"""Rows on a record's page that are part of another record too, as attendances are of a delegate's page."""

from collections import defaultdict
from collections.abc import Iterable

from sco_cities.sources.base_models import Record, record_models

from .serialization import document_schema


def co_owners_changed(sets_of_rows: Iterable, model: type[Record]) -> dict[type[Record], set[int]]:
    """The records of other kinds than `model` that own rows which a page would write, by their keys."""
    owners = defaultdict(set)
    for formset in sets_of_rows:
        changed = [form for form in formset.forms if form.has_changed()]
        for other in record_models():
            for rows in document_schema(other).rows.values() if changed and other is not model else ():
                if rows.owner is not None and rows.model is formset.model:
                    owners[other] |= {getattr(form.instance, rows.owner.attname) for form in changed}
                    owners[other] |= {form.initial.get(rows.owner.name) for form in changed}
    return {other: keys - {None} for other, keys in owners.items() if keys - {None}}
