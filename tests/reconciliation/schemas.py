"""JSON schemas of the responses in version 0.2 of the reconciliation API, written for these tests."""

_TEXT = {"type": "string"}
_NAMED = {"type": "object", "properties": {"id": _TEXT, "name": _TEXT}, "required": ["id", "name"]}
_TYPE = {"anyOf": [_TEXT, _NAMED | {"required": ["id"]}]}


def _object(required: dict, optional: dict | None = None, *, is_closed: bool = False) -> dict:
    schema = {"type": "object", "properties": required | (optional or {}), "required": list(required)}
    return schema | ({"additionalProperties": False} if is_closed else {})


def _array(items: dict) -> dict:
    return {"type": "array", "items": items}


_TEMPLATE = {"type": "string", "pattern": r"\{\{id\}\}"}
_SERVICE = _object(
    {},
    {
        "service_url": _TEXT,
        "service_path": _TEXT,
        "flyout_service_url": _TEXT,
        "flyout_service_path": {"type": "string", "pattern": r"\$\{id\}"},
    },
)
MANIFEST = _object(
    {
        "versions": {**_array(_TEXT), "contains": {"const": "0.2"}},
        "name": _TEXT,
        "identifierSpace": _TEXT,
        "schemaSpace": _TEXT,
    },
    {
        "documentation": _TEXT,
        "logo": _TEXT,
        "view": _object({"url": _TEMPLATE}),
        "defaultTypes": {**_array(_NAMED), "uniqueItems": True},
        "suggest": _object({}, {"entity": _SERVICE, "property": _SERVICE, "type": _SERVICE}),
        "preview": _object({"url": _TEMPLATE, "width": {"type": "integer"}, "height": {"type": "integer"}}),
        "extend": _object(
            {}, {"propose_properties": _SERVICE, "property_settings": _array({"type": "object"})}
        ),
        "batchSize": {"type": "integer"},
    },
)
_CANDIDATE = _object(
    {"id": _TEXT, "name": _TEXT, "score": {"type": "number", "minimum": 0, "maximum": 100}},
    {
        "description": _TEXT,
        "match": {"type": "boolean"},
        "type": _array(_TYPE),
        "features": _array(_object({"id": _TEXT, "value": {"type": ["number", "boolean"]}})),
    },
)
RESULTS = {"type": "object", "additionalProperties": _object({"result": _array(_CANDIDATE)})}
SUGGESTED_ENTITIES = _object({"result": _array(_NAMED | {"properties": {"notable": _array(_TYPE)}})})
SUGGESTED = _object({"result": _array(_NAMED)})
PROPOSED = _object({"properties": _array(_NAMED)}, {"type": _TEXT, "limit": {"type": "integer"}})
FLYOUT = _object({"id": _TEXT, "html": _TEXT})
# A date must include a time.
_DATE = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$"}
_CELL = {
    "oneOf": [
        _object({}, is_closed=True),
        _object({"id": _TEXT, "name": _TEXT}, {"description": _TEXT}, is_closed=True),
        _object({"str": _TEXT}, is_closed=True),
        _object({"int": {"type": "integer"}}, is_closed=True),
        _object({"float": {"type": "number"}}, is_closed=True),
        _object({"date": _DATE}, is_closed=True),
    ]
}
EXTENSION = _object(
    {
        "meta": _array(_object({"id": _TEXT, "name": _TEXT}, {"type": _NAMED})),
        "rows": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": _array(_CELL)},
        },
    }
)
