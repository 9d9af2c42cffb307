"""The URLs of pages about several places, and the page for choosing places."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sco_cities.cities.models import joint_filters, together_url
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    """Cities in two countries. The slug of one city looks like a code and equals the code of one country."""
    for slug, country in (("alpha", "xa"), ("beta", "xa"), ("gamma", "xb"), ("delta", "xb"), ("xc", "xb")):
        make.make_city(slug, country)
    make.make_country("xc")
    make.make_city("hidden", "xb", state="draft")
    renamed = make.make_city("old-name", "xb")
    renamed.slug = "new-name"
    renamed.save()


@pytest.mark.parametrize(
    ("path", "status", "target"),
    [
        ("alpha/beta", 200, ""),
        ("alpha/xb", 200, ""),
        ("xa/xb", 200, ""),
        ("alpha/beta/delta/gamma", 200, ""),
        ("alpha/xc", 200, ""),
        ("alpha/cities:xc", 200, ""),
        ("beta/alpha", 301, "/together/alpha/beta/"),
        ("xb/alpha", 301, "/together/alpha/xb/"),
        ("Alpha/BETA", 301, "/together/alpha/beta/"),
        ("alpha/beta/alpha", 301, "/together/alpha/beta/"),
        ("cities:alpha/beta", 301, "/together/alpha/beta/"),
        ("alpha/old-name", 301, "/together/alpha/new-name/"),
        ("alpha/nowhere", 404, ""),
        ("alpha/hidden", 404, ""),
        ("alpha/zz", 404, ""),
        ("alpha//beta", 404, ""),
        ("alpha/%00", 404, ""),
        ("alpha/" + "a" * 5_000, 404, ""),
        # These are too many places for a lookup.
        ("alpha/" + "/".join(f"cities:{'b' * number}" for number in range(1, 9)), 404, ""),
        ("/".join(["alpha", "beta"] * 300), 301, "/together/alpha/beta/"),
        # There is no page about these places. The page for choosing places gives the reason.
        ("alpha", 302, "/together/?place=alpha"),
        ("alpha/alpha", 302, "/together/?place=alpha"),
        ("alpha/xa", 302, "/together/?place=alpha&place=xa"),
        (
            "alpha/beta/gamma/delta/xc",
            302,
            "/together/?place=alpha&place=beta&place=gamma&place=delta&place=xc",
        ),
    ],
)
@pytest.mark.usefixtures("places")
def test_the_same_places_have_one_url_in_any_order(client, path, status, target):
    response = client.get(f"/together/{path}/")
    assert (response.status_code, response.get("Location", "")) == (status, target)


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("places")
def test_a_redirect_keeps_the_language_and_the_query(client):
    response = client.get("/ru/together/beta/alpha/?notes=all")
    assert response["Location"] == "/ru/together/alpha/beta/?notes=all"


@pytest.mark.parametrize(
    ("query", "status", "target", "words"),
    [
        ("", 200, "", "Choose two to four places"),
        ("place=alpha", 200, "", "Compare with"),
        ("place=alpha&place=", 200, "", "Choose two places, or a city and “similar cities”."),
        ("place=&place=", 200, "", "Choose two places, or a city and “similar cities”."),
        ("place=&place=similar", 200, "", "Choose two places, or a city and “similar cities”."),
        ("place=alpha&place=similar", 302, "/cities/alpha/gaps/", ""),
        ("place=similar", 200, "", "Choose two places, or a city and “similar cities”."),
        ("place=xa&place=similar", 200, "", "Only a city can be compared with similar cities."),
        ("place=alpha&place=beta&place=similar", 302, "/together/alpha/beta/", ""),
        ("place=beta&place=alpha", 302, "/together/alpha/beta/", ""),
        ("place=alpha&place=xa", 200, "", "Alpha is in Country XA, so all initiatives of the city are also"),
        ("place=alpha&place=nowhere", 200, "", "“nowhere” was not found."),
        ("place=alpha&place=beta&place=gamma&place=delta&place=xc", 200, "", "Choose at most 4 places."),
        ("place=%00&place=%FF", 200, "", "was not found."),
        ("&".join(f"place=a{number}" for number in range(9)), 200, "", "Choose at most 4 places."),
        ("&".join(["place=alpha", "place=beta"] * 100), 302, "/together/alpha/beta/", ""),
        ("place=" + "a" * 10_000, 200, "", "The URL of this page is too long."),
    ],
)
@pytest.mark.usefixtures("places")
def test_the_form_opens_the_page_or_names_missing_places(client, query, status, target, words):
    response = client.get(f"/together/?{query}")
    assert (response.status_code, response.get("Location", "")) == (status, target)
    assert words in BeautifulSoup(response.content, "html.parser").get_text(" ")


@pytest.mark.parametrize(
    ("address", "most"),
    [
        # The search stops at the first unknown place.
        ("/together/a1/a2/a3/a4/a5/a6/a7/a8/", 1),
        ("/together/a1/a2/a3/a4/a5/a6/a7/a8/a9/", 0),
        ("/together/?" + "&".join(f"place=a{number}" for number in range(8)), 8),
        ("/together/?" + "&".join(f"place=a{number}" for number in range(200)), 0),
        ("/together/?" + "&".join(["place=a1"] * 200), 1),
    ],
)
@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("places")
def test_few_unknown_places_are_looked_up(client, address, most):
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    looked_up = [query for query in queries.captured_queries if "formerslug" in query["sql"]]
    assert len(looked_up) == most


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("places")
def test_the_form_offers_all_other_published_places_by_name(client):
    page = BeautifulSoup(client.get("/together/?place=alpha").content, "html.parser")
    assert page.select_one("select > option").text == "Choose a city or country"
    groups = page.select("form select optgroup")
    assert [[option["value"] for option in group.select("option")] for group in groups] == [
        ["beta", "delta", "gamma", "new-name", "cities:xc"],
        ["xa", "xb", "xc"],
    ]
    assert [field["value"] for field in page.select("form input[name=place]")] == ["alpha"]


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("/together/", [[""], ["", "similar"]]),
        ("/together/?place=alpha", [["", "similar"]]),
        ("/together/?place=xa", [[""]]),
        ("/together/alpha/beta/", [[""]]),
        ("/cities/alpha/", [["", "similar"]]),
        ("/cities/alpha/gaps/", [["", "similar"]]),
        ("/countries/xa/", [[""]]),
    ],
)
def test_every_page_that_compares_has_the_form_and_its_links(client, address, first):
    page = BeautifulSoup(client.get(address).content, "html.parser")
    fields = page.select("form[action='/together/'] select")
    assert [[option["value"] for option in field.select(":scope > option")] for field in fields] == first
    links = {link["href"]: link.text for link in page.select("a")}
    assert links["/together/"] == "Compare cities and countries"
    if address == "/together/alpha/beta/":
        assert links["/cities/beta/gaps/"] == "Compare Beta with similar cities"
    if address == "/cities/alpha/":
        assert links["/cities/alpha/gaps/"] == "Compare with similar cities"


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("places")
def test_the_form_is_above_the_pairs_of_cities_with_the_most_joint_initiatives(client):
    make.make_initiative("lamps", lead=[make.make_city("eta"), make.make_city("zeta")])
    page = BeautifulSoup(client.get("/together/").content, "html.parser")
    pairs = [(link.text, link["href"]) for link in page.select(".city-pairs a")]
    assert pairs == [("Eta and Zeta", "/together/eta/zeta/")]


@pytest.mark.only_on("sqlite")
def test_the_url_does_not_depend_on_the_order_and_the_filters_require_all():
    alpha, beta, country = make.make_city("alpha"), make.make_city("beta"), make.make_country("xb")
    assert (
        together_url(country, beta, alpha) == together_url(alpha, beta, country) == "/together/alpha/beta/xb/"
    )
    assert joint_filters((country, beta, alpha)) == {"city": "alpha,beta", "country": "xb"}
    assert reverse("together", args=["alpha/beta"]) == "/together/alpha/beta/"
