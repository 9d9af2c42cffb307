import pytest
from django.http import QueryDict

from sco_cities.listings import querystring

GIVEN = QueryDict("country=kg&country=kz&status=agreed&page=3&q=")


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (querystring.without_value(GIVEN, "country", "kg"), "?country=kz&status=agreed"),
        (querystring.without_value(QueryDict("country=kg%20&q=a"), "country", "kg"), "?q=a"),
        (querystring.without_value(GIVEN, "country", "xx"), "?country=kg&country=kz&status=agreed"),
        (querystring.replacing(GIVEN, ("sort", "-slug")), "?country=kg&country=kz&status=agreed&sort=-slug"),
        (querystring.replacing(GIVEN, ("country", "")), "?status=agreed"),
        (querystring.replacing(GIVEN, ("page", "4")), "?country=kg&country=kz&status=agreed&page=4"),
        (
            querystring.replacing(GIVEN, ("country", "ir"), ("country", "-kg")),
            "?status=agreed&country=ir&country=-kg",
        ),
        (
            querystring.with_value(GIVEN, "view", "cards"),
            "?country=kg&country=kz&status=agreed&page=3&view=cards",
        ),
        (querystring.with_value(GIVEN, "status", ""), "?country=kg&country=kz&page=3"),
        (querystring.without(GIVEN, "country", "status"), "?page=3"),
        (querystring.without(QueryDict("q=a"), "q"), "?"),
        (querystring.replacing(QueryDict(), ("q", "a&b=ц")), "?q=a%26b%3D%D1%86"),
    ],
)
def test_a_link_differs_from_the_page_in_one_thing(link, expected):
    assert link == expected


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("  New \t Delhi ", "New Delhi"),
        ("Душан\u00adбе\u200f", "Душанбе"),
        ("می\u200cخواهم", "میخواهم"),
        ("\u202elamps\u200b", "lamps"),
        ("a\x00b", "a\x00b"),
        ("\u200b", ""),
    ],
)
def test_a_value_is_read_without_what_nobody_sees_in_it(given, meant):
    assert querystring.tidy(given) == meant


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("q=" + "x" * 100_000, "This address is too long to be read. Remove some filters."),
        ("&".join(["a=1"] * 6_000), "This address is too long to be read. Remove some filters."),
        ("&" * 6_000, "This address has too many parts to be read. Remove some filters."),
    ],
)
def test_a_query_string_of_unreasonable_length_is_not_read(rf, query, reason):
    assert querystring.read(rf.get("/", QUERY_STRING=query)) == (QueryDict(), reason)


def test_a_query_string_with_too_many_parts_is_not_read(rf, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    params, reason = querystring.read(rf.get("/?a=1&b=2&c=3&d=4"))
    assert (params, reason) == (
        QueryDict(),
        "This address has too many parts to be read. Remove some filters.",
    )
