"""The results of the tools, and their messages about invalid arguments."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import Initiative
from sco_cities.api.mcp import arguments
from tests import factories as make

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def call(client):
    def call_tool(name: str, path="/mcp", **arguments) -> tuple[str, dict]:
        """Returns the text of a result, and its data.

        For errors it returns the text and the names of the invalid arguments.
        """
        params = {"name": name, "arguments": arguments}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        response = client.post(path, json.dumps(message), content_type="application/json")
        assert response.status_code == 200, response.content
        result = response.json()["result"]
        (content,) = result["content"]
        data = result["structuredContent"]
        return content["text"], [each["argument"] for each in data["errors"]] if result["isError"] else data

    return call_tool


@pytest.fixture
def lamps():
    """Creates three initiatives, two of them in the same city. The status of the first is disputed."""
    alphaville = make.make_city("alphaville", name_en="Alphaville")
    first = make.make_initiative(
        "lamps-1", title_en="Lamps [9] *one*", status="agreed", lead=[alphaville], sourced=False
    )
    gazette, secret = (
        make.make_report("gazette", title="The lamps"),
        make.make_report("secret", state="draft"),
    )
    make.make_evidence(first, "*", gazette.passages.get())
    make.make_evidence(first, "status", gazette.passages.get())
    make.make_evidence(
        first,
        "status",
        make.make_report("courier").passages.get(),
        stance="differs",
        reported_value="interest",
    )
    make.make_evidence(first, "status", secret.passages.get(), stance="earlier", reported_value="hidden")
    make.make_initiative("lamps-2", title_en="Lamps two", status="agreed", lead=[alphaville])
    make.make_initiative("lamps-3", title_en="Lamps three", status="completed")
    return first


def test_a_text_has_numbered_notes_and_their_reports(call, lamps):
    text, _data = call("get_record", list="initiatives", slug="lamps-1")
    assert text.startswith("# Lamps \\[9\\] \\*one\\* [2]\n")
    assert "- **Status**: agreed [2]\n  - Reports differ: interest [1]\n" in text
    assert "Gazette: The lamps, " in text
    assert "hidden" not in text
    assert "<http://testserver/reports/gazette/#p1>" in text


def test_a_fetched_document_is_the_markdown_file_of_the_record(call, client, lamps):
    document = call("fetch", id="initiatives:lamps-1")[1]
    assert document["text"] == client.get("/initiatives/lamps-1.md").content.decode()
    assert document["metadata"]["cite_as"].startswith("“Lamps [9] *one*”, SCO Cities")


def test_a_record_is_answered_as_its_file_and_the_document_of_the_api(call, client, lamps):
    text, data = call("get_record", list="initiatives", slug="lamps-1")
    assert text == client.get("/initiatives/lamps-1.md").content.decode()
    assert data == client.get("/api/initiatives/lamps-1/").json()


def test_a_list_is_answered_as_the_document_of_the_api_and_the_files_of_its_records(call, client, lamps):
    text, data = call(
        "list_records", list="initiatives", filters={"status": "agreed"}, sort="slug", per_page=1
    )
    query = "http://testserver/api/initiatives/?status=agreed&sort=slug&per_page=1&labels=1&page={}"
    assert data == client.get(query.format(1)).json()
    assert data["next"] == query.format(2)
    head, _break, record = text.partition("\n\n")
    assert record == client.get("/initiatives/lamps-1.md").content.decode()
    assert head.splitlines() == [
        "# 2 initiatives, agreed",
        "<http://testserver/initiatives/?status=agreed&sort=slug>",
        "Records 1 to 1 of 2. To continue, request page 2.",
    ]


def test_a_list_takes_as_many_queries_for_many_records_as_for_one(call, lamps, django_assert_max_num_queries):
    # The first call also reads the facet index.
    for _call in range(2):
        with CaptureQueriesContext(connection) as of_one:
            call("list_records", list="initiatives", sort="slug", per_page=1)
    with django_assert_max_num_queries(len(of_one)):
        text, _data = call("list_records", list="initiatives", sort="slug", per_page=3)
    assert "Reports differ: interest" in text
    assert "# Lamps three" in text


def test_pages_of_a_list_follow_each_other_in_the_order_of_its_page(call, lamps):
    slugs = [
        [
            record["slug"]
            for record in call("list_records", list="initiatives", per_page=2, page=page)[1]["results"]
        ]
        for page in (1, 2)
    ]
    assert slugs == [["lamps-1", "lamps-3"], ["lamps-2"]]
    text, about = call("list_records", list="initiatives", per_page=2, page=9)
    assert (text, about) == ("page: Page 9 does not exist. The last page is 2.", ["page"])


def test_filters_take_a_value_or_several(call, lamps):
    for values in ("agreed", ["agreed"], ["agreed", "stalled"]):
        assert call("list_records", list="initiatives", filters={"status": values})[1]["count"] == 2


def test_numbers_are_counted_within_all_filters(call, lamps):
    text, data = call("count_by", list="initiatives", by="status", filters={"city": "alphaville"})
    assert (data["count"], [(each["value"], each["count"]) for each in data["values"]]) == (
        2,
        [("agreed", 2)],
    )
    assert data["values"][0]["url"] == "http://testserver/initiatives/?city=alphaville&status=agreed"
    assert "- agreed (agreed): 2 <http://testserver/" in text
    _text, data = call("count_by", list="initiatives", by="status", filters={"status": "completed"})
    assert [(each["value"], each["count"], each["url"]) for each in data["values"]] == [
        ("completed", 1, None)
    ]


def test_a_count_states_whether_it_includes_all_values(call):
    make.make_city("lonely")
    for number in range(4):
        make.make_initiative(f"lamps-{number}", lead=[make.make_city(f"town-{number}")])
    for limit, is_complete in ((3, False), (4, True)):
        _text, data = call("count_by", list="initiatives", by="city", limit=limit)
        assert (len(data["values"]), data["is_complete"]) == (limit, is_complete)


def test_search_gives_ids_that_fetch_reads(call, lamps):
    _text, data = call("search", query="alphaville")
    assert data["results"][0]["id"] == "cities:alphaville"
    for result in data["results"]:
        document = call("fetch", id=result["id"])[1]
        assert (document["id"], document["url"]) == (result["id"], result["url"])


def test_search_suggests_the_spelling_of_a_name(call, lamps):
    data = call("search", query="alphavile")[1]
    assert (data["results"], data["did_you_mean"]) == ([], ["Alphaville"])


def test_an_empty_search_explains_what_to_do(call, lamps):
    data = call("search", query="who spoke for alphaville about lamps")[1]
    assert data["results"] == []
    assert data["advice"].startswith("No record contains all of these words. Search for fewer words")
    assert "advice" not in call("search", query="alphaville")[1]


@pytest.mark.parametrize("tool", [("list_records", {}), ("count_by", {"by": "status"})])
def test_an_empty_list_explains_what_to_do_and_links_to_the_closest_lists(call, lamps, tool):
    name, others = tool
    filters = {"city": "alphaville", "status": "stalled"}
    text, data = call(name, list="initiatives", filters=filters, **others)
    assert data["count"] == 0
    assert "\n\nNo record matches all filters. Remove a filter, search for fewer words, or use" in text
    assert data["closest"] == [
        {
            "title": "2 initiatives with Alphaville",
            "count": 2,
            "url": "http://testserver/initiatives/?city=alphaville",
        }
    ]
    assert "<http://testserver/initiatives/?city=alphaville>" in text
    assert "closest" not in call(name, list="initiatives", filters={"city": "alphaville"}, **others)[1]


def test_an_unknown_value_is_answered_with_the_values_that_are_valid(call, lamps):
    for code in ("xa", "xb"):
        make.make_initiative(f"lamps-of-{code}").countries.add(make.make_country(code))
    text, about = call("list_records", list="initiatives", filters={"country": "wonderland"})
    assert about == ["filters.country"]
    assert text == "filters.country: “wonderland” was not found. Choose from the list. (xa, xb)"


def test_of_many_valid_values_the_most_frequent_are_named(call, monkeypatch):
    monkeypatch.setattr(arguments, "MAX_VALID_VALUES", 2)
    towns = [make.make_city(f"town-{number}") for number in range(3)]
    for number in range(3):
        make.make_initiative(f"lamps-{number}", lead=towns[number:])
    text, _about = call("count_by", list="initiatives", by="status", filters={"city": "wonderland"})
    assert text == (
        "filters.city: “wonderland” was not found. Choose from the list. These are the most frequent values. "
        "Use count_by to list the others, and search to find a slug by name. (town-2, town-1)"
    )


def test_a_value_that_is_not_listed_is_found_by_search(call):
    text, _about = call("list_records", list="statements", filters={"initiative": "wonderland"})
    assert text == "filters.initiative: “wonderland” was not found. Use search to find its slug."


def test_a_former_slug_finds_the_record(call, lamps):
    lamps.slug = "torches"
    lamps.save()
    assert call("fetch", id="initiatives:lamps-1")[1]["id"] == "initiatives:torches"


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_a_record_that_is_not_published_is_not_found(call, lamps, state):
    Initiative.objects.filter(slug="lamps-1").update(state=state)
    assert call("fetch", id="initiatives:lamps-1") == (
        "id: “lamps-1” was not found. Use search to find it by name or by a few words.",
        ["id"],
    )


@pytest.mark.parametrize(
    ("tool", "arguments", "wrong"),
    [
        ("search", {}, ["query"]),
        ("search", {"query": None}, ["query"]),
        ("search", {"query": 7}, ["query"]),
        ("search", {"query": "?"}, ["query"]),
        ("search", {"query": "\0"}, ["query"]),
        ("search", {"query": "a" * 201}, ["query"]),
        ("search", {"words": "lamps"}, ["words", "query"]),
        ("fetch", {"id": "lamps"}, ["id"]),
        ("fetch", {"id": "users:admin"}, ["id"]),
        ("fetch", {"id": "cities:"}, ["id"]),
        ("fetch", {"id": "cities:\0"}, ["id"]),
        ("fetch", {"id": "cities:" + "a" * 9_000}, ["id"]),
        ("get_record", {"list": "users", "slug": "a"}, ["list"]),
        ("get_record", {"list": "cities", "slug": ["a"]}, ["slug"]),
        ("list_records", {"list": "lamps"}, ["list"]),
        ("list_records", {"list": "cities", "per_page": 26}, ["per_page"]),
        ("list_records", {"list": "cities", "per_page": True}, ["per_page"]),
        ("list_records", {"list": "cities", "per_page": 1.5}, ["per_page"]),
        ("list_records", {"list": "cities", "page": -1}, ["page"]),
        ("list_records", {"list": "cities", "page": {}}, ["page"]),
        ("list_records", {"list": "cities", "sort": "lamps"}, ["sort"]),
        ("list_records", {"list": "cities", "filters": []}, ["filters"]),
        ("list_records", {"list": "cities", "filters": {"after": "a"}}, ["filters.after"]),
        ("list_records", {"list": "cities", "filters": {"country": {}}}, ["filters.country"]),
        ("list_records", {"list": "cities", "filters": {"country": [True]}}, ["filters.country"]),
        ("list_records", {"list": "cities", "filters": {"country": "\0"}}, ["filters.country"]),
        ("list_records", {"list": "cities", "filters": {"q": "a" * 9_000}}, ["filters"]),
        ("list_records", {"list": "reports", "filters": {"year_from": 10**12}}, ["filters.year_from"]),
        ("count_by", {"list": "cities", "by": "q"}, ["by"]),
        ("count_by", {"list": "cities", "by": "status"}, ["by"]),
        ("count_by", {"list": "cities", "by": "country", "limit": 101}, ["limit"]),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_an_answer_with_its_reason(call, tool, arguments, wrong):
    text, about = call(tool, **arguments)
    assert about == wrong
    assert [line.partition(":")[0] for line in text.splitlines()] == wrong


def test_all_errors_are_reported_together_with_the_valid_values(call):
    make.make_country("xa")
    filters = {"country": "xaa", "status": "certain", "colour": "red"}
    text, about = call("list_records", list="initiatives", filters=filters, sort="lamps")
    assert set(about) == {"sort", "filters.country", "filters.status", "filters.colour"}
    assert "Did you mean xa?" in text
    assert "under_way" in text


def test_sentences_are_in_the_language_of_the_address(call):
    text, _about = call("search", path="/ru/mcp", query="?")
    assert text.startswith("query: «?» не содержит")


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("/mcp", ["Status:", "- agreed (agreed): 2 <{}>"]),
        ("/ru/mcp", ["Статус:", "- согласовано (agreed): 2 <{}>"]),
        ("/zh-hans/mcp", ["状态：", "- 已商定（agreed）：2 <{}>"]),
    ],
)
def test_counts_have_the_punctuation_of_the_language(call, lamps, path, lines):
    text, data = call("count_by", path, list="initiatives", by="status")
    wanted = [line.format(data["values"][0]["url"]) for line in lines]
    assert text.splitlines()[3:5] == wanted


@pytest.mark.parametrize(
    ("argument", "listed"),
    [
        (
            "sort",
            " themes: slug, name_en, name_ru, name_zh, pillar, initiatives, statements, events, sources, updated_at. ",
        ),
        ("by", " themes: evidence, pillar. "),
    ],
)
def test_the_description_of_an_argument_names_its_values_in_each_list(client, argument, listed):
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    response = client.post("/mcp", json.dumps(message), content_type="application/json")
    schemas = [tool["inputSchema"]["properties"] for tool in response.json()["result"]["tools"]]
    (description,) = {schema[argument]["description"] for schema in schemas if argument in schema}
    assert listed in description
