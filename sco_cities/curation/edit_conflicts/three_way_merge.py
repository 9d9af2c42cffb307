"""A stale form with its rows, beside the record as it is now: what differs, and what is saved once that is settled."""

from django.db import models
from django.http import QueryDict

from sco_cities.history.diff_display import NamedValue
from sco_cities.sources.base_models import Record

from .conflict import FieldConflict
from .field_conflicts import FieldConflicts
from .inline_conflicts import InlineConflicts


class ThreeWayMerge:
    """What was sent of a record, against the record: `differences`, and the data that settles them.

    `of` is the model whose fields the form has: the record's, or that of a part that is edited by itself.
    """

    def __init__(
        self, record: Record, of: type[models.Model], fields: FieldConflicts, rows: list[InlineConflicts]
    ):
        self.fields, self.rows = fields, rows
        named = [changes for part in (fields, *rows) for changes in part.named()]
        called = NamedValue([(type(record), changes) for changes in named])
        self.of_fields = list(fields.differences(of, called))
        self.of_rows = [each for some in rows for each in some.differences(called)]

    @property
    def differences(self) -> list[FieldConflict]:
        return [*self.of_fields, *self.of_rows]

    @property
    def is_settled(self) -> bool:
        """Whether all that both sides changed has been chosen."""
        return all(each.chosen for each in self.differences)

    def choose(self, data: QueryDict) -> None:
        """Takes the choices that were sent."""
        for each in self.differences:
            each.choose(data)

    def settled(self, data: QueryDict) -> QueryDict:
        """What was sent, with their texts where those were chosen."""
        data = data.copy()
        self.fields.settle(data, self.of_fields)
        for rows in self.rows:
            rows.settle(data)
        return data
