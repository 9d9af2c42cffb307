"""Random requests by the OpenAPI description: every response is as described, and none is a server error."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from sco_cities.search.searchable_lists import COLLECTIONS
from tests.extent import sample

pytestmark = pytest.mark.every_engine

# A slug that is valid by the description may belong to no record.
CONFIG = schemathesis.Config.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "301", "400", "404", "410"]}}}
)


@pytest.mark.parametrize(
    ("path", "count"), [("changes", 1), ("search", 1), *((collection, 3) for collection in COLLECTIONS)]
)
def test_every_response_is_as_described(site, path, count):
    description = schemathesis.openapi.from_url(f"{site}/api/openapi.json", config=CONFIG)
    description = description.include(path_regex=f"^/api/{path}/")
    operations = [each.ok() for each in description.get_all_operations()]
    assert len(operations) == count
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=sample(11), deadline=None, suppress_health_check=list(HealthCheck))
        def check(case):
            case.call_and_validate()

        check()
