"""Narrowing a query to a set of primary keys of any size."""

import json

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


def having(keys: BitMap) -> models.Q:
    """The condition that a record's key is one of `keys`."""
    return models.Q(pk__in=_Keys(Value(json.dumps(keys.to_array().tolist()), models.TextField())))
