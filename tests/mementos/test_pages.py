"""The page of a record as of a date."""

import pytest
from bs4 import BeautifulSoup

from sco_cities.history.shown_record import today
from sco_cities.sources.models import Evidence
from tests import factories as make
from tests.history.snapshots import edit, on_day, recording, stored_on
from tests.html_lint import lint_errors

DAY = "2026-02-01"


@pytest.fixture
def world(db):
    """A record of every kind, published on 1 January 2026 and changed later."""
    country, theme = make.make_country(), make.make_theme()
    city = make.make_city("lampton", country, aliases="Lampville", population=5000)
    office = make.make_organisation("lamp-office", city=city, country=country)
    parent = make.make_event("fair", host_city=city)
    event = make.make_event("parade", [theme], host_city=city, parent=parent)
    delegate = make.make_delegate("ada", organisation=office, city=city, country=country)
    make.make_attendance(event, delegate)
    statement = make.make_statement("said", [theme], delegate=delegate, event=event)
    initiative = make.make_initiative(
        "bright-lamps", lead=[city], themes=[theme], countries=[country], organisations=[office], event=event
    )
    figure = make.make_figure(initiative)
    records = [country, theme, city, office, event, delegate, statement, initiative]
    for record in records:
        make.support_everything(record)
    make.make_evidence(initiative, figure, stance="differs", reported_value="13 lamps")
    make.make_evidence(initiative, "status", stance="earlier", reported_value="as of 2020: proposed")
    make.make_evidence(initiative, "ends_on", stance="earlier", reported_value="as of 2020: 2022")
    report = Evidence.objects.first().passage.report
    stored_on("01-01", *records, report, parent)
    for record in (*records, report):
        name = next(each for each in ("title_en", "name_en", "summary", "title") if hasattr(record, each))
        on_day("02-02", edit(record, **{name: "A later name"}))
    return {record.collection: record for record in (*records, report)}


def page_of(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    assert not lint_errors(response.text)
    return BeautifulSoup(response.text, "html.parser")


@pytest.mark.parametrize("language", ["", "/ru", "/zh-hans"])
def test_every_kind_of_record_has_a_page_as_of_a_date(client, world, language):
    for record in world.values():
        page = page_of(client, f"{language}/{record.collection}/{record.slug}/?as_of={DAY}")
        assert "A later name" not in page.select_one("article h1").text
        assert page.select_one("[role=note] strong").text
        assert page.select_one("meta[name=robots]")["content"] == "noindex"
        assert page.select_one("link[rel=canonical]") is None
        assert page.select_one(".citation a")["href"].endswith(f"/{record.slug}/?as_of={DAY}")
        day = page.select_one(".changes input[type=date]")
        assert (day["min"], day["value"], day["max"]) == ("2026-01-01", DAY, str(today()))


def test_the_page_describes_its_content_as_text(client, world):
    page = page_of(client, f"/initiatives/bright-lamps/?as_of={DAY}")
    note = page.select_one("[role=note]")
    assert " ".join(note.text.split()) == (
        "The record as published at the end of 1 February 2026 (UTC). See the current version "
        "Other records appear with their current names. Lists of other records are not shown."
    )
    assert note.a["href"] == "/initiatives/bright-lamps/"
    assert "As of 1 February 2026." in page.select_one(".citation").text


def test_values_have_their_links_roles_and_footnotes(client, world):
    page = page_of(client, f"/initiatives/bright-lamps/?as_of={DAY}")
    values = {
        row.dt.text: " ".join(row.select_one(".value-content").text.split()) for row in page.select(".value")
    }
    assert list(values) == [
        "Status", "Kind", "Starts on", "Ends on", "Cities", "Countries", "Organisations", "Themes", "Event", "Lamps",
    ]  # fmt: skip
    assert values["Ends on"].startswith("not known")
    assert values["Cities"].startswith("A later name (lead) [")
    assert page.select_one("#v-cities a")["href"] == "/cities/lampton/"
    assert page.select_one("#v-status .disc")
    assert values["Lamps"].startswith("12 lamps")
    assert page.select_one("#v-countries a")["href"] == "/countries/xa/"
    assert "13 lamps" in page.select_one("#v-figure-1").text
    assert "proposed" in page.select_one("#v-status").text
    # Notes link back to the values.
    assert {a["href"] for a in page.select(".note a[href^='#v-']")} <= {
        f"#{each['id']}" for each in page.select("[id]")
    }


def test_a_report_has_the_passages_that_it_had(client, world):
    report = world["reports"]
    with recording(report) as recorder:
        report.passages.update(summary="Now.")
    on_day("02-03", recorder.change_set)
    assert (
        page_of(client, f"/reports/{report.slug}/?as_of={DAY}")
        .select_one("#p1")
        .text.strip()
        .startswith("¶1")
    )
    assert "Now." not in client.get(f"/reports/{report.slug}/?as_of={DAY}").text


@pytest.mark.django_db
def test_later_changes_are_not_shown(client):
    record = make.make_city("lampton")
    stored_on("01-01", record)
    on_day("01-15", edit(record, name_en="A January name", reason="It shines."))
    on_day("02-02", edit(record, name_en="A later name", reason="It shines more."))
    changes = page_of(client, f"/cities/lampton/?as_of={DAY}").select_one(".changes").text
    assert "1 change since publication" in changes
    assert "It shines." in changes and "It shines more." not in changes


def test_programs_are_redirected_to_the_file_and_caches_store_the_redirect_separately(client, world):
    address = f"/initiatives/bright-lamps/?as_of={DAY}"
    assert "Accept" in client.get(address)["Vary"].split(", ")
    sent = client.get(address, headers={"accept": "text/markdown"})
    assert (sent.status_code, sent["Location"]) == (303, f"/initiatives/bright-lamps.md?as_of={DAY}")


def test_the_page_as_of_today_is_the_current_page_with_its_date(client, world):
    page = page_of(client, f"/organisations/lamp-office/?as_of={today()}")
    assert page.select_one("[role=note] strong").text.startswith("The record as published today")
    assert page.select_one("link[rel=canonical]") is None
    assert page.select_one("#delegates")
    assert page.select_one(".citation a")["href"].endswith(f"?as_of={today()}")


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("2025-12-31", 404, "was not published on this date"),
        ("2100-01-01", 400, "is in the future"),
        ("31.01.2026", 400, "is not a valid date"),
        ("", 400, "Enter a date such as 2026-01-31."),
    ],
)
def test_a_date_without_a_page_has_an_error_page_with_the_reason(client, world, query, status, words):
    page = page_of(client, f"/initiatives/bright-lamps/?as_of={query}", status)
    assert words in page.select_one("main").text
    assert page.select_one("main a[href='/initiatives/bright-lamps/']").text == "As it is today"
    if status == 400:
        field = page.select_one("form[action='/initiatives/bright-lamps/'] input[type=date]")
        assert (field["aria-invalid"], field["max"]) == ("true", str(today()))
        assert words in page.select_one(f"#{field['aria-describedby']}").text


