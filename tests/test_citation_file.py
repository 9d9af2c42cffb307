"""CITATION.cff follows the rules of the Citation File Format 1.2.0 and agrees with pyproject.toml."""

import tomllib

import pytest
import yaml

from tests.test_conventions import ROOT

pytestmark = pytest.mark.only_on("sqlite")

# The keys of the standard that this file uses, and the allowed values of some keys.
KEYS = {
    "cff-version", "message", "type", "title", "abstract", "authors", "version", "license", "keywords", "references",
}  # fmt: skip
REQUIRED = {"cff-version", "message", "title", "authors"}
REFERENCE_KEYS = {"type", "title", "authors", "license", "notes"}
SPDX = {"MIT", "CC-BY-4.0"}


def citation() -> dict:
    return yaml.safe_load((ROOT / "CITATION.cff").read_text())


def test_the_file_has_every_required_key_and_no_unknown_one():
    found = citation()
    assert REQUIRED <= set(found) <= KEYS
    assert found["cff-version"] == "1.2.0"
    assert found["type"] in ("software", "dataset")
    for reference in found["references"]:
        assert {"type", "title", "authors"} <= set(reference) <= REFERENCE_KEYS
        assert reference["type"] == "data"


def test_authors_are_named_as_an_entity_and_licences_by_their_identifier():
    found = citation()
    for each in (found, *found["references"]):
        assert each["authors"] == [{"name": "the SCO Cities authors"}]
        assert each["license"] in SPDX
        assert all(isinstance(each[key], str) and each[key].strip() for key in ("title", "license"))


def test_version_and_licence_agree_with_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert citation()["version"] == project["version"]
    assert citation()["license"] == project["license"]
    assert citation()["authors"] == project["authors"]
