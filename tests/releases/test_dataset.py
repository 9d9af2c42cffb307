"""The metadata of the data set in a release (coverage, DOI, publisher, contact and public history)."""

import json
from zipfile import ZipFile

import pytest
import yaml
from django.conf import settings as site_settings

from sco_cities.history.models import ChangeSource
from sco_cities.releases.release_writer import write_release
from sco_cities.releases.stored_releases import contact_as, present_coverage
from tests import factories as make
from tests.history.snapshots import create_recorded, edit, recording

pytestmark = pytest.mark.django_db


@pytest.fixture
def described(settings):
    """A site with a DOI, a publisher, one record, and the newest report of the record."""
    settings.DOI = "10.5281/zenodo.1234567"
    settings.PUBLISHER_NAME, settings.PUBLISHER_CONTACT = "City Office", "mailto:cities@example.org"
    make.make_country("kz")
    make.make_report(published_on="2026-11-05")
    make.make_event(starts_on="2021-05")
    return settings


def test_the_coverage_is_from_the_first_start_to_the_newest_report(db):
    make.make_country("kz")
    make.make_country("cn")
    make.make_country("ru", state="draft")
    make.make_report("older", published_on="2024-02")
    make.make_report("newer", published_on="2025-07-08")
    make.make_report("hidden", published_on="2026-07-08", state="draft")
    make.make_event(starts_on="2026", ends_on="2027")
    assert present_coverage("default") == ("2024-02-01/2025-07-08", ["CN", "KZ"])
    make.make_initiative(starts_on="1992")
    make.make_initiative(starts_on="1950", state="draft")
    assert present_coverage("default").interval == "1992-01-01/2025-07-08"
    make.make_report("of-a-year", published_on="2025")
    assert present_coverage("default").interval == "1992-01-01/2025-12-31"


def test_data_without_dated_reports_have_no_period(db):
    make.make_event(starts_on="2021")
    make.make_report(published_on="")
    assert present_coverage("default") == ("", [])


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("", {}),
        ("mailto:a@example.org", {"email": "a@example.org"}),
        ("https://example.org/us", {"page": "https://example.org/us"}),
        ("tel:+996-312-000000", {"telephone": "+996-312-000000"}),
    ],
)
def test_a_contact_is_labelled_by_its_kind(settings, contact, expected):
    settings.PUBLISHER_CONTACT = contact
    assert contact_as(email="email", page="page", telephone="telephone") == expected


def test_each_text_of_a_release_names_the_doi_and_the_publisher(described):
    written = write_release()[0]
    url = f"https://cities.example.org/data/{written.date}/"
    cite_as = written.manifest["cite_as"]
    assert cite_as.endswith(f"[Data set]. https://doi.org/10.5281/zenodo.1234567 {url}")
    assert cite_as in (written.path / "README.txt").read_text()
    assert {name: written.manifest[name] for name in ("doi", "publisher")} == {
        "doi": "10.5281/zenodo.1234567",
        "publisher": "City Office",
    }
    assert written.coverage == ("2021-05-01/2026-11-05", ["KZ"])
    with ZipFile(written.path / "sco-cities.zip") as archive:
        package = json.loads(archive.read("datapackage.json"))
    assert {name: package[name] for name in ("id", "homepage", "created")} == {
        "id": "https://doi.org/10.5281/zenodo.1234567",
        "homepage": url,
        "created": f"{written.date}T00:00:00Z",
    }
    assert package["contributors"][-1] == {
        "title": "City Office", "email": "cities@example.org", "roles": ["publisher"],
    }  # fmt: skip


def test_the_citation_file_is_yaml_with_the_identifiers_of_the_release(described):
    written = write_release()[0]
    url = f"https://cities.example.org/data/{written.date}/"
    citation = yaml.safe_load((written.path / "CITATION.cff").read_text())
    assert citation.pop("abstract")
    assert citation == {
        "cff-version": "1.2.0",
        "message": "To cite the data, name the release.",
        "type": "dataset",
        "title": "SCO Cities: city cooperation in the Shanghai Cooperation Organization",
        "authors": [{"name": "SCO Cities"}],
        "version": written.date,
        "date-released": written.date,
        "license": "CC-BY-4.0",
        "url": url,
        "identifiers": [
            {"type": "url", "value": url, "description": "This release"},
            {"type": "doi", "value": "10.5281/zenodo.1234567", "description": "All releases"},
        ],
        "contact": [{"name": "City Office", "email": "cities@example.org"}],
    }


def test_files_of_a_site_without_a_doi_and_a_contact_omit_both(db):
    written = write_release()[0]
    assert written.manifest["doi"] is None
    assert written.coverage == ("", [])
    texts = [(written.path / name).read_text() for name in ("CITATION.cff", "README.txt", "manifest.json")]
    assert not [text for text in texts if "doi.org" in text]
    assert "contact" not in yaml.safe_load(texts[0])


@pytest.mark.only_on("sqlite")  # Other engines hold back changes made in a test.
def test_the_history_of_a_release_equals_the_history_in_the_api(client, monkeypatch):
    monkeypatch.setattr("sco_cities.releases.release_writer.BATCH_SIZE", 2)
    lamps, _change_set = create_recorded(make.make_initiative, "lamps")
    edit(lamps, reason="A newer report", status="operating")
    hidden, _change_set = create_recorded(make.make_initiative, "secret-draft", state="draft")
    edit(hidden, reason="secret reason", status="stalled")
    gone, _change_set = create_recorded(make.make_initiative, "gone")
    edit(gone, reason="secret values", title_en="Secret title")
    with recording(gone, source=ChangeSource.EDIT, reason="secret withdrawal"):
        gone.state = "withdrawn"
        gone.save()
    written = write_release()[0]
    lines = (written.path / "changes.jsonl").read_text()
    documents = [json.loads(line) for line in lines.splitlines()]
    shown = client.get("/api/changes/").json()["results"]
    for each in shown:
        each["url"] = each["url"] and each["url"].replace("http://testserver", site_settings.SITE_URL)
    assert documents == shown
    assert [each["what"] for each in documents] == ["added", "changed", "added", "changed", "withdrawn"]
    assert documents[-1]["id"] == written.manifest["newest_change"]["id"]
    assert "secret" not in lines.lower()
