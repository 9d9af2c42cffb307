"""Finds possible duplicates of new records, by equal names and equal places or dates.

The Duplicates admin page (`curation.duplicates.candidates`) finds similar names after the import. For a file of 100,000
initiatives, a search for similar names would use 200 MB instead of 45 MB and make the check 20 % slower.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from django.utils.translation import gettext as _

from sco_cities.core import tokenizer
from sco_cities.datapackage.natural_keys import cell_of

from .column_types import ImportableModel, name_fields
from .row_result import RowResult

Traits = tuple[str, ...]
StoredNames = tuple[str, set[str], Traits]

# Maximum number of possible duplicates listed for a new record.
MAX_NAMED = 5
# Columns by model. Two records that differ in one of these columns are not duplicates. For example, cities with the
# same name in two countries are not duplicates.
_DISTINGUISHING_FIELDS = {
    "cities": ("country", "geonames_id"),
    "countries": (),
    "delegates": ("country", "city", "organisation"),
    "events": ("starts_on", "host_city"),
    "initiatives": ("starts_on", "event"),
    "organisations": ("country", "city"),
    "reports": ("publisher", "published_on"),
    "statements": ("delegate", "event"),
    "themes": (),
}


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A new record with its row number, normalized names and distinguishing values."""

    number: int
    names: tuple[str, ...]
    traits: Traits

    @classmethod
    def of(cls, kind: ImportableModel, row: RowResult) -> "NewRecord":
        def new(name: str) -> str:
            return row.changes.get(name, ("", ""))[1]

        names = tuple(filter(None, (normalized_name(new(name)) for name in name_fields(kind.model))))
        return cls(row.number, names, tuple(new(name).lower() for name in _DISTINGUISHING_FIELDS[kind.name]))


def normalized_name(name: str) -> str:
    """Normalizes a name (case, script, accents and punctuation)."""
    return " ".join(tokenizer.split(name))


def possible_duplicates(
    new_records: Collection[NewRecord], stored: Iterable[StoredNames]
) -> dict[int, list[str]]:
    """Maps the row numbers of new records to their possible duplicates among the `stored` records and other rows."""
    occurrences = Counter(name for record in new_records for name in set(record.names))
    index = _NameIndex()
    for label, names, traits in stored:
        for name in names & occurrences.keys():
            index.add(name, traits, label)
    duplicates: dict[int, list[str]] = {}
    for record in new_records:
        # A dictionary, because a record with equal names in two languages must be listed only once.
        matches = dict.fromkeys(
            label for name in record.names for label in index.matches(name, record.traits)
        )
        if matches:
            duplicates[record.number] = list(matches)[:MAX_NAMED]
        for name in set(record.names):
            if occurrences[name] > 1:
                index.add(name, record.traits, _("row %(number)s") % {"number": record.number})
    return duplicates


class _NameIndex:
    """Finds records with the same name and no conflicting traits, without a comparison of all pairs.

    A record is stored under every subset of its traits, together with a mask of the traits that it has. A lookup uses
    the traits that both records have.
    """

    def __init__(self):
        self._labels: dict[tuple, list[str]] = defaultdict(list)

    def add(self, name: str, traits: Traits, label: str) -> None:
        present = tuple(map(bool, traits))
        for subset in {_keep_traits(traits, mask) for mask in product((False, True), repeat=len(traits))}:
            labels = self._labels[name, present, subset]
            if len(labels) < MAX_NAMED:
                labels.append(label)

    def matches(self, name: str, traits: Traits) -> Iterator[str]:
        for present in product((False, True), repeat=len(traits)):
            yield from self._labels.get((name, present, _keep_traits(traits, present)), ())


def _keep_traits(traits: Traits, mask: tuple[bool, ...]) -> Traits:
    return tuple(trait if is_kept else "" for trait, is_kept in zip(traits, mask, strict=True))


def stored_names(kind: ImportableModel) -> Iterator[StoredNames]:
    """Yields the cell, the names and the distinguishing values of each stored record."""
    name_columns, trait_fields = name_fields(kind.model), _DISTINGUISHING_FIELDS[kind.name]
    is_relation = {field.name: field.is_relation for field in kind.model._meta.fields}
    paths = [f"{name}__slug" if is_relation[name] else name for name in trait_fields]
    rows = kind.model.objects.order_by().values_list("slug", *name_columns, *paths)
    for slug, *values in rows.iterator():
        names = {normalized_name(name) for name in values[: len(name_columns)] if name}
        traits = tuple(str(value or "") for value in values[len(name_columns) :])
        yield cell_of(kind.name, slug), names, traits
