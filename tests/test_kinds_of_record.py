"""Every kind of record is in each list of kinds that docs/developers/extending.md names."""

import pytest
from django.apps import apps

from sco_cities.api import record_jsonld
from sco_cities.dashboard import home
from sco_cities.datapackage.natural_keys import RECORD_MODELS
from sco_cities.datapackage.tables import TABLES
from sco_cities.imports.column_types import IMPORTABLE_MODELS
from sco_cities.releases.public_tables import PUBLIC_TABLES
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION
from sco_cities.sources.base_models import Record

KINDS = {model.collection: model for model in apps.get_models() if issubclass(model, Record)}
WITHOUT_PAGE = {collection for collection, model in KINDS.items() if not model.has_page}


@pytest.mark.parametrize(
    "collections",
    [
        pytest.param(IMPORTABLE_MODELS, id="imports"),
        pytest.param(LISTS_BY_COLLECTION, id="search"),
        # Countries never appear in the news, because they are on the site from the start.
        pytest.param({*home.COLLECTIONS, "countries"}, id="the news of the home page"),
        pytest.param({model.collection for model in record_jsonld._NODES}, id="linked data"),
    ],
)
def test_a_list_of_kinds_has_every_kind_of_record_with_a_page(collections):
    assert len(KINDS) > 5
    assert KINDS.keys() - set(collections) == WITHOUT_PAGE


@pytest.mark.parametrize(
    "collections", [TABLES, RECORD_MODELS, PUBLIC_TABLES], ids=("package", "records", "releases")
)
def test_the_data_has_every_kind_of_record(collections):
    assert KINDS.keys() - set(collections) == set()
