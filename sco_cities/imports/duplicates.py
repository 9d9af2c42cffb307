"""New records that may be there already under another slug: of the same name, and at the same place or time.

The desk of duplicates finds names that are only alike, too (`curation.duplicates.finding`). For a file of 100,000
initiatives that would hold 200 MB in place of 45, and checking it would take a fifth longer; what is alike and not the
same is found there once it has been imported.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from django.db import models
from django.utils.translation import gettext as _

from sco_cities.core import tokenizer
from sco_cities.datapackage.natural_keys import cell_of
from sco_cities.i18n.languages import LANGUAGES

from .column_types import ImportableModel
from .row_result import RowResult

Traits = tuple[str, ...]
StoredNames = tuple[str, set[str], Traits]

# So many are named of those that a new record may be a second time: enough to see what is the matter.
MAX_NAMED = 5
# By kind the columns of its names, and those of which one has to agree where both records say it: a second city
# of the same name in another country is another city.
_DISTINGUISHING_FIELDS = {
    "cities": ("country",),
    "countries": (),
    "delegates": ("country", "city", "organisation"),
    "events": ("starts_on", "host_city"),
    "initiatives": ("starts_on", "event"),
    "organisations": ("country", "city"),
    "reports": ("publisher", "published_on"),
    "themes": (),
}


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A new record: the number of its row, its names in one spelling, and what tells it apart."""

    number: int
    names: tuple[str, ...]
    marks: Traits

    @classmethod
    def of(cls, kind: ImportableModel, row: RowResult) -> "NewRecord":
        def new(name: str) -> str:
            return row.changes.get(name, ("", ""))[1]

        names = tuple(filter(None, (normalized_names(new(name)) for name in _names(kind))))
        return cls(row.number, names, tuple(new(name).lower() for name in _DISTINGUISHING_FIELDS[kind.name]))


def normalized_names(name: str) -> str:
    """A name in one spelling, whatever its case, accents and punctuation."""
    return " ".join(tokenizer.split(name))


def possible_duplicates(kind: ImportableModel, newcomers: Collection[NewRecord]) -> dict[int, list[str]]:
    """By number of row some records, or rows as “row 12”, that a new record may be a second time."""
    return possible_duplicates_among(newcomers, _stored(kind) if newcomers else ())


def possible_duplicates_among(
    newcomers: Collection[NewRecord], stored: Iterable[StoredNames]
) -> dict[int, list[str]]:
    """The same, where `stored` are what cells call the stored records, their names, and what tells them apart."""
    times = Counter(name for newcomer in newcomers for name in set(newcomer.names))
    alike = _NameIndex()
    for what, names, marks in stored:
        for name in names & times.keys():
            alike.add(name, marks, what)
    found: dict[int, list[str]] = {}
    for newcomer in newcomers:
        # As a dict, for what is alike in two languages is named once.
        others = dict.fromkeys(other for name in newcomer.names for other in alike.of(name, newcomer.marks))
        if others:
            found[newcomer.number] = list(others)[:MAX_NAMED]
        for name in set(newcomer.names):
            if times[name] > 1:
                alike.add(name, newcomer.marks, _("row %(number)s") % {"number": newcomer.number})
    return found


class _NameIndex:
    """Records of the same name of which nothing that both say differs, without comparing each with each.

    A record is kept for every choice of the marks it says, together with which ones it says in all: who asks with
    other marks finds it under those that both say.
    """

    def __init__(self):
        self._found: dict[tuple, list[str]] = defaultdict(list)

    def add(self, name: str, marks: Traits, what: str) -> None:
        said = tuple(map(bool, marks))
        for some in {_only(marks, choice) for choice in product((False, True), repeat=len(marks))}:
            there = self._found[name, said, some]
            if len(there) < MAX_NAMED:
                there.append(what)

    def of(self, name: str, marks: Traits) -> Iterator[str]:
        for said in product((False, True), repeat=len(marks)):
            yield from self._found.get((name, said, _only(marks, said)), ())


def _only(marks: Traits, choice: tuple[bool, ...]) -> Traits:
    return tuple(mark if is_chosen else "" for mark, is_chosen in zip(marks, choice, strict=True))


def _names(kind: ImportableModel) -> list[str]:
    stem = "title" if "title_en" in kind.columns else "name"
    return ["title"] if kind.name == "reports" else [f"{stem}_{language}" for language in LANGUAGES]


def _stored(kind: ImportableModel) -> Iterator[StoredNames]:
    names, marks = _names(kind), _DISTINGUISHING_FIELDS[kind.name]
    paths = [f"{mark}__slug" if _is_relation(kind.model, mark) else mark for mark in marks]
    rows = kind.model.objects.order_by().values_list("slug", *names, *paths)
    for slug, *values in rows.iterator():
        told = {normalized_names(name) for name in values[: len(names)] if name}
        yield cell_of(kind.name, slug), told, tuple((value or "") for value in values[len(names) :])


def _is_relation(model: type[models.Model], name: str) -> bool:
    return model._meta.get_field(name).is_relation
