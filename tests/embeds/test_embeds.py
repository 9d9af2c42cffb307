"""The content of embeds, and the sites that may frame them."""

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone, translation
from django.utils.formats import date_format

from tests import factories as make

pytestmark = pytest.mark.django_db

RECORDS = {
    "initiatives": "lights",
    "cities": "alphaville",
    "countries": "xa",
    "delegates": "ada-test",
    "organisations": "lamp-office",
    "events": "lamp-forum-2025",
    "themes": "lamps",
    "reports": "gazette-20250101",
    "statements": "lamps-are-bright",
}
EMBEDS = [
    *(f"/embed/{collection}/{slug}/" for collection, slug in RECORDS.items()),
    *(f"/embed/{collection}/" for collection in RECORDS),
    "/embed/map/",
    "/ru/embed/status/",
]


@pytest.fixture
def records():
    """A published record of each kind."""
    city, theme, organisation = make.make_city(), make.make_theme(), make.make_organisation()
    event, delegate = make.make_event(), make.make_delegate(organisation=organisation)
    make.make_statement(delegate=delegate, event=event)
    return make.make_initiative("lights", lead=[city], themes=[theme], event=event, sourced=True)


def read(client, path: str, status: int = 200) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def text_of(page: BeautifulSoup) -> str:
    return " ".join(page.main.get_text().split())


# The pages of embeds do not depend on the engine.
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("path", EMBEDS)
def test_an_embed_has_no_script_and_no_cookie_and_names_source_and_licence(client, records, path):
    response = client.get(path)
    page = BeautifulSoup(response.content, "html.parser")
    assert (response.status_code, dict(response.cookies)) == (200, {})
    assert page.select("script, form, input, button") == []
    assert page.select_one("base")["target"] == "_blank"
    assert page.select_one("meta[name=robots]")["content"] == "noindex"
    source, licence = page.footer.select("a")
    assert source["href"] == page.select_one("link[rel=canonical]")["href"]
    assert source.get_text() in ("SCO Cities", "Города ШОС", "上合城市") and licence.get_text() == "CC BY 4.0"
    assert "/embed/" not in source["href"]
    assert client.get(source["href"]).status_code in (200, 302)


def test_a_card_agrees_with_the_page_of_the_initiative(client):
    lead, partner = make.make_city("alphaville"), make.make_city("betaville")
    lights = make.make_initiative(
        "lights",
        title_en='Lamps & "stars" <b>',
        status="under_way",
        lead=[lead],
        partner=[partner],
        sourced=True,
    )
    differing = make.make_report("other").passages.first()
    make.make_evidence(lights, "status", differing, stance="differs", reported_value="agreed")
    page = read(client, "/embed/initiatives/lights/")
    assert page.h1.get_text() == "Lamps & “stars” <b>"
    text = text_of(page)
    assert "under way, reported 1 January 2025 · Alphaville –with Betaville · project · 2024" in text
    assert "≠ reports differ · 1 report" in text
    assert page.select("use[href='#disc-under_way']")


def test_the_card_of_a_place_counts_what_is_related_to_it(client, records):
    page = read(client, "/embed/cities/alphaville/")
    assert "Alphaville Country XA 1 initiative" in text_of(page)
    assert page.select("a[href='/initiatives/?city=alphaville']")


def test_a_card_names_no_unpublished_record_and_no_reports_of_reference_data(client):
    city = make.make_city("alphaville", make.make_country("xa", state="draft"))
    make.make_evidence(city, "population")
    office = make.make_organisation("secret-office", state="draft")
    make.make_delegate("ada", role="Mayor", organisation=office, city=city)
    statement = make.make_statement(
        delegate=make.make_delegate("bob", state="draft"), event=make.make_event()
    )
    assert text_of(read(client, "/embed/cities/alphaville/")) == "city Alphaville 1 delegate"
    assert text_of(read(client, "/embed/delegates/ada/")) == "delegate Ada Mayor · Alphaville"
    card = text_of(read(client, f"/embed/statements/{statement.slug}/"))
    assert card == "statement It was said that lamps-are-bright. Lamp forum 2025"


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
@pytest.mark.parametrize("path", ["/embed/initiatives/secret/", "/embed-code/initiatives/secret/"])
def test_an_unpublished_record_has_no_embed_even_for_curators(client, admin_client, state, path):
    make.make_initiative("secret", title_en="Nobody knows", state=state)
    make.make_initiative("lights")
    for each in (client, admin_client):
        response = each.get(path)
        assert response.status_code == 404
        assert "Nobody knows" not in response.content.decode()
        assert "Nobody knows" not in each.get("/embed/initiatives/").content.decode()


