"""The slug of a new record: made where none was typed, free, and explained where it is taken."""

import pytest

from delegates.models import Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.curation.admin.auto_slug import LONGEST_SUGGESTION, slug_from, unused_slug
from sco_cities.sources.models import Report
from tests import factories as make
from tests.curation.admin_client import Desk, address, errors_in, filled_in, soup

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
    ("l" * 200, "l" * LONGEST_SUGGESTION),
]


@pytest.mark.parametrize(("text", "expected"), SLUGS)
def test_names_become_slugs_in_latin_letters(text, expected):
    assert slug_from(text) == expected


@pytest.mark.django_db
def test_a_slug_that_is_taken_now_or_was_before_gets_a_number():
    assert unused_slug(City, ["Lamp Town"]) == "lamp-town"
    make.make_city("lamp-town")
    assert unused_slug(City, ["Lamp Town"]) == "lamp-town-2"
    moved = make.make_city("lamp-town-2")
    moved.slug = "pole-town"
    moved.save()
    assert unused_slug(City, ["Lamp Town"]) == "lamp-town-3"
    assert unused_slug(Initiative, ["Lamp Town"]) == "lamp-town"


def add(curator, model, **values):
    page = curator.get(address(model, "add"))
    return curator.post(address(model, "add"), filled_in(page) | values)


CITY = {"latitude": "1", "longitude": "2", "save_anyway": "on"}

NAMES = [
    ("Lamp Town", "lamp-town"),
    ("Лампоград", "lampograd"),
    ("灯城", "dengcheng"),
]


@pytest.mark.parametrize(("name", "slug"), NAMES)
def test_a_record_that_is_added_without_a_slug_gets_one_from_its_name(name, slug, curator):
    country = make.make_country()
    for expected in (slug, f"{slug}-2"):
        response = add(curator, City, name_en=name, country=country.pk, slug="", **CITY)
        assert response.status_code == 302, errors_in(response)
        assert City.objects.filter(slug=expected).exists()


def test_a_slug_that_was_typed_stays(curator):
    add(curator, City, name_en="Lamp Town", country=make.make_country().pk, slug="lights", **CITY)
    assert City.objects.get().slug == "lights"


REPORT = {
    "title": "Lamps", "publisher": "The Gazette", "address": "https://gazette.example/1", "language": "en", "slug": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("date", "slug"),
    [("2025-07-08", "the-gazette-2025-07-08"), ("2025", "the-gazette-2025"), ("", "the-gazette")],
)
def test_a_report_is_called_by_its_publisher_and_date(date, slug, curator):
    response = add(curator, Report, **REPORT | {"published_on": date})
    assert response.status_code == 302, errors_in(response)
    assert Report.objects.get().slug == slug


@pytest.mark.parametrize("date", ["soon", "08.07.2025", "2025-02-30"])
def test_a_report_whose_date_is_none_gets_no_slug_but_an_error(date, curator):
    response = add(curator, Report, **REPORT | {"published_on": date})
    assert response.status_code == 200
    page = soup(response)
    assert page.select(".field-published_on .errorlist")
    assert not page.select(".field-slug .errorlist")
    assert page.select_one("[name=slug]").get("value", "") == ""
    assert not Report.objects.exists()


def test_a_name_without_letters_asks_for_a_slug(curator):
    response = add(curator, City, name_en="…", country=make.make_country().pk, slug="", **CITY)
    assert "No address can be made from what is filled in: type one." in errors_in(response)


def test_a_country_has_its_code_for_a_slug_and_none_is_made(curator):
    response = add(curator, Country, name_en="Lampland", slug="", sco_role="none")
    assert soup(response).select_one(".field-slug .errorlist li").text == "This field is required."


def test_the_slug_of_a_record_that_is_there_cannot_be_emptied(curator):
    desk = Desk(curator)
    desk.send(desk.open(make.make_city()) | {"slug": ""})
    assert soup(desk.response).select_one(".field-slug .errorlist").text == "This field is required."


def test_a_slug_that_is_taken_says_by_which_record(curator):
    taken = make.make_city("lamp-town", name_en="<Lamp> Town")
    response = add(curator, City, name_en="Other", country=taken.country.pk, slug="lamp-town", **CITY)
    error = soup(response).select_one(".field-slug .errorlist li")
    assert error.text == "“lamp-town” is the address of <Lamp> Town."
    assert error.a["href"] == address(taken, "change")


def test_a_slug_that_another_record_had_says_which(curator):
    taken = make.make_city("lamp-town")
    taken.slug = "pole-town"
    taken.save()
    response = add(curator, City, name_en="Other", country=taken.country.pk, slug="lamp-town", **CITY)
    [error] = soup(response).select(".field-slug .errorlist li")
    assert error.text == "“lamp-town” was the address of Lamp town, and links to it must go on working."


def test_a_record_may_go_back_to_a_slug_of_its_own(curator):
    city = make.make_city("lamp-town")
    city.slug = "pole-town"
    city.save()
    desk = Desk(curator)
    desk.send(desk.open(city) | {"slug": "lamp-town"})
    assert desk.was_saved


def test_a_statement_is_called_by_what_it_says(curator):
    event = make.make_event()
    response = add(curator, Statement, summary="Lamps are bright.", event=event.pk, slug="", save_anyway="on")
    assert response.status_code == 302, errors_in(response)
    assert Statement.objects.get().slug == "lamps-are-bright"
