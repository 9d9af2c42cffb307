"""Functions that build JSON schemas for the API descriptions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
URL: Schema = {"type": "string", "format": "uri"}
URL_OR_NULL: Schema = {"type": ["string", "null"], "format": "uri"}
NUMBER: Schema = {"type": "integer"}
DAY_OR_NULL: Schema = {"type": ["string", "null"], "format": "date"}


# An extension that openapi-generator and Scalar support. The labels are in the order of `enum`. With the standard form,
# `oneOf` with `const`, generators would write a class for each code.
ENUM_LABELS = "x-enum-descriptions"


def enum_of(labels: Mapping[str, str | Promise]) -> Schema:
    """The schema of a text that is one of the codes in `labels`."""
    return {"type": "string", "enum": list(labels), ENUM_LABELS: list(map(str, labels.values()))}


def note(description: str) -> Schema:
    """A description to merge into the schema of a property. OpenAPI 3.1 also allows it next to a `$ref`."""
    return {"description": description}


def reference(name: str) -> Schema:
    """A reference to a shared schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def array_of(items: Schema) -> Schema:
    """The schema of a list of `items`."""
    return {"type": "array", "items": items}


def object_of(properties: dict[str, Schema], required: Sequence[str] | None = None) -> Schema:
    """The schema of an object with `properties`. All of them are required unless `required` is given."""
    names = list(properties) if required is None else list(required)
    return {"type": "object", "properties": properties, "required": names}
