"""The footnotes of a record's page in the admin: at each field, at rows and figures, and asked about after changes."""

import time

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sco_cities.curation.evidence import inlines
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence, Figure
from tests import factories as make
from tests.curation.admin_client import (
    ATTENDANCES,
    CITIES,
    EVIDENCE,
    FIGURES,
    Desk,
    added,
    address,
    errors_in,
    messages_in,
    row,
    soup,
    staff_client,
    without,
)
from tests.curation.evidence_steps import adding_address


@pytest.fixture
def desk(curator):
    return Desk(curator)


@pytest.fixture
def gazette(db):
    return make.make_report("gazette", passages=3, title="Lamps at night", published_on="2025-07-08").passages


def words(element) -> str:
    return " ".join(element.text.split())


def at(client, record, field) -> str:
    """What stands at a field, in words, without the help text."""
    return words(soup(client.get(address(record, "change"))).select_one(f"#notes-{field}"))


def test_a_field_shows_its_footnotes_with_their_numbers_stances_and_links(curator, gazette):
    record = make.make_initiative("lamps")
    one, two, three = gazette.order_by("number")
    make.make_evidence(record, "status", one)
    make.make_evidence(record, "status", two, stance="differs", reported_value="proposed")
    make.make_evidence(
        record, "status", three, stance="earlier", reported_value="as of 2024-01: interest (said)"
    )
    assert at(curator, record, "status") == (
        "[1] Lamps at night (The Gazette, 8 July 2025) "
        "≠ differs [2] Lamps at night (The Gazette, 8 July 2025): proposed "
        "tells an earlier state [3] Lamps at night (The Gazette, 8 July 2025): as of January 2024 interest “said” "
        "Add evidence"
    )
    links = soup(curator.get(address(record, "change"))).select("#notes-status a")
    assert [link["href"] for link in links] == [
        "/reports/gazette/#p1", "/reports/gazette/#p2", "/reports/gazette/#p3", adding_address(record, "status"),
    ]  # fmt: skip


def test_numbers_are_those_of_the_readers_and_drafts_come_after_them(curator, client, gazette):
    record = make.make_initiative("lamps")
    early = make.make_report("draft", published_on="2020", state=PublicationState.DRAFT).passages.get()
    make.make_evidence(record, "status", early)
    make.make_evidence(record, "status", gazette.first())
    assert "[1]" in soup(client.get(record.get_absolute_url())).select_one("#v-status").text
    assert at(curator, record, "status") == (
        "[1] Lamps at night (The Gazette, 8 July 2025) "
        "[2] Draft (The Gazette, 2020) draft: does not count Add evidence"
    )


@pytest.mark.parametrize(
    ("field", "supported", "shown"),
    [
        ("status", [], "no evidence yet Add evidence"),
        ("title_en", [], "no evidence yet Add evidence"),
        # Evidence on the record as a whole does not do for its status.
        ("status", ["*"], "no evidence yet Add evidence"),
        ("title_en", ["*"], "rests on the evidence for the record as a whole Add evidence"),
        # An empty field needs none.
        ("ends_on", [], "Add evidence"),
        ("title_ru", ["*"], "Add evidence"),
    ],
)
def test_a_field_says_whether_it_needs_evidence(field, supported, shown, curator, gazette):
    record = make.make_initiative("lamps", state=PublicationState.DRAFT)
    for name in supported:
        make.make_evidence(record, name, gazette.first())
    assert at(curator, record, field) == shown


def test_names_that_need_no_evidence_lack_none(curator):
    assert at(curator, make.make_theme(), "name_en") == "Add evidence"


def test_screen_readers_read_out_the_notes_with_the_field(curator, gazette):
    record = make.make_initiative("lamps")
    make.make_evidence(record, "status", gazette.first())
    page = soup(curator.get(address(record, "change")))
    described_by = page.select_one("select[name=status]")["aria-describedby"]
    assert "Lamps at night" in page.find(id=described_by).text
    assert page.select_one("#notes-status .add-evidence")["aria-label"] == "Add evidence: status"


def test_notes_come_with_an_error_too_and_beside_the_help_of_the_field(desk, gazette):
    record = make.make_initiative("lamps", sourced=True)
    desk.send(desk.open(record) | {"starts_on": "soon"})
    help_text = soup(desk.response).select_one("#id_starts_on_helptext")
    assert "A date as YYYY" in help_text.text
    assert help_text.select_one("#notes-starts_on")


