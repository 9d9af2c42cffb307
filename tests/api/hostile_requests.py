"""Hostile requests to the paths that programs read. The same number always creates the same request.

The paths are read from the URL configuration, so new endpoints are included.
"""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from random import Random
from urllib.parse import quote, unquote_to_bytes

from django.test import RequestFactory
from django.urls import URLPattern, get_resolver

from sco_cities.search.searchable_lists import COLLECTIONS
from sco_cities.site.machine_paths import is_open_to_other_sites

LANGUAGES = ("", "ru/", "zh-hans/", "xx/", "RU/")
SLUGS = (
    "astana-lrt", "Astana-LRT", "tianjin", "kz", "nowhere", "ташкент", "天津", "تاشكند", "ÅÄÖ", "ｆｕｌｌ", "💡", "‮gnp",
    "a.b", "a.json", "..", ".", " ", "-", "a" * 3000, "%", "%zz", "%ff", "%00", "a%00b", "%0d%0aX-Injected: 1",
    "%2e%2e%2fsettings.py", "%ed%a0%80", "1e999", "9" * 40, "'--", "{{7*7}}", "<script>", "?", "#", "a/b",
)  # fmt: skip
VALUES = (
    *SLUGS,
    "", "1", "0", "-1", "1,2", "-tianjin", "--", "-", "2024", "2024/..", "9999", "0/0", "٣", "1_000", "+1", "1.5",
    "NaN", "null", "true", "[]", '"', "\\", "%20", "%09%0a", "slug", "-slug", "slug,slug", "status", "agreed", "azE",
    "azQyOTQ5NjcyOTY", "YXpF", "1970-01-01", "2026-02-30", "2026-11-27T25:61:61Z", "0001-01-01",
    "99999999999999999999", "x" * 201, "и" * 500,
    "http://testserver/initiatives/astana-lrt/", "//elsewhere.example/", "http://[", "javascript:alert(1)",
)  # fmt: skip
NAMES = (
    "q", "city", "country", "theme", "status", "evidence", "year_from", "year_to", "started", "reported", "sort",
    "page", "per_page", "columns", "labels", "bom", "slug", "facets", "facets_all", "footnotes", "after", "since",
    "kind",
    "before", "url", "format", "maxwidth", "view", "all", "shares", "city_match", "focus", "by", "order", "", "%00",
    "%ff", "q[]", "__proto__", "a" * 500,
)  # fmt: skip
METHODS = ("POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "HEAD", "CONNECT", "PROPFIND", "get", "")
HEADERS = {
    "HTTP_ACCEPT": (
        "application/ld+json", "text/markdown", "application/json;q=nonsense", "a" * 5000 + "/*", "*/*;q=2", ";,;,",
        "text/markdown;q=1e999, */*", "\xff/\xfe",
    ),
    "HTTP_ACCEPT_ENCODING": ("gzip;q=0", "gzip, gzip, br", "\xff", "identity;q=0, *;q=0"),
    "HTTP_ACCEPT_LANGUAGE": ("xx-" + "y" * 9000, "ru;q=nonsense, *;q=9", "\xff\xfe"),
    "HTTP_RANGE": ("bytes=0-", "bytes=9-1", "bytes=-" + "9" * 30, "lines=1-2", "bytes=0-0," * 500),
    "HTTP_IF_NONE_MATCH": ("*", '"', '"' * 900, 'W/"a", "b', "\xff", "," * 900),
    "HTTP_IF_MODIFIED_SINCE": ("yesterday", "Thu, 01 Jan 0000 00:00:00 GMT", "Fri, 31 Feb 2026 99:99:99 GMT"),
    "HTTP_IF_MATCH": ('"none"', "*", '"'),
    "HTTP_IF_UNMODIFIED_SINCE": ("Thu, 01 Jan 1970 00:00:00 GMT", "\xff"),
    "HTTP_ORIGIN": ("null", "https://elsewhere.example", "http://[", "\xff", "a" * 5000),
    "HTTP_HOST": ("", "elsewhere.example", "[::1", "testserver:99999", "a..b", "test_server", "\xff"),
    "HTTP_COOKIE": ('sessionid="\\000"', "sessionid=" + "a" * 5000, "\xff=\xfe", ";=;" * 500),
    "HTTP_AUTHORIZATION": ("Basic !!!!", "Bearer " + "a" * 5000, "\xff"),
    "HTTP_X_FORWARDED_FOR": ("256.1.1.1, ::gg", "\xff", "," * 500),
    "HTTP_HX_REQUEST": ("true",),
    "HTTP_MCP_PROTOCOL_VERSION": ("2025-11-25", "2026-07-28", "1999-01-01", "\xff", "a" * 5000),
    "HTTP_X_HTTP_METHOD_OVERRIDE": ("DELETE",),
    "CONTENT_LENGTH": ("nonsense", "-1", "9" * 30, "1"),
    "CONTENT_TYPE": ("application/json; charset=nonsense", "multipart/form-data; boundary=", "/", "\xff", ""),
}  # fmt: skip


@dataclass(frozen=True)
class HostileRequest:
    """A request as the server passes it to Django. `path` and `query` are percent-encoded, perhaps incorrectly."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, object]:
        return {
            "REQUEST_METHOD": self.method,
            "PATH_INFO": unquote_to_bytes(self.path).decode("latin-1"),
            "QUERY_STRING": self.query.encode().decode("latin-1"),
            "CONTENT_LENGTH": str(len(self.body)),
            "wsgi.input": io.BytesIO(self.body),
        } | self.headers


def _routes(patterns, prefix: str = "") -> Iterator[str]:
    for entry in patterns:
        route = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLPattern):
            yield route
        elif getattr(entry, "app_name", None) != "admin":
            yield from _routes(entry.url_patterns, route)


@cache
def machine_routes() -> tuple[str, ...]:
    """The routes of the URL configuration that scripts on other sites may read."""
    requests = RequestFactory()
    return tuple(
        route
        for route in dict.fromkeys(_routes(get_resolver().url_patterns))
        if is_open_to_other_sites(requests.get("/" + _filled(route, lambda name: "lamps")))
    )


def _filled(route: str, value_of: Callable[[str], str]) -> str:
    while "<" in route:
        before, _bracket, rest = route.partition("<")
        name, _bracket, after = rest.partition(">")
        route = f"{before}{value_of(name.rpartition(':')[2])}{after}"
    return route


def hostile_request(number: int) -> HostileRequest:
    random = Random(number)
    path = _path(random)
    if path.endswith("/mcp") and random.random() < 0.8:
        return HostileRequest(
            "POST",
            path,
            body=_message(random),
            headers={"CONTENT_TYPE": "application/json", **_headers(random)},
        )
    method = random.choice(METHODS) if random.random() < 0.2 else "GET"
    body = (
        b""
        if method in ("GET", "HEAD")
        else random.choice((b"", b"a=1", b"\xff\x00" * 500, b"{", b"x" * 70_000))
    )
    return HostileRequest(method, path, _query(random), body, _headers(random))


def _path(random: Random) -> str:
    route = random.choice(machine_routes()) if random.random() < 0.85 else "mcp"

    def value_of(name: str) -> str:
        if name == "collection" and random.random() < 0.85:
            return random.choice(COLLECTIONS)
        slug = random.choice(SLUGS)
        return slug if random.random() < 0.5 else quote(slug)

    path = _filled(route, value_of)
    if random.random() < 0.2:
        path = random.choice((
            path.removesuffix("/"), path + "/", path.upper(), "/" + path, path + "%00", path + ".json", path + "%20",
            path.replace(".", ".." , 1), path.partition(".")[0] + ".jsonl.csv", path + "/%ff.json", path + ";a=1",
        ))  # fmt: skip
    return f"/{random.choice(LANGUAGES) if random.random() < 0.3 else ''}{path}"


def _query(random: Random) -> str:
    if random.random() < 0.25:
        return ""
    pairs = []
    for _time in range(random.choice((1, 1, 1, 2, 3, 6))):
        value = random.choice(VALUES)
        pair = f"{random.choice(NAMES)}={value if random.random() < 0.5 else quote(value)}"
        pairs += [pair] * (random.choice((2, 300)) if random.random() < 0.05 else 1)
    return random.choice(("&", "&", "&", "&&", ";")).join(pairs)


def _headers(random: Random) -> dict[str, str]:
    names = random.sample(sorted(HEADERS), random.choice((0, 0, 1, 1, 2, 4)))
    return {name: random.choice(HEADERS[name]) for name in names}


def _message(random: Random) -> bytes:
    tool = random.choice(("search", "fetch", "list_records", "get_record", "count_by", "lamps", 7))
    value = random.choice((*VALUES, None, 10**30, 1.5, [], {}, [["a"]], {"city": ["tianjin"] * 300}))
    arguments = random.choice((
        {"query": value}, {"id": value}, {"list": value}, {"list": "cities", "filters": {"country": value}},
        {"list": "cities", "slug": value}, {"list": "initiatives", "by": value}, value,
    ))  # fmt: skip
    message: object = {
        "jsonrpc": random.choice(("2.0", "2.0", "2.0", "1.0", 2)),
        "id": random.choice((1, "a", None, 1.5, 10**30, [], True)),
        "method": random.choice(("tools/call", "tools/call", "tools/list", "initialize", "server/discover", "", 7)),
        "params": random.choice(({"name": tool, "arguments": arguments}, {"name": tool}, value)),
    }  # fmt: skip
    message = random.choice((message, message, message, [message] * random.choice((0, 1, 10, 11)), value))
    text = json.dumps(message, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")
    return random.choice((
        text, text, text, text, text[: len(text) // 2], text.decode().encode("utf-16"), b"\xff" + text,
        text.replace(b'"a"', b"NaN"), b"[" * 9000, b'{"a":' * 3000, text + b"\x00", b"",
        b"x" * 70_000,
    ))  # fmt: skip
