import pytest

from tests.curation.admin_client import RecordPage, client_with_role


@pytest.fixture
def record_page(curator):
    return RecordPage(curator)


@pytest.fixture
def ada(db):
    return client_with_role("contributor", "ada")


@pytest.fixture
def bela(db):
    return client_with_role("contributor", "bela")


@pytest.fixture
def carl(db):
    return client_with_role("curator", "carl")
