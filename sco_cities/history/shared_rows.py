"""Rows on a record's admin page that belong to another record, such as attendances on a delegate's page."""

from collections import defaultdict
from collections.abc import Iterable

from sco_cities.sources.base_models import Record, record_models

from .serialization import document_schema


def changed_co_owners(row_formsets: Iterable, model: type[Record]) -> dict[type[Record], set[int]]:
    """The records of models other than `model` that own rows changed in these formsets, as keys by model."""
    owners = defaultdict(set)
    for formset in row_formsets:
        changed = [form for form in formset.forms if form.has_changed()]
        for other in record_models():
            for rows in document_schema(other).rows.values() if changed and other is not model else ():
                if rows.owner is not None and rows.model is formset.model:
                    owners[other] |= {getattr(form.instance, rows.owner.attname) for form in changed}
                    owners[other] |= {form.initial.get(rows.owner.name) for form in changed}
    return {other: keys - {None} for other, keys in owners.items() if keys - {None}}
