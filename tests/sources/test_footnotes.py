from datetime import date

import pytest
from bs4 import BeautifulSoup

from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.footnotes import Footnotes
from tests import factories as make

pytestmark = pytest.mark.django_db


def passage(slug="gazette-20250101", number=1, **report):
    return make.make_report(slug, passages=number, **report).passages.get(number=number)


@pytest.fixture
def initiative():
    return make.make_initiative("lamps", status="operating")


def numbers(value) -> list[int]:
    return [note.number for note in value.supports]


def test_notes_are_numbered_by_the_dates_of_their_reports_and_then_by_passage(initiative):
    for slug, number, published_on in (
        ("undated", 1, ""), ("newer", 2, "2025-03-01"), ("newer", 1, "2025-03-01"), ("older", 1, "2024"),
    ):  # fmt: skip
        make.make_evidence(initiative, "*", passage(slug, number, published_on=published_on))
    notes = Footnotes(initiative).notes
    assert [(note.number, str(note.passage)) for note in notes] == [
        (1, "older#1"), (2, "newer#1"), (3, "newer#2"), (4, "undated#1"),
    ]  # fmt: skip
    assert [note.anchor for note in notes] == ["note-1", "note-2", "note-3", "note-4"]


def test_a_passage_for_two_values_is_one_note(initiative):
    make.make_evidence(initiative, "status", passage())
    make.make_evidence(initiative, "kind", passage())
    footnotes = Footnotes(initiative)
    assert len(footnotes.notes) == 1
    assert numbers(footnotes.notes_for("status")) == numbers(footnotes.notes_for("kind")) == [1]


def test_an_unpublished_report_has_no_notes(initiative):
    make.make_evidence(initiative, "*", passage("draft", state=PublicationState.IN_REVIEW))
    assert Footnotes(initiative).notes == []


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("kind", [1]),  # The field has no evidence, so the notes for the whole record are shown.
        ("themes", [1]),
        ("ends_on", []),  # requires separate evidence
        ("status", [2]),  # shows only separate evidence
        ("figure:lamps", []),  # a figure always requires separate evidence
        ("title_en", [1, 2]),  # only the Russian title has separate evidence
    ],
)
def test_a_value_has_its_own_notes_or_else_those_about_the_whole_record_if_allowed(
    initiative, field, expected
):
    make.make_figure(initiative, "lamps")
    make.make_evidence(initiative, "*", passage("first", published_on="2024"))
    make.make_evidence(initiative, "status", passage("second"))
    make.make_evidence(initiative, "title_ru", passage("second"))
    names = ("title_en", "title_ru", "title_zh") if field == "title_en" else (field,)
    assert numbers(Footnotes(initiative).notes_for(*names)) == expected


def test_a_disputed_value_has_both_readings_with_their_reports(initiative):
    figure = make.make_figure(initiative, "lamps", 20)
    for slug, stance, reported in (
        ("a", "supports", "over 20 lamps"), ("b", "supports", ""), ("c", "supports", ""),
        ("d", "differs", "12 lamps"), ("e", "differs", "12 lamps"), ("f", "differs", "none yet"),
    ):  # fmt: skip
        make.make_evidence(initiative, figure, passage(slug), stance=stance, reported_value=reported)
    value = Footnotes(initiative).notes_for("figure:lamps")

    def summary(readings):
        return [
            (reading.reported and reading.reported.text, [entry.report.slug for entry in reading.by_report])
            for reading in readings
        ]

    assert value.is_disputed
    assert len({note.passage.report_id for note in value.supports}) == 3
    assert summary(value.wordings) == [(None, ["b", "c"]), ("over 20 lamps", ["a"])]
    assert summary(value.differs) == [("12 lamps", ["d", "e"]), ("none yet", ["f"])]
    assert [notes.field for notes in Footnotes(initiative).disputed_fields] == ["figure:lamps"]


@pytest.mark.parametrize(
    ("differing", "sentence"), [("a", "The report contradicts itself"), ("b", "Reports differ")]
)
def test_a_report_that_contradicts_itself_has_another_message(initiative, differing, sentence):
    passages = {slug: passage(slug) for slug in ("a", "b")}
    make.make_evidence(initiative, "status", passages["a"])
    make.make_evidence(initiative, "status", passages[differing], stance="differs", reported_value="interest")
    assert Footnotes(initiative).notes_for("status").disagreement == sentence


