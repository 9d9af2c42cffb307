import pytest

from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.html import read_page

pytestmark = pytest.mark.django_db


def page_of(client, slug="lamp-office"):
    return read_page(client, f"/organisations/{slug}/")


@pytest.fixture
def office():
    return make.make_organisation(
        "lamp-office", city=make.make_city(), country=make.make_country(), aliases="LO; Lamps Ltd"
    )


@pytest.mark.usefixtures("office")
def test_values_without_a_report_are_marked_as_maintained_by_the_editors(client):
    page = page_of(client)
    assert page.text("v-name-en") == "[†]"
    assert "company · Alphaville · Country XA" in page.text()
    assert "The editors maintain this record" in page.text("reference")
    assert "Also called: LO, Lamps Ltd" in page.text()


def test_a_record_with_evidence_about_the_whole_has_no_such_mark(client, office):
    make.make_evidence(office, "*")
    page = page_of(client)
    assert "1 report · it also supports the values without a number" in page.text()
    assert page.element("reference") is None


def test_an_unpublished_city_is_not_named(client):
    make.make_organisation("lamp-office", city=make.make_city("hidden-town", state=PublicationState.DRAFT))
    assert "Hidden" not in page_of(client).text()


def test_the_organisations_delegates_and_initiatives_are_listed_with_status(client, office):
    make.make_delegate("ada-test", organisation=office, role="Chief")
    make.make_initiative(
        "lamps", organisations=[office], status="under_way", starts_on="2024", ends_on="2029"
    )
    make.make_initiative("hidden", organisations=[office], state=PublicationState.IN_REVIEW)
    page = page_of(client)
    assert "Lamps under way" in page.text()
    assert "2024 to 2029" in page.text()
    assert "Ada test, Chief" in page.text()
    assert "Hidden" not in page.text()
    assert {
        "/initiatives/?organisation=lamp-office", "/delegates/?organisation=lamp-office", "/delegates/ada-test/",
    } <= set(page.links())  # fmt: skip


# The page cache, the view, the initiatives, the charts and the speakers query the change log. Other queries read the
# organisation with city and country, delegates, initiatives with their roles and reports, evidence, figures, and the
# public change history.
QUERIES = 5 + 7 + 1


# The SCO has no delegates, so it needs one query fewer.
@pytest.mark.parametrize(("slug", "more"), [("sco", -1), ("bishkek-city", 0)])
@pytest.mark.usefixtures("loaded_package")
def test_the_number_of_queries_of_an_organisation_page_is_constant(slug, more, check_query_count):
    check_query_count(f"/organisations/{slug}/", QUERIES + more)
