"""Builders of the JSON schemas that the API descriptions are made of."""

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


# Read by openapi-generator and Scalar, in the order of `enum`. The standard form, `oneOf` with `const`, makes
# generators write a class for each code.
ENUM_LABELS = "x-enum-descriptions"


def enum_of(labels: Mapping[str, str | Promise]) -> Schema:
    """One of these codes, each with its label."""
    return {"type": "string", "enum": list(labels), ENUM_LABELS: list(map(str, labels.values()))}


def note(description: str) -> Schema:
    """The meaning of a property, to be merged into its schema. OpenAPI 3.1 allows it next to a reference too."""
    return {"description": description}


def reference(name: str) -> Schema:
    """A shared schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def array_of(items: Schema) -> Schema:
    """A list of such items."""
    return {"type": "array", "items": items}


def object_of(properties: dict[str, Schema], required: Sequence[str] | None = None) -> Schema:
    """An object with these properties. All are required unless `required` names some."""
    names = list(properties) if required is None else list(required)
    return {"type": "object", "properties": properties, "required": names}
