"""Requests with an invalid charset (which would make Django fail) or without the proxy's scheme header are handled."""

import pytest
from django.test import RequestFactory

from sco_cities.wsgi import application, strip_charset, with_default_scheme

CONTENT_TYPES = [
    "text/html; charset=hex",
    "text/html; charset=undefined",
    "text/html;charset = utf-16",
    'text/html; charset="',
    "text/html; CHARSET=hex",
    "text/html; charset=utf-8; charset=hex",
    "application/x-www-form-urlencoded; charset=rot13",
    "multipart/form-data",
    "multipart/form-data; boundary=\xff",
    "a" * 10_000,
    "",
]
QUERIES = {
    "word": ("q=lamps", "200 OK"),
    "no UTF-8": ("q=%ff", "200 OK"),
    "many": ("a=b&" * 6000, "400 Bad Request"),
}


@pytest.mark.django_db  # The page cache queries the database.
@pytest.mark.urls("tests.ops.urls")
@pytest.mark.parametrize(("query", "expected"), QUERIES.values(), ids=QUERIES)
@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_a_query_string_is_read_as_utf_8_with_any_content_type(content_type, query, expected):
    environ = RequestFactory().get("/query/", QUERY_STRING=query).environ | {"CONTENT_TYPE": content_type}
    statuses = []
    response = application(environ, lambda status, headers: statuses.append(status))
    response.close()
    assert statuses == [expected]


def test_the_rest_of_the_content_type_is_kept():
    application = strip_charset(lambda environ, start_response: environ["CONTENT_TYPE"])
    content_type = "multipart/form-data; charset=utf-8; boundary=abc"
    assert application({"CONTENT_TYPE": content_type}, None) == "multipart/form-data; boundary=abc"


@pytest.mark.parametrize(("redirects", "scheme"), [(True, "https"), (False, "http")])
def test_with_https_a_request_is_treated_as_encrypted_unless_the_proxy_header_is_http(
    settings, redirects, scheme
):
    settings.SECURE_SSL_REDIRECT = redirects
    application = with_default_scheme(lambda environ, start_response: environ["wsgi.url_scheme"])
    assert application({"wsgi.url_scheme": "http"}, None) == scheme
