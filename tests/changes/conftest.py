import pytest

from tests import factories as make
from tests.curation.admin_client import RecordPage


@pytest.fixture
def record_page(curator):
    return RecordPage(curator)


@pytest.fixture
def lamps(db):
    """A published initiative with evidence for all its values."""
    return make.make_initiative("bright-lamps", lead=[make.make_city()], sourced=True)


@pytest.fixture
def draft(db):
    return make.make_initiative("dim-lamps", state="draft", lead=[make.make_city()], sourced=True)
