"""What each kind of record is counted by: declared by the rooms that hold the records, looked up by name here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import models

from .dimensions import Dimension, part
from .facets import Facet
from .sorting import Alphabetical

# What no list shows of the records of another kind; a quarter of the memory that these take.
HIDDEN = ("search_text", "created_at", "updated_at")


@dataclass(frozen=True)
class IndexedModel:
    """A kind of record in the facet index.

    `name` is the field that its lists are sorted by unless told otherwise. `axes` are read from the database,
    `facets` are made from them; each filter of the list goes by the facet of its name. `needs` names the other
    kinds that facets, sorts or rows look at. `is_kept`: its records themselves stay in memory, for their names;
    for kinds that others refer to, which are few. `logged` are parts that the log of changes names besides those
    of the axes, for others who follow it.
    """

    collection: str
    model: type[models.Model]
    name: str = "name_en"
    axes: tuple[Dimension, ...] = ()
    facets: dict[str, Facet] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    is_kept: bool = True
    logged: tuple[str, ...] = ()

    def axis(self, name: str) -> Dimension:
        """The axis of this name."""
        return next(axis for axis in self.axes if axis.name == name)

    @property
    def own_part(self) -> str:
        """The part that stands for the record itself in the log of changes."""
        return part(self.model, "pk")

    def kept(self, using: str, keys: list[int] | None = None) -> dict[int, models.Model]:
        """The records, or those of `keys`, as they stay in memory: what several of them hold is there once."""
        records = self.model._base_manager.using(using).defer(*HIDDEN).in_bulk(keys)
        known: dict[tuple, object] = {}
        for record in records.values():
            fields = vars(record)
            for name, value in fields.items():
                if isinstance(value, str | int):
                    fields[name] = known.setdefault((type(value), value), value)
        return records

    @property
    def order(self) -> tuple:
        """By name, and where that is the same by slug."""
        return (Alphabetical(self.name), Alphabetical("slug"))


_kinds: dict[str, Callable[[], IndexedModel]] = {}


def declare(kind: IndexedModel) -> IndexedModel:
    """Makes `indexed_model` known to the index."""
    _kinds[kind.collection] = kind
    return kind


def indexed_model(collection: str) -> IndexedModel:
    """The kind of this name; KeyError where no room has declared it."""
    return _kinds[collection]


def indexed_models() -> Iterable[IndexedModel]:
    return _kinds.values()


def required_models(collection: str) -> list[str]:
    """The kinds that pages of this one look at, itself included."""
    found = [collection]
    for name in found:
        found += [other for other in indexed_model(name).needs if other not in found]
    return found
