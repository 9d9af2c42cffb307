"""Countries and cities at the curator's desk."""

import pytest

from sco_cities.cities.models import City, Country
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import Desk, address, curator_client, errors_in, filled_in, soup


@pytest.fixture
def curator(db):
    return curator_client()


def test_a_city_is_added_without_codes_that_it_does_not_have(curator):
    country = make.make_country()
    for slug in ("alphaville", "betaville"):
        sent = filled_in(curator.get(address(City, "add"))) | {
            "name_en": slug.title(), "slug": slug, "country": country.pk, "latitude": "1.5", "longitude": "2",
        }  # fmt: skip
        assert curator.post(address(City, "add"), sent).status_code == 302
    assert set(City.objects.values_list("wikidata_id", "geonames_id")) == {(None, None)}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("latitude", "91"),
        ("longitude", "-181"),
        ("wikidata_id", "11736"),
        ("slug", "Two Words"),
        ("country", ""),
    ],
)
def test_a_value_that_no_city_has_is_an_error_beside_the_field(field, value, curator):
    desk = Desk(curator)
    desk.send(desk.open(make.make_city()) | {field: value})
    assert soup(desk.response).select(f".field-{field} .errorlist")


def test_an_address_that_another_city_had_is_refused(curator):
    city = make.make_city("old-name")
    city.slug = "new-name"
    city.save()
    desk = Desk(curator)
    desk.send(desk.open(make.make_city("other")) | {"slug": "old-name"})
    assert "“old-name” was the address of Old name" in errors_in(desk.response)


def test_the_address_of_a_country_is_typed_and_not_made_from_its_name(curator):
    page = soup(curator.get(address(Country, "add")))
    constants = page.select_one("#django-admin-prepopulated-fields-constants")
    assert constants["data-prepopulated-fields"] == "[]"


def test_a_draft_is_marked_as_such_in_the_list(curator):
    make.make_country("xb", state=PublicationState.DRAFT)
    page = soup(curator.get(address(Country), {"state__exact": "draft"}))
    assert [cell.text for cell in page.select("#result_list .field-state")] == ["draft"]
