import pytest

from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.html import read_page

pytestmark = pytest.mark.django_db


def page_of(client, slug="xa"):
    return read_page(client, f"/countries/{slug}/")


@pytest.mark.parametrize(
    ("role", "since", "words"),
    [
        ("member", 2001, "XA · SCO member since 2001"),
        ("partner", None, "XA · SCO partner"),
        ("none", None, "XA · neither member nor partner"),
    ],
)
def test_the_countrys_role_in_the_sco_is_shown_first(client, role, since, words):
    make.make_country("xa", sco_role=role, sco_since=since)
    assert words in page_of(client).text()


def test_a_role_with_a_report_has_a_footnote_and_the_year_only_once(client):
    country = make.make_country("xa", sco_since=2001)
    make.make_evidence(country, "sco_role", make.make_report().passages.first())
    page = page_of(client)
    assert page.text("v-sco-role") == "Role in the SCO member [1]"
    assert page.text().count("2001") == 1
    assert "No report is cited" in page.text("reference")


@pytest.mark.parametrize("address", ["/cities/alphaville/", "/countries/xa/"])
def test_numbers_are_listed_only_if_there_are_any(client, address):
    city = make.make_city("alphaville")
    assert "record-counts" not in client.get(address).content.decode()
    make.make_delegate(city=city)
    make.make_initiative(lead=[city])
    assert '<ul class="record-counts">' in client.get(address).content.decode()


def test_a_role_or_a_year_without_a_report_is_marked_if_the_name_has_one(client):
    country = make.make_country("xa", sco_since=2001)
    for field, marked in (("name_en", True), ("sco_role", True), ("sco_since", False)):
        make.make_evidence(country, field, make.make_report().passages.first())
        page = page_of(client)
        assert ("SCO member since 2001 [†]" in page.text()) is marked
        assert (page.element("reference") is not None) is marked


def test_the_countrys_cities_are_listed_with_their_roles_in_initiatives(client):
    alphaville, betaburg = make.make_city("alphaville"), make.make_city("betaburg")
    make.make_city("hidden-town", state=PublicationState.DRAFT)
    make.make_city("faraway", country="xb")
    for number in range(2):
        make.make_initiative(f"initiative-{number}", lead=[alphaville], partner=[betaburg])
    make.make_initiative("taught", reference=[betaburg])
    page = page_of(client)
    assert "Alphaville leads 2" in page.text()
    assert "Betaburg partner in 2 model for 1" in page.text()
    assert "Hidden town" not in page.text()
    assert "/cities/faraway/" not in page.links()


def test_related_records_are_counted_as_in_the_lists(client):
    country, city = make.make_country("xa"), make.make_city("alphaville")
    make.make_initiative("by-city", lead=[city])
    make.make_initiative("by-name", countries=[country])
    make.make_initiative("by-both", lead=[city], countries=[country])
    make.make_initiative("hidden", lead=[city], state=PublicationState.DRAFT)
    make.make_event("fair", host_city=city)
    make.make_delegate("ada-test", city=city)
    make.make_delegate("eva-test", country=country)
    page = page_of(client)
    for counted, collection in (
        ("3 initiatives", "initiatives"),
        ("1 event", "events"),
        ("2 delegates", "delegates"),
    ):
        assert counted in page.text()
        address = f"/{collection}/?country=xa"
        assert address in page.links()
        assert client.get(address).context["list_query"].count == int(counted.split()[0])
    assert "0 organisations" not in page.text()
    assert "/organisations/?country=xa" not in page.links()


def test_the_countrys_partners_are_the_countries_of_the_same_initiatives(client):
    country, other = make.make_country("xa"), make.make_country("xb")
    make.make_initiative("by-city", lead=[make.make_city("alphaville", country)], countries=[other])
    make.make_initiative("by-name", countries=[country, other])
    make.make_initiative(
        "alone",
        countries=[country, make.make_country("xh", name_en="Hidden land", state=PublicationState.DRAFT)],
    )
    page = page_of(client)
    assert "Country Joint initiatives Country XB Joint initiatives 2" in page.text()
    assert "/together/xa/xb/" in page.links()
    assert "Hidden" not in page.text()


def test_the_countrys_delegates_include_the_delegates_of_its_cities(client):
    make.make_delegate("ada-test", city=make.make_city("alphaville"))
    make.make_delegate("eva-test", country=make.make_country("xa"))
    make.make_delegate("faraway-test", country=make.make_country("xb"))
    make.make_delegate("hidden-test", country=make.make_country("xa"), state=PublicationState.DRAFT)
    shown = "Ada test, Mayor, date not known Eva test, Mayor, date not known"
    assert f"Delegates 2 All 2 in the list {shown}" in page_of(client).text()


# The page cache, the view, the initiatives, the statements, the charts, the map, the form and the speakers query the
# change log. Other queries read the country, its cities, delegates, initiatives with their roles and reports, the
# number and the rows of their undated reports, evidence, figures, and the public change history. After each change, one
# query reads the roles of all cities.
QUERIES = 8 + 8 + 1 + 1 + 2


@pytest.mark.parametrize("slug", ["cn", "by"])
@pytest.mark.usefixtures("loaded_package")
def test_the_number_of_queries_of_a_country_page_is_constant(slug, check_query_count):
    check_query_count(f"/countries/{slug}/", QUERIES)
