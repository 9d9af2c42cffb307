"""Slugs in record forms are generated if left empty, and are unique. An error names the other record."""

import pytest

from delegates.models import Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.curation.admin.auto_slug import MAX_SUGGESTION_LENGTH, slug_from, unused_slug
from sco_cities.sources.models import Report
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.curation.admin_client import RecordPage, admin_url, errors_in, form_data, soup

SLUGS = [
    ("Safe City", "safe-city"),
    ("  Lamps & “Poles”, 2nd  ", "lamps-poles-2nd"),
    ("Xi'an", "xian"),
    ("Душанбе: лампы", "dushanbe-lampy"),
    ("杜尚别", "dushangbie"),
    ("Çelik – İzmir", "celik-izmir"),
    ("The Gazette 2024/2029", "the-gazette-2024-2029"),
    ("The Gazette 2025-07~", "the-gazette-2025-07"),
    ("…", ""),
    ("", ""),
    ("lamp " * 20, "lamp-" * 13 + "lamp"),
    ("l" * 200, "l" * MAX_SUGGESTION_LENGTH),
]


@pytest.mark.parametrize(("text", "expected"), SLUGS)
def test_names_become_slugs_in_latin_letters(text, expected):
    assert slug_from(text) == expected


@pytest.mark.django_db
def test_a_current_or_former_slug_gets_a_number():
    assert unused_slug(City, ["Lamp Town"]) == "lamp-town"
    make.make_city("lamp-town")
    assert unused_slug(City, ["Lamp Town"]) == "lamp-town-2"
    moved = make.make_city("lamp-town-2")
    moved.slug = "pole-town"
    moved.save()
    assert unused_slug(City, ["Lamp Town"]) == "lamp-town-3"
    assert unused_slug(Initiative, ["Lamp Town"]) == "lamp-town"


def add(curator, model, **values):
    page = curator.get(admin_url(model, "add"))
    return curator.post(admin_url(model, "add"), form_data(page) | values)


CITY = {"latitude": "1", "longitude": "2", "save_anyway": "on"}

NAMES = [
    ("Lamp Town", "lamp-town"),
    ("Лампоград", "lampograd"),
    ("灯城", "dengcheng"),
]


@pytest.mark.parametrize(("name", "slug"), NAMES)
def test_a_record_added_without_a_slug_gets_one_from_its_name(name, slug, curator):
    country = make.make_country()
    for expected in (slug, f"{slug}-2"):
        response = add(curator, City, name_en=name, country=country.pk, slug="", **CITY)
        assert response.status_code == 302, errors_in(response)
        assert City.objects.filter(slug=expected).exists()


def test_an_entered_slug_is_kept(curator):
    add(curator, City, name_en="Lamp Town", country=make.make_country().pk, slug="lights", **CITY)
    assert City.objects.get().slug == "lights"


REPORT = {
    "title": "Lamps", "publisher": "The Gazette", "address": "https://gazette.example/1", "language": "en", "slug": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("date", "slug"),
    [("2025-07-08", "the-gazette-2025-07-08"), ("2025", "the-gazette-2025"), ("", "the-gazette")],
)
def test_the_slug_of_a_report_has_its_publisher_and_date(date, slug, curator):
    response = add(curator, Report, **REPORT | {"published_on": date})
    assert response.status_code == 302, errors_in(response)
    assert Report.objects.get().slug == slug


@pytest.mark.parametrize("date", ["soon", "08.07.2025", "2025-02-30"])
def test_a_report_with_an_invalid_date_gets_an_error_and_no_slug(date, curator):
    response = add(curator, Report, **REPORT | {"published_on": date})
    assert response.status_code == 200
    page = soup(response)
    assert page.select(".field-published_on .errorlist")
    assert not page.select(".field-slug .errorlist")
    assert page.select_one("[name=slug]").get("value", "") == ""
    assert not Report.objects.exists()


def test_a_name_without_letters_requires_a_slug(curator):
    response = add(curator, City, name_en="…", country=make.make_country().pk, slug="", **CITY)
    assert "A slug cannot be generated from these fields. Enter one." in errors_in(response)


def test_the_slug_of_a_country_is_required(curator):
    response = add(curator, Country, name_en="Lampland", slug="", sco_role="none")
    assert soup(response).select_one(".field-slug .errorlist li").text == "This field is required."


def test_the_slug_of_an_existing_record_is_required(curator):
    record_page = RecordPage(curator)
    record_page.send(record_page.open(make.make_city()) | {"slug": ""})
    assert soup(record_page.response).select_one(".field-slug .errorlist").text == "This field is required."


def test_a_slug_in_use_names_the_other_record(curator):
    other = make.make_city("lamp-town", name_en="<Lamp> Town")
    response = add(curator, City, name_en="Other", country=other.country.pk, slug="lamp-town", **CITY)
    error = soup(response).select_one(".field-slug .errorlist li")
    assert error.text == "“lamp-town” is already the slug of <Lamp> Town. Enter another one."
    assert error.a["href"] == admin_url(other, "change")


def test_a_former_slug_of_another_record_names_it(curator):
    other = make.make_city("lamp-town")
    other.slug = "pole-town"
    other.save()
    response = add(curator, City, name_en="Other", country=other.country.pk, slug="lamp-town", **CITY)
    [error] = soup(response).select(".field-slug .errorlist li")
    assert error.text == (
        "“lamp-town” was the slug of Lamp town, and links to it must keep working. Enter another one."
    )


def test_a_record_can_return_to_its_own_former_slug(curator):
    city = make.make_city("lamp-town")
    city.slug = "pole-town"
    city.save()
    record_page = RecordPage(curator)
    record_page.send(record_page.open(city) | {"slug": "lamp-town"})
    assert record_page.was_saved


def test_the_slug_of_a_statement_comes_from_its_summary(curator):
    event = make.make_event()
    response = add(curator, Statement, summary="Lamps are bright.", event=event.pk, slug="", save_anyway="on")
    assert response.status_code == 302, errors_in(response)
    assert Statement.objects.get().slug == "lamps-are-bright"


def test_the_form_explains_the_slug(curator):
    for address in (admin_url(Theme, "add"), admin_url(make.make_theme(), "change")):
        label = soup(curator.get(address)).select_one("label[for=id_slug]")
        assert label.text == "Address on this site (slug):"
