"""Decisions, changed values and summaries submitted by the page of an intake."""

import pytest
from django.urls import reverse

from sco_cities.intake import decisions, known_names
from sco_cities.intake.models import Intake, Proposal
from sco_cities.intake.page.sections import possible_records
from sco_cities.intake.proposals.proposal_list import name_column
from tests.curation.admin_client import client_with_role, soup
from tests.factories import make_city, make_delegate, make_initiative, make_organisation

from .page_steps import decide, form_of, row, save, url
from .reports import OSH, read_report, subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.fixture
def intake(curator):
    return read_report(user=curator.user, publisher="The Gazette")


def test_a_summary_is_required_only_while_a_cited_passage_has_none(curator, intake):
    def needed():
        return soup(curator.get(url(intake))).select_one("#p3-needed").text

    assert needed() == ""
    answer = decide(curator, subject(intake, "delegate"), "accept")
    assert answer.json()["texts"]["p3-needed"] == needed() != ""
    answer = save(curator, intake, summary_3="The guests feel at home.")
    assert answer.json()["texts"]["p3-needed"] == needed() == ""
    answer = save(curator, intake, **{"summary-3": "", "was-summary-3": "The guests feel at home."})
    assert answer.json()["texts"]["p3-needed"] == needed() != ""


@pytest.mark.parametrize(
    "decision, status",
    [("accept", "accepted"), ("reject", "rejected")],
)
def test_a_decision_is_saved_by_itself_and_can_be_undone(curator, intake, decision, status):
    person = subject(intake, "delegate")
    answer = decide(curator, person, decision)
    assert answer.status_code == 200
    person.refresh_from_db()
    assert (person.status, person.decided_by, person.version) == (status, curator.user, 2)
    sent = answer.json()
    assert any(f'id="proposal-{person.pk}"' in html and 'data-version="2"' in html for html in sent["rows"])
    assert "Farrukh Testov" in sent["message"]
    decide(curator, person, "undo")
    person.refresh_from_db()
    assert person.status == "open"


def test_the_slower_of_two_curators_sees_the_decision_of_the_other(curator, intake):
    person = subject(intake, "delegate")
    other = client_with_role("administrator", "ada")
    assert decide(other, person, "reject").status_code == 200
    answer = decide(curator, person, "accept", version=1)
    assert answer.status_code == 409
    assert "Someone else has already decided" in answer.json()["message"]
    [html] = [html for html in answer.json()["rows"] if f'id="proposal-{person.pk}"' in html]
    assert "rejected" in html and "ada" in html
    person.refresh_from_db()
    assert person.status == "rejected"


def test_a_value_is_changed_before_it_is_accepted(curator, intake):
    memorandum = subject(intake, "initiative", "Memorandum: Dushanbe – Tianjin")
    status = memorandum.values.get(field="status")
    decide(curator, status, "accept", value="proposed")
    assert Proposal.objects.get(pk=status.pk).final_value == "proposed"
    figure = intake.proposals.get(kind="figure")
    answer = decide(
        curator, figure, "accept", value="many", unit="visitors", qualifier="over", label="x", period=""
    )
    assert answer.status_code == 400
    figure.refresh_from_db()
    assert figure.status == "open"
    decide(
        curator, memorandum, "accept", title_en="Safe tourists", summary_en="Two cities agree.", kind="plan"
    )
    memorandum.refresh_from_db()
    assert (memorandum.status, memorandum.final_value["summary_en"]) == ("edited", "Two cities agree.")


def test_a_subject_can_be_matched_to_another_record_or_a_new_one(curator):
    known = make_delegate("farrukh-testov", name_en="Farrukh I. Testov", name_ru="Фаррух Тестов")
    intake = read_report(user=curator.user)
    person = subject(intake, "delegate")
    sent = {
        f"decision-{person.pk}": "accept",
        f"version-{person.pk}": 1,
        f"same-{person.pk}": "фаррух тестов",
    }
    curator.post(url(intake), sent)
    person.refresh_from_db()
    assert (person.status, person.object_id) == ("accepted", known.pk)
    sent = {f"decision-{person.pk}": "accept", f"version-{person.pk}": 2, f"new-{person.pk}": "1"}
    curator.post(url(intake), sent)
    person.refresh_from_db()
    assert person.object_id is None
    answer = save(curator, intake, **{
        f"decision_{person.pk}": "accept", f"version_{person.pk}": 3, f"same_{person.pk}": "Nobody\x00 Known",
    })  # fmt: skip
    assert (answer.status_code, "Nobody Known" in answer.json()["message"]) == (400, True)


