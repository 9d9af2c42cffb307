import pytest

from tests.curation.desk import curator_client


@pytest.fixture
def curator(db):
    return curator_client()