@pytest.mark.parametrize(
    ("stance", "sign"), [("differs", "Reports differ"), ("earlier", "Changes over time")]
)
@pytest.mark.parametrize("address", ["/initiatives/lamps/", "/initiatives/?view=brief"])
def test_a_note_on_the_whole_record_is_shown_next_to_its_name(client, initiative, address, stance, sign):
    make.make_evidence(initiative, "*", passage())
    make.make_evidence(
        initiative, "*", passage("herald-2025"), stance=stance, reported_value="Only half of them"
    )
    page = BeautifulSoup(client.get(address).content.decode(), "html5lib")
    [readings] = page.select(".readings, .history")
    assert sign in readings.text
    assert "Only half of them" in readings.text
    assert [link["href"] for link in readings.select("a")][-1] == "#note-2"


def test_earlier_states_are_in_the_order_of_their_dates(initiative):
    # Earlier states are sorted by date, not by report. A state without a date has the date of its report.
    for slug, published_on, reported in (
        ("a", "2024-05-01", "as of 2021-02: under_way"),
        ("b", "2024-05-02", "as of April 2019: proposed"),
        ("c", "2020", "agreed"),
        ("d", "", "as of an undated list: interest"),
        ("e", "2024-05-03", "as of 2019: interest"),
    ):
        make.make_evidence(
            initiative,
            "status",
            passage(slug, published_on=published_on),
            stance="earlier",
            reported_value=reported,
        )
    choices = [reading.reported.choice for reading in Footnotes(initiative).notes_for("status").earlier]
    assert choices == ["interest", "interest", "proposed", "agreed", "under_way"]
    assert not Footnotes(initiative).notes_for("status").is_disputed


def test_the_current_value_has_the_date_of_the_newest_supporting_report(initiative):
    for slug, published_on in (("old", "2023"), ("new", "2025-06-02"), ("undated", "")):
        make.make_evidence(initiative, "status", passage(slug, published_on=published_on))
    value = Footnotes(initiative).notes_for("status")
    assert value.newest_report.published_first == date(2025, 6, 2)
    assert Footnotes(initiative).notes_for("cities").newest_report is None


def test_notes_link_back_to_the_values_that_the_page_shows(initiative):
    figure = make.make_figure(initiative, "свет")
    make.make_evidence(initiative, "*", passage())
    make.make_evidence(initiative, "status", passage())
    make.make_evidence(initiative, "event", passage(), stance="differs", reported_value="a fair")
    make.make_evidence(initiative, figure, passage(), reported_value="12 lamps")
    footnotes = Footnotes(initiative)
    for names in (("kind",), ("status",), ("figure:свет",), ("themes",), ("*",)):
        footnotes.cite(*names)
    items = [
        (item.label, item.anchor, item.stance, item.reported and item.reported.text)
        for item in footnotes.notes[0].evidence_items
    ]
    assert items == [
        ("status", "v-status", "supports", None),
        ("figure: свет", "v-figure-1", "supports", "12 lamps"),
        # The page does not show the event, so there is no link back to this value.
        ("event", "", "differs", "a fair"),
    ]


@pytest.mark.parametrize(("make_record", "expected"), [(make.make_city, True), (make.make_delegate, False)])
def test_only_kinds_that_need_no_evidence_show_reference_data(make_record, expected):
    footnotes = Footnotes(make_record())
    footnotes.cite("name_en")
    assert footnotes.shows_reference_data is expected


def test_all_notes_and_figures_are_read_with_three_queries(initiative, django_assert_num_queries):
    for number in range(1, 8):
        make.make_evidence(initiative, "*", passage(f"report-{number}", 2))
        figure = make.make_figure(initiative, f"lamps {number}")
        make.make_evidence(initiative, figure, passage(f"report-{number}", 1))
    # One query reads evidence with passages, reports and figures. One query each reads speakers and figures.
    with django_assert_num_queries(3):
        footnotes = Footnotes(initiative)
        for entry in footnotes.figures:
            assert footnotes.cite(entry.key).by_report[0].report.publisher == "The Gazette"
        assert [len(entry.notes) for entry in footnotes.by_report] == [2] * 7


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("kind", {1, 2}),
        ("status", set()),
        ("event", set()),  # cites a passage that also supports the whole record
        ("title_en", {1}),  # the second passage also supports the Russian title
        ("ends_on", set()),
    ],
)
def test_notes_on_the_whole_record_alone_are_distinguished(initiative, field, expected):
    for number in (1, 2):
        make.make_evidence(initiative, "*", passage(number=number))
    for name in ("status", "event", "title_ru"):
        make.make_evidence(initiative, name, passage(number=2))
    names = ("title_en", "title_ru", "title_zh") if field == "title_en" else (field,)
    footnotes = Footnotes(initiative)
    value = footnotes.cite(*names)
    assert value.record_notes == expected
    assert [note.number for note in value.own_notes] == [
        note.number for note in value.supports if note.number not in expected
    ]


