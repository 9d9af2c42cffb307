"""Reports, passages and evidence at the curator's desk."""

import pytest

from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence, Figure, Passage, Report
from tests import factories as make
from tests.curation.admin_client import (
    FIGURES,
    PASSAGES,
    Desk,
    added,
    address,
    curator_client,
    errors_in,
    filled_in,
    row,
    soup,
    without,
)


@pytest.fixture
def curator(db):
    return curator_client()


@pytest.fixture
def desk(curator):
    return Desk(curator)


def test_a_report_is_written_down_with_its_passages_in_one_go(curator):
    sent = filled_in(curator.get(address(Report, "add"))) | {
        "title": "Lamps", "publisher": "The Gazette", "slug": "gazette-2025", "language": "en",
        "address": "gazette.example/lamps", "published_on": "2025-05", "state": "published",
        f"{PASSAGES}-TOTAL_FORMS": "2",
        **row(PASSAGES, 0, number="1", summary="Lamps are put up.", quotation=""),
        **row(PASSAGES, 1, number="4", summary="They shine.", quotation="“Shine!”"),
    }  # fmt: skip
    assert curator.post(address(Report, "add"), sent).status_code == 302
    report = Report.objects.get()
    assert report.address == "https://gazette.example/lamps"
    assert list(report.passages.values_list("number", flat=True)) == [1, 4]


@pytest.mark.parametrize("date", ["2025-13", "soon", "2025-02-30", "2026/2025"])
def test_a_date_that_is_none_is_an_error_beside_the_field_that_says_how_dates_are_written(date, desk):
    desk.send(desk.open(make.make_report()) | {"published_on": date})
    [error] = soup(desk.response).select(".field-published_on .errorlist li")
    assert "YYYY-MM-DD" in error.text


@pytest.mark.parametrize("state", [PublicationState.DRAFT, PublicationState.IN_REVIEW])
def test_a_report_under_published_records_stays_published(state, desk):
    report = make.make_report()
    record = make.make_initiative("lamps", starts_on="")
    make.support_everything(record, report.passages.get())
    desk.send(desk.open(report) | {"state": state.value, "note": "typed with care"})
    assert errors_in(desk.response) == (
        "Published records would be left without evidence: "
        "Initiative lamps: title in English, summary in English, kind and status"
    )
    assert filled_in(desk.response)["note"] == "typed with care"
    record.state = PublicationState.DRAFT
    record.save()
    desk.send(filled_in(desk.response) | {"state": state.value})
    assert desk.was_saved


def test_a_report_under_many_records_names_some_of_them(desk):
    report = make.make_report()
    for number in range(12):
        record = make.make_initiative(f"lamps-{number}")
        make.support_everything(record, report.passages.get())
    desk.send(desk.open(report) | {"state": "draft"})
    assert errors_in(desk.response).count("Initiative lamps-") == 10
    assert errors_in(desk.response).endswith("; and 2 more")


def test_a_report_with_a_figure_is_published_when_the_figure_is_sourced(desk):
    report = make.make_report(state=PublicationState.DRAFT)
    sent = desk.open(report) | {"state": "published"}
    figure = {"label": "readers", "value": "1", "unit": "million", "qualifier": "over", "period": ""}
    desk.send(added(sent, FIGURES, **figure))
    assert "No published report supports: figure: readers." in errors_in(desk.response)
    assert not Figure.objects.exists()


def test_a_figure_is_shown_without_the_zeros_that_its_column_holds(desk):
    report = make.make_report()
    for number, value in enumerate(["1200.000000", "0.5", "16600000", "1E+2"]):
        make.make_figure(report, f"figure {number}", value)
    sent = desk.open(report)
    assert [sent[f"{FIGURES}-{number}-value"] for number in range(4)] == ["1200", "0.5", "16600000", "100"]


def test_a_passage_that_is_cited_cannot_be_removed(desk):
    report = make.make_report(passages=2)
    make.make_evidence(make.make_initiative(), passage=report.passages.first())
    desk.send(without(desk.open(report), PASSAGES, 0))
    assert "protected" in errors_in(desk.response)
    desk.send(without(desk.open(report), PASSAGES, 1))
    assert desk.was_saved
    assert report.passages.count() == 1


def test_two_passages_of_a_report_have_different_numbers(desk):
    report = make.make_report()
    desk.send(added(desk.open(report), PASSAGES, number="1", summary="Again", quotation=""))
    assert "This report has a passage of this number already." in errors_in(desk.response)


def test_a_passage_stays_in_its_report(desk):
    passage, other = make.make_report().passages.get(), make.make_report("other")
    sent = desk.open(passage)
    assert "report" not in sent
    desk.send(sent | {"report": other.pk, "summary": "Told anew."})
    passage.refresh_from_db()
    assert (passage.report.slug, passage.summary) == ("gazette-20250101", "Told anew.")


def test_a_new_passage_says_which_report_it_is_in(curator):
    report = make.make_report(passages=0)
    sent = filled_in(curator.get(address(Passage, "add"))) | {"number": "2", "summary": "Lamps."}
    assert "required" in errors_in(curator.post(address(Passage, "add"), sent))
    curator.post(address(Passage, "add"), sent | {"report": report.pk})
    assert str(Passage.objects.get()) == "gazette-20250101#2"


@pytest.mark.parametrize(
    ("term", "found"),
    [("gazette", ["status", "figure: cameras"]), ("INTEREST", ["status"]), ("nothing", [])],
)
def test_evidence_is_looked_up_by_report_and_by_what_is_reported(term, found, curator):
    initiative = make.make_initiative()
    make.make_evidence(initiative, "status", stance="differs", reported_value="interest")
    make.make_evidence(initiative, make.make_figure(initiative, "cameras"))
    elsewhere = make.make_report("herald", publisher="The Herald").passages.get()
    make.make_evidence(initiative, "kind", elsewhere)
    page = soup(curator.get(address(Evidence), {"q": term}))
    assert [cell.text for cell in page.select("#result_list .field-spoken_of")] == found


def test_evidence_of_all_kinds_of_records_is_listed_together(curator):
    records = [make.make_initiative(), make.make_event(), make.make_delegate(), make.make_theme()]
    for record in records:
        make.make_evidence(record)
    page = soup(curator.get(address(Evidence)))
    links = [link["href"] for link in page.select("#result_list .field-edited_at a")]
    assert links == [address(record, "change") for record in records]
