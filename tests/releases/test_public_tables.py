"""The allow-list of tables and columns."""

import pytest

from sco_cities.datapackage.tables import TABLES
from sco_cities.releases.public_tables import PUBLIC_COLUMNS

# What a release does not have, and why.
WITHHELD = {
    "translated_from": "a list of work for editors",
    "former_slugs": "some are of the time before a record was published",
}


@pytest.mark.parametrize("name", TABLES)
def test_each_column_of_the_data_package_is_released_or_withheld_on_purpose(name):
    if name in WITHHELD:
        assert name not in PUBLIC_COLUMNS
        return
    released = PUBLIC_COLUMNS[name]
    assert [column for column in TABLES[name].header if column not in WITHHELD] == list(released)
