import pytest

from tests import factories as make
from tests.curation.admin_client import Desk, curator_client


@pytest.fixture
def curator(db):
    return curator_client()


@pytest.fixture
def desk(curator):
    return Desk(curator)


@pytest.fixture
def published():
    """Published, with one footnote about it all and one behind each value that needs its own."""
    initiative = make.make_initiative("lamps", lead=[make.make_city()])
    figure = make.make_figure(initiative, "cameras")
    for field in ("*", "status", "starts_on", "cities", figure):
        make.make_evidence(initiative, field)
    return initiative
