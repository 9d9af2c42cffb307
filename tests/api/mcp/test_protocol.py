"""Protocol versions, messages and errors."""

import json

import pytest
from django.test import Client

from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

STATELESS = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": STATELESS,
    "io.modelcontextprotocol/clientCapabilities": {},
}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@pytest.fixture
def post(client):
    def send(body, content_type="application/json", **headers):
        data = body if isinstance(body, bytes) else json.dumps(body)
        return client.post("/mcp", data, content_type=content_type, headers=headers)

    return send


@pytest.fixture
def stateless(post):
    """Sends a request of the newest version."""

    def send(method: str, params=None, **changed_headers):
        headers = {
            "mcp-protocol-version": STATELESS,
            "mcp-method": method,
            "mcp-name": (params or {}).get("name"),
        }
        headers = {name: value for name, value in (headers | changed_headers).items() if value is not None}
        message = {"jsonrpc": "2.0", "id": "a", "method": method, "params": {"_meta": META, **(params or {})}}
        return post(message, **headers)

    return send


def error_of(response) -> tuple[int, int]:
    return response.status_code, json.loads(response.content)["error"]["code"]


@pytest.mark.parametrize("version", ["2025-11-25", "2025-06-18", "2025-03-26"])
def test_a_handshake_gives_the_version_that_the_client_wants(post, version):
    message = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"protocolVersion": version}}
    result = post(message).json()["result"]
    assert (result["protocolVersion"], result["capabilities"]) == (version, {"tools": {}})
    assert result["serverInfo"]["name"] == "sco-cities"
    assert "resultType" not in result


@pytest.mark.parametrize("version", ["2024-11-05", "2027-01-01", "\0"])
def test_a_handshake_offers_its_newest_version_instead_of_an_unknown_one(post, version):
    message = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"protocolVersion": version}}
    assert post(message).json()["result"]["protocolVersion"] == "2025-11-25"


def test_the_newest_version_discovers_the_server_without_a_handshake(stateless):
    result = stateless("server/discover").json()["result"]
    assert result["supportedVersions"] == ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"]
    assert (result["resultType"], result["cacheScope"], result["ttlMs"]) == ("complete", "public", 3_600_000)
    assert result["_meta"]["io.modelcontextprotocol/serverInfo"]["websiteUrl"] == "http://testserver/"


@pytest.mark.parametrize(
    ("method", "headers", "error"),
    [
        ("initialize", {}, (404, -32601)),
        ("ping", {}, (404, -32601)),
        ("resources/list", {}, (404, -32601)),
        ("tools/list", {"mcp-method": "tools/call"}, (400, -32020)),
        ("tools/list", {"mcp-method": None}, (400, -32020)),
        ("tools/list", {"mcp-protocol-version": "2025-11-25"}, (400, -32020)),
        ("tools/list", {"mcp-protocol-version": None}, (400, -32020)),
    ],
)
def test_the_newest_version_refuses_other_methods_and_headers_that_differ(stateless, method, headers, error):
    assert error_of(stateless(method, **headers)) == error


@pytest.mark.parametrize(
    ("name", "header"),
    [("search", "fetch"), ("search", None), ("search", "=?base64?!?="), ("Поиск", "=?base64?0J/QvtC40Lo=?=")],
)
def test_the_name_of_a_tool_is_the_same_in_the_header(stateless, name, header):
    assert error_of(stateless("tools/call", {"name": name}, **{"mcp-name": header})) == (400, -32020)


def test_a_name_of_another_script_is_encoded_in_the_header(stateless):
    response = stateless("tools/call", {"name": "Поиск"}, **{"mcp-name": "=?base64?0J/QvtC40YHQug==?="})
    # The encoded name is decoded, but it is not the name of a tool.
    assert error_of(response) == (400, -32602)


@pytest.mark.parametrize(
    ("headers", "meta"),
    [
        ({"mcp-protocol-version": "1999-01-01"}, {}),
        (
            {"mcp-protocol-version": "2027-01-01"},
            META | {"io.modelcontextprotocol/protocolVersion": "2027-01-01"},
        ),
    ],
)
def test_an_unknown_version_is_refused_with_those_that_are_spoken(post, headers, meta):
    message = LIST | {"params": {"_meta": meta}}
    response = post(message, **headers, **{"mcp-method": "tools/list"})
    assert error_of(response) == (400, -32022)
    assert STATELESS in response.json()["error"]["data"]["supported"]


@pytest.mark.parametrize("missing", META)
def test_the_newest_version_needs_its_fields_in_each_request(post, missing):
    meta = {name: value for name, value in META.items() if name != missing}
    headers = {"mcp-protocol-version": STATELESS, "mcp-method": "tools/list"}
    assert error_of(post(LIST | {"params": {"_meta": meta}}, **headers)) == (400, -32602)


@pytest.mark.parametrize("version", [None, "2025-06-18", "2025-11-25"])
def test_older_versions_have_errors_of_methods_in_a_response_of_status_200(post, version):
    headers = {"mcp-protocol-version": version} if version else {}
    assert error_of(post(LIST | {"method": "server/discover"}, **headers)) == (200, -32601)
    assert error_of(post(LIST | {"method": "tools/call", "params": {"name": "write"}}, **headers)) == (
        200,
        -32602,
    )
    assert post(LIST | {"method": "ping"}, **headers).json() == {"jsonrpc": "2.0", "id": 1, "result": {}}


@pytest.mark.parametrize("headers", [{}, {"mcp-protocol-version": STATELESS}])
def test_a_notification_is_accepted_and_has_no_response(post, headers):
    response = post({"jsonrpc": "2.0", "method": "notifications/initialized"}, **headers)
    assert (response.status_code, response.content) == (202, b"")