def test_the_page_of_an_unknown_record_opens_its_links_outside_the_frame(client):
    assert read(client, "/embed/initiatives/nowhere/", 404).select_one("base")["target"] == "_blank"
    assert not read(client, "/initiatives/nowhere/", 404).select("base")


def test_a_former_address_of_a_record_shows_it(client):
    lights = make.make_initiative("lights", title_en="Old lamps")
    lights.slug = "lamps"
    lights.save()
    page = read(client, "/embed/initiatives/LIGHTS/")
    assert page.h1.get_text() == "Old lamps"
    assert page.select_one("link[rel=canonical]")["href"] == "http://testserver/initiatives/lamps/"


def test_a_list_shows_its_first_rows_and_links_to_all_rows(client):
    for number in range(12):
        make.make_initiative(f"lights-{number:02}", status="agreed", lead=[make.make_city()])
    make.make_initiative("tunnel", status="stalled")
    page = read(client, "/embed/initiatives/?status=agreed&sort=title_en&utm_source=x&per_page=20")
    assert page.h1.get_text() == "12 initiatives, agreed"
    assert [row.a.get_text() for row in page.select("main > ul > li")] == [
        f"Lights {number:02}" for number in range(10)
    ]
    (all_link,) = page.select("main > p a")
    assert all_link.get_text() == "All 12"
    assert all_link["href"] == "http://testserver/initiatives/?status=agreed&sort=title_en"


def test_a_list_in_another_language_has_texts_and_links_in_that_language(client):
    make.make_initiative("lights", title_ru="Огни", lead=[make.make_city()], sourced=True)
    page = read(client, "/ru/embed/initiatives/")
    assert page.html["lang"] == "ru"
    assert "Огни согласовано, сообщено: 1 января 2025 г. · Alphaville" in text_of(page)
    assert page.select_one("main > ul a")["href"] == "/ru/initiatives/lights/"
    with translation.override("ru"):
        day = date_format(timezone.localdate(), "DATE_FORMAT").replace("\xa0", " ")
    assert " ".join(page.footer.get_text().split()) == f"Источник: Города ШОС (CC BY 4.0) · {day}"


def test_a_list_without_records_has_a_message(client):
    assert "No records match all these filters." in text_of(
        read(client, "/embed/initiatives/?status=stalled")
    )


@pytest.mark.parametrize("path", ["/embed/initiatives/", "/embed/map/", "/embed/status/"])
def test_an_invalid_filter_is_named_and_shows_nothing(client, records, path):
    page = read(client, f"{path}?status=certain", 400)
    assert "“certain” is not one of the options." in page.select_one("[role=alert]").get_text()
    assert "Lights" not in text_of(page)


def test_the_statuses_and_the_map_follow_the_filters(client, records):
    make.make_initiative("tunnel", status="stalled", lead=[make.make_city("betaville")])
    statuses = read(client, "/embed/status/?city=alphaville")
    assert statuses.h1.get_text() == "Status: 1 initiative with Alphaville"
    assert "agreed: 1" in text_of(statuses) and "stalled" not in text_of(statuses)
    map_ = read(client, "/embed/map/?status=stalled")
    assert map_.h1.get_text() == "Map: 1 initiative, stalled"
    make.make_initiative("trams", status="operating", lead=[make.make_city("gammaville")])
    for path in ("/embed/map/", "/embed/status/"):
        page = read(client, path)
        assert page.h1.get_text() == "1 of 3 initiatives operates or is completed"
        assert page.select_one("h1 + .section-note").get_text() == "3 initiatives"
    assert map_.select("svg [data-name='Betaville']") and not map_.select("svg [data-name='Alphaville']")


@pytest.mark.parametrize("path", ["/embed/initiatives/", "/embed/initiatives/lights/"])
def test_a_browser_with_the_current_embed_gets_304_until_the_data_changes(client, records, path):
    tag = client.get(path)["ETag"]
    assert client.get(path, headers={"if-none-match": tag}).status_code == 304
    records.title_en = "Torches"
    records.save()
    response = client.get(path, headers={"if-none-match": tag})
    assert response.status_code == 200 and b"Torches" in response.content
