"""Query strings are parsed, and links change one of their parameters."""

import pytest
from django.http import QueryDict

from sco_cities.listings import querystring

PARAMS = QueryDict("country=kg&country=kz&status=agreed&page=3&q=")


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (querystring.without_value(PARAMS, "country", "kg"), "?country=kz&status=agreed"),
        (querystring.without_value(QueryDict("country=kg%20&q=a"), "country", "kg"), "?q=a"),
        (querystring.without_value(PARAMS, "country", "xx"), "?country=kg&country=kz&status=agreed"),
        (querystring.replacing(PARAMS, ("sort", "-slug")), "?country=kg&country=kz&status=agreed&sort=-slug"),
        (querystring.replacing(PARAMS, ("country", "")), "?status=agreed"),
        (querystring.replacing(PARAMS, ("page", "4")), "?country=kg&country=kz&status=agreed&page=4"),
        (
            querystring.replacing(PARAMS, ("country", "ir"), ("country", "-kg")),
            "?status=agreed&country=ir&country=-kg",
        ),
        (
            querystring.with_value(PARAMS, "view", "cards"),
            "?country=kg&country=kz&status=agreed&page=3&view=cards",
        ),
        (querystring.with_value(PARAMS, "status", ""), "?country=kg&country=kz&page=3"),
        (querystring.without(PARAMS, "country", "status"), "?page=3"),
        (querystring.without(QueryDict("q=a"), "q"), "?"),
        (querystring.replacing(QueryDict(), ("q", "a&b=ц")), "?q=a%26b%3D%D1%86"),
    ],
)
def test_a_link_changes_one_parameter(link, expected):
    assert link == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("  New \t Delhi ", "New Delhi"),
        ("Душан\u00adбе\u200f", "Душанбе"),
        ("می\u200cخواهم", "میخواهم"),
        ("\u202elamps\u200b", "lamps"),
        ("a\x00b", "a\x00b"),
        ("\u200b", ""),
    ],
)
def test_a_value_is_read_without_invisible_characters(value, expected):
    assert querystring.tidy(value) == expected


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("q=" + "x" * 100_000, "The URL of this page is too long. Remove some filters."),
        ("&".join(["a=1"] * 6_000), "The URL of this page is too long. Remove some filters."),
        ("&" * 6_000, "The URL of this page has too many parameters. Remove some filters."),
    ],
)
def test_a_very_long_query_string_is_rejected(rf, query, error):
    assert querystring.read(rf.get("/", QUERY_STRING=query)) == (QueryDict(), error)


def test_a_query_string_with_too_many_parameters_is_rejected(rf, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    params, error = querystring.read(rf.get("/?a=1&b=2&c=3&d=4"))
    assert (params, error) == (
        QueryDict(),
        "The URL of this page has too many parameters. Remove some filters.",
    )
