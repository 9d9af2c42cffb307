"""A report is recognised by its page, its text, or most of its text. Copied words are found."""

import pytest

from sco_cities.core.exceptions import Refused
from sco_cities.intake.jobs import purge
from sco_cities.intake.models import Intake
from sco_cities.intake.reception import receive
from sco_cities.intake.same_report import (
    CopiedWords,
    repeated_passages,
    same_reports,
    similarity,
    sketch,
)
from sco_cities.sources.models import Passage, Report
from tests.curation.admin_client import client_with_role, messages_in, soup
from tests.factories import make_report

from .page_steps import DETAILS, accept_all, url, write
from .reports import MEMORANDUM, MORE_VISITORS, read_report

CHINESE = "杜尚别与天津签署旅游安全谅解备忘录，两市将开设三种语言的服务热线。"


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    "other, least, most",
    [
        (MEMORANDUM, 1, 1),
        (MEMORANDUM.replace("maps", "guides"), 0.8, 0.99),
        (MEMORANDUM.upper() + " Read more.", 0.9, 0.99),
        (MORE_VISITORS, 0, 0.2),
        ("", 0, 0),
    ],
)
def test_texts_are_as_similar_as_the_word_groups_that_they_share(other, least, most):
    assert least <= similarity(sketch(MEMORANDUM), sketch(other)) <= most


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    "text, summary, words",
    [
        ("a b c d e f g h i", "So it says: a b c d e f g.", ""),
        ("a b c d e f g h i", "So it says: b C d, e f g h i and more!", "b C d, e f g h i"),
        (CHINESE, "据说签署旅游安全谅解备忘录，两市将开设热线", "签署旅游安全谅解备忘录，两市将开"),
        (CHINESE, "据说署旅游安全谅解备忘录，两市将开", ""),
        ("", "Anything at all may be said of a report without text.", ""),
    ],
)  # fmt: skip
def test_eight_words_or_fifteen_characters_in_a_row_are_copied(text, summary, words):
    assert CopiedWords(text).run_in(summary) == words


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text, address, publisher, sameness, is_independent",
    [
        ("Quite another text.", "http://www.gazette.example/tourists/", "The Gazette", "address", True),
        (MEMORANDUM, "", "The Gazette", "text", True),
        (MEMORANDUM.replace("  ", " ") + "\n", "", "The Herald", "text", False),
        (MEMORANDUM.replace("maps", "guides"), "", "The Herald", "similar", False),
        (MORE_VISITORS, "", "The Gazette", None, None),
    ],
)
def test_a_report_that_the_site_has_is_named(text, address, publisher, sameness, is_independent):
    report = make_report(address="https://gazette.example/tourists")
    first = receive(MEMORANDUM, user=None, publisher="The Gazette")
    Intake.objects.filter(pk=first.pk).update(report=report)
    found = same_reports(receive(text, user=None, address=address, publisher=publisher))
    expected = [] if sameness is None else [(sameness, report, is_independent)]
    assert [(each.sameness.value, each.report, each.is_independent) for each in found] == expected


def repeated_numbers(intake, report) -> dict[int, int]:
    """Maps the numbers of paragraphs to the numbers of the stored passages that they repeat."""
    passages = intake.passages.in_bulk()
    found = repeated_passages(intake, passages.values(), report)
    return {passages[key].number: stored.number for key, stored in found.items()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "old, new, repeated",
    [
        ("", "", {2: 7, 3: 8}),
        ("signed a", "have signed a", {2: 7, 3: 8}),
        ("tourists safe", "tourists safe\n\nBy our correspondent", {3: 7, 4: 8}),
        ("over 40,000", "over 50,000", {2: 7}),
        ("12 May 2026", "14 May 2026", {3: 8}),
    ],
)
@pytest.mark.parametrize("is_purged", [False, True])
def test_a_paragraph_with_small_differences_repeats_the_stored_passage(old, new, repeated, is_purged):
    report = make_report()
    first = receive(MEMORANDUM, user=None)
    for number in (2, 3):
        stored = Passage.objects.create(report=report, number=number + 5, summary=f"Summary {number}.")
        first.passages.filter(number=number).update(passage=stored)
    if is_purged:
        purge(Intake.objects.filter(pk=first.pk))
    again = receive(MEMORANDUM.replace(old, new), user=None)
    # After the purge of the earlier text, only the same text is recognised.
    assert repeated_numbers(again, report) == ({} if is_purged and old != new else repeated)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "column, words, expected",
    [
        ("quotation", "Visitors must  feel at home,", {3: 1}),
        ("quotation", "Nobody has said this.", {}),
        ("summary", "the guests  feel at home.", {2: 1}),
        ("summary", "Another summary.", {}),
    ],
)
def test_a_passage_with_the_quotation_or_summary_of_a_stored_passage_repeats_it(column, words, expected):
    report = make_report()
    report.passages.update(**{column: words})
    intake = receive(MEMORANDUM, user=None)
    intake.passages.filter(number=2).update(summary="The guests feel at home.")
    assert repeated_numbers(intake, report) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("is_written", [False, True])
