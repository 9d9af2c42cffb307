"""Changed values of published records, and the evidence added for the values.

Some values, such as a status or a figure, need separate evidence. They were published because a report states them.
Only a curator can check whether the report also states a new value. A write that changes such a value of a published
record must therefore add evidence from a published report. Alternatively, a user confirms that the existing evidence
also supports the new value, for example after correcting a typing error. Removed values require no evidence or
confirmation. Changes to an unpublished record are checked when the record is published again.

Forms and previews check planned changes with these functions. The recorder checks every change that was written.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.db.pk_queries import batches
from sco_cities.history.delta import ADDED, REMOVED, Delta, diff, is_list_change, match_rows
from sco_cities.history.references import slugs_of_today
from sco_cities.history.serialization import Document, document_schema, item_key, read_documents
from sco_cities.history.versions import published_last
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import FIGURE, Record
from sco_cities.sources.models import Report, Stance

# The fields that form the value of a figure. The label is only the figure's name.
FIGURE_VALUE_FIELDS = {"value", "qualifier", "unit", "period"}
CONFIRMATION_LABEL = gettext_lazy("The existing evidence also supports the new values")
CONFIRMATION_HINT = gettext_lazy(
    "If the existing evidence supports the new values, tick “The existing evidence also supports the new values”."
)
# The slug or the primary key of a record.
_Name = TypeVar("_Name", str, int)
# Maps (kind of record, former slug) to the current slug.
_Renamed = Mapping[tuple[type[models.Model], str], str]


@dataclass(frozen=True)
class ChangedValues:
    """The changes that a write makes to one published record.

    `names` contains the keys of changed fields and figures that need separate evidence. `support` contains the evidence
    that the write adds for the values, as pairs of value key and report slug.
    """

    names: set[str] = field(default_factory=set)
    support: set[tuple[str, str]] = field(default_factory=set)

    def __or__(self, other: "ChangedValues") -> "ChangedValues":
        return ChangedValues(self.names | other.names, self.support | other.support)


@dataclass(frozen=True)
class UnsupportedValues:
    """New values of a published record that lack new evidence. `names` contains the keys of the values."""

    model: type[Record]
    slug: str
    names: list[str]

    def __str__(self):
        record = self.model._base_manager.filter(slug=self.slug).first()
        return _("%(kind)s “%(name)s”: no evidence was added for the new value of %(fields)s.") % {
            "kind": capfirst(self.model._meta.verbose_name),
            "name": record or self.slug,
            "fields": evidence_coverage.field_list(self.model, self.names),
        }


def values_without_evidence(
    model: type[Record], changes: Mapping[_Name, ChangedValues], together: Collection[str] = ()
) -> dict[_Name, list[str]]:
    """Maps slugs or keys of records to changed values without evidence from a published report. Runs one query.

    Reports whose slugs are in `together` are treated as published.
    """
    cited = {slug for change in changes.values() for key, slug in change.support if key in change.names}
    published = set(together)
    for slugs in batches(cited):
        published.update(Report.objects.published().filter(slug__in=slugs).values_list("slug", flat=True))
    lacking = {}
    for record, change in changes.items():
        supported = {key for key, slug in change.support if slug in published}
        if names := set(change.names) - supported:
            lacking[record] = in_field_order(model, names)
    return lacking


def in_field_order(model: type[Record], names: Collection[str]) -> list[str]:
    """Sorts value keys in field order, with figures last."""
    return [name for name in model.own_evidence if name in names] + sorted(
        set(names).difference(model.own_evidence)
    )


def planned_values(model: type[Record], changes: Mapping[_Name, Delta]) -> dict[_Name, ChangedValues]:
    """Returns changed values of published records from deltas, by slug or key. Omits records without changed values."""
    changes = {name: delta for name, delta in changes.items() if not _parts(model).keys().isdisjoint(delta)}
    renamed = _renamed(model, changes.values())
    planned = {}
    for name, delta in changes.items():
        if names := changed_values(model, delta, renamed):
            planned[name] = ChangedValues(names, set(_added_support(delta, renamed)))
    return planned


def changed_since_published(model: type[Record], keys: Collection[int]) -> dict[int, ChangedValues]:
    """Returns changed values of formerly published records since they were last public, by key."""
    seen = published_last(model, keys)
    current = read_documents(model, list(seen))
    planned = planned_values(model, {key: diff(document, current[key]) for key, document in seen.items()})
    return {key: planned.get(key, ChangedValues()) for key in seen}


def changed_values(model: type[Record], delta: Delta, renamed: _Renamed | None = None) -> set[str]:
    """Returns the keys of changed values that need separate evidence. Omits removed values."""
    names = set()
    for part, key in _parts(model).items():
        change = delta.get(part)
        if change is None:
            continue
        if part == "figures":
            names.update(_changed_figures(model, delta))
        elif is_list_change(change):
            if any(_new_items(model, part, change, renamed or {})):
                names.add(key)
        elif evidence_coverage.has_value(change[1]):
            names.add(key)
    return names


def value_and_support(model: type[Record], document: Document, key: str) -> tuple:
    """Returns a document's value and its supporting evidence as a comparable tuple."""
    if key.startswith(f"{FIGURE}:"):
        value: object = [
            [row.get(name) for name in sorted(FIGURE_VALUE_FIELDS)]
            for row in document["figures"]
            if evidence_coverage.figure_key(row["label"]) == key
        ]
    else:
        part = next(part for part, name in _parts(model).items() if name == key)
        value = document.get(part)
    confirming = (
        item_key(row)
        for row in document.get("evidence") or ()
        if row["stance"] == Stance.SUPPORTS and _key_of(row) == key
    )
    return value, sorted(confirming)


