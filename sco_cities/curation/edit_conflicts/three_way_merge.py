"""The three-way merge of a stale form and its rows with the stored record."""

from django.db import models
from django.http import QueryDict

from sco_cities.history.diff_display import RecordNames
from sco_cities.sources.base_models import Record

from .conflict import FieldConflict
from .field_conflicts import FieldConflicts
from .inline_conflicts import InlineConflicts


class ThreeWayMerge:
    """The edit conflicts of a submitted form, and the data to be saved once they are resolved.

    `model` is the model of the form: the model of the record, or that of a child row with a separate page.
    """

    def __init__(
        self, record: Record, model: type[models.Model], fields: FieldConflicts, rows: list[InlineConflicts]
    ):
        self.fields, self.rows = fields, rows
        deltas = [delta for part in (fields, *rows) for delta in part.deltas()]
        names = RecordNames([(type(record), delta) for delta in deltas])
        self.field_conflicts = list(fields.conflicts(model, names))
        self.inline_conflicts = [each for some in rows for each in some.conflicts(names)]

    @property
    def conflicts(self) -> list[FieldConflict]:
        return [*self.field_conflicts, *self.inline_conflicts]

    @property
    def is_resolved(self) -> bool:
        """Whether a side is chosen for every conflict."""
        return all(each.choice for each in self.conflicts)

    def choose(self, data: QueryDict) -> None:
        """Applies the submitted choices."""
        for each in self.conflicts:
            each.choose(data)

    def resolved_data(self, data: QueryDict) -> QueryDict:
        """The submitted data with the stored values where "theirs" was chosen."""
        data = data.copy()
        self.fields.apply_choices(data, self.field_conflicts)
        for rows in self.rows:
            rows.apply_choices(data)
        return data
