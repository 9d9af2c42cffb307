"""What can be edited in many records at once: choices, references and lists, as each kind of record has them."""

from dataclasses import dataclass, field

from django.db import models

from sco_cities.core.fields import LanguageField
from sco_cities.curation.admin.autocomplete import related_fields
from sco_cities.curation.review.transitions import Transition
from sco_cities.sources.base_models import Record


@dataclass(frozen=True)
class BulkEdit:
    """What is to be done to each of the records.

    `columns` holds new values by name, None to empty one; `added` and `removed` hold records by name of the list.
    `evidence_stands` says that the evidence given supports the new values too.
    """

    columns: dict[str, object] = field(default_factory=dict)
    added: dict[str, list[Record]] = field(default_factory=dict)
    removed: dict[str, list[Record]] = field(default_factory=dict)
    move: Transition | None = None
    evidence_stands: bool = False

    @property
    def lists(self) -> list[str]:
        """The lists that it changes."""
        return list(dict.fromkeys((*self.added, *self.removed)))

    @property
    def is_empty(self) -> bool:
        return not (self.columns or self.added or self.removed or self.move)


def editable_columns(model: type[Record]) -> list[models.Field]:
    """The columns whose value is one of a few, or another record; the state goes by moves of its own."""
    return [
        column
        for column in model._meta.concrete_fields
        if column.editable
        and column.name != "state"
        and (column.choices or column.many_to_one or isinstance(column, LanguageField))
    ]


def editable_lists(model: type[Record]) -> list[models.ManyToManyField]:
    """The lists of other records."""
    return [each for each in related_fields(model) if each.many_to_many]
