"""The endpoint of the Model Context Protocol, with its supported versions and methods.

Up to version 2025-11-25, a client begins with `initialize`. From version 2026-07-28 on, each request contains the
version and the client's capabilities. Sessions are unnecessary, because the server keeps no state between requests.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from sco_cities.api.openapi import VERSION
from sco_cities.listings.exports.attribution import FOOTNOTE_RULE

from .arguments import (
    HEADER_MISMATCH,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    UNSUPPORTED_VERSION,
    InvalidMessage,
    JsonObject,
    Message,
    encoded,
    message_id,
    parse_body,
    parse_message,
)
from .tools import TOOLS, call_tool

STATELESS = "2026-07-28"
WITH_HANDSHAKE = ("2025-11-25", "2025-06-18", "2025-03-26")
VERSIONS = (STATELESS, *WITH_HANDSHAKE)
# The version of clients that send no version header. It is the last version without this header, and the only version
# with batches.
WITHOUT_HEADER = WITH_HANDSHAKE[-1]
_META, _PREFIX = "_meta", "io.modelcontextprotocol/"
_NEEDED = (f"{_PREFIX}protocolVersion", f"{_PREFIX}clientCapabilities")
# Clients may cache the list of tools for an hour, because it changes only with the site's code.
_TTL_MS = 60 * 60 * 1000
# The instructions are not translated, because language models read them.
INSTRUCTIONS = f"""\
Records of city cooperation in the Shanghai Cooperation Organization: initiatives, cities, countries, delegates,
organisations, events, themes, reports and statements. {FOOTNOTE_RULE}
Cite the numbered notes with their URLs. The status gives the progress of an initiative ("interest" is not a project).
If reports differ, give both values. Start with search. list_records and count_by accept filters and return exact
numbers. The site contains only what its editors have published. An initiative that is not found may still exist."""


def request_version(message: Message, headers: Mapping[str, str]) -> str:
    """Returns a message's protocol version. Raises InvalidMessage if it is unsupported or headers and body differ."""
    meta = message.params.get(_META)
    meta = meta if isinstance(meta, dict) else {}
    header = headers.get("mcp-protocol-version")
    named = meta.get(_NEEDED[0])
    if named is None and header != STATELESS:
        return _supported(header or WITHOUT_HEADER)
    if message.is_notification:
        return _supported(header)
    if missing := [key for key in _NEEDED if key not in meta]:
        raise InvalidMessage(INVALID_PARAMS, f"params._meta lacks: {', '.join(missing)}.")
    if header != named:
        raise _mismatch("mcp-protocol-version", "the version in params._meta")
    if headers.get("mcp-method") != message.method:
        raise _mismatch("mcp-method", "the method")
    name = message.params.get("name")
    if message.method == "tools/call" and name is not None and _decoded(headers.get("mcp-name")) != name:
        raise _mismatch("mcp-name", "params.name")
    return _supported(named, (STATELESS,))


def _supported(version: Any, versions: tuple[str, ...] = VERSIONS) -> str:
    if version not in versions:
        data = {"supported": list(versions), "requested": version}
        raise InvalidMessage(UNSUPPORTED_VERSION, "This version of the protocol is not supported.", data)
    return version


def _mismatch(header: str, place: str) -> InvalidMessage:
    return InvalidMessage(HEADER_MISMATCH, f"The header {header} does not match {place}.")


