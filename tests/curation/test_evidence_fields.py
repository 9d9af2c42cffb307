"""The change form shows footnotes below each field and above rows and figures.

Messages after changes also name them.
"""

import time

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sco_cities.curation.evidence import evidence_inline
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence, Figure
from tests import factories as make
from tests.curation.admin_client import (
    ATTENDANCES,
    CITIES,
    EVIDENCE,
    FIGURES,
    admin_url,
    errors_in,
    messages_in,
    row,
    soup,
    staff_client,
    with_deleted_row,
    with_new_row,
)
from tests.curation.evidence_steps import add_evidence_url

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def gazette(db):
    return make.make_report("gazette", passages=3, title="Lamps at night", published_on="2025-07-08").passages


def text_of(element) -> str:
    return " ".join(element.text.split())


def field_notes(client, record, field) -> str:
    """The text of the notes at a field, without the help text."""
    return text_of(soup(client.get(admin_url(record, "change"))).select_one(f"#notes-{field}"))


def test_a_field_shows_its_footnotes_with_their_numbers_stances_and_links(curator, gazette):
    record = make.make_initiative("lamps")
    one, two, three = gazette.order_by("number")
    make.make_evidence(record, "status", one)
    make.make_evidence(record, "status", two, stance="differs", reported_value="proposed")
    make.make_evidence(
        record, "status", three, stance="earlier", reported_value="as of 2024-01: interest (said)"
    )
    assert field_notes(curator, record, "status") == (
        "[1] Lamps at night (The Gazette, 8 July 2025) ¶1 "
        "≠ contradicts [2] Lamps at night (The Gazette, 8 July 2025) ¶2: proposed "
        "gives an earlier state [3] Lamps at night (The Gazette, 8 July 2025) ¶3: as of January 2024 interest “said” "
        "Add evidence"
    )
    links = soup(curator.get(admin_url(record, "change"))).select("#notes-status a")
    assert [link["href"] for link in links] == [
        "/reports/gazette/#p1", "/reports/gazette/#p2", "/reports/gazette/#p3", add_evidence_url(record, "status"),
    ]  # fmt: skip


def test_numbers_equal_those_of_the_public_page_and_draft_reports_come_last(curator, client, gazette):
    record = make.make_initiative("lamps")
    early = make.make_report("draft", published_on="2020", state=PublicationState.DRAFT).passages.get()
    make.make_evidence(record, "status", early)
    make.make_evidence(record, "status", gazette.first())
    assert "[1]" in soup(client.get(record.get_absolute_url())).select_one("#v-status").text
    assert field_notes(curator, record, "status") == (
        "[1] Lamps at night (The Gazette, 8 July 2025) ¶1 "
        "[2] Draft (The Gazette, 2020) ¶1 draft: does not count Add evidence"
    )


@pytest.mark.parametrize(
    ("field", "supported", "notes"),
    [
        ("status", [], "no evidence yet Add evidence"),
        ("title_en", [], "no evidence yet Add evidence"),
        # Evidence on the whole record does not cover its status.
        ("status", ["*"], "no evidence yet Add evidence"),
        ("title_en", ["*"], "✓ covered by the evidence for the whole record Add evidence"),
        # An empty field needs no evidence.
        ("ends_on", [], "Add evidence"),
        ("title_ru", ["*"], "Add evidence"),
    ],
)
def test_a_field_shows_whether_it_needs_evidence(field, supported, notes, curator, gazette):
    record = make.make_initiative("lamps", state=PublicationState.DRAFT)
    for name in supported:
        make.make_evidence(record, name, gazette.first())
    assert field_notes(curator, record, field) == notes


def test_names_that_need_no_evidence_have_no_warning(curator):
    assert field_notes(curator, make.make_theme(), "name_en") == "Add evidence"


def test_screen_readers_announce_the_notes_with_the_field(curator, gazette):
    record = make.make_initiative("lamps")
    make.make_evidence(record, "status", gazette.first())
    page = soup(curator.get(admin_url(record, "change")))
    described_by = page.select_one("select[name=status]")["aria-describedby"]
    assert "Lamps at night" in page.find(id=described_by).text
    assert page.select_one("#notes-status .add-evidence")["aria-label"] == "Add evidence: status"


def test_notes_are_shown_with_the_help_text_on_an_error_page_too(record_page, gazette):
    record = make.make_initiative("lamps", sourced=True)
    record_page.send(record_page.open(record) | {"starts_on": "soon"})
    help_text = soup(record_page.response).select_one("#id_starts_on_helptext")
    assert "A date as YYYY" in help_text.text
    assert help_text.select_one("#notes-starts_on")