def test_a_batch_is_answered_in_the_first_version_only(post):
    ping = {"jsonrpc": "2.0", "method": "ping"}
    batch = [ping | {"id": 1}, ping, ping | {"id": 2, "method": "none"}, 7]
    responses = post(batch).json()
    assert [(each["id"], each.get("error", {}).get("code")) for each in responses] == [
        (1, None),
        (2, -32601),
        (None, -32600),
    ]
    assert (post([ping]).status_code, post([ping]).content) == (202, b"")
    for version in ("2025-06-18", "2025-11-25", STATELESS):
        assert error_of(post(batch, **{"mcp-protocol-version": version})) == (400, -32600)


HOSTILE = {
    "nothing": (b" ", -32700),
    "no JSON": (b"{", -32700),
    "no UTF-8": (b'{"jsonrpc": "2.0", "id": 1, "method": "\xff"}', -32700),
    "half a surrogate": (b'{"jsonrpc": "2.0", "id": 1, "method": "\\ud800"}', -32700),
    "NaN": (b'{"jsonrpc": "2.0", "id": NaN, "method": "ping"}', -32700),
    "deep": (b"[" * 60_000, -32700),
    "deep and closed": (b"[" * 30_000 + b"]" * 30_000, -32700),
    "huge id": (b'{"jsonrpc": "2.0", "id": ' + b"9" * 5_000 + b', "method": "ping"}', -32700),
    "text": (b'"ping"', -32600),
    "number": (b"1e999", -32700),
    "null": (b"null", -32600),
    "empty batch": (b"[]", -32600),
    "long batch": (b"[" + b",".join([b"1"] * 11) + b"]", -32600),
    "empty object": (b"{}", -32600),
    "old version": (b'{"jsonrpc": "1.0", "id": 1, "method": "ping"}', -32600),
    "null as id": (b'{"jsonrpc": "2.0", "id": null, "method": "ping"}', -32600),
    "true as id": (b'{"jsonrpc": "2.0", "id": true, "method": "ping"}', -32600),
    "fraction as id": (b'{"jsonrpc": "2.0", "id": 1.5, "method": "ping"}', -32600),
    "object as id": (b'{"jsonrpc": "2.0", "id": {}, "method": "ping"}', -32600),
    "response": (b'{"jsonrpc": "2.0", "id": 1, "result": {}}', -32600),
    "method as number": (b'{"jsonrpc": "2.0", "id": 1, "method": 1}', -32600),
    "list as params": (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}', -32602),
    "null as params": (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": null}', -32602),
}


@pytest.mark.parametrize("body", HOSTILE)
def test_a_body_that_is_not_a_message_causes_an_error_with_a_code(post, body):
    sent, code = HOSTILE[body]
    assert error_of(post(sent)) == (400, code)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, -32602),
        ({"name": None}, -32602),
        ({"name": ["search"]}, -32602),
        ({"name": "search\0"}, -32602),
        ({"name": "search", "arguments": []}, -32602),
        ({"name": "search", "arguments": "words"}, -32602),
    ],
)
def test_a_call_of_an_unknown_tool_is_an_error(post, params, code):
    assert error_of(post(LIST | {"method": "tools/call", "params": params})) == (200, code)


def test_a_large_body_is_refused(post):
    response = post(LIST | {"params": {"text": "a" * 64 * 1024}})
    assert (response.status_code, response["Content-Type"]) == (413, "application/problem+json")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_only_json_is_read(post, content_type):
    assert error_of(post(json.dumps(LIST).encode(), content_type)) == (415, -32600)


@pytest.mark.parametrize("method", ["get", "head", "delete", "put", "patch"])
def test_other_methods_are_not_allowed(client, method):
    response = getattr(client, method)("/mcp")
    assert (response.status_code, response["Allow"]) == (405, "POST")


@pytest.mark.parametrize("path", ["/ru/mcp", "/zh-hans/mcp"])
def test_each_language_has_an_endpoint(client, path):
    assert client.post(path, json.dumps(LIST), content_type="application/json").status_code == 200


def test_pages_of_any_origin_can_send_requests_without_cookies(post, client):
    response = post(LIST, origin="https://assistant.example")
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (200, "*")
    assert "Access-Control-Allow-Credentials" not in response
    assert not response.cookies
    preflight = client.options("/mcp", headers={"origin": "https://assistant.example"})
    assert (preflight.status_code, preflight["Access-Control-Allow-Methods"]) == (204, "POST, OPTIONS")
    assert "Mcp-Protocol-Version" in preflight["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    "origin", ["", "assistant", "https://", "https://a.example/page", "javascript:alert(1)"]
)
def test_an_origin_that_is_none_is_refused(post, origin):
    assert error_of(post(LIST, origin=origin)) == (403, -32600)


def test_a_foreign_host_name_that_resolves_to_the_site_is_rejected(client, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    body = json.dumps(LIST)
    headers = {"host": "attacker.example", "origin": "http://attacker.example"}
    assert client.post("/mcp", body, content_type="application/json", headers=headers).status_code == 400


def test_a_message_needs_no_csrf_token(db):
    make.make_initiative("lamps")
    strict = Client(enforce_csrf_checks=True)
    message = LIST | {
        "method": "tools/call",
        "params": {"name": "count_by", "arguments": {"list": "initiatives", "by": "status"}},
    }
    response = strict.post("/mcp", json.dumps(message), content_type="application/json")
    assert response.json()["result"]["structuredContent"]["count"] == 1
    assert response["Cache-Control"] == "no-store"
