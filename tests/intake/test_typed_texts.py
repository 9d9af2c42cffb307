"""Several people edit summaries, quotations and details of a report without overwriting each other."""

import pytest

from sco_cities.intake.models import Intake
from tests.curation.admin_client import client_with_role, messages_in, soup

from .page_steps import form_of, save, url
from .reports import read_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
CONFLICT = "Someone has changed this since you opened it."


@pytest.fixture
def intake(curator):
    return read_report(user=curator.user, publisher="The Gazette")


@pytest.fixture
def other():
    return client_with_role("administrator", "ada")


def stored(intake) -> dict[str, str]:
    """The title of the report, and the texts of passage 2 by field."""
    passage = intake.passages.get(number=2)
    columns = ("summary", "quotation", "summary_ru", "summary_zh")
    return {"title": Intake.objects.get().title} | {f"{each}-2": getattr(passage, each) for each in columns}


def test_a_page_that_was_opened_before_overwrites_nothing(curator, other, intake):
    before = form_of(curator.get(url(intake)))
    typed = {"title": "Title of Ada", "summary-2": "Summary of Ada", "quotation-2": "signed a memorandum"}
    assert other.post(url(intake), form_of(other.get(url(intake))) | typed).status_code == 302
    answer = curator.post(url(intake), before | {"summary_ru-2": "Два города.", "_write": ""})
    assert answer.status_code == 302
    assert stored(intake) == typed | {"summary_ru-2": "Два города.", "summary_zh-2": ""}


@pytest.mark.parametrize(
    ("name", "theirs", "yours"),
    [
        ("title", "Title of Ada", "My title"),
        ("summary-2", "Summary of Ada", "My summary"),
        ("summary_zh-2", "两座城市。", ""),
        ("quotation-2", "signed a memorandum", "a memorandum on tourist safety"),
    ],
)
def test_a_text_that_two_have_typed_is_shown_in_both_versions(curator, other, intake, name, theirs, yours):
    save(curator, intake, **{name: "First", f"was-{name}": stored(intake)[name]})
    page = form_of(curator.get(url(intake)))
    assert save(other, intake, **{name: theirs, f"was-{name}": "First"}).status_code == 200
    answer = curator.post(url(intake), page | {name: yours, "_write": ""})
    assert answer.status_code == 409
    assert CONFLICT in " ".join(messages_in(answer))
    assert stored(intake)[name] == theirs
    both = form_of(answer)
    assert (both[name], both[f"was-{name}"]) == (yours, theirs)
    [note] = soup(answer).select(".note")
    assert " ".join(note.text.split()) == f"“Save” replaces the saved version: {theirs}"
    assert all(each.has_attr("open") for each in note.find_parents("details"))
    # A curator who has seen both versions may replace the saved version.
    assert curator.post(url(intake), both).status_code == 302
    assert stored(intake)[name] == yours


def test_texts_of_a_passage_without_proposals_are_not_folded_away(curator, intake):
    folded = "#p1 details:not([open])"
    assert len(soup(curator.get(url(intake))).select(folded)) == 2
    save(curator, intake, **{"summary_zh-1": "游客安全。"})
    assert not soup(curator.get(url(intake))).select(folded)


def test_a_text_that_somebody_else_has_emptied_is_not_folded_away(curator, other, intake):
    save(curator, intake, **{"summary_ru-1": "Безопасность."})
    typed = form_of(curator.get(url(intake))) | {"summary_ru-1": "Моя сводка."}
    save(other, intake, **{"summary_ru-1": "", "was-summary_ru-1": "Безопасность."})
    answer = curator.post(url(intake), typed)
    assert (answer.status_code, intake.passages.get(number=1).summary_ru) == (409, "")
    assert not soup(answer).select("#p1 details:not([open])")


def test_the_script_is_notified_of_a_text_that_somebody_else_has_changed(curator, other, intake):
    assert save(other, intake, **{"summary-2": "Summary of Ada"}).status_code == 200
    answer = save(curator, intake, **{"summary-2": "My summary", "was-summary-2": ""})
    assert (answer.status_code, answer.json()["message"]) == (
        409,
        f"Passage 2: {CONFLICT} Your version was not saved, but your input is not lost. “Save” shows both versions.",
    )
    assert stored(intake)["summary-2"] == "Summary of Ada"
    same = save(curator, intake, **{"summary-2": "Summary of Ada\r\n", "was-summary-2": ""})
    assert same.status_code == 200


def test_a_text_that_is_refused_stays_in_its_field(curator, intake):
    typed = {"published_on": "soon", "quotation-2": "word " * 61}
    answer = curator.post(url(intake), form_of(curator.get(url(intake))) | typed)
    assert answer.status_code == 409
    shown = form_of(answer)
    assert {name: shown[name] for name in typed} == {name: text.strip() for name, text in typed.items()}
    [details] = soup(answer).select(".report-details")
    assert details.has_attr("open") and CONFLICT not in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "stored_date"),
    [("30 January 2020", "2020-01-30"), ("14 мая 2025 г.", "2025-05-14"), ("2025年5月14日", "2025-05-14")],
)
def test_a_date_in_words_is_understood(curator, intake, typed, stored_date):
    assert save(curator, intake, published_on=typed).status_code == 200
    assert Intake.objects.get().published_on == stored_date


def test_a_date_in_words_can_be_changed_again_without_a_conflict(curator, intake):
    for shown, typed, date in (
        ("", "9 December 2021", "2021-12-09"),
        ("9 December 2021", "10 December 2021", "2021-12-10"),
        ("2021-12-10", "2021", "2021"),
    ):
        answer = save(curator, intake, **{"published_on": typed, "was-published_on": shown})
        assert answer.status_code == 200, answer.content
        assert Intake.objects.get().published_on == date
