"""Finds the record of a row without a slug by an id, a URL or its exact name. All other rows are new records."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from initiatives.models import Initiative, InitiativeCity
from sco_cities.curation.duplicates.similarity import normalized_url
from sco_cities.datapackage.natural_keys import cell_of
from sco_cities.db.pk_queries import rows_among
from sco_cities.i18n.punctuation import comma_list

from .column_types import ImportableModel, name_fields
from .models import NEW, ROWS
from .new_records import NewSlugs
from .row_result import FoundBy
from .value_names import plain
from .value_resolver import MAX_NAMED, ValueResolver

# A record with the same name is a match if this column is also equal. If only the name is equal, the curator must
# decide. Kinds that are not in this mapping have unique names.
_CONFIRMED_BY = {
    "cities": ("country", FoundBy.NAME_AND_COUNTRY),
    "delegates": ("country", FoundBy.NAME_AND_COUNTRY),
    "events": ("starts_on", FoundBy.NAME_AND_DATE),
    "initiatives": ("countries", FoundBy.NAME_AND_COUNTRY),
    "organisations": ("country", FoundBy.NAME_AND_COUNTRY),
    "reports": ("published_on", FoundBy.NAME_AND_DATE),
    "statements": ("delegate", FoundBy.TEXT_AND_SPEAKER),
}


class RowIdentity(NamedTuple):
    """The record of a row (as a cell), and how it was found. `question` is set if the record is uncertain."""

    key: str
    found_by: str = ""
    question: str = ""
    named: str = ""


@dataclass
class _Stored:
    """A stored record that can be the record of a row. `ids` are pairs of a column and an id."""

    pk: int
    slug: str
    ids: set[tuple[str, str]]
    confirmation: set[str] = field(default_factory=set)


class RowIdentifier:
    """Finds the records of rows without a slug. One query reads the names and ids of all stored records.

    The query runs before the first row is processed, so it never finds records that this import creates.
    """

    def __init__(
        self,
        kind: ImportableModel,
        names: Iterable[str],
        resolver: ValueResolver,
        *,
        from_any_name: bool = False,
    ):
        self._kind, self._resolver = kind, resolver
        columns = set(names)
        self._has_keys, self._from_any_name = kind.key in columns, from_any_name
        self._name_columns = [name for name in name_fields(kind.model) if name in columns]
        self._id_columns = kind.identifiers(names)
        self._confirming, self._found_by = _CONFIRMED_BY.get(kind.name, ("", FoundBy.NAME))
        self._confirms = self._confirming in columns
        self._new_slugs = NewSlugs(kind.model)
        self._by_id: dict[tuple[str, str], _Stored] = {}
        self._by_name: dict[str, list[_Stored]] = defaultdict(list)

    @property
    def key_column(self) -> str:
        """The key column, or the first column for generating slugs if the file has no key column."""
        return self._kind.key if self._has_keys else next(iter(self._new_slugs.sources), self._kind.key)

    def read_stored(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Loads the stored records that can be the records of rows without a slug. `rows` are all rows of the file."""
        names: set[str] = set()
        ids: set[tuple[str, str]] = set()
        for cells in rows:
            if not cells.get(self._kind.key, "").strip():
                names |= self._names(cells)
                ids |= self._ids(cells)
        if not names and not ids:
            return
        # Names in all languages are compared, not only in the languages of the file.
        columns = name_fields(self._kind.model)
        candidates: dict[int, _Stored] = {}
        stored = self._kind.model._base_manager.order_by("pk").values_list(
            "pk", "slug", *self._id_columns, *columns
        )
        for pk, slug, *values in stored.iterator():
            all_ids = {
                (name, _normalized_id(name, value))
                for name, value in zip(self._id_columns, values, strict=False)
                if value
            }
            own_ids = all_ids & ids
            own_names = {plain(name) for name in values[len(self._id_columns) :] if name} & names
            if own_ids or own_names:
                record = candidates[pk] = _Stored(pk, slug, all_ids)
                self._by_id |= dict.fromkeys(own_ids, record)
                for name in own_names:
                    self._by_name[name].append(record)
        self._read_confirmations(candidates)

    def identify(self, rows: Mapping[int, Mapping[str, str]]) -> dict[int, RowIdentity]:
        """Returns the records of rows by row number. New records get an unused slug, or "" if the row has no name."""
        found = {number: self._find(cells) for number, cells in rows.items()}
        new = [number for number, identity in found.items() if identity is None]
        slugs = self._new_slugs.give(self._new_slugs.base(self._resolved(rows[number])) for number in new)
        made = {number: RowIdentity(slug, FoundBy.NEW) for number, slug in zip(new, slugs, strict=True)}
        return {number: made.get(number) or identity for number, identity in found.items()}

    def ask(self, identity: RowIdentity, number: int) -> None:
        """Adds a question about a row whose record is uncertain."""
        self._resolver.ask(
            ROWS, identity.named, number, [record.slug for record in self._named(identity.named)]
        )

    def _named(self, name: str) -> list[_Stored]:
        return self._by_name.get(plain(name), [])

    def _find(self, cells: Mapping[str, str]) -> RowIdentity | None:
        by_id = {key: self._by_id[key] for key in sorted(self._ids(cells)) if key in self._by_id}
        if len({record.slug for record in by_id.values()}) > 1:
            found = comma_list(f"{name}: {record.slug}" for (name, _value), record in by_id.items())
            message = _("The ids in this row belong to different records (%(found)s). Correct one of them.")
            return RowIdentity("", question=message % {"found": found})
        for (name, _value), record in by_id.items():
            return self._identity(record, FoundBy(name))
        name, candidates = self._candidates(cells)
        if len(candidates) == 1 and (
            not self._confirming or candidates[0].confirmation & self._confirmation(cells)
        ):
            return self._identity(candidates[0], self._found_by)
        if not candidates:
            return None
        answer = self._resolver.answer(ROWS, name)
        if answer == NEW:
            return None
        for record in candidates:
            if record.slug == answer:
                return self._identity(record, FoundBy.ANSWER)
        return RowIdentity("", question=_question(name, candidates), named=name)

    def _identity(self, record: _Stored, found_by: FoundBy) -> RowIdentity:
        return RowIdentity(cell_of(self._kind.name, record.slug), found_by)

    def _candidates(self, cells: Mapping[str, str]) -> tuple[str, list[_Stored]]:
        """Returns the first matching name, and the records that share a name with the row and have no conflicts."""
        name, found = "", {}
        wanted, ids = self._confirmation(cells), dict(self._ids(cells))
        for column in self._name_columns:
            for record in self._named(cells[column]) if cells[column].strip() else ():
                # Places of the same name have different ids. A report may have several URLs.
                if any(ids.get(key, own) != own for key, own in record.ids if key != "address"):
                    continue
                if not wanted or not record.confirmation or wanted & record.confirmation:
                    name = name or cells[column].strip()
                    found[record.pk] = record
        return name, list(found.values())

    def _confirmation(self, cells: Mapping[str, str]) -> set[str]:
        if not self._confirms or not cells[self._confirming].strip():
            return set()
        column = self._kind.columns[self._confirming]
        return self._resolver.values(column, cells[self._confirming])

    def _resolved(self, cells: Mapping[str, str]) -> dict[str, str]:
        sources = self._new_slugs.sources
        found = {name: cells[name] for name in sources if name in cells}
        if self._from_any_name and sources and not any(map(str.strip, found.values())):
            # The name is not in English. Its transliteration becomes the English name and the base of the slug.
            found[sources[0]] = next(filter(None, map(cells.get, self._name_columns)), "")
        return found

    def _names(self, cells: Mapping[str, str]) -> set[str]:
        return {plain(cells[name]) for name in self._name_columns if cells[name].strip()}

    def _ids(self, cells: Mapping[str, str]) -> set[tuple[str, str]]:
        return {(name, _normalized_id(name, cells[name])) for name in self._id_columns if cells[name].strip()}

    def _read_confirmations(self, candidates: dict[int, _Stored]) -> None:
        """Loads the values that confirm a match, such as a city's country, or the countries of an initiative."""
        if not self._confirming or not candidates:
            return
        if self._kind.model is Initiative:
            sources = [
                (Initiative.countries.through, "initiative", "country__slug"),
                (InitiativeCity, "initiative", "city__country__slug"),
            ]
        else:
            relation = self._kind.model._meta.get_field(self._confirming).is_relation
            sources = [
                (self._kind.model, "pk", f"{self._confirming}__slug" if relation else self._confirming)
            ]
        to = "countries" if self._found_by == FoundBy.NAME_AND_COUNTRY else ""
        for model, key, path in sources:
            for pk, value in rows_among(model._base_manager.values_list(key, path), key, candidates):
                if value:
                    candidates[pk].confirmation.add(cell_of(to, value))


def _question(name: str, candidates: list[_Stored]) -> str:
    text = (
        _(
            "“%(name)s” is the name of %(slugs)s. Choose above whether this row is about that record or about a new "
            "one."
        )
        if len(candidates) == 1
        else _(
            "“%(name)s” is the name of %(slugs)s. Choose above whether this row is about one of these records "
            "or about a new one."
        )
    )
    return text % {"name": name, "slugs": comma_list(record.slug for record in candidates[:MAX_NAMED])}


def _normalized_id(name: str, value: object) -> str:
    text = str(value).strip()
    return normalized_url(text) or text if name == "address" else text.upper()
