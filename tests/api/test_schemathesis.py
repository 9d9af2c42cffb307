"""The responses to random requests agree with the OpenAPI description, and none is a server error."""

from math import ceil
from urllib.parse import parse_qsl, urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from hypothesis.strategies import one_of, sampled_from
from schemathesis import GenerationMode

from sco_cities.search.searchable_lists import COLLECTIONS
from tests.extent import IS_FULL, sample
from tests.random_filters import published_slugs

pytestmark = pytest.mark.every_engine if IS_FULL else pytest.mark.only_on("sqlite")

# Each list has three operations, which read a page, a record and the history of a record.
OPERATIONS = {"changes": 1, "search": 1, "ties": 1, **dict.fromkeys(COLLECTIONS, 3)}
CASES = 5_000 if IS_FULL else sample(300)
# Ten seconds were too short on a busy machine.
TIMEOUT_S = 60

# A slug may be valid according to the description without belonging to a record.
CONFIG = schemathesis.Config.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "301", "400", "404", "410"]}}}
)


def has_blank_values(url: str) -> bool:
    """Whether a parameter is blank. The site ignores blank parameters, so they cannot be invalid."""
    return any(not value.strip() for _name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True))


@pytest.mark.parametrize(("path", "count"), OPERATIONS.items())
def test_every_response_is_as_described(site, path, count):
    description = schemathesis.openapi.from_url(f"{site}/api/openapi.json", config=CONFIG, timeout=TIMEOUT_S)
    description = description.include(path_regex=f"^/api/{path}/")
    operations = [each.ok() for each in description.get_all_operations()]
    assert len(operations) == count
    slugs = sampled_from(["", *(published_slugs(path) if path in COLLECTIONS else ())])
    for operation in operations:

        @given(case=one_of(map(operation.as_strategy, GenerationMode)), slug=slugs)
        @settings(
            max_examples=ceil(CASES / sum(OPERATIONS.values())),
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        def check(case, slug):
            if (
                slug
                and "slug" in case.path_parameters
                and case.meta.generation.mode is GenerationMode.POSITIVE
            ):
                # A random slug that is valid according to the description belongs to no record.
                case.path_parameters["slug"] = slug
            response = case.call(timeout=TIMEOUT_S)
            assume(not has_blank_values(response.request.url))
            case.validate_response(response)

        check()
