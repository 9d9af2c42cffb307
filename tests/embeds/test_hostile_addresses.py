"""An oEmbed request for any URL causes no server error on either engine."""

import pytest

from tests import factories as make
from tests.ops.test_hostile_input import QUERIES, VALUES

pytestmark = pytest.mark.django_db


def test_no_address_causes_an_error_of_the_server(client):
    make.make_initiative("lights")
    queries = [f"{query}&url=http://testserver/initiatives/?{query}" for query in QUERIES.values()]
    queries += [f"url={value}" for value in VALUES.values()]
    queries += [f"url=http://testserver/initiatives/{value}/" for value in VALUES.values()]
    queries += [
        f"url=http://testserver/initiatives/lights/&maxwidth={value}&format=json" for value in VALUES.values()
    ]
    queries += [
        f"url=http%3A%2F%2Ftestserver%2Finitiatives%2F{value.replace('%', '%25')}/"
        for value in VALUES.values()
    ]
    statuses = {client.get("/oembed", QUERY_STRING=query).status_code for query in queries}
    assert statuses <= {200, 400, 404, 501}