@pytest.fixture
def cited(initiative):
    make.make_evidence(initiative, "*", passage("whole"))
    make.make_evidence(initiative, "status", passage("status"))
    return initiative


def shown_numbers(element) -> list[str]:
    return [marker.text for marker in element.select(".marker")]


def test_a_value_has_the_numbers_of_its_own_footnotes_and_one_line_has_those_of_the_record(client, cited):
    page = BeautifulSoup(client.get(cited.get_absolute_url()).content, "html.parser")
    assert shown_numbers(page.select_one("#v-status")) == ["[1]"]
    assert page.select_one("#v-status .marker")["aria-label"] == "Footnote 1: The Gazette, 1 January 2025"
    assert shown_numbers(page.select_one("#v-kind")) == []
    assert page.select_one(".support").get_text(" ", strip=True) == (
        "2 reports · [2] supports the values without a number"
    )
    assert shown_numbers(page.select_one("#v-whole")) == ["[2]"]


def test_the_line_of_two_footnotes_of_the_record_is_plural(client, cited):
    make.make_evidence(cited, "*", passage("whole-2"))
    page = BeautifulSoup(client.get(cited.get_absolute_url()).content, "html.parser")
    assert "[2] [3] support the values without a number" in page.select_one(".support").get_text(
        " ", strip=True
    )


def test_if_all_footnotes_are_about_the_record_as_a_whole_the_line_has_no_shown_numbers(client, initiative):
    for slug in ("first", "second"):
        make.make_evidence(initiative, "*", passage(slug))
    page = BeautifulSoup(client.get(initiative.get_absolute_url()).content, "html.parser")
    assert page.select_one(".support").get_text(" ", strip=True) == (
        "2 reports · they also support the values without a number"
    )
    assert page.select_one("#v-whole")


def test_a_footnote_that_supports_a_value_does_not_repeat_that_it_supports_the_record(client, initiative):
    make.make_evidence(initiative, "*", passage("both"))
    make.make_evidence(initiative, "status", passage("both"))
    make.make_evidence(initiative, "*", passage("whole"))
    make.make_evidence(initiative, "*", passage("whole-but-one"))
    make.make_evidence(
        initiative, "kind", passage("whole-but-one"), stance="differs", reported_value="a fair"
    )
    page = BeautifulSoup(client.get(initiative.get_absolute_url()).content, "html.parser")
    items = [note.select_one(".evidence-items").get_text(" ", strip=True) for note in page.select(".note")]
    assert items == ["status", "the record as a whole", "the record as a whole ≠ contradicts kind a fair"]
    assert [link["href"] for link in page.select(".note .correction-link")] == [
        "/correction-requests/initiatives/lamps/?value=status",
        "/correction-requests/initiatives/lamps/",
        "/correction-requests/initiatives/lamps/?value=kind",
    ]


_WHOLE_SENTENCE = "The footnotes at the end of the line below a title support the values without numbers."


def test_a_brief_separates_the_notes_of_the_record_from_the_notes_of_its_title(client, cited):
    make.make_evidence(cited, "title_en", passage("title"))
    page = BeautifulSoup(client.get("/initiatives/?view=brief").content, "html.parser")
    # The entry shows the status, the kind and the years.
    assert shown_numbers(page.select_one(".entry .intro")) == ["[2]", "[1]"]
    assert shown_numbers(page.select_one(".entry h2")) == ["[3]"]
    assert _WHOLE_SENTENCE in page.select_one(".notes").text


def test_a_brief_explains_notes_on_whole_records_only_if_there_are_any(client, initiative):
    make.make_evidence(initiative, "title_en", passage())
    page = BeautifulSoup(client.get("/initiatives/?view=brief").content, "html.parser")
    assert shown_numbers(page.select_one(".entry h2")) == ["[1]"]
    assert _WHOLE_SENTENCE not in page.select_one(".notes").text
