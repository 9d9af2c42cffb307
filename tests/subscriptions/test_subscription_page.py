"""The page for subscribing to a list or a record, and the links to this page."""

import pytest
from bs4 import BeautifulSoup

from tests import factories as make

pytestmark = pytest.mark.django_db


def read(client, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize(
    ("path", "feed"),
    [
        ("/subscribe/initiatives/", "/initiatives.atom"),
        ("/ru/subscribe/cities/", "/ru/cities.atom"),
        (
            "/zh-hans/subscribe/initiatives/?country=xa&status=-agreed&page=2&sort=title_en&utm_source=x",
            "/zh-hans/initiatives.atom?country=xa&status=-agreed",
        ),
    ],
)
def test_the_address_of_the_feed_can_be_copied_and_works(client, path, feed):
    make.make_country("xa")
    page = read(client, path)
    field = page.select_one("textarea#feed-address[readonly]")
    assert field.text == f"http://testserver{feed}"
    assert page.select_one("link[type='application/atom+xml']")["href"] == field.text
    response = client.get(feed)
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")


def test_the_page_names_the_list_and_links_back_to_it(client):
    make.make_initiative("lamps", status="agreed")
    page = read(client, "/subscribe/initiatives/?status=agreed&view=cards")
    (link,) = page.select("main a[href^='/initiatives/']")
    assert (link["href"], link.get_text()) == ("/initiatives/?status=agreed", "1 initiative, agreed")


def test_an_invalid_filter_is_explained_and_gives_no_url(client):
    page = read(client, "/subscribe/initiatives/?status=certain")
    assert "“certain” is not one of the options." in page.select_one("main [role=alert]").get_text()
    assert page.select("#feed-address, link[type='application/atom+xml']") == []


@pytest.mark.parametrize("collection", ["cities", "countries", "themes", "events", "organisations"])
def test_the_page_of_a_record_links_to_the_feed_of_its_initiatives(client, collection):
    country = make.make_country("xa")
    city, theme, office = (
        make.make_city("alpha", country),
        make.make_theme("lamps"),
        make.make_organisation("office"),
    )
    event = make.make_event("forum")
    make.make_initiative("lights", lead=[city], themes=[theme], organisations=[office], event=event)
    record = {"cities": city, "countries": country, "themes": theme, "events": event, "organisations": office}
    name = {"cities": "city", "countries": "country"}.get(collection, collection.removesuffix("s"))
    path = f"/subscribe/initiatives/?{name}={record[collection].slug}"
    assert read(client, record[collection].get_absolute_url()).select(f'a[href="{path}"]')
    assert "1 initiative" in read(client, path).select_one("main").get_text()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/recent/", "/subscribe/initiatives/"),
        ("/initiatives/?status=agreed&sort=title_en", "/subscribe/initiatives/?status=agreed"),
        ("/ru/cities/", "/ru/subscribe/cities/"),
    ],
)
def test_lists_and_recent_updates_link_to_the_page(client, path, expected):
    make.make_initiative("lights", lead=[make.make_city()])
    assert read(client, path).select(f'a[href="{expected}"]')


def alternates(page: BeautifulSoup) -> set[str]:
    return {link["href"] for link in page.select("head link[type='application/atom+xml']")}


@pytest.mark.parametrize("language", ["", "/ru", "/zh-hans"])
def test_the_page_of_each_kind_of_record_links_to_its_feed(client, language):
    records = [
        make.make_initiative("lights", lead=[make.make_city("alpha")], themes=[make.make_theme("lamps")]),
        make.make_delegate("ada"), make.make_event("forum"), make.make_organisation("office"),
    ]  # fmt: skip
    for path in (*(record.get_absolute_url() for record in records), "/cities/alpha/", "/themes/lamps/"):
        page = read(client, language + path)
        feed = f"{language}{path.rstrip('/')}.atom"
        assert feed in alternates(page)
        (link,) = page.select(f'a[href="{language}/subscribe{path}"]')
        assert read(client, link["href"]).select_one("#feed-address").text == f"http://testserver{feed}"
        assert client.get(feed).status_code == 200


def test_a_pair_and_the_results_of_a_search_link_to_their_feeds(client):
    cities = [make.make_city("alpha"), make.make_city("beta")]
    make.make_initiative("lights", title_en="Lights", lead=cities)
    for path, query in (("/together/alpha/beta/", "?city=alpha%2Cbeta"), ("/search/?q=lights", "?q=lights")):
        page = read(client, path)
        assert f"/initiatives.atom{query}" in alternates(page)
        assert page.select(f'main a[href="/subscribe/initiatives/{query}"]')
        assert client.get(f"/initiatives.atom{query}").status_code == 200


def test_the_page_of_a_list_of_events_has_its_calendar_and_json_feed(client):
    make.make_event("forum")
    page = read(client, "/subscribe/events/?year_from=2020")
    links = {link.text: link["href"] for link in page.select("main p a")}
    assert links["Calendar"] == "/events.ics?year_from=2020"
    assert links["JSON Feed"] == "http://testserver/events.feed.json?year_from=2020"
    assert "Calendar" not in read(client, "/subscribe/events/forum/").select_one("main").text
