"""The admin of reports, passages and evidence."""

import pytest

from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Passage, Report
from tests import factories as make
from tests.curation.admin_client import (
    EVIDENCE,
    FIGURES,
    PASSAGES,
    admin_url,
    curator_client,
    errors_in,
    form_data,
    row,
    soup,
    unrendered_form_data,
    with_deleted_row,
    with_new_row,
)

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def curator(db):
    return curator_client()


def test_a_report_is_added_with_its_passages(curator):
    data = unrendered_form_data(curator, admin_url(Report, "add")) | {
        "title": "Lamps", "publisher": "The Gazette", "slug": "gazette-2025", "language": "en",
        "address": "gazette.example/lamps", "published_on": "2025-05", "state": "published",
        f"{PASSAGES}-TOTAL_FORMS": "2",
        **row(PASSAGES, 0, number="1", summary="Lamps are put up.", quotation=""),
        **row(PASSAGES, 1, number="4", summary="They shine.", quotation="“Shine!”",
              archive_address="archive.example/lamps"),
    }  # fmt: skip
    assert curator.post(admin_url(Report, "add"), data).status_code == 302
    report = Report.objects.get()
    assert report.address == "https://gazette.example/lamps"
    assert list(report.passages.values_list("number", "quotation", "archive_address")) == [
        (1, "", ""), (4, "“Shine!”", "https://archive.example/lamps")
    ]  # fmt: skip


@pytest.mark.parametrize("date", ["2025-13", "soon", "2025-02-30", "2026/2025"])
def test_an_invalid_date_shows_an_error_with_the_expected_format(date, record_page):
    record_page.send(record_page.open(make.make_report()) | {"published_on": date})
    [error] = soup(record_page.response).select(".field-published_on .errorlist li")
    assert "YYYY-MM-DD" in error.text


@pytest.mark.parametrize("state", [PublicationState.DRAFT, PublicationState.IN_REVIEW])
def test_a_report_that_published_records_depend_on_stays_published(state, record_page):
    report = make.make_report()
    record = make.make_initiative("lamps", starts_on="")
    make.support_everything(record, report.passages.get())
    record_page.send(record_page.open(report) | {"state": state.value, "note": "typed with care"})
    assert errors_in(record_page.response) == (
        "These published records would be left without evidence: Initiative lamps: title in English, summary "
        "in English, kind and status"
    )
    assert form_data(record_page.response)["note"] == "typed with care"
    record.state = PublicationState.DRAFT
    record.save()
    record_page.send(form_data(record_page.response) | {"state": state.value})
    assert record_page.was_saved


def test_the_error_lists_a_limited_number_of_dependent_records(record_page):
    report = make.make_report()
    for number in range(12):
        record = make.make_initiative(f"lamps-{number}")
        make.support_everything(record, report.passages.get())
    record_page.send(record_page.open(report) | {"state": "draft"})
    assert errors_in(record_page.response).count("Initiative lamps-") == 10
    assert errors_in(record_page.response).endswith("; and 2 more")


def test_a_report_takes_no_figures_and_evidence_but_shows_those_that_it_has(record_page):
    """Figures and evidence belong to the records that they describe."""
    report = make.make_report(state=PublicationState.DRAFT)
    data = record_page.open(report)
    assert not [name for name in data if name.startswith((FIGURES, EVIDENCE))]
    make.make_figure(report, "readers")
    data = record_page.open(report)
    assert data[f"{FIGURES}-0-label"] == "readers"
    record_page.send(data | {"state": "published"})
    assert "No published report supports: figure: readers." in errors_in(record_page.response)


def test_a_figure_is_shown_without_trailing_zeros(record_page):
    report = make.make_report()
    for number, value in enumerate(["1200.000000", "0.5", "16600000", "1E+2"]):
        make.make_figure(report, f"figure {number}", value)
    data = record_page.open(report)
    assert [data[f"{FIGURES}-{number}-value"] for number in range(4)] == ["1200", "0.5", "16600000", "100"]


