"""Updates and loads need evidence in the package, or a confirmation, for new values."""

import pytest
from django.core.management import CommandError

from initiatives.models import Initiative
from sco_cities.history.models import ChangeSet

from .package_edits import INITIATIVE, OLD, changed, curators_write, stored_rows, texts_of, update
from .sample_package import load, make_package

pytestmark = pytest.mark.django_db

STATUS = ("initiatives:lamps-for-all", "status", "gazette-2025", "1", "supports", "")
HINT = (
    "The value changes, but its evidence does not. Add evidence from a published report, or use --evidence-stands "
    "if the existing evidence supports the new value."
)


@pytest.fixture
def folder(tmp_path):
    """Loads the sample package, and returns a function that writes a new package."""
    load(make_package(tmp_path / "old"))
    return lambda rows: make_package(tmp_path / "new", texts_of(rows))


def completed(rows=OLD):
    return changed(rows, "initiatives", INITIATIVE, status="completed")


def with_evidence(rows):
    """Returns the rows with a different passage as evidence for the status."""
    return changed(rows, "evidence", STATUS, passage="2")


def refusal(path, **options) -> list[str]:
    with pytest.raises(CommandError) as error:
        update(path, evidence_stands=False, **options)
    return str(error.value).splitlines()


@pytest.mark.parametrize("options", [{}, {"dry_run": True}])
def test_an_update_names_the_rows_whose_value_changes_and_whose_evidence_does_not(folder, options):
    rows = changed(completed(), "initiative_cities", ("lamps-for-all", "betatown"), role="partner")
    rows = changed(rows, "figures", ("initiatives:lamps-for-all", "lamps"), value="17000000")
    rows = changed(rows, "delegates", ("bob",), role="Lamplighter")
    assert refusal(folder(rows), **options) == [
        "3 errors; nothing was changed:",
        f"initiatives.csv:4: status “completed”: {HINT}",
        f"initiative_cities.csv:3: city “betatown”: {HINT}",
        f"figures.csv:3: value “17000000”: {HINT}",
    ]
    assert stored_rows() == OLD
    assert ChangeSet.objects.count() == 1


def test_an_update_that_contains_the_evidence_requires_no_confirmation(folder):
    rows = with_evidence(completed())
    assert update(folder(rows), evidence_stands=False) == [
        "initiatives: updated 1",
        "evidence: created 1, removed 1",
    ]
    assert stored_rows() == rows
    assert not ChangeSet.objects.first().evidence_stands


def test_evidence_that_a_curator_already_added_is_treated_as_new_evidence(folder):
    curators_write("evidence", OLD["evidence"][STATUS] | {"passage": "2"})
    update(folder(with_evidence(completed())), evidence_stands=False)
    assert Initiative.objects.get(slug="lamps-for-all").status == "completed"


def test_an_update_is_written_if_the_existing_evidence_is_confirmed(folder):
    assert update(folder(completed()), evidence_stands=True) == ["initiatives: updated 1"]
    assert ChangeSet.objects.first().evidence_stands


def test_a_renamed_city_is_not_a_new_city_of_its_initiatives(folder):
    texts = {name: text.replace("betatown", "betaville") for name, text in texts_of(OLD).items()}
    texts["former_slugs"] = "record,slug\ncities:betaville,betatown\n"
    path = folder(OLD)
    make_package(path, texts)
    update(path, evidence_stands=False)
    assert Initiative.objects.get(slug="lamps-for-all").cities.filter(slug="betaville").exists()
    assert not ChangeSet.objects.first().evidence_stands


def test_a_load_over_published_records_is_rejected_like_an_update(folder):
    path = folder(completed())
    with pytest.raises(CommandError) as error:
        load(path, evidence_stands=False)
    assert str(error.value) == f"1 error; nothing was changed:\ninitiatives.csv:4: status “completed”: {HINT}"
    assert Initiative.objects.get(slug="lamps-for-all").status == "agreed"
    load(path)
    assert Initiative.objects.get(slug="lamps-for-all").status == "completed"
