"""Shared inline rows: rows on a record's page that belong to other records, such as attendances to events.

Their changes are in the history of those other records, so the version of such a page is the newest version of
the record and of the owners of its rows.
"""

from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType

from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.history.serialization import Document, RowSchema, document_schema, natural_key
from sco_cities.history.versions import document_at, version_of, versions
from sco_cities.sources.base_models import Record

# Submitted values by name of the form field.
PostData = Mapping[str, str]
NO_DATA: PostData = MappingProxyType({})


def row_owners(record: Record, data: PostData = NO_DATA) -> dict[type[Record], set[int]]:
    """By model, the primary keys of the records that own stored or submitted shared rows of `record`."""
    owners = defaultdict(set)
    for rows in document_schema(type(record)).shared_rows.values():
        owner = rows.shared_owner
        stored = rows.stored_rows(type(record), [record.pk]).values_list(owner.attname, flat=True)
        posted = (
            data[name]
            for name in data
            if name.startswith(f"{rows.name}-") and name.endswith(f"-{owner.name}")
        )
        owners[owner.related_model] |= {*stored, *(int(value) for value in posted if is_key(value))}
    return owners


def page_version(record: Record, data: PostData = NO_DATA) -> int:
    """The version of a record's page: the newest version of the record and of the owners of its shared rows."""
    of_owners = (versions(model, keys) for model, keys in row_owners(record, data).items())
    return max(version_of(record), *(version for each in of_owners for version in each.values()), 0)


def rows_at(record: Record, rows: RowSchema, version: int, original: Document, data: PostData) -> list[dict]:
    """The shared rows on the page of a record at a version, when its document was `original`."""
    owner, model = rows.shared_owner, rows.shared_owner.related_model
    newest = versions(model, row_owners(record, data)[model])
    changed = {key for key, number in newest.items() if number > version}
    unchanged = rows.stored_rows(type(record), [record.pk]).exclude(**{f"{owner.name}__in": changed})
    keys = set(unchanged.values_list("pk", flat=True))
    result = [row for _key, pk, row in rows.read(type(record), [record.pk]) if pk in keys]
    current = model._base_manager.in_bulk(changed)
    names = {natural_key(record), original.get("slug")}
    own_rows = next(each for each in document_schema(model).rows.values() if each.owner is owner)
    for key in changed:
        earlier = document_at(current.get(key) or model(pk=key), version) or {}
        # Today's slug, so that a row does not differ only because its event has a new slug.
        name = natural_key(current[key]) if key in current else earlier.get("slug")
        result += [
            rows.without_empty({column.name: row.get(column.name) for column in rows.columns})
            | {owner.name: name}
            for row in earlier.get(own_rows.name, ())
            if row[rows.owner.name] in names
        ]
    return result
