"""A report is recognised by its page, its text, or most of its text. Copied words are found."""

import pytest

from sco_cities.core.exceptions import Refused
from sco_cities.intake.models import Intake
from sco_cities.intake.reception import receive
from sco_cities.intake.same_report import CopiedWords, same_reports, similarity, sketch
from tests.factories import make_report

from .reports import MEMORANDUM, MORE_VISITORS

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
