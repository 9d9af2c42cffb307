import pytest

from sco_cities.sources import related_records
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.html import read_page

pytestmark = pytest.mark.django_db


def page_of(client, slug="light"):
    return read_page(client, f"/themes/{slug}/")


@pytest.fixture
def theme():
    return make.make_theme("light", pillar="security", description="Lamps at night.", keywords="lamp; night")


@pytest.mark.usefixtures("theme")
def test_a_theme_shows_its_description_and_pillar(client):
    page = page_of(client)
    text = page.text()
    assert "Lamps at night. [†]" in text
    assert "Keywords: lamp, night" in text
    assert page.text("v-pillar") == "[†]"
    assert "Light [†] security as a foundation [†]" in text
    assert "/themes/?pillar=security" in page.links()
    assert "The editors maintain this record" in page.text("reference")


def test_a_value_that_a_report_supports_has_a_footnote(client, theme):
    make.make_evidence(theme, "pillar")
    page = page_of(client)
    assert page.text("v-pillar") == "[1]"
    assert "Lamps at night. [†]" in page.text()


def test_the_themes_initiatives_statements_and_events_are_listed(client, theme):
    event = make.make_event("fair-2024", themes=[theme], starts_on="2024-06", host_city=make.make_city())
    ada = make.make_delegate("ada-test")
    said = make.make_statement("said", summary="Lamps shine.", delegate=ada, event=event, themes=[theme])
    make.support_everything(said)
    make.make_initiative("lamps", themes=[theme], status="stalled")
    for maker in (make.make_event, make.make_initiative):
        maker("hidden", themes=[theme], state=PublicationState.DRAFT)
    make.make_statement("unseen", event=event, themes=[theme], state=PublicationState.DRAFT)
    page = page_of(client)
    text = page.text()
    assert "Lamps stalled" in text
    assert "Lamps shine. Ada test · Fair 2024, June 2024 · Light The Gazette ¶1" in page.text("said")
    assert "Fair 2024, Alphaville, June 2024" in text
    assert "Hidden" not in text
    assert page.element("unseen") is None
    assert {"/initiatives/?theme=light", "/events/?theme=light"} <= set(page.links())


def test_a_statement_does_not_name_unpublished_events_and_delegates(client, theme):
    event = make.make_event("hidden-fair", state=PublicationState.DRAFT)
    ada = make.make_delegate("hidden-person", state=PublicationState.DRAFT)
    make.make_statement("said", delegate=ada, event=event, themes=[theme])
    assert "Hidden" not in page_of(client).text()


def test_cities_and_countries_are_ranked(client, theme):
    alpha, beta = make.make_city("alphaville"), make.make_city("betaburg", country="xb")
    make.make_initiative("one", lead=[beta], themes=[theme], starts_on="2023", ends_on="2024")
    make.make_initiative(
        "two", lead=[beta], partner=[alpha], themes=[theme], starts_on="2024", status="completed"
    )
    make.make_initiative("hidden", lead=[alpha], themes=[theme], state=PublicationState.DRAFT)
    page = page_of(client)
    text = page.text()
    assert "City Initiatives Betaburg Initiatives 2 Alphaville Initiatives 1" in text
    assert "Country Initiatives Country XB Initiatives 2 Country XA Initiatives 1" in text
    assert {
        "/initiatives/?theme=light&city=betaburg", "/initiatives/?theme=light&country=xa",
        "/initiatives/?theme=light&status=completed",
    } <= set(page.links())  # fmt: skip


def test_only_the_first_of_many_statements_are_shown_with_the_total(client, theme, monkeypatch):
    monkeypatch.setattr(related_records, "MAX_RELATED", 1)
    monkeypatch.setattr(related_records, "TOLERANCE", 0)
    event = make.make_event()
    for slug in ("a-first", "b-second"):
        make.make_statement(slug, event=event, themes=[theme])
    page = page_of(client)
    assert "Showing the first 1 of 2." in page.text()
    assert "/statements/?theme=light" in page.links()
    assert page.element("b-second") is None


# The page cache, the view, the initiatives, the charts and the speakers query the change log. Other queries read the
# theme, initiatives with their roles and reports, statements with their themes, figures and evidence, events, evidence,
# figures, and the public change history.
QUERIES = 5 + 11 + 1


@pytest.mark.parametrize("slug", ["smart-city", "tourism"])
@pytest.mark.usefixtures("loaded_package")
def test_the_number_of_queries_of_a_theme_page_is_constant(slug, check_query_count):
    check_query_count(f"/themes/{slug}/", QUERIES)