def test_figures_cities_and_attendances_show_theirs_above_their_rows(curator, gazette):
    record = make.make_initiative("lamps", lead=[make.make_city()])
    figure = make.make_figure(record, "lamps & more")
    make.make_evidence(record, figure, gazette.first())
    make.make_evidence(record, "cities", gazette.first())
    event = make.make_event()
    make.make_attendance(event, make.make_delegate())
    assert at(curator, record, f"figure-{figure.pk}").startswith("Figure: lamps & more [1] Lamps at night")
    assert at(curator, record, "cities").startswith("Cities [1] Lamps at night")
    assert "no evidence yet Add evidence" in at(curator, event, "attendances")
    assert "Add evidence" in at(curator, record, "whole")
    page = soup(curator.get(address(record, "change")))
    for name, anchor in (
        (f"{FIGURES}-0-label", f"notes-figure-{figure.pk}"),
        (f"{CITIES}-0-city", "notes-cities"),
    ):
        assert page.find(attrs={"name": name})["aria-describedby"] == anchor
    visits = soup(curator.get(address(event, "change")))
    assert visits.find(attrs={"name": f"{ATTENDANCES}-0-delegate"})["aria-describedby"] == "notes-attendances"


def test_who_may_only_look_sees_the_footnotes_and_no_way_to_add_any(gazette):
    record = make.make_initiative("lamps", sourced=True)
    client = staff_client(*Permission.objects.filter(codename="view_initiative"))
    page = soup(client.get(address(record, "change")))
    assert "[1]" in page.select_one("#notes-status").text
    assert not page.select(".add-evidence")


def test_a_new_record_has_no_notes_yet(curator):
    assert not soup(curator.get(address(make.make_initiative(), "add"))).select(".evidence-notes")


# Of these, eight are for the notes of an initiative: evidence, figures, rulings, and what is filled in (countries,
# organisations, themes, cities, figures); one counts the footnotes for their pages.
MOST_QUERIES = 30


@pytest.mark.parametrize("footnotes", [3, 60])
def test_a_page_asks_no_more_for_many_footnotes_than_for_few(footnotes, curator):
    few, many = make.make_initiative("few"), make.make_initiative("many")
    passages = make.make_report("gazette", passages=footnotes).passages.order_by("number")
    for record, count in ((few, 3), (many, footnotes)):
        for passage in passages[:count]:
            make.make_evidence(record, "status", passage)
        make.make_figure(record)
    curator.get(address(few, "change"))
    counted = []
    for record in (few, many):
        with CaptureQueriesContext(connection) as captured:
            curator.get(address(record, "change"))
        counted.append(len(captured))
    assert counted[0] == counted[1] <= MOST_QUERIES


def test_a_field_with_very_many_footnotes_shows_the_first_and_counts_the_rest(curator):
    record = make.make_initiative("lamps")
    for passage in make.make_report("gazette", passages=20).passages.all():
        make.make_evidence(record, "status", passage)
    assert "and 8 more, in the list of evidence below" in at(curator, record, "status")


# Changes


def test_after_a_change_the_footnotes_of_the_value_are_asked_about(desk, gazette):
    record = make.make_initiative("lamps", sourced=True, state=PublicationState.DRAFT)
    make.make_evidence(record, "status", gazette.first())
    desk.send(desk.open(record) | {"status": "proposed", "summary_ru": "Фонари."})
    assert messages_in(desk.client.get(desk.address))[0] == (
        "Status was changed and has footnotes: check whether they still say so ( gazette-20250101#1 , gazette#1 )."
    )


def test_a_change_of_rows_or_figures_asks_about_theirs(desk, gazette):
    record = make.make_initiative(
        "lamps", sourced=True, lead=[make.make_city()], state=PublicationState.DRAFT
    )
    make.make_evidence(record, make.make_figure(record), gazette.first())
    desk.send(desk.open(record) | row(CITIES, 0, role="partner") | row(FIGURES, 0, value="13"))
    asked = [message for message in messages_in(desk.client.get(desk.address)) if "check whether" in message]
    assert [message.partition(" was changed")[0] for message in asked] == ["Cities", "Figure: lamps"]


def test_without_a_change_or_without_footnotes_nothing_is_asked(desk):
    record = make.make_initiative("lamps", state=PublicationState.DRAFT)
    desk.send(desk.open(record) | {"status": "proposed"})
    assert not [text for text in messages_in(desk.client.get(desk.address)) if "check whether" in text]


