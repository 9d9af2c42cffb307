import pytest

from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.html import read_page

pytestmark = pytest.mark.django_db


def page_of(client, slug="ada-test"):
    return read_page(client, f"/delegates/{slug}/")


def passage(slug="gazette-20250101", number=1):
    return make.make_report(slug, passages=number).passages.get(number=number)


@pytest.fixture
def delegate():
    delegate = make.make_delegate(
        "ada-test", role="Mayor of Alphaville", city=make.make_city(), country=make.make_country(),
        organisation=make.make_organisation("town-hall"), aliases="A. Test; Ada T.",
    )  # fmt: skip
    for name in ("*", "role", "organisation", "city", "country"):
        make.make_evidence(delegate, name, passage())
    return delegate


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("v-role", "[1]"),
        ("v-organisation", "Organisation Town hall [1]"),
        ("v-city", "City Alphaville [1]"),
        ("v-country", "Country Country XA [1]"),
    ],
)
@pytest.mark.usefixtures("delegate")
def test_every_value_has_its_footnote_markers(client, id, words):
    page = page_of(client)
    assert page.text(id) == words
    assert "Mayor of Alphaville, as of 1 January 2025 [1] 1 report" in page.text()
    assert "Also spelt: A. Test, Ada T." in page.text()


def test_a_disputed_role_shows_each_reading_with_its_publisher(client, delegate):
    make.make_evidence(delegate, "role", passage("courier"), stance="differs", reported_value="Deputy mayor")
    readings = page_of(client).text("v-role-readings")
    assert "Mayor of Alphaville in 1 report: The Gazette [2]" in readings
    assert "Deputy mayor in 1 report: The Gazette [1]" in readings


def test_statements_show_event_themes_and_their_passages(client, delegate):
    event = make.make_event("fair-2024", starts_on="2024-06-01", ends_on="2024-06-03")
    statement = make.make_statement(
        "lamps-shine", summary="Lamps shine, said Test.", delegate=delegate, event=event,
        themes=[make.make_theme("light"), make.make_theme("night")],
    )  # fmt: skip
    make.make_evidence(statement, "*", passage(number=2))
    make.make_evidence(statement, "summary", passage(number=3))
    make.make_evidence(
        statement, "summary", passage("courier"), stance="differs", reported_value="Lamps glow"
    )
    make.make_statement("hidden", delegate=delegate, state=PublicationState.DRAFT)
    page = page_of(client)
    assert page.text("lamps-shine") == (
        "Lamps shine, said Test. Light, Night "
        "The Gazette ¶3 ≠ Reports differ Lamps glow The Gazette ¶1 Report an error"
    )
    assert "Statements 1 in the list Fair 2024, 1 to 3 June 2024 Lamps shine" in page.text()
    assert "/reports/gazette-20250101/#p3" in page.links("lamps-shine")
    assert "/reports/courier/#p1" in page.links("lamps-shine")
    assert page.element("hidden") is None


def test_statements_are_in_the_order_of_their_passages(client, delegate):
    for slug, number in (("a-third", 3), ("b-first", 1), ("c-second", 2)):
        make.make_evidence(make.make_statement(slug, delegate=delegate), "summary", passage(number=number))
    ids = page_of(client).all_ids()
    assert ids.index("b-first") < ids.index("c-second") < ids.index("a-third")


def test_a_statement_shows_its_figures(client, delegate):
    statement = make.make_statement("old-lamps", delegate=delegate)
    make.make_figure(statement, "age of lamps", 2000, unit="years", qualifier="over")
    make.support_everything(statement)
    assert "Age of lamps: over 2,000 years" in page_of(client).text("old-lamps")


def test_attendances_show_the_role_at_the_event_and_the_source(client, delegate):
    fair = make.make_event("fair-2024", starts_on="2024-06", host_city=make.make_city("betaburg"))
    talks = make.make_event("talks-2025", starts_on="2025-02")
    hidden = make.make_event("hidden-event", state=PublicationState.DRAFT)
    for event in (fair, talks, hidden):
        make.make_attendance(event, delegate, f"speaker at {event.slug}")
    make.make_evidence(fair, "attendances", passage("courier", 2))
    make.make_evidence(talks, "*", passage())
    page = page_of(client)
    text = page.text()
    assert "Fair 2024, Betaburg, June 2024 speaker at fair-2024 · The Gazette ¶2" in text
    assert text.index("Talks 2025") < text.index("Fair 2024")
    assert "hidden" not in text.lower()
    assert "/reports/courier/#p2" in page.links()


# The page cache and the list of speakers each query the change log. Other queries read the delegate with organisation,
# city and country, statements and their themes, figures and evidence, attendances and the evidence of their events,
# evidence, figures, and the public change history. One more query reads the change log for the date of a role whose
# text has no year.
QUERIES = 12 + 1


@pytest.mark.usefixtures("delegate")
@pytest.mark.only_on("sqlite")
def test_the_number_of_queries_for_a_delegate_with_few_records(check_query_count, delegate):
    make.make_attendance(make.make_event(), delegate)
    make.make_statement(delegate=delegate)
    check_query_count("/delegates/ada-test/", QUERIES)


@pytest.mark.only_on("sqlite")
def test_a_delegate_with_many_records_needs_no_more_queries(delegate, check_query_count):
    for number in range(6):
        event = make.make_event(f"event-{number}", host_city=make.make_city(f"city-{number}"))
        make.make_attendance(event, delegate)
        make.make_evidence(event, "attendances", passage(f"report-{number}"))
        statement = make.make_statement(
            f"statement-{number}", delegate=delegate, event=event, themes=[make.make_theme(f"theme-{number}")]
        )
        make.make_figure(statement, f"lamps {number}")
        make.support_everything(statement, passage(f"report-{number}"))
    check_query_count("/delegates/ada-test/", QUERIES)