def test_figures_cities_and_attendances_show_notes_above_their_rows(curator, gazette):
    record = make.make_initiative("lamps", lead=[make.make_city()])
    figure = make.make_figure(record, "lamps & more")
    make.make_evidence(record, figure, gazette.first())
    make.make_evidence(record, "cities", gazette.first())
    event = make.make_event()
    make.make_attendance(event, make.make_delegate())
    assert field_notes(curator, record, f"figure-{figure.pk}").startswith(
        "Figure: lamps & more [1] Lamps at night"
    )
    assert field_notes(curator, record, "cities").startswith("Cities [1] Lamps at night")
    assert "no evidence yet Add evidence" in field_notes(curator, event, "attendances")
    assert "Add evidence" in field_notes(curator, record, "whole")
    page = soup(curator.get(admin_url(record, "change")))
    for name, anchor in (
        (f"{FIGURES}-0-label", f"notes-figure-{figure.pk}"),
        (f"{CITIES}-0-city", "notes-cities"),
    ):
        assert page.find(attrs={"name": name})["aria-describedby"] == anchor
    visits = soup(curator.get(admin_url(event, "change")))
    assert visits.find(attrs={"name": f"{ATTENDANCES}-0-delegate"})["aria-describedby"] == "notes-attendances"


def test_with_view_permission_only_the_footnotes_have_no_link_to_add_more(gazette):
    record = make.make_initiative("lamps", sourced=True)
    client = staff_client(*Permission.objects.filter(codename="view_initiative"))
    page = soup(client.get(admin_url(record, "change")))
    assert "[1]" in page.select_one("#notes-status").text
    assert not page.select(".add-evidence")


def test_a_new_record_has_no_notes_yet(curator):
    assert not soup(curator.get(admin_url(make.make_initiative(), "add"))).select(".evidence-notes")


# Eight queries read the notes of an initiative, which are evidence, figures, rulings and filled relations (countries,
# organisations, themes, cities, figures). One query counts the footnotes for pagination. Two queries read comments and
# the names that a comment can mention.
MAX_QUERIES = 33


@pytest.mark.parametrize("footnotes", [3, 60])
def test_a_page_needs_the_same_queries_for_few_and_many_footnotes(footnotes, curator):
    few, many = make.make_initiative("few"), make.make_initiative("many")
    passages = make.make_report("gazette", passages=footnotes).passages.order_by("number")
    for record, count in ((few, 3), (many, footnotes)):
        for passage in passages[:count]:
            make.make_evidence(record, "status", passage)
        make.make_figure(record)
    curator.get(admin_url(few, "change"))
    counts = []
    for record in (few, many):
        with CaptureQueriesContext(connection) as captured:
            curator.get(admin_url(record, "change"))
        counts.append(len(captured))
    assert counts[0] == counts[1] <= MAX_QUERIES


def test_a_field_with_very_many_footnotes_shows_the_first_and_counts_the_rest(curator):
    record = make.make_initiative("lamps")
    for passage in make.make_report("gazette", passages=20).passages.all():
        make.make_evidence(record, "status", passage)
    assert "and 8 more, in the list of evidence below" in field_notes(curator, record, "status")


# Changes


def test_after_a_change_a_message_asks_to_check_the_footnotes_of_the_value(record_page, gazette):
    record = make.make_initiative("lamps", sourced=True, state=PublicationState.DRAFT)
    make.make_evidence(record, "status", gazette.first())
    record_page.send(record_page.open(record) | {"status": "proposed", "summary_ru": "Фонари."})
    assert messages_in(record_page.client.get(record_page.url))[0] == (
        "Status was changed. Check that its footnotes still support it: "
        "Gazette 20250101 (The Gazette, 1 January 2025) ¶1 , Lamps at night (The Gazette, 8 July 2025) ¶1 ."
    )


def test_a_change_of_rows_or_figures_asks_to_check_their_footnotes(record_page, gazette):
    record = make.make_initiative(
        "lamps", sourced=True, lead=[make.make_city()], state=PublicationState.DRAFT
    )
    make.make_evidence(record, make.make_figure(record), gazette.first())
    record_page.send(record_page.open(record) | row(CITIES, 0, role="partner") | row(FIGURES, 0, value="13"))
    warnings = [
        message
        for message in messages_in(record_page.client.get(record_page.url))
        if "Check that its footnotes" in message
    ]
    assert [message.partition(" was changed")[0] for message in warnings] == ["Cities", "Figure: lamps"]


def test_without_a_change_or_without_footnotes_there_is_no_message(record_page):
    record = make.make_initiative("lamps", state=PublicationState.DRAFT)
    record_page.send(record_page.open(record) | {"status": "proposed"})
    assert not [
        text
        for text in messages_in(record_page.client.get(record_page.url))
        if "Check that its footnotes" in text
    ]


def test_a_row_that_supports_a_value_but_reports_another_gives_a_warning(record_page, gazette):
    record = make.make_initiative("lamps", sourced=True)
    data = with_new_row(
        record_page.open(record), EVIDENCE,
        field="status", passage=gazette.first().pk, stance="supports", reported_value="proposed",
    )  # fmt: skip
    record_page.send(data)
    assert messages_in(record_page.client.get(record_page.url))[0] == (
        "Status: Lamps at night (The Gazette, 8 July 2025) ¶1 reports “proposed”, but the record states “agreed”. The "
        "footnote was saved as “confirms”. If the two values disagree, change it to “contradicts”."
    )


