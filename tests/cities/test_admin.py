"""Countries and cities in the admin."""

import pytest

from sco_cities.cities.models import City, Country, CountryGroup
from sco_cities.history.models import Revision
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import (
    RecordPage,
    admin_url,
    client_with_role,
    errors_in,
    soup,
    unrendered_form_data,
)

pytestmark = pytest.mark.only_on("sqlite")


def test_a_city_is_added_without_codes(curator):
    country = make.make_country()
    for slug in ("alphaville", "betaville"):
        sent = unrendered_form_data(curator, admin_url(City, "add")) | {
            "name_en": slug.title(), "slug": slug, "country": country.pk, "latitude": "1.5", "longitude": "2",
        }  # fmt: skip
        assert curator.post(admin_url(City, "add"), sent).status_code == 302
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
def test_an_invalid_value_is_an_error_at_the_field(field, value, curator):
    record_page = RecordPage(curator)
    record_page.send(record_page.open(make.make_city()) | {field: value})
    assert soup(record_page.response).select(f".field-{field} .errorlist")


def test_a_former_slug_of_another_city_is_rejected(curator):
    city = make.make_city("old-name")
    city.slug = "new-name"
    city.save()
    record_page = RecordPage(curator)
    record_page.send(record_page.open(make.make_city("other")) | {"slug": "old-name"})
    assert "“old-name” was the slug of Old name" in errors_in(record_page.response)


def test_the_slug_of_a_country_is_not_prepopulated_from_its_name(curator):
    page = soup(curator.get(admin_url(Country, "add")))
    constants = page.select_one("#django-admin-prepopulated-fields-constants")
    assert constants["data-prepopulated-fields"] == "[]"


def test_a_draft_is_marked_in_the_list(curator):
    make.make_country("xb", state=PublicationState.DRAFT)
    page = soup(curator.get(admin_url(Country), {"state__exact": "draft"}))
    assert [cell.text for cell in page.select("#result_list .field-state")] == ["draft"]


def test_a_group_of_countries_is_edited_with_its_history(curator):
    make.make_country("xb")
    group, record_page = make.make_country_group(countries=["xa"]), RecordPage(curator)
    sent = record_page.open(group)
    assert "figures-TOTAL_FORMS" not in sent
    record_page.send(sent | {"countries": [country.pk for country in Country.objects.all()]})
    assert record_page.was_saved
    assert set(group.countries.values_list("slug", flat=True)) == {"xa", "xb"}
    assert Revision.objects.of(group).get().changes == {"countries": {"removed": [], "added": ["xb"]}}
    assert curator.get(admin_url(group, "history")).status_code == 200
    response = curator.get(f"/admin/r/{Revision.objects.get().content_type_id}/{group.pk}/", follow=True)
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("slug", "countries", "error"),
    [
        ("eu", True, "A slug of two letters is a country code."),
        ("middle-xland", False, "This field is required."),
    ],
)
def test_a_group_needs_a_long_slug_and_countries(curator, slug, countries, error):
    sent = unrendered_form_data(curator, admin_url(CountryGroup, "add")) | {"name_en": "Union", "slug": slug}
    response = curator.post(
        admin_url(CountryGroup, "add"), sent | ({"countries": [make.make_country().pk]} if countries else {})
    )
    assert error in errors_in(response)
    assert not CountryGroup.objects.exists()


@pytest.mark.parametrize("slug", ["partners", "size", "xland", "former-xland"])
@pytest.mark.parametrize("model", [City, CountryGroup])
def test_a_city_and_a_group_have_no_slug_that_selects_other_peers(curator, model, slug):
    country = make.make_country()
    make_other = make.make_city if model is CountryGroup else make.make_country_group
    other = make_other("former-xland")
    other.slug = "xland"
    other.save()
    url = admin_url(model, "add")
    values = {"name_en": "X", "slug": slug, "country": country.pk, "countries": [country.pk]}
    values |= {"latitude": "1", "longitude": "2"}
    response = curator.post(url, unrendered_form_data(curator, url) | values)
    assert "already uses this slug. Choose another slug." in errors_in(response)
    assert not model.objects.exists()


@pytest.mark.django_db
def test_contributors_edit_draft_groups_only():
    contributor = client_with_role("contributor")
    for state, status in (("draft", 302), ("published", 403)):
        group = make.make_country_group(f"{state}-group", state=state)
        response = contributor.post(
            admin_url(group, "change"), unrendered_form_data(contributor, admin_url(group, "change"))
        )
        assert response.status_code == status
