"""The fields that bulk edit can change: choices, foreign keys and many-to-many lists of each kind of record."""

from dataclasses import dataclass, field

from django.db import models

from sco_cities.admin_framework.autocomplete import related_fields
from sco_cities.core.fields import LanguageField
from sco_cities.curation.review.transitions import Transition
from sco_cities.sources.base_models import Record


@dataclass(frozen=True)
class BulkEdit:
    """The changes to apply to each record.

    `columns` holds new values by name, None to clear a column; `added` and `removed` hold records by name of a
    many-to-many list. `evidence_confirmed`: the existing evidence also supports the new values.
    """

    columns: dict[str, object] = field(default_factory=dict)
    added: dict[str, list[Record]] = field(default_factory=dict)
    removed: dict[str, list[Record]] = field(default_factory=dict)
    transition: Transition | None = None
    evidence_confirmed: bool = False

    @property
    def lists(self) -> list[str]:
        """The names of the many-to-many lists that the edit changes."""
        return list(dict.fromkeys((*self.added, *self.removed)))

    @property
    def is_empty(self) -> bool:
        return not (self.columns or self.added or self.removed or self.transition)


def editable_columns(model: type[Record]) -> list[models.Field]:
    """The columns with choices and the foreign keys; the state has its own form field, for transitions."""
    return [
        column
        for column in model._meta.concrete_fields
        if column.editable
        and column.name != "state"
        and (column.choices or column.many_to_one or isinstance(column, LanguageField))
    ]


def editable_lists(model: type[Record]) -> list[models.ManyToManyField]:
    """The many-to-many lists of other records."""
    return [each for each in related_fields(model) if each.many_to_many]