def test_a_date_before_the_first_state_redirects_to_the_first_state(client, world):
    page = page_of(client, "/ru/initiatives/bright-lamps/?as_of=2025-12-31", 404)
    address = page.select_one("main li a")["href"]
    assert address == "/ru/initiatives/bright-lamps/?as_of=2026-01-01"
    assert page_of(client, address)


@pytest.mark.django_db
def test_a_first_date_when_the_record_was_withdrawn_is_no_link(client):
    record = make.make_city("lampton")
    stored_on("01-01", record)
    on_day("01-01", edit(record, state="withdrawn"))
    page = page_of(client, f"/cities/lampton/?as_of={DAY}", 404)
    assert [a.text for a in page.select("main li a")] == ["Home page"]


def test_other_pages_of_a_record_are_not_shown_as_of_a_date(client, world):
    ignored = client.get(f"/cities/lampton/gaps/?as_of={DAY}")
    assert ignored.context["city"].slug == "lampton" and "Memento-Datetime" not in ignored


def test_the_current_page_offers_a_choice_of_dates(client, world):
    page = page_of(client, "/initiatives/bright-lamps/")
    assert page.select_one("section.changes form[action='/initiatives/bright-lamps/'] input[name=as_of]")
    assert page.select_one("[role=note]") is None


def test_the_changes_of_a_record_link_to_their_dates(client, world):
    on_day("03-04", edit(world["initiatives"], title_en="The newest name"))
    changes = page_of(client, "/initiatives/bright-lamps/").select_one(".changes")
    days = [link["href"] for link in changes.select("a[rel=nofollow]")]
    assert days == ["?as_of=2026-01-01", "?as_of=2026-03-04", "?as_of=2026-02-02"]
    for day in days:
        page_of(client, f"/initiatives/bright-lamps/{day}")


def test_a_page_without_changes_offers_the_dates_since_its_publication(client, world):
    page = page_of(client, "/events/fair/")
    (choice,) = [
        each for each in page.select("details") if each.summary.text == "As published on another date"
    ]
    day = choice.select_one("form[action='/events/fair/'] input[type=date][name=as_of]")
    assert (day["min"], day["max"]) == ("2026-01-01", str(today()))
    assert choice.p.a["href"] == "?as_of=2026-01-01"
    assert page_of(client, "/events/fair/?as_of=2026-01-01")