def _decoded(header: str | None) -> str | None:
    """Decodes a header value. Clients send non-ASCII values as "=?base64?...?="."""
    if header is None or not (header.startswith("=?base64?") and header.endswith("?=")):
        return header
    try:
        return base64.b64decode(header[9:-2], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def result_of(message: Message, version: str, request: HttpRequest) -> JsonObject:
    """Executes a request and returns its result. Raises InvalidMessage for methods or tools that `version` lacks."""
    match message.method:
        case "server/discover" if version == STATELESS:
            result = {
                "supportedVersions": list(VERSIONS),
                "capabilities": {"tools": {}},
                "instructions": INSTRUCTIONS,
                **_cacheable(version),
            }
        case "initialize" if version != STATELESS:
            result = _handshake(message, request)
        case "ping" if version != STATELESS:
            result = {}
        case "tools/list":
            result = {"tools": [tool.document() for tool in TOOLS.values()], **_cacheable(version)}
        case "tools/call":
            result = call_tool(message.params, request)
        case _:
            raise InvalidMessage(METHOD_NOT_FOUND, "There is no such method.")
    if version == STATELESS:
        result |= {"resultType": "complete", _META: {f"{_PREFIX}serverInfo": _server_info(request)}}
    return result


def _cacheable(version: str) -> JsonObject:
    return {"ttlMs": _TTL_MS, "cacheScope": "public"} if version == STATELESS else {}


def _handshake(message: Message, request: HttpRequest) -> JsonObject:
    wanted = message.params.get("protocolVersion")
    if not isinstance(wanted, str):
        raise InvalidMessage(INVALID_PARAMS, "params.protocolVersion is missing.")
    return {
        # A client that does not support the returned version closes the connection.
        "protocolVersion": wanted if wanted in WITH_HANDSHAKE else WITH_HANDSHAKE[0],
        "capabilities": {"tools": {}},
        "serverInfo": _server_info(request),
        "instructions": INSTRUCTIONS,
    }


def _server_info(request: HttpRequest) -> JsonObject:
    website = request.build_absolute_uri(reverse("home"))
    return {"name": "sco-cities", "title": _("SCO Cities"), "version": VERSION, "websiteUrl": website}


# Maximum number of requests per batch. Each request may query records.
MAX_BATCH = 10
_ORIGIN = re.compile(r"null|[a-z][a-z0-9+.-]*://[^\s/?#]+", re.IGNORECASE)
# Clients of older versions treat 404 as the end of the session and expect method errors with status 200.
_STATUSES = {PARSE_ERROR: 400, INVALID_REQUEST: 400, UNSUPPORTED_VERSION: 400}


# Clients have no CSRF token, and messages change no data.
@csrf_exempt
@require_POST
def mcp(request: HttpRequest) -> HttpResponse:
    """Responds to JSON-RPC messages with JSON, without sessions or streams.

    A CSRF check is unnecessary, because messages change nothing and responses do not depend on the sender.
    """
    if not _has_valid_origin(request):
        return _error(InvalidMessage(INVALID_REQUEST, "The header Origin is not valid."), 403)
    if request.content_type != "application/json":
        return _error(InvalidMessage(INVALID_REQUEST, "Send the message as application/json."), 415)
    try:
        document = parse_body(request.body)
    except UnreadablePostError:
        return _error(InvalidMessage(PARSE_ERROR, "The body is incomplete."), 400)
    except InvalidMessage as invalid:
        return _error(invalid, 400)
    if isinstance(document, list):
        return _batch_response(document, request)
    response, status = _answer(document, request)
    return _response(response, status)


def _has_valid_origin(request: HttpRequest) -> bool:
    """Returns True if the Origin header is absent or well-formed. Any origin is allowed.

    The protocol requires protection against DNS rebinding, where a page's host name suddenly resolves to a server in
    the reader's network. Such a request contains the page's host name in Host, so ALLOWED_HOSTS rejects it. Assistants
    in web pages of any origin may read the data, because it is public like the rest of the API.
    """
    origin = request.headers.get("origin")
    return origin is None or _ORIGIN.fullmatch(origin) is not None


def _batch_response(documents: list, request: HttpRequest) -> HttpResponse:
    """Responds to a batch of messages. Only the first version with this transport supports batches."""
    if request.headers.get("mcp-protocol-version", WITHOUT_HEADER) != WITHOUT_HEADER:
        return _error(InvalidMessage(INVALID_REQUEST, "Send one message at a time."), 400)
    if not 0 < len(documents) <= MAX_BATCH:
        return _error(InvalidMessage(INVALID_REQUEST, f"Send 1 to {MAX_BATCH} messages at a time."), 400)
    answers = [_answer(document, request)[0] for document in documents]
    responses = [answer for answer in answers if answer is not None]
    return _response(responses or None, 200)


def _answer(document: Any, request: HttpRequest) -> tuple[JsonObject | None, int]:
    """Returns the response to a message (None for a notification) and the HTTP status."""
    id_, version = message_id(document), ""
    try:
        message = parse_message(document)
        version = request_version(message, request.headers)
        if message.is_notification:
            return None, 202
        return {"jsonrpc": "2.0", "id": message.id, "result": result_of(message, version, request)}, 200
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