def test_a_row_that_supports_a_value_and_reports_another_is_asked_about(desk, gazette):
    record = make.make_initiative("lamps", sourced=True)
    sent = added(
        desk.open(record), EVIDENCE,
        field="status", passage=gazette.first().pk, stance="supports", reported_value="proposed",
    )  # fmt: skip
    desk.send(sent)
    assert messages_in(desk.client.get(desk.address))[0] == (
        "Status: gazette#1 reports “proposed”, the record says “agreed”. It was saved as support; "
        "if they disagree, choose “differs” for it."
    )


# Many footnotes


@pytest.fixture
def heavy(db, monkeypatch):
    """A record with 25 footnotes, ten of which a page shows."""
    monkeypatch.setattr(inlines, "FOOTNOTES_PER_PAGE", 10)
    record = make.make_initiative("heavy", sourced=True)
    left = 25 - record.evidence.count()
    for passage in make.make_report("gazette", passages=left).passages.order_by("number"):
        make.make_evidence(record, "kind", passage)
    return record


def rows_in(response) -> int:
    return len(soup(response).select(f'select[name^="{EVIDENCE}-"][name$="-passage"]')) - 2  # blank ones


def test_many_footnotes_are_edited_a_page_at_a_time(desk, heavy):
    desk.open(heavy)
    assert rows_in(desk.response) == 10
    pages = soup(desk.response).select_one(".evidence-pages")
    assert words(pages).startswith("Footnotes 1 to 10 of 25;")
    assert [link["href"] for link in pages.select("a")] == [
        f"?footnotes=2#{EVIDENCE}-group", f"?footnotes=3#{EVIDENCE}-group",
    ]  # fmt: skip
    desk.address += "?footnotes=3"
    sent = desk.read()
    assert rows_in(desk.response) == 5
    last = heavy.evidence.order_by("pk").last()
    desk.send(without(sent, EVIDENCE, 3) | row(EVIDENCE, 4, stance="differs", reported_value="plan"))
    assert desk.was_saved
    assert heavy.evidence.count() == 24
    last.refresh_from_db()
    assert (last.stance, last.reported_value) == ("differs", "plan")


@pytest.mark.parametrize("page", ["x", "0", "99", "-1", "²"])
def test_a_page_that_is_not_there_shows_one_that_is(page, desk, heavy):
    response = desk.client.get(address(heavy, "change"), {"footnotes": page})
    assert response.status_code == 200
    assert rows_in(response) in {5, 10}


def test_a_footnote_of_another_page_is_neither_lost_nor_written_twice(desk, heavy):
    sent = desk.open(heavy)
    elsewhere = heavy.evidence.order_by("pk").last()
    desk.send(added(sent, EVIDENCE, field="kind", passage=elsewhere.passage_id, stance="supports"))
    assert errors_in(desk.response) == "This footnote is there already."
    desk.send(sent)
    assert desk.was_saved
    assert heavy.evidence.count() == 25


def test_a_record_with_four_hundred_footnotes_opens_in_a_second(curator):
    record = make.make_initiative("heavy")
    passages = list(make.make_report("gazette", passages=400).passages.all())
    Evidence.objects.bulk_create(
        Evidence(record=record, field="kind", passage=passage) for passage in passages
    )
    curator.get(address(record, "change"))
    start = time.process_time()
    curator.get(address(record, "change"))
    took = time.process_time() - start
    assert took < 4


# Figures and languages


@pytest.mark.parametrize(
    ("value", "is_kept"),
    [("123456789012345", True), ("1234567890123456", False), ("0.123456", True), ("12345678901.23456", False),
     ("1600000000000000", True)],
)  # fmt: skip
def test_a_figure_has_no_more_digits_than_every_database_keeps(value, is_kept, desk):
    record = make.make_initiative("lamps", state=PublicationState.DRAFT)
    desk.send(
        added(
            desk.open(record), FIGURES, label="lamps", value=value, unit="lamps", qualifier="exact", period=""
        )
    )
    assert Figure.objects.exists() == is_kept
    assert is_kept or errors_in(desk.response) == "A number has at most 15 significant digits."


@pytest.mark.parametrize(
    ("language", "error"),
    [
        ("en", ""),
        ("tg", ""),
        ("russian", "“russian” is no language: write its two letters (ISO 639-1), {0} Did you mean “ru”?"),
        ("RU", "“RU” is no language: write its two letters (ISO 639-1), {0} Did you mean “ru”?"),
        ("xx", "“xx” is no language: write its two letters (ISO 639-1), {0}"),
    ],
)
def test_the_language_of_a_report_is_one(language, error, desk):
    desk.send(desk.open(make.make_report()) | {"language": language})
    assert desk.was_saved == (not error)
    assert not error or errors_in(desk.response) == error.format("as in en, ru or zh.")
