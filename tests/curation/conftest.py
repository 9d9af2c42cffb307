import pytest

from tests.curation.admin_client import curator_client, log_in_as_curator


@pytest.fixture
def curator(db):
    return curator_client()


@pytest.fixture
def curators_page(page, editable_site):
    """A page of somebody who is logged in as a curator, over the shipped package."""
    log_in_as_curator(page)
    return page
