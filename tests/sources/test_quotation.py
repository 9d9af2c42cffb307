"""Limits and display of quotations from passages, and of archived copies of reports."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError

from sco_cities.sources.models import Passage
from sco_cities.sources.report_texts import validate_quotation, word_count
from tests import factories as make

TEXTS = {
    "nothing": ("", 0),
    "English": ("Let there be light.", 4),
    "signs between words": ("Light — or “light” ...", 3),
    "Russian": ("Город-побратим сияет.", 2),
    "Chinese": ("天津与杜尚别合作", 4),
    "an odd number of characters": ("天津市", 2),
    "Chinese with a Latin word": ("在天津使用 AI 技术。", 5),
    "Japanese": ("ひかりあれ", 3),
}


@pytest.mark.parametrize(("text", "count"), TEXTS.values(), ids=TEXTS)
def test_words_are_counted_in_any_script(text, count):
    assert word_count(text) == count


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [("light " * 60, True), ("light " * 61, False), ("灯" * 120, True), ("灯" * 121, False)],
)
def test_a_quotation_has_at_most_60_words(text, is_valid):
    if is_valid:
        validate_quotation(text)
        return
    with pytest.raises(ValidationError, match="at most 60 words, or 120 Chinese characters"):
        validate_quotation(text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "is_valid"),
    [
        ("", True),
        ("https://archive.example/2025/https://news.example/lamps", True),
        ("javascript:alert(1)", False),
        ("ftp://archive.example/lamps", False),
        ("https://user:secret@archive.example/", False),
    ],
)
def test_an_archived_copy_has_an_address_that_anyone_can_open(address, is_valid):
    passage = make.make_report().passages.get()
    passage.archive_address = address
    if is_valid:
        passage.full_clean()
        return
    with pytest.raises(ValidationError) as error:
        passage.full_clean()
    assert list(error.value.error_dict) == ["archive_address"]


ARCHIVE = "https://archive.example/lamps?a=1&b=2"
PAGES = {
    "a record": "/initiatives/lamps/",
    "a report": "/reports/gazette/",
    "a brief": "/initiatives/?view=brief",
}
every_page = pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)


@pytest.fixture
def passage(db) -> Passage:
    passage = make.make_report("gazette", language="de").passages.get()
    make.make_evidence(make.make_initiative("lamps"), "status", passage)
    return passage


def note_on(client, address: str):
    page = BeautifulSoup(client.get(address).content, "html.parser")
    return page.select_one("#note-1, #p1")


@every_page
@pytest.mark.parametrize(
    ("language", "label", "link"),
    [
        ("", "Original wording", "archived copy"),
        ("/ru", "Дословно", "архивная копия"),
        ("/zh-hans", "原文", "存档副本"),
    ],
)
def test_readers_see_the_original_wording_as_a_quotation_and_a_link_to_the_copy(
    client, passage, address, language, label, link
):
    Passage.objects.update(quotation="Lampen <leuchten>.", archive_address=ARCHIVE)
    note = note_on(client, language + address)
    quotation = note.select_one("figure.quotation")
    assert (quotation.figcaption.text, quotation.blockquote.text) == (label, "Lampen <leuchten>.")
    assert quotation.blockquote["lang"] == "de"
    archived = note.select_one(f'a[href="{ARCHIVE}"]')
    assert archived.text == f"{link} ↗"
    assert archived["rel"] == ["noopener", "noreferrer", "external"]


@every_page
def test_empty_values_are_not_shown(client, passage, address):
    note = note_on(client, address)
    assert note.select_one(".quotation, blockquote") is None
    assert note.select_one('a[rel~="external"]') is None
