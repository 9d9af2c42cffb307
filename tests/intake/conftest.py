"""Records that the reports of these tests are about."""

import pytest

from sco_cities.intake import known_names
from tests.curation.admin_client import client_with_role
from tests.factories import make_city, make_country, make_theme


@pytest.fixture
def places(db, monkeypatch):
    """Two cities with their countries and two themes; a gazetteer of one place more."""
    rows = {
        "cities.csv": [
            {
                "name_en": "Osh", "name_ru": "Ош", "name_zh": "奥什", "country": "KG", "region": "Osh",
                "latitude": "40.54041", "longitude": "72.79002", "population": "200000", "geonames_id": "1527534",
                "wikidata_id": "Q47282",
            }
        ]
    }  # fmt: skip
    monkeypatch.setattr(known_names, "rows", lambda file: iter(rows.get(file, [])))
    for code, name in (("tj", "Tajikistan"), ("cn", "China"), ("kg", "Kyrgyzstan")):
        make_country(code, name_en=name)
    return (
        make_city("dushanbe", "tj", name_ru="Душанбе", name_zh="杜尚别"),
        make_city("tianjin", "cn", name_ru="Тяньцзинь", name_zh="天津"),
        make_theme("personal-safety"),
        make_theme("tourism"),
    )


@pytest.fixture
def curator(db):
    """The client of a curator."""
    return client_with_role("curator")