def test_the_button_of_a_known_record_takes_precedence_over_an_empty_field(curator):
    intake = read_report(user=curator.user)
    known = make_delegate("farrukh-testov", name_en="Farrukh I. Testov")
    person = subject(intake, "delegate")
    shown = row(curator.get(url(intake)), person)
    button = shown.select_one("button[data-same]")
    fields = {field["name"]: "" for field in shown.select("input[type=text]")}
    sent = fields | {
        button["name"]: button["value"],
        f"version-{person.pk}": 1,
    }
    assert f"same-{person.pk}" in fields
    curator.post(url(intake), sent)
    person.refresh_from_db()
    assert (person.status, person.object_id) == ("accepted", known.pk)


def test_all_sure_cities_are_shown_and_then_accepted_at_once(curator, intake):
    page = soup(curator.get(url(intake)))
    [box] = [each for each in page.select(".at-once") if "sure cities (2)" in each.summary.text]
    assert [item.text for item in box.select("li b")] == ["Dushanbe", "Tianjin"]
    sure = [field["value"] for field in box.select("[name=sure]")]
    assert not intake.proposals.accepted().exists()
    curator.post(url(intake), {"sure": sure})
    assert {each.shown for each in intake.proposals.accepted()} == {"Dushanbe", "Tianjin"}
    # Decisions made since the page was opened are kept, and the other proposals are accepted.
    dushanbe, tianjin = subject(intake, "city", "Dushanbe"), subject(intake, "city", "Tianjin")
    decide(curator, dushanbe, "undo")
    decide(curator, tianjin, "reject")
    assert curator.post(url(intake), {"sure": sure}).status_code == 302
    assert {each.shown for each in intake.proposals.accepted()} == {"Dushanbe"}


def test_a_record_added_since_the_text_was_read_is_chosen_by_its_button_or_its_name(curator):
    intake = read_report(OSH, user=curator.user)
    osh = subject(intake, "city", "Osh")
    drafted = make_city("osh", "kg", name_en="Osh", name_ru="Ош", geonames_id=1527534, state="draft")
    [button] = row(curator.get(url(intake)), osh).select("button[data-same]")
    for sent in ({button["name"]: button["value"]}, {f"same-{osh.pk}": "Ош"}, {f"same-{osh.pk}": "osh"}):
        osh.refresh_from_db()
        answer = save(curator, intake, **{f"version_{osh.pk}": osh.version}, **sent)
        assert answer.status_code == 200, sent
        osh.refresh_from_db()
        assert (osh.status, osh.object_id) == ("accepted", drafted.pk)
        decide(curator, osh, "undo")


def test_an_initiative_is_chosen_by_its_title(curator, intake):
    known = make_initiative("safe-guests", title_en="Safe guests", title_ru="Безопасные гости", state="draft")
    memorandum = subject(intake, "initiative", "Memorandum: Dushanbe – Tianjin")
    for name in ("safe guests", "Безопасные гости"):
        memorandum.refresh_from_db()
        save(
            curator, intake, **{f"version_{memorandum.pk}": memorandum.version, f"same_{memorandum.pk}": name}
        )
        memorandum.refresh_from_db()
        assert memorandum.object_id == known.pk
        decide(curator, memorandum, "undo")


def test_a_known_record_is_chosen_by_a_part_of_its_name_that_no_other_name_has(curator, intake):
    make_delegate("ada-test", name_en="Ada Testova", name_ru="Ада Тестова")
    known = make_delegate("farrukh", name_en="Farrux Testov", name_ru="Фаррух Тестов", state="draft")
    person = subject(intake, "delegate")
    refused = {
        "test": "Several names contain “test”: Ada Testova, Farrux Testov. Enter more of the name.",
        "Nobody": "No record is named “Nobody”.",
    }
    for name, message in refused.items():
        answer = save(curator, intake, **{f"version_{person.pk}": 1, f"same_{person.pk}": name})
        assert (answer.status_code, answer.json()["message"]) == (400, message)
    for name in ("farrux t", "ФАРРУХ"):
        person.refresh_from_db()
        save(curator, intake, **{f"version_{person.pk}": person.version, f"same_{person.pk}": name})
        person.refresh_from_db()
        assert (person.status, person.object_id) == ("accepted", known.pk)
        decide(curator, person, "undo")


@pytest.mark.parametrize("field", ["known", "same"])
def test_a_value_cannot_be_a_known_record(curator, intake, field):
    value = intake.proposals.open().exclude(subject=None).first()
    answer = save(curator, intake, **{f"version_{value.pk}": 1, f"{field}_{value.pk}": "dushanbe"})
    value.refresh_from_db()
    assert (answer.status_code, value.status) == (404, "open")