def test_the_same_text_pasted_again_links_to_the_earlier_text(curator, intake, is_written):
    if is_written:
        Intake.objects.update(report=make_report(address=DETAILS["address"]))
    again = read_report(user=curator.user, **DETAILS)
    for client, is_linked in ((curator, True), (client_with_role("contributor"), False)):
        Intake.objects.filter(pk=again.pk).update(made_by=client.user)
        [notice] = soup(client.get(url(again))).select(".notice")
        assert ([link["href"] for link in notice.select("a")] == [url(intake)]) is is_linked


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", " \n\t", "a\nbbb\n" * 2_501])
def test_no_text_and_too_long_a_text_are_refused(text):
    with pytest.raises(Refused):
        receive(text, user=None)
    assert not Intake.objects.exists()


@pytest.mark.django_db
def test_a_very_long_paragraph_is_cut_between_sentences():
    sentence = "Dushanbe and Tianjin met on safety again. "
    text = f"A title\n\n{sentence * 200}\n\nThe end{'x' * 4_000}"
    passages = list(receive(text, user=None).passages.order_by("number"))
    pieces = [text[each.start : each.end] for each in passages]
    assert [pieces[0], *pieces[-1:]] == ["A title", "The end" + "x" * 4_000]
    assert " ".join(pieces[1:-1]) == (sentence * 200).strip()
    assert len(pieces) == 5
    assert all(len(piece) <= 3_000 and piece.endswith("again.") for piece in pieces[1:-1])


@pytest.fixture
def intake(places, curator):
    return read_report(user=curator.user, **DETAILS)


def test_a_contributor_adds_no_passage_to_a_published_report(curator, intake):
    accept_all(curator, intake)
    write(curator, intake, publish_report="1")
    report = Report.objects.get()
    passages = report.passages.count()
    contributor = client_with_role("contributor")
    again = read_report(MEMORANDUM.replace("12 May", "14 May"), user=contributor.user)
    contributor.post(url(again), {"use_report": report.pk})
    accept_all(contributor, again, summaries={"summary-2": "The cities met later."})
    page = contributor.get(url(again, "write"))
    assert (
        "You do not have permission to add passages to this report"
        in soup(page).select_one("#problems ~ ul").text
    )
    assert "Nothing was written" in messages_in(write(contributor, again))[0]
    assert report.passages.count() == passages


def test_a_known_report_is_listed_first_and_can_be_extended(curator, intake):
    accept_all(curator, intake)
    write(curator, intake)
    again = read_report(user=curator.user, publisher="Another Gazette")
    page = soup(curator.get(url(again)))
    notices = " ".join(each.text for each in page.select(".notice"))
    assert "This report is already known" in notices
    assert "Not independent:" in notices
    [button] = page.select("button[name=use_report]")
    curator.post(url(again), {"use_report": button["value"]})
    again.refresh_from_db()
    assert again.report == Report.objects.get()
    # The text is the same, so the passages and their summaries are known.
    count = again.report.passages.count()
    assert again.passages.filter(passage__report=again.report).count() == count == 2
    assert again.passages.get(number=2).summary == "What passage 2 tells."
    accept_all(curator, again)
    write(curator, again)
    assert again.report.passages.count() == count
    assert curator.post(url(again), {"use_report": "999999"}).status_code == 404


def test_the_plan_has_the_numbers_of_the_stored_and_the_new_passages(curator, intake):
    accept_all(curator, intake)
    write(curator, intake)
    report = Report.objects.get()
    report.passages.filter(number=3).update(
        number=4, quotation="Visitors must feel at home", summary="Stored."
    )
    changed = MEMORANDUM.replace("12 May", "14 May").replace("hotline is", "line is")
    again = read_report(changed, user=curator.user, address=DETAILS["address"])
    again.passages.filter(number=3).update(summary="Typed before.")
    curator.post(url(again), {"use_report": report.pk})
    assert [each.summary for each in again.passages.all()] == ["", "", "Typed before."]
    accept_all(curator, again, summaries={"summary-2": "The cities met later."})
    page = soup(curator.get(url(again, "write")))
    listed = [" ".join(each.text.split()) for each in page.select("#plan-report ~ ul li")]
    # Paragraph 2 has another date, and its number is taken.
    assert listed == [
        "¶5 The cities met later.",
        "¶4 Stored. already in the report The report keeps its stored texts. These texts are not used: Typed before.",
    ]
    assert {"¶5", "¶4"} == {
        each.text for each in page.select(".grid-table small, .plan-block .quiet") if "¶" in each.text
    }
    write(curator, again)
    assert {each.number: each.summary for each in report.passages.all()} == {
        2: "What passage 2 tells.", 4: "Stored.", 5: "The cities met later.",
    }  # fmt: skip
