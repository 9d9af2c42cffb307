"""The database's rules that emptying a column can break, such as that a statement has an origin."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from sco_cities.sources.base_models import Record


def constraint_violations(record: Record, columns: Mapping[str, tuple]) -> dict[str, list[str]]:
    """What is wrong with a record some of whose columns, given with old and new value, are being emptied."""
    emptied = {name for name, (_old, new) in columns.items() if new is None}
    wrong = {}
    for constraint in type(record)._meta.constraints if emptied else ():
        if isinstance(constraint, models.CheckConstraint) and emptied & _named_in(constraint.condition):
            try:
                constraint.validate(type(record), record)
            except ValidationError as error:
                wrong.setdefault(_("the record as a whole"), []).extend(error.messages)
    return wrong


def _named_in(condition: models.Q) -> set[str]:
    """The columns of which a condition speaks."""
    names = set()
    for child in condition.children:
        names |= _named_in(child) if isinstance(child, models.Q) else {child[0].partition("__")[0]}
    return names
