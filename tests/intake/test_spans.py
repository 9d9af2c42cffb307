"""In any text, every mark has the correct position."""

import datetime
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sco_cities.intake.reading.reader import read

from .small_dictionary import small_dictionary

pytestmark = pytest.mark.only_on("sqlite")

DICTIONARY = small_dictionary()
DATE = datetime.date(2025, 5, 14)
PIECES = [
    "Dushanbe", "Mayor of Tianjin Firuz Karimzoda", ", deputy head of the Committee for Tourism",
    "over 40,000 tourists",
    "мэр Ташкента Иван Петров", "с мэром Бишкека Айбеком Имановым", "компания «Вода»", "2,5 млн", "12 мая",
    "$65 million",
    "Mayor Kenesh Anna Testova", "мэр Казани Олег Анна Тестова", "市长安娜·捷斯托娃宣布",
    "天津市副市长赵文斌表示", "菲鲁兹·卡里姆佐达", "1.5万亿美元", "5月14日", "中哈两国",
    "signed an agreement", "не подписан",
    "СССР", "İstanbul", "ǅ", "\r\n", "\n\n", "\t", " ", ". ", "—", "«", "”", "(", "№ 88", "A–B, C–D",
    "города-побратимы", "·", "0",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=20).map(" ".join),
)


@given(TEXTS)
@example("©TOURISM")
def test_every_mark_has_places_that_exist_in_the_text(text):
    for published in (DATE, None):
        for mark in read(text, DICTIONARY, published).marks:
            assert mark.spans, mark
            for start, end in mark.spans:
                assert 0 <= start < end <= len(text), mark


@given(TEXTS)
def test_every_mark_is_in_the_text(text):
    reading = read(text, DICTIONARY, DATE)
    for mark in [*reading.cities, *reading.countries, *reading.organisations, *reading.persons]:
        start, end = mark.spans[0]
        assert _letters(text[start:end]) & _letters("".join(mark.names)), mark


def _letters(text: str) -> set[str]:
    """Returns the letters of a text in lower case, without diacritics."""
    return {each for each in unicodedata.normalize("NFKD", text.lower()) if each.isalnum()}


@pytest.mark.parametrize(
    "piece",
    [
        "The Ministry of ",
        "A",
        "阿·",
        "1",
        "1 000 ",
        "市长阿",
        "министерства по ",
        "Xx and ",
        "«",
        "(",
        "Kazan and Ufa, ",
        "Mayor of ",
    ],
)
def test_a_text_that_repeats_one_piece_is_read(piece):
    """Each of these repeated pieces once made a rule slow or made it fail. `make intake` measures the time."""
    text = piece * (9000 // len(piece))
    for mark in read(text, DICTIONARY, DATE).marks:
        assert all(0 <= start < end <= len(text) for start, end in mark.spans)
