import pytest

from sco_cities.sources.records import State
from tests import factories as make
from tests.html import read_page

pytestmark = pytest.mark.django_db


def page_of(client, slug="light"):
    return read_page(client, f"/themes/{slug}/")


@pytest.fixture
def theme():
    return make.make_theme("light", pillar="security", description="Lamps at night.", keywords="lamp; night")


@pytest.mark.usefixtures("theme")
def test_a_theme_says_what_it_is_about_and_under_which_pillar(client):
    page = page_of(client)
    text = page.text()
    assert "theme · security as a foundation" in text
    assert "Lamps at night. [†]" in text
    assert "Keywords: lamp, night" in text
    assert page.text("v-pillar") == "Pillar security as a foundation [†]"
    assert "/themes/?pillar=security" in page.links("v-pillar")
    assert "Entry kept by the editors" in page.text("reference")


def test_what_a_report_supports_has_its_notes(client, theme):
    make.make_evidence(theme, "pillar")
    page = page_of(client)
    assert page.text("v-pillar") == "Pillar security as a foundation [1]"
    assert "Lamps at night. [†]" in page.text()


def test_its_initiatives_statements_and_events_are_listed(client, theme):
    event = make.make_event("fair-2024", themes=[theme], starts_on="2024-06", host_city=make.make_city())
    ada = make.make_delegate("ada-test")
    said = make.make_statement("said", summary="Lamps shine.", delegate=ada, event=event, themes=[theme])
    make.support_everything(said)
    make.make_initiative("lamps", themes=[theme], status="stalled")
    for maker in (make.make_event, make.make_initiative):
        maker("hidden", themes=[theme], state=State.DRAFT)
    make.make_statement("unseen", event=event, themes=[theme], state=State.DRAFT)
    page = page_of(client)
    text = page.text()
    assert "stalled Lamps" in text
    assert "Lamps shine. Ada test · Fair 2024, June 2024 · Light The Gazette ¶1" in page.text("said")
    assert "June 2024 Fair 2024, Alphaville" in text
    assert "Hidden" not in text
    assert page.element("unseen") is None
    assert {"/initiatives/?theme=light", "/events/?theme=light"} <= set(page.links())


def test_a_statement_names_no_event_or_delegate_that_is_not_published(client, theme):
    event = make.make_event("hidden-fair", state=State.DRAFT)
    ada = make.make_delegate("hidden-person", state=State.DRAFT)
    make.make_statement("said", delegate=ada, event=event, themes=[theme])
    assert "Hidden" not in page_of(client).text()


# The log of changes.
# The theme; initiatives; statements and their themes, figures and evidence; events; evidence; figures.
# What has changed while readers saw it.
QUERIES = 11


def test_a_theme_with_little_asks(theme, asks):
    make.make_statement(event=make.make_event(), themes=[theme])
    asks("/themes/light/", QUERIES)


def test_a_theme_with_much_asks_no_more(theme, asks):
    for number in range(6):
        event = make.make_event(f"event-{number}", themes=[theme], host_city=make.make_city(f"city-{number}"))
        delegate = make.make_delegate(f"delegate-{number}")
        statement = make.make_statement(
            f"statement-{number}", delegate=delegate, event=event,
            themes=[theme, make.make_theme(f"theme-{number}")],
        )  # fmt: skip
        make.support_everything(statement, make.make_report(f"report-{number}").passages.first())
        make.make_initiative(f"initiative-{number}", themes=[theme])
        make.make_evidence(theme, "pillar", make.make_report(f"report-{number}").passages.first())
    asks("/themes/light/", QUERIES)
