"""All paths that programs read answer hostile requests, and describe their errors."""

import gzip
import json
import logging
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.api.hostile_requests import HostileRequest, hostile_request
from tests.extent import IS_FULL, sample

pytestmark = pytest.mark.usefixtures("loaded_package")

NUMBER = 10_000 if IS_FULL else sample(300)
# These paths return errors as JSON. Tables, feeds in XML and calendars return text or a page.
JSON_PATH = re.compile(r"/(?:(?:ru|zh-hans)/)?(?:api(?:/|\Z)|mcp\Z)|.*\.(?:json|jsonld)\Z", re.DOTALL)


def content_of(response) -> bytes:
    content = b"".join(response) if response.streaming else response.content
    return gzip.decompress(content) if response.headers.get("Content-Encoding") == "gzip" else content


def complaints(hostile: HostileRequest, response) -> Iterator[str]:
    """Yields the errors of a response."""
    content, kind = content_of(response), response.headers.get("Content-Type", "")
    if any("\n" in value or "\r" in value for value in response.headers.values()):
        yield "a line end in a header"
    if response.status_code >= 500:
        yield f"an error of the site: {response.exc_info and response.exc_info[1]!r}"
    elif response.status_code < 400:
        return
    elif kind == "application/problem+json":
        if hostile.method != "HEAD" and json.loads(content)["status"] != response.status_code:
            yield f"another status in {content!r}"
    elif kind == "application/json" and hostile.path.endswith("/mcp"):
        # Clients of the protocol read this message.
        if not json.loads(content)["error"]["message"]:
            yield "an error without a message"
    elif JSON_PATH.match(hostile.environ["PATH_INFO"]):
        yield f"an error that is {kind or 'nothing'}"
    elif kind.startswith("text/html") and b"<script>" in content:
        yield "input that became markup"
    if "no-store" not in response.headers.get("Cache-Control", ""):
        yield "an error that caches may keep"


def test_no_hostile_request_causes_an_error_of_the_site(caplog):
    caplog.set_level(logging.CRITICAL, "django")
    client = Client(raise_request_exception=False)
    found, statuses = [], Counter()
    for number in range(NUMBER):
        hostile = hostile_request(number)
        response = client.request(**hostile.environ)
        statuses[response.status_code] += 1
        found += [
            f"{number}: {response.status_code}, {complaint}: {hostile}"[:600]
            for complaint in complaints(hostile, response)
        ]
    assert found == [], f"{len(found)} of {NUMBER}:\n" + "\n".join(found[:20])
    assert {200, 400, 404, 405, 413} <= statuses.keys()


@pytest.mark.parametrize("path", ["/admin/nowhere.json", "/admin/api/nowhere/"])
def test_errors_of_the_admin_are_for_people(admin_client, path):
    response = admin_client.get(path)
    assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")
