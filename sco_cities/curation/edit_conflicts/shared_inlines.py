"""Rows on a record's page that are parts of other records: the events of a delegate, whose guests are theirs.

Their changes are told by the history of those others, so a page with such rows is as new as the newest of these.
"""

from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType

from sco_cities.curation.admin.autocomplete import is_key
from sco_cities.history.serialization import Document, RowSchema, document_schema, natural_name
from sco_cities.history.versions import document_at, version_of, versions
from sco_cities.sources.base_models import Record

# What a form sends, by the name of its field.
Sent = Mapping[str, str]
NOTHING: Sent = MappingProxyType({})


def submitted_owners(record: Record, sent: Sent = NOTHING) -> dict[type[Record], set[int]]:
    """The records, by kind, of which rows on the page of `record` are parts, or were or will be by what was sent."""
    owners = defaultdict(set)
    for rows in document_schema(type(record)).shared.values():
        part_of = rows.part_of
        stored = rows.stored(type(record), [record.pk]).values_list(part_of.attname, flat=True)
        typed = (
            sent[name]
            for name in sent
            if name.startswith(f"{rows.name}-") and name.endswith(f"-{part_of.name}")
        )
        owners[part_of.related_model] |= {*stored, *(int(value) for value in typed if is_key(value))}
    return owners


def page_version(record: Record, sent: Sent = NOTHING) -> int:
    """The version of a record's page: the newest of the record and of those of which rows on it are parts."""
    of_owners = (versions(model, keys) for model, keys in submitted_owners(record, sent).items())
    return max(version_of(record), *(version for each in of_owners for version in each.values()), 0)


def rows_at(record: Record, rows: RowSchema, version: int, then: Document, sent: Sent) -> list[dict]:
    """The rows that the page of a record showed at a version, when the record said `then`."""
    part_of, model = rows.part_of, rows.part_of.related_model
    newest = versions(model, submitted_owners(record, sent)[model])
    changed = {key for key, number in newest.items() if number > version}
    unchanged = rows.stored(type(record), [record.pk]).exclude(**{f"{part_of.name}__in": changed})
    kept = set(unchanged.values_list("pk", flat=True))
    said = [row for _key, pk, row in rows.read(type(record), [record.pk]) if pk in kept]
    there = model._base_manager.in_bulk(changed)
    names = {natural_name(record), then.get("slug")}
    own_rows = next(each for each in document_schema(model).rows.values() if each.owner is part_of)
    for key in changed:
        earlier = document_at(there.get(key) or model(pk=key), version) or {}
        # By today's name, so that a row does not differ for its event having got another address.
        name = natural_name(there[key]) if key in there else earlier.get("slug")
        said += [
            {column.name: row.get(column.name) for column in rows.columns} | {part_of.name: name}
            for row in earlier.get(own_rows.name, ())
            if row[rows.owner.name] in names
        ]
    return said