# Many footnotes


@pytest.fixture
def record_with_many_footnotes(db, monkeypatch):
    """A record with 25 footnotes. The form shows ten per page."""
    monkeypatch.setattr(evidence_inline, "FOOTNOTES_PER_PAGE", 10)
    record = make.make_initiative("heavy", sourced=True)
    left = 25 - record.evidence.count()
    for passage in make.make_report("gazette", passages=left).passages.order_by("number"):
        make.make_evidence(record, "kind", passage)
    return record


def row_count(response) -> int:
    return len(soup(response).select(f'input[name^="{EVIDENCE}-"][name$="-passage"]'))


def test_many_footnotes_are_edited_one_page_at_a_time(record_page, record_with_many_footnotes):
    record_page.open(record_with_many_footnotes)
    assert row_count(record_page.response) == 10
    pages = soup(record_page.response).select_one(".evidence-pagination")
    assert text_of(pages).startswith("Footnotes 1 to 10 of 25.")
    assert [link["href"] for link in pages.select("a")] == [
        f"?footnotes=2#{EVIDENCE}-group", f"?footnotes=3#{EVIDENCE}-group",
    ]  # fmt: skip
    record_page.url += "?footnotes=3"
    data = record_page.read()
    assert row_count(record_page.response) == 5
    last = record_with_many_footnotes.evidence.order_by("pk").last()
    record_page.send(
        with_deleted_row(data, EVIDENCE, 3) | row(EVIDENCE, 4, stance="differs", reported_value="plan")
    )
    assert record_page.was_saved
    assert record_with_many_footnotes.evidence.count() == 24
    last.refresh_from_db()
    assert (last.stance, last.reported_value) == ("differs", "plan")


@pytest.mark.parametrize("page", ["x", "0", "99", "-1", "²"])
def test_an_invalid_page_number_shows_an_existing_page(page, record_page, record_with_many_footnotes):
    response = record_page.client.get(admin_url(record_with_many_footnotes, "change"), {"footnotes": page})
    assert response.status_code == 200
    assert row_count(response) in {5, 10}


def test_a_footnote_of_another_page_is_neither_lost_nor_duplicated(record_page, record_with_many_footnotes):
    data = record_page.open(record_with_many_footnotes)
    elsewhere = record_with_many_footnotes.evidence.order_by("pk").last()
    record_page.send(
        with_new_row(data, EVIDENCE, field="kind", passage=elsewhere.passage_id, stance="supports")
    )
    assert errors_in(record_page.response) == "This footnote already exists."
    record_page.send(data)
    assert record_page.was_saved
    assert record_with_many_footnotes.evidence.count() == 25


@pytest.mark.thorough
def test_a_record_with_four_hundred_footnotes_opens_in_seconds(curator):
    record = make.make_initiative("heavy")
    passages = list(make.make_report("gazette", passages=400).passages.all())
    Evidence.objects.bulk_create(
        Evidence(record=record, field="kind", passage=passage) for passage in passages
    )
    curator.get(admin_url(record, "change"))
    start = time.process_time()
    curator.get(admin_url(record, "change"))
    took = time.process_time() - start
    assert took < 4


# Figures and languages


@pytest.mark.parametrize(
    ("value", "is_valid"),
    [("123456789012345", True), ("1234567890123456", False), ("0.123456", True), ("12345678901.23456", False),
     ("1600000000000000", True)],
)  # fmt: skip
def test_a_figure_has_at_most_the_digits_that_every_database_stores(value, is_valid, record_page):
    record = make.make_initiative("lamps", state=PublicationState.DRAFT)
    record_page.send(
        with_new_row(
            record_page.open(record),
            FIGURES,
            label="lamps",
            value=value,
            unit="lamps",
            qualifier="exact",
            period="",
        )
    )
    assert Figure.objects.exists() == is_valid
    assert is_valid or errors_in(record_page.response) == "A number can have at most 15 significant digits."


@pytest.mark.parametrize(
    ("language", "error"),
    [
        ("en", ""),
        ("tg", ""),
        ("russian", "“russian” is not a language code. Use two letters (ISO 639-1), {0} Did you mean “ru”?"),
        ("RU", "“RU” is not a language code. Use two letters (ISO 639-1), {0} Did you mean “ru”?"),
        ("xx", "“xx” is not a language code. Use two letters (ISO 639-1), {0}"),
    ],
)
def test_the_language_of_a_report_is_a_known_code(language, error, record_page):
    record_page.send(record_page.open(make.make_report()) | {"language": language})
    assert record_page.was_saved == (not error)
    assert not error or errors_in(record_page.response) == error.format("for example en, ru or zh.")
