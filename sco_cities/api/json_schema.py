"""The JSON schemas of which the descriptions of the API consist."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
URL: Schema = {"type": "string", "format": "uri"}
URL_OR_NULL: Schema = {"type": ["string", "null"], "format": "uri"}


# Read by openapi-generator and Scalar, in the order of `enum`. The form of the standard, `oneOf` with `const`, makes
# generators write a class for each code.
ENUM_LABELS = "x-enum-descriptions"


def enum_of(labels: Mapping[str, str | Promise]) -> Schema:
    """One of these codes, each with its label."""
    return {"type": "string", "enum": list(labels), ENUM_LABELS: list(map(str, labels.values()))}


def array_of(items: Schema) -> Schema:
    """A list of such items."""
    return {"type": "array", "items": items}


def object_of(properties: dict[str, Schema], required: Sequence[str] | None = None) -> Schema:
    """An object with these properties, all of which it has unless `required` names some."""
    names = list(properties) if required is None else list(required)
    return {"type": "object", "properties": properties, "required": names}
