"""The version of a record, and its document at a version."""

import pytest

from initiatives.models import Initiative
from sco_cities.history.versions import documents_at, version_of
from tests import factories as make
from tests.curation.admin_client import run_action
from tests.history.snapshots import edit, recording, snapshot


def document_at(record: Initiative, version: int) -> dict | None:
    return documents_at(Initiative, {record.pk: version}).get(record.pk)


@pytest.fixture
def lamps(db):
    return make.make_initiative("lamps", state="draft", lead=[make.make_city()])


def test_the_document_at_a_version_is_that_of_the_time(lamps):
    first = snapshot(lamps)
    edit(lamps, title_en="Brighter lamps")
    second, number = snapshot(lamps), version_of(lamps)
    with recording(lamps):
        lamps.city_roles.all().delete()
    assert document_at(lamps, 0) == first
    assert document_at(lamps, number) == second
    assert document_at(lamps, version_of(lamps)) == snapshot(lamps)


def test_a_deleted_record_has_documents_of_its_versions(curator, lamps):
    before, key = snapshot(lamps), lamps.pk
    run_action(curator, "delete_selected", [lamps], post="yes")
    lamps.pk = key
    assert document_at(lamps, version_of(lamps)) is None
    assert document_at(lamps, 0) == before
