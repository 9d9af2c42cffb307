"""Records named in the reports of these tests."""

import pytest

from sco_cities.intake import known_names
from sco_cities.names.gazetteer import REGION, Place
from tests.curation.admin_client import client_with_role
from tests.factories import make_city, make_country, make_theme


@pytest.fixture
def places(db, monkeypatch):
    """Two cities with their countries, two themes, and a gazetteer with one more place."""
    osh = Place("1527534", ("Osh", "Ош", "奥什"), "KG", 200_000)
    monkeypatch.setattr(known_names, "places", lambda file: (osh,) if file == REGION else ())
    monkeypatch.setattr(known_names, "city_names", lambda: {osh.number: osh.names})
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
