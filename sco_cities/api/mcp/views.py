"""The endpoint of the Model Context Protocol."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .json_rpc import (
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    UNSUPPORTED_VERSION,
    InvalidMessage,
    JsonObject,
    encoded,
    message_id,
    parse_body,
    parse_message,
    result_response,
)
from .protocol import STATELESS, WITHOUT_HEADER, request_version, result_of

# Maximum number of requests per batch. Each request may query records.
MAX_BATCH = 10
_ORIGIN = re.compile(r"null|[a-z][a-z0-9+.-]*://[^\s/?#]+", re.IGNORECASE)
# For older versions. Their clients interpret 404 as the end of the session, and expect method errors with status 200.
_STATUSES = {PARSE_ERROR: 400, INVALID_REQUEST: 400, UNSUPPORTED_VERSION: 400}


# Clients have no CSRF token, and messages change no data.
@csrf_exempt
@require_POST
def mcp(request: HttpRequest) -> HttpResponse:
    """Answers a JSON-RPC message with JSON, without sessions or streams.

    No CSRF check is needed, because a message changes nothing and no answer depends on the sender.
    """
    if not _has_valid_origin(request):
        return _error(InvalidMessage(INVALID_REQUEST, "The header Origin is not valid."), 403)
    if request.content_type != "application/json":
        return _error(InvalidMessage(INVALID_REQUEST, "Send the message as application/json."), 415)
    try:
        document = parse_body(request.body)
    except UnreadablePostError:
        return _error(InvalidMessage(PARSE_ERROR, "The body ended early."), 400)
    except InvalidMessage as invalid:
        return _error(invalid, 400)
    if isinstance(document, list):
        return _batch_response(document, request)
    response, status = _answer(document, request)
    return _response(response, status)


def _has_valid_origin(request: HttpRequest) -> bool:
    """Whether the Origin header is absent or well-formed. Any origin is allowed.

    The protocol requires a check against DNS rebinding, where the host name of a page suddenly resolves to a server in
    the reader's network. Such a request has the page's host name in Host, and ALLOWED_HOSTS rejects it. The data is
    public, like the rest of the API, so assistants in web pages of any origin may read it.
    """
    origin = request.headers.get("origin")
    return origin is None or _ORIGIN.fullmatch(origin) is not None


def _batch_response(documents: list, request: HttpRequest) -> HttpResponse:
    """Answers a batch of messages. Only the first version with this transport supports batches."""
    if request.headers.get("mcp-protocol-version", WITHOUT_HEADER) != WITHOUT_HEADER:
        return _error(InvalidMessage(INVALID_REQUEST, "Send one message at a time."), 400)
    if not 0 < len(documents) <= MAX_BATCH:
        return _error(InvalidMessage(INVALID_REQUEST, f"Send 1 to {MAX_BATCH} messages at a time."), 400)
    answers = [_answer(document, request)[0] for document in documents]
    responses = [answer for answer in answers if answer is not None]
    return _response(responses or None, 200)


def _answer(document: Any, request: HttpRequest) -> tuple[JsonObject | None, int]:
    """The response to a message, or None for a notification, and the HTTP status."""
    id_, version = message_id(document), ""
    try:
        message = parse_message(document)
        version = request_version(message, request.headers)
        if message.is_notification:
            return None, 202
        return result_response(message, result_of(message, version, request)), 200
    except InvalidMessage as invalid:
        return invalid.response(id_), _status(invalid, version)


def _status(invalid: InvalidMessage, version: str) -> int:
    if version in ("", STATELESS):
        return 404 if invalid.code == METHOD_NOT_FOUND else 400
    return _STATUSES.get(invalid.code, 200)


def _error(invalid: InvalidMessage, status: int) -> HttpResponse:
    return _response(invalid.response(), status)


def _response(document: Any, status: int) -> HttpResponse:
    if document is None:
        response = HttpResponse(status=202)
        del response["Content-Type"]
    else:
        response = HttpResponse(encoded(document), status=status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response
