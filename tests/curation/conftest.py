import pytest

from initiatives.models import Initiative
from tests import factories as make
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


@pytest.fixture
def lamps(db):
    """An initiative whose English title has changed since it was translated."""
    make.make_initiative("lamps", title_ru="Лампы", sourced=True)
    lamps = Initiative.objects.get()
    lamps.title_en = "Bright lamps"
    lamps.save()
    return lamps
