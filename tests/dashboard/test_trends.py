"""The URLs, filters and numbers of the charts below the list of themes."""

import pytest
from bs4 import BeautifulSoup

from tests import factories as make
from tests.curation.admin_client import soup

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture
def lamps():
    lamps, music = map(make.make_theme, ("lamps", "music"))
    for themes in ([lamps, music], [lamps], [music]):
        make.make_initiative(themes=themes)


def section_of(client, address: str):
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").select_one("#trends")


@pytest.mark.parametrize(("language", "query"), [("", ""), ("/ru", "?theme=lamps&country=kz")])
def test_the_former_address_leads_for_good_to_the_section_with_its_parameters(client, language, query):
    response = client.get(f"{language}/trends/{query}")
    assert (response.status_code, response["Location"]) == (301, f"{language}/themes/{query}#trends")


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("query", "expected", "has_charts"),
    [
        ("?theme=lamps", "2 initiatives on Lamps", True),
        ("?pillar=governance", "3 initiatives under the pillar", True),
        ("?colour=red", "3 initiatives", True),
        ("?theme=nowhere", "There is a problem with these filters.", False),
        ("?started=%00", "There is a problem with these filters.", False),
        ("?status=stalled", "No initiatives match these filters", False),
    ],
)
def test_the_section_takes_the_filters_of_initiatives(client, query, expected, has_charts):
    text = section_of(client, f"/themes/{query}").get_text()
    assert expected in text
    assert ("Status changes" in text) == has_charts


@pytest.mark.usefixtures("lamps")
def test_the_section_shows_its_filters_with_links_that_remove_them(client):
    section = section_of(client, "/themes/?q=lamps&sort=-statements&page=1&theme=lamps&status=agreed")
    chips = section.select(".chips a[aria-label]")
    assert [chip["aria-label"] for chip in chips] == ["Remove Status: agreed", "Remove Theme: Lamps"]
    assert [chip["href"] for chip in chips] == [
        "/themes/?theme=lamps&q=lamps&sort=-statements",
        "/themes/?status=agreed&q=lamps&sort=-statements",
    ]


@pytest.mark.usefixtures("lamps")
def test_clearing_the_filters_of_the_section_leaves_the_search_and_order_of_the_themes(client):
    section = section_of(client, "/themes/?q=lamps&sort=-statements&theme=lamps&status=agreed")
    assert section.find("a", string="Clear all filters")["href"] == "/themes/?q=lamps&sort=-statements"


@pytest.mark.usefixtures("lamps")
def test_the_filter_form_of_the_themes_carries_the_filters_of_the_section(client):
    page = soup(client.get("/themes/?status=agreed&theme=lamps&utm_source=mail"))
    hidden = {(field["name"], field["value"]) for field in page.select("#filters input[type=hidden]")}
    assert {("status", "agreed"), ("theme", "lamps")} <= hidden


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(("address", "count"), [("/themes/?reported=over_5", 0), ("/cities/?statu=agreed", 0),
                                                ("/initiatives/?statu=agreed", 1)])  # fmt: skip
def test_a_filter_of_the_section_is_no_misspelt_filter_of_the_themes(client, address, count):
    assert len(soup(client.get(address)).select(".spelling-suggestion")) == count


@pytest.mark.usefixtures("lamps")
def test_the_search_for_themes_does_not_search_the_initiatives_of_the_charts(client):
    section = section_of(client, "/themes/?q=music")
    assert section.select_one("p a").get_text() == "3 initiatives"
    assert not section.select(".chips")


@pytest.mark.usefixtures("lamps")
def test_the_section_counts_the_initiatives_whatever_the_order_and_page_of_the_themes(client):
    section = section_of(client, "/themes/?sort=-statements&per_page=20&theme=lamps&utm_source=mail")
    assert section.select_one("p a")["href"] == "/initiatives/?theme=lamps"
    file = section.find("a", string="Themes by start year as CSV")["href"]
    assert file == "/charts/trends.csv?theme=lamps"
    assert client.get(file).status_code == 200
