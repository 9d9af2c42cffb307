"""Narrowing a query to a set of primary keys of any size."""

import json
from collections.abc import Iterable

from django.db import models
from django.db.models.expressions import Func, Value
from pyroaring import BitMap


class _Keys(Func):
    """A set of keys as the rows of a subquery: one parameter, however many they are."""

    output_field = models.BigIntegerField()

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(
            compiler, connection, template="(SELECT value FROM json_each(%(expressions)s))", **context
        )

    def as_postgresql(self, compiler, connection, **context):
        template = "(SELECT jsonb_array_elements_text(%(expressions)s::jsonb)::bigint)"
        return self.as_sql(compiler, connection, template=template, **context)


def having(keys: Iterable[int], column: str = "pk") -> models.Q:
    """The condition that a row's key, or another column of it, is one of `keys`."""
    found = keys.to_array().tolist() if isinstance(keys, BitMap) else list(keys)
    return models.Q(**{f"{column}__in": _Keys(Value(json.dumps(found), models.TextField()))})
