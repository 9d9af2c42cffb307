"""Misspelt names are corrected on the search page and in lists without results."""

import pytest
from bs4 import BeautifulSoup

from tests import factories as make
from tests.search.test_search import counts, search_page


@pytest.mark.django_db
def test_a_correction_is_offered_for_a_misspelt_name(client):
    make.make_city("alphaville", name_ru="Альфавиль")
    make.make_initiative("lamps", title_en="Lamps in Alphaville")
    link = search_page(client, "lamps Alphavlle").select_one(".spelling-suggestion a")
    assert (link.text, link["href"]) == ("lamps Alphaville", "?q=lamps+Alphaville")
    assert counts("lamps Alphaville") == [("initiatives", 1)]
    assert search_page(client, "Альфовиль").select_one(".spelling-suggestion a").text == "Альфавиль"
    assert search_page(client, "Alphaville").select_one(".spelling-suggestion") is None
    assert search_page(client, "lanterns").select_one(".spelling-suggestion") is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Alphavlle", "Alphaville"), ("lanterns Alphavlle", None), ("lamps Альфавиля", None), ("Alphaburq", None),
        ("мэр Альфавиля", None), ("Альфавилем", None), ("Альфовилем", None), ("阿耳法城", "阿尔法城"),
        ("阿耳法城 灯", None),
    ],
)  # fmt: skip
def test_a_correction_has_results_and_is_not_only_another_form(typed, meant, client):
    make.make_city("alphaville", name_ru="Альфавиль", name_zh="阿尔法城")
    make.make_city("alphaburg", state="draft")
    make.make_initiative("lamps", title_en="Lamps in Alphaville")
    link = search_page(client, typed).select_one(".spelling-suggestion a")
    assert (link and link.text) == meant


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Lumemora", "Lumenora"),
        ("Lumnora & Co", "Lumenora & Co"),
        ("Лумемора", "Луменора"),
        ("Comgress of Lamps", "Congress of Lamps"),
        ("Glowworks", None),
        ("Hiddenora", None),
        ("lanternes", None),
    ],
)
def test_names_of_organisations_and_events_are_corrected_if_nothing_is_found(typed, meant, client):
    make.make_organisation("lumenora", name_en="Lumenora & Co", name_ru="Луменора", aliases="Glowworks")
    make.make_organisation("hidden", name_en="Hiddenorra", state="draft")
    make.make_event(name_en="Congress of Lamps")
    make.make_initiative("lanternes", title_en="Lanternes")
    make.make_event("lanterns", name_en="Lanterns")
    link = search_page(client, typed).select_one(".spelling-suggestion a")
    assert (link and link.text) == meant


@pytest.mark.django_db
def test_a_list_that_is_empty_for_another_reason_offers_no_correction(client):
    make.make_event("lanterns", name_en="Lanterns")
    make.make_initiative("one", title_en="Lanternes", status="agreed")
    make.make_initiative("two", title_en="Lanterns", status="stalled")
    page = client.get("/initiatives/?q=Lanternes&status=stalled").content.decode()
    assert "matching “Lanterns”" not in page
    assert "matching “Lanterns”" in client.get("/initiatives/?q=Lanternis&status=stalled").content.decode()


@pytest.mark.django_db
def test_an_empty_list_offers_a_correction_for_the_name_of_an_organisation(client):
    organisation = make.make_organisation("lumenora", name_en="Lumenora")
    make.make_initiative("lit", title_en="Lit by Lumenora", organisations=[organisation])
    page = BeautifulSoup(client.get("/initiatives/?q=Lumemora").content.decode(), "html5lib")
    assert "1 initiative matching “Lumenora”" in page.get_text()
