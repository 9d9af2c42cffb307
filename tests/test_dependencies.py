"""The page about dependencies names the installed packages and their licences."""

import pytest

from scripts import licences

pytestmark = pytest.mark.only_on("sqlite")


def test_the_licences_of_all_dependencies_are_documented():
    written = licences.PAGE.read_text(encoding="utf-8")
    assert written == licences.page(), "Run `make licences`."
    assert len(licences.packages()) > 30