def test_a_cited_passage_cannot_be_removed(record_page):
    report = make.make_report(passages=2)
    make.make_evidence(make.make_initiative(), passage=report.passages.first())
    record_page.send(with_deleted_row(record_page.open(report), PASSAGES, 0))
    assert "protected" in errors_in(record_page.response)
    record_page.send(with_deleted_row(record_page.open(report), PASSAGES, 1))
    assert record_page.was_saved
    assert report.passages.count() == 1


def test_passages_of_a_report_have_different_numbers(record_page):
    report = make.make_report()
    record_page.send(
        with_new_row(record_page.open(report), PASSAGES, number="1", summary="Again", quotation="")
    )
    assert "This report already has a passage with this number." in errors_in(record_page.response)


def test_passages_without_a_number_get_the_next_free_ones(record_page):
    report = make.make_report(passages=2)
    data = with_deleted_row(record_page.open(report), PASSAGES, 1) | {f"{PASSAGES}-TOTAL_FORMS": "6"}
    for index, number in enumerate(["", "7", ""], 2):
        data |= row(PASSAGES, index, number=number, summary=f"Row {index}.", quotation="")
    data |= row(PASSAGES, 0, number="")
    record_page.send(data)
    assert record_page.was_saved, errors_in(record_page.response)
    assert list(report.passages.values_list("number", "summary")) == [
        (1, "Passage 1 of gazette-20250101."), (7, "Row 3."), (8, "Row 2."), (9, "Row 4."),
    ]  # fmt: skip


def test_a_number_is_at_most_that_of_the_column(record_page):
    report = make.make_report()
    report.passages.update(number=32_767)
    data = record_page.open(report)
    record_page.send(with_new_row(data, PASSAGES, number="32768", summary="Lamps.", quotation=""))
    assert "less than or equal to 32767" in errors_in(record_page.response)
    record_page.send(with_new_row(data, PASSAGES, number="", summary="Lamps.", quotation=""))
    assert list(report.passages.values_list("number", flat=True)) == [1, 32_767]


def test_a_passage_on_its_own_page_gets_the_next_free_number_and_keeps_the_one_it_has(curator):
    report = make.make_report(passages=2)
    added = unrendered_form_data(curator, admin_url(Passage, "add")) | {
        "report": report.pk,
        "summary": "Lamps.",
    }
    curator.post(admin_url(Passage, "add"), added)
    passage = report.passages.get(number=3)
    address = admin_url(passage, "change")
    curator.post(address, form_data(curator.get(address)) | {"number": "", "summary": "Lamps at night."})
    assert list(report.passages.filter(number=3).values_list("summary", flat=True)) == ["Lamps at night."]


def test_the_errors_of_fields_and_rows_are_listed_at_the_top_with_links(record_page):
    report = make.make_report()
    data = with_new_row(
        record_page.open(report) | {"title": ""}, PASSAGES, number="1", summary="", quotation="Lamps."
    )
    page = soup(record_page.send(data | {"language": "xx1"}))
    summary = page.select(".error-summary li")
    assert [(item.a["href"], item.a.text) for item in summary] == [
        ("#id_title", "Title"),
        ("#id_language", "Language"),
        (f"#id_{PASSAGES}-1-summary", "Passages, row 2: Summary"),
    ]
    assert summary[0].text == "Title: This field is required."
    assert all(page.select_one(item.a["href"]) for item in summary)


def test_a_passage_stays_in_its_report(record_page):
    passage, other = make.make_report().passages.get(), make.make_report("other")
    data = record_page.open(passage)
    assert "report" not in data
    record_page.send(data | {"report": other.pk, "summary": "Written again."})
    passage.refresh_from_db()
    assert (passage.report.slug, passage.summary) == ("gazette-20250101", "Written again.")


def test_a_new_passage_requires_a_report(curator):
    report = make.make_report(passages=0)
    data = unrendered_form_data(curator, admin_url(Passage, "add")) | {"number": "2", "summary": "Lamps."}
    assert "required" in errors_in(curator.post(admin_url(Passage, "add"), data))
    curator.post(admin_url(Passage, "add"), data | {"report": report.pk})
    assert str(Passage.objects.get()) == "gazette-20250101#2"