@lru_cache(maxsize=64)
def _parts(model: type[Record]) -> dict[str, str]:
    """Maps each document part that needs separate evidence to the key of its value. The key is "" for figures."""
    parts = {"figures": ""}
    for name in model.own_evidence:
        part = name
        if evidence_coverage.is_to_many(model, name):
            rows = evidence_coverage.row_model(model._meta.get_field(name))
            schema = document_schema(model)
            part = next((each.name for each in schema.rows.values() if each.model is rows), name)
        parts[part] = name
    return parts


def _changed_figures(model: type[Record], delta: Delta) -> Iterator[str]:
    """Yields the keys of figures whose value has changed.

    If the label has also changed, evidence that moved to the new label identifies the figure. Other new figures are
    omitted, because they have no evidence and cannot be published without evidence.
    """
    changed, _removed, added = match_rows(document_schema(model).rows["figures"], delta["figures"])
    for old, new in changed:
        if old["label"] == new["label"] and any(old[name] != new[name] for name in FIGURE_VALUE_FIELDS):
            yield evidence_coverage.figure_key(new["label"])
    evidence = delta.get("evidence") or {REMOVED: [], ADDED: []}
    before = {_footnote(row, delta, REMOVED) for row in evidence[REMOVED]}
    moved = {row["figure"] for row in evidence[ADDED] if _footnote(row, delta, ADDED) in before}
    yield from (evidence_coverage.figure_key(row["label"]) for row in added if row["label"] in moved)


def _added_support(delta: Delta, renamed: _Renamed) -> Iterator[tuple[str, str]]:
    change = delta.get("evidence") or {REMOVED: [], ADDED: []}
    of_today = (_with_names_of_today(row, {"passage": Report}, renamed) for row in change[REMOVED])
    before = {_footnote(row, delta, REMOVED) for row in of_today}
    for row in change[ADDED]:
        if row["stance"] == Stance.SUPPORTS and _footnote(row, delta, ADDED) not in before:
            yield _key_of(row), row["passage"].rpartition("#")[0]


def _footnote(row: dict, delta: Delta, side: str) -> str:
    """Returns a key for a row of evidence in a delta. The key ignores the label of a renamed figure."""
    other = ADDED if side == REMOVED else REMOVED
    figures = delta.get("figures") or {REMOVED: [], ADDED: []}
    labels = {side: {figure["label"] for figure in figures[side]} for side in figures}
    is_renamed = row["figure"] in labels[side] - labels[other]
    return item_key({**row, "figure": ""} if is_renamed else row)


def _key_of(row: dict) -> str:
    return evidence_coverage.figure_key(row["figure"]) if row["field"] == FIGURE else row["field"]


def _new_items(model: type[Record], part: str, change, renamed: _Renamed) -> Iterator:
    """Yields added list items, except items where a rename or merge has changed only a slug."""
    references = _references(model, part)
    before = {item_key(_with_names_of_today(item, references, renamed)) for item in change[REMOVED]}
    return (item for item in change[ADDED] if item_key(item) not in before)


def _references(model: type[Record], part: str) -> dict[str, type[models.Model]]:
    """Maps the columns of a document part that reference records to the referenced models."""
    if part == "evidence":
        return {"passage": Report}
    rows = document_schema(model).rows.get(part)
    columns = rows.columns if rows else ()
    return {column.name: column.field.related_model for column in columns if column.field.is_relation}


def _with_names_of_today(item, references: Mapping[str, type[models.Model]], renamed: _Renamed):
    if not renamed or isinstance(item, str):
        return item
    names = {}
    for column, related in references.items():
        slug, number_sign, number = item[column].partition("#")
        names[column] = renamed.get((related, slug), slug) + number_sign + number
    return {**item, **names}


def _renamed(model: type[Record], deltas: Iterable[Delta]) -> _Renamed:
    """Maps slugs in deltas to current slugs, because a record may have been renamed or merged."""
    former: dict[type[models.Model], set[str]] = defaultdict(set)
    parts = [part for part in (*_parts(model), "evidence") if part != "figures"]
    for delta in deltas:
        for part in parts:
            change = delta.get(part)
            if not is_list_change(change) or not change[REMOVED] or not change[ADDED]:
                continue
            for column, related in _references(model, part).items():
                former[related].update(row[column].partition("#")[0] for row in change[REMOVED])
    return {
        (related, slug): today
        for related, slugs in former.items()
        for slug, (_key, today) in slugs_of_today(related, slugs).items()
    }
