"""The registry of indexed models. Apps register models in `facets.py`, and other code finds the models by name."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import models

from sco_cities.db.functions import Alphabetical

from .dimensions import Dimension, part
from .facets import Facet

# Fields of related records that lists do not use. Loading these fields would increase the records' memory by a quarter.
DEFERRED_FIELDS = ("search_text", "created_at", "updated_at")


@dataclass(frozen=True)
class IndexedModel:
    """A model in the facet index.

    `collection` is the model's name in the index and in URLs. `name_field` is the default sort field of its lists.
    `dimensions` are read from the database, and `facets` are computed from them. Each filter of a list uses the facet
    with the same name. `needs` names the other collections that facets, sort keys or rows read. If `keeps_records` is
    set, records stay in memory because their names are needed. This option suits models that have few records and that
    other models refer to. `logged_parts` are additional parts of the change log that other code reads.
    """

    collection: str
    model: type[models.Model]
    name_field: str = "name_en"
    dimensions: tuple[Dimension, ...] = ()
    facets: dict[str, Facet] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    keeps_records: bool = True
    logged_parts: tuple[str, ...] = ()

    def dimension(self, name: str) -> Dimension:
        return next(dimension for dimension in self.dimensions if dimension.name == name)

    @property
    def pk_part(self) -> str:
        """The part of the change log with changes to the record's own row."""
        return part(self.model, "pk")

    def load_records(self, using: str, keys: list[int] | None = None) -> dict[int, models.Model]:
        """Maps all keys, or only `keys`, to records to keep in memory. Equal values share one object."""
        records = self.model._base_manager.using(using).defer(*DEFERRED_FIELDS).in_bulk(keys)
        shared: dict[tuple, object] = {}
        for fields in map(vars, records.values()):
            for name, value in fields.items():
                if isinstance(value, str | int):
                    fields[name] = shared.setdefault((type(value), value), value)
        return records

    @property
    def ordering(self) -> tuple:
        """The records' default order, by name and then by slug."""
        return (Alphabetical(self.name_field), Alphabetical("slug"))


_indexed_models: dict[str, IndexedModel] = {}


def register(indexed_model: IndexedModel) -> IndexedModel:
    _indexed_models[indexed_model.collection] = indexed_model
    return indexed_model


def indexed_model(collection: str) -> IndexedModel:
    """Returns the indexed model of a collection. Raises KeyError if no app has registered it."""
    return _indexed_models[collection]


def is_registered(collection: str) -> bool:
    """Returns True if an app has registered this collection."""
    return collection in _indexed_models


def indexed_models() -> Iterable[IndexedModel]:
    return _indexed_models.values()


def required_collections(collection: str) -> list[str]:
    """Returns the names of this collection and of all collections that its pages need directly or indirectly."""
    collections = [collection]
    for name in collections:
        collections += [other for other in indexed_model(name).needs if other not in collections]
    return collections
