"""Calls with random arguments are always answered with a result or with errors."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sco_cities.api.mcp.tools import TOOLS, filters_schema
from sco_cities.search.searchable_lists import COLLECTIONS
from tests.extent import sample

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PLAUSIBLE = st.sampled_from(
    ["kg", "-kg", "bishkek", "operating", "-", "2024", "2020/2025", "-status", "slug", "\0", "all"]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | PLAUSIBLE
)
VALUES = st.recursive(
    SCALARS, lambda each: st.lists(each, max_size=3) | st.dictionaries(TEXTS, each, max_size=2), max_leaves=4
)
FILTERS = st.dictionaries(st.sampled_from(list(filters_schema()["properties"])) | TEXTS, VALUES, max_size=3)
ARGUMENTS = {
    "list": st.sampled_from(COLLECTIONS) | VALUES,
    "filters": FILTERS | VALUES,
    "by": st.sampled_from(["status", "country", "city", "theme", "kind", "language"]) | VALUES,
    "id": st.builds("{}:{}".format, st.sampled_from(COLLECTIONS), TEXTS | PLAUSIBLE) | VALUES,
    "slug": PLAUSIBLE | VALUES,
    "query": st.sampled_from(["bishkek", "Ташкент Тяньцзинь", "天津"]) | VALUES,
}


def calls():
    """The names of tools, with arguments that are usually plausible."""
    return st.sampled_from(list(TOOLS.values())).flatmap(
        lambda tool: st.tuples(
            st.just(tool.name),
            st.fixed_dictionaries(
                {name: ARGUMENTS.get(name, VALUES) for name in tool.required_arguments},
                optional={
                    name: ARGUMENTS.get(name, VALUES) for name in list(tool.arguments)[tool.required :]
                },
            ),
        )
    )


@pytest.mark.usefixtures("loaded_package")
def test_every_call_is_answered(client):
    answered = {True: 0, False: 0}

    @given(call=calls())
    @settings(max_examples=sample(60), deadline=None, suppress_health_check=list(HealthCheck))
    def check(call):
        name, arguments = call
        message = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": name, "arguments": arguments},
        }
        # The client raises the exception of a view, if there is one.
        response = client.post("/mcp", json.dumps(message), content_type="application/json")
        # A number of more than 64 bits is invalid JSON here.
        assert response.status_code in (200, 400), response.content
        if response.status_code == 200:
            result = response.json()["result"]
            answered[result["isError"]] += 1
            assert result["content"][0]["text"]
            assert set(result["structuredContent"]) == {"errors"} or not result["isError"]

    check()
    assert all(answered.values()), "both records and reasons must have been answered"
