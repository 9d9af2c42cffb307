import pytest

from tests import factories as make
from tests.curation.admin_client import RecordPage, curator_client


@pytest.fixture
def curator(db):
    return curator_client()


@pytest.fixture
def record_page(curator):
    return RecordPage(curator)


@pytest.fixture
def published():
    """A published initiative with footnotes for the whole record and for each value that needs separate evidence."""
    initiative = make.make_initiative("lamps", lead=[make.make_city()])
    figure = make.make_figure(initiative, "cameras")
    for field in ("*", "status", "starts_on", "cities", figure):
        make.make_evidence(initiative, field)
    return initiative
