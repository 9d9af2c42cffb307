import pytest

from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.html import read_page

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


def page_of(client, slug="fair-2024"):
    return read_page(client, f"/events/{slug}/")


def passage(slug="gazette-20250101", number=1):
    return make.make_report(slug, passages=number).passages.get(number=number)


@pytest.fixture
def event():
    event = make.make_event(
        "fair-2024", themes=[make.make_theme("light")], kind="dialogue", series="Fairs", host_city=make.make_city(),
        starts_on="2024-06-01", ends_on="2024-06", date_text="early June", parent=make.make_event("great-fair"),
    )  # fmt: skip
    for name in ("*", "kind", "starts_on", "ends_on", "host_city", "series", "parent", "themes"):
        make.make_evidence(event, name, passage())
    return event


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("v-kind", "[1]"),
        ("v-starts-on", "[1]"),
        ("v-host-city", "[1]"),
        ("v-series", "Series Fairs [1]"),
        ("v-parent", "Part of Great fair [1]"),
        ("v-themes", "Themes Light [1]"),
    ],
)
@pytest.mark.usefixtures("event")
def test_every_value_has_its_footnote_markers(client, id, words):
    assert page_of(client).text(id) == words


@pytest.mark.parametrize(("starts_on", "heading"), [("2025-05", "Forum, May 2025"), ("", "Forum")])
def test_the_description_has_the_date_of_the_event_if_known(client, starts_on, heading):
    make.make_event("forum", starts_on=starts_on)
    assert f'content="{heading}: attendees,' in client.get("/events/forum/").content.decode()


def test_attendees_are_listed_with_their_roles_and_footnotes(client, event):
    ada = make.make_delegate("ada-test", organisation=make.make_organisation("town-hall"))
    make.make_attendance(event, ada, "keynote speaker")
    make.make_attendance(event, make.make_delegate("hidden-person", state=PublicationState.DRAFT))
    make.make_evidence(event, "attendances", passage("courier"))
    page = page_of(client)
    assert "Attendees [1] 1 delegate attended or spoke Ada test, keynote speaker, Town hall" in page.text()
    assert "Hidden" not in page.text()
    assert page.links("v-attendances") == ["#note-1"]


def test_the_url_of_a_statement_points_to_its_anchor(client, event):
    ada = make.make_delegate("ada-test")
    said = make.make_statement("ada-said", summary="Lamps shine.", event=event, delegate=ada)
    agreed = make.make_statement("all-agreed", summary="Lamps are good.", event=event)
    for statement in (said, agreed):
        make.support_everything(statement)
    page = page_of(client)
    assert said.get_absolute_url() == "/events/fair-2024/#ada-said"
    assert page.text("ada-said") == "Lamps shine. The Gazette ¶1 Report an error"
    assert page.text("all-agreed") == "Lamps are good. The Gazette ¶1 Report an error"
    assert "Ada test Lamps shine." in page.text()
    assert "Speaker not named Lamps are good." in page.text()


def test_the_date_in_words_is_shown_where_it_is_the_only_one(client, event):
    make.make_event("forum", starts_on="", ends_on="", date_text="late autumn")
    assert page_of(client).element("v-date-text") is None
    assert page_of(client, "forum").text("v-date-text").startswith("Date as text late autumn")


@pytest.mark.parametrize(
    ("with_event", "with_delegate", "address"),
    [
        ("published", "published", "/events/fair/#said"),
        ("published", None, "/events/fair/#said"),
        (None, "published", "/delegates/ada-test/#said"),
        ("draft", "published", "/delegates/ada-test/#said"),
        ("draft", "draft", "/statements/?q=It+was+said+that+said."),
    ],
)
def test_the_url_of_a_statement_is_on_a_published_page(with_event, with_delegate, address):
    event = make.make_event("fair", state=with_event) if with_event else None
    delegate = make.make_delegate("ada-test", state=with_delegate) if with_delegate else None
    assert make.make_statement("said", event=event, delegate=delegate).get_absolute_url() == address


def test_disputed_attendances_show_both_readings(client, event):
    make.make_attendance(event, make.make_delegate("ada-test"))
    make.make_evidence(event, "attendances", passage("courier"))
    make.make_evidence(
        event, "attendances", passage("herald"), stance="differs", reported_value="Ada Test sent a deputy"
    )
    readings = page_of(client).text("v-attendances-readings")
    assert "as shown in 1 report: The Gazette" in readings
    assert "Ada Test sent a deputy in 1 report: The Gazette" in readings


def test_speakers_are_counted_with_attendees(client, event):
    make.make_attendance(event, make.make_delegate("ada-test"))
    make.make_statement("said", event=event, delegate=make.make_delegate("eva-test"))
    make.make_statement(
        "unseen", event=event, delegate=make.make_delegate("hidden-test", state=PublicationState.DRAFT)
    )
    page = page_of(client)
    assert "2 delegates attended or spoke" in page.text()
    assert client.get("/delegates/?event=fair-2024").context["list_query"].count == 2


def test_the_events_parts_and_resulting_initiatives_are_listed(client, event):
    make.make_event("opening", parent=event, starts_on="2024-06-01")
    make.make_initiative("lamps", event=event, status="interest")
    make.make_initiative("hidden", event=event, state=PublicationState.DRAFT)
    page = page_of(client)
    assert (
        "Programme May 2025 Great fair 1 June 2024 to June 2024 Fair 2024 1 June 2024 Opening" in page.text()
    )
    assert (
        "Initiatives agreed, reported or held here Subscribe: Initiatives agreed, reported or held here 1 in the list"
        in page.text()
    )
    assert "Lamps interest" in page.text()
    assert "/initiatives/?event=fair-2024&status=interest" in page.links()
    assert "Hidden" not in page.text()
    assert {"/events/opening/", "/initiatives/lamps/", "/initiatives/?event=fair-2024"} <= set(page.links())


# The page cache, the view, the initiatives, the chart and the speakers query the change log. Other queries read the
# event with host city, country and parent, its themes, the programme, attendances, statements and their themes, figures
# and evidence, initiatives with their roles and reports, evidence, figures, and the public change history.
QUERIES = 5 + 13 + 1


# A record with disputed values may have rulings, which need one more query.
@pytest.mark.parametrize(("slug", "more"), [("gmd-2025", 1), ("hospital-conference-xian-2025", 0)])
@pytest.mark.usefixtures("loaded_package")
def test_the_number_of_queries_of_an_event_page_is_constant(slug, more, check_query_count):
    check_query_count(f"/events/{slug}/", QUERIES + more)


@pytest.mark.usefixtures("loaded_package")
def test_the_mayors_dialogue_shows_its_dates_and_the_reported_numbers_of_attendees(client):
    page = page_of(client, "gmd-2025")
    assert "6 to 9 July 2025 [5] [7] ≠ · Tianjin, China [7]" in page.text()
    assert "8 July 2025, the only day named in 1 report" in page.text("v-starts-on-readings")
    assert "nearly 20 representatives" in page.text()
    assert "about 350 representatives in 1 report: Tanzania Post" in page.text()
