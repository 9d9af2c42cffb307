"""A Python client that a public generator creates from the OpenAPI description reads every kind of record."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from sco_cities.search.searchable_lists import COLLECTIONS

pytestmark = pytest.mark.only_on("sqlite")

NAME = "generated_sco_cities_client"


@pytest.fixture
def generated(site, tmp_path, monkeypatch):
    """Imports a module of the client, which is generated again for each test."""
    config = tmp_path / "config.yaml"
    config.write_text("post_hooks: []\n")
    done = subprocess.run(
        [
            Path(sys.executable).with_name("openapi-python-client"), "generate", "--fail-on-warning",
            "--url", f"{site}/api/openapi.json", "--config", config, "--meta", "none",
            "--output-path", tmp_path / NAME,
        ],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda name: importlib.import_module(f"{NAME}.{name}")
    for name in [name for name in sys.modules if name.startswith(NAME)]:
        del sys.modules[name]


@pytest.fixture
def client(generated, site):
    with generated("client").Client(base_url=site) as client:
        yield client


@pytest.mark.thorough
def test_a_generated_client_reads_a_record_of_each_kind(generated, client, site):
    problem = generated("models.problem").Problem
    for collection in COLLECTIONS:
        listed, one = (generated(f"api.{collection}.{verb}_{collection}").sync for verb in ("list", "get"))
        page = listed(client=client, per_page=2)
        assert page.count > 0
        record = one(page.results[0].slug, client=client)
        assert record.slug == page.results[0].slug
        assert record.url == f"{site}/{collection}/{record.slug}/"
        assert isinstance(one("not-a-record", client=client), problem)


@pytest.mark.thorough
def test_a_generated_client_reads_the_passages_of_a_value(generated, client):
    record = generated("api.initiatives.get_initiatives").sync("astana-lrt", client=client)
    values = record.values.additional_properties
    assert values["themes"].value == record.themes
    assert values["status"].value == record.status
    assert all(each.report.address.startswith("http") for each in values["status"].supports)
