"""Messages and responses of JSON-RPC 2.0."""

from dataclasses import dataclass
from typing import Any

import orjson

from sco_cities.listings.exports.json_rows import ORJSON_OPTIONS

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
# Error codes of the Model Context Protocol since version 2026-07-28.
HEADER_MISMATCH, UNSUPPORTED_VERSION = -32020, -32022

Id = str | int | None
JsonObject = dict[str, Any]


class InvalidMessage(Exception):
    """A message that cannot be processed, with the code, text and data of the JSON-RPC error."""

    def __init__(self, code: int, sentence: str, data: Any = None):
        super().__init__(sentence)
        self.code, self.sentence, self.data = code, sentence, data

    def response(self, message_id: Id = None) -> JsonObject:
        """The error as a response."""
        error: JsonObject = {"code": self.code, "message": self.sentence}
        if self.data is not None:
            error["data"] = self.data
        return {"jsonrpc": "2.0", "id": message_id, "error": error}


@dataclass(frozen=True)
class Message:
    """A request, or a notification, which has no id and gets no response."""

    id: Id
    method: str
    params: JsonObject
    is_notification: bool


def parse_body(body: bytes) -> Any:
    """Parses a request body as JSON. Also rejects NaN, invalid UTF-8 and deep nesting."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidMessage(PARSE_ERROR, f"The body is not valid JSON: {error}") from None


def message_id(document: Any) -> Id:
    """The ID to use in a response, even if the message is invalid. None if the message has no ID."""
    found = document.get("id") if isinstance(document, dict) else None
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None


def parse_message(document: Any) -> Message:
    """Validates a JSON value and returns it as a message."""
    if not isinstance(document, dict):
        raise InvalidMessage(INVALID_REQUEST, "A message is a JSON object.")
    if document.get("jsonrpc") != "2.0":
        raise InvalidMessage(INVALID_REQUEST, 'A message has "jsonrpc": "2.0".')
    method, params = document.get("method"), document.get("params", {})
    if not isinstance(method, str):
        raise InvalidMessage(INVALID_REQUEST, "A message has a method, which is a text.")
    is_notification = "id" not in document
    if not is_notification and message_id(document) is None:
        raise InvalidMessage(INVALID_REQUEST, "An id is a text or a whole number.")
    if not isinstance(params, dict):
        raise InvalidMessage(INVALID_PARAMS, "The params are a JSON object.")
    return Message(message_id(document), method, params, is_notification)


def result_response(message: Message, result: JsonObject) -> JsonObject:
    """The response with the result of a request."""
    return {"jsonrpc": "2.0", "id": message.id, "result": result}


def encoded(document: Any) -> bytes:
    """Encodes a response as JSON."""
    return orjson.dumps(document, option=ORJSON_OPTIONS)