def test_names_of_known_records_are_suggested_while_typing(curator):
    make_delegate("ada-test", name_en="Ada Testova", name_ru="Ада Тестова")
    make_delegate("gone", name_en="Ada Gone", state="withdrawn")
    make_initiative("lamps", title_en="Lamps for Ada")
    suggested = {
        ("delegate", "ADA "): ["Ada Testova"], ("delegate", "ада"): ["Ада Тестова"], ("delegate", " "): [],
        ("initiative", "ada"): ["Lamps for Ada"], ("statement", "ada"): [],
    }  # fmt: skip
    for (kind, text), names in suggested.items():
        answer = curator.get(reverse("admin:intake_names"), {"kind": kind, "text": text})
        assert answer.json() == {"names": names}, (kind, text)
    assert curator.get(reverse("admin:intake_names"), {"kind": "value", "text": "ada"}).status_code == 404


@pytest.mark.parametrize(
    "name, is_possible",
    [
        ("Lamp Test Office Group", True),
        ("Lamp Test", True),
        ("Great Lamp Test Office of Cities and Guests", True),
        ("Lamp Testing", False),
        ("Lamp", False),
        ("测试灯具公司集团", True),
    ],
)
def test_a_record_whose_name_is_contained_or_contains_the_name_is_possibly_the_same(
    curator, intake, name, is_possible
):
    known = make_organisation("lamps", name_en="Lamp Test Office", name_zh="测试灯具公司", state="draft")
    # On PostgreSQL, the version of the data does not change within the transaction of the test.
    known_names.clear()
    column = name_column(name)
    added = decisions.add(intake, None, "organisation", value={column: name}, start=0, end=8)
    assert (known in possible_records(added)) is is_possible


def test_without_a_script_one_form_saves_everything(curator, intake):
    person, city = subject(intake, "delegate"), subject(intake, "city", "Dushanbe")
    sent = form_of(curator.get(url(intake))) | {
        f"decision-{person.pk}": "accept", f"version-{person.pk}": 1,
        f"decision-{city.pk}": "reject", f"version-{city.pk}": 1,
        "summary-2": "Two cities agreed.", "quotation-2": "signed a memorandum", "title": "Another title",
    }  # fmt: skip
    assert curator.post(url(intake), sent).status_code == 302
    of_city = dict.fromkeys(intake.proposals.filter(target=city).values_list("pk", flat=True), "rejected")
    assert dict(intake.proposals.exclude(status="open").values_list("pk", "status")) == {
        person.pk: "accepted", city.pk: "rejected", **of_city,
    }  # fmt: skip
    passage = intake.passages.get(number=2)
    assert (passage.summary, passage.quotation) == ("Two cities agreed.", "signed a memorandum")
    assert Intake.objects.get().title == "Another title"
    # Submitting the checked decisions again changes nothing.
    sent |= {f"version-{person.pk}": 2, f"version-{city.pk}": 2}
    assert curator.post(url(intake), sent).status_code == 302
    assert set(intake.proposals.values_list("version", flat=True)) == {1, 2}
    assert row(curator.get(url(intake)), person).select_one("input[checked]")["value"] == "accept"


@pytest.mark.parametrize(
    "sent",
    [
        {"decision-999999999": "accept"},
        {"decision-99999999999999999999999": "accept"},
        {"summary-99": "x"},
        {"decision-{pk}": "publish"},
    ],
)
def test_unknown_parts_of_a_form_are_refused(curator, intake, sent):
    key = intake.proposals.first().pk
    fields = {name.format(pk=key): value for name, value in sent.items()}
    before = list(Proposal.objects.values()), list(intake.passages.values())
    answer = save(curator, intake, **fields)
    assert answer.status_code in (200, 404)
    assert (list(Proposal.objects.values()), list(intake.passages.values())) == before


def test_summaries_that_are_too_long_to_quote_are_refused_with_their_passage(curator, intake):
    answer = save(curator, intake, quotation_2="word " * 61)
    assert answer.status_code == 400
    assert "Passage 2" in answer.json()["message"]
    answer = save(curator, intake, summary_2="a\x00b\r\nc", published_on="soon")
    assert "soon" in answer.json()["message"]
    assert intake.passages.get(number=2).summary == "ab\nc"
    shown = intake.proposals.exclude(certainty="doubtful").count()
    assert answer.json()["texts"]["intake-counts"] == f"{shown} open · 0 accepted"
