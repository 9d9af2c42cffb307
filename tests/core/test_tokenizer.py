import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sco_cities.core import tokenizer

# Characters with a special meaning in full-text queries, and characters that no script uses as letters.
MARKS = "\"*()+-^:~'{}[]&|!<>?.,;/\\ \t"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dushanbe DUSHANBÉ Душанбе ДУШАНБЕ", ["dushanbe"] * 4),
        ("Шеньчжень Шэньчжэнь", ["shenchzhen"] * 2),
        ("ёлка елка", ["elka"] * 2),
        ("air-taxi, air_taxi; air/taxi", ["air", "taxi"] * 3),
        ("Xi'an Xi’an Xian", ["xian"] * 3),
        ("O‘zbekiston Oʻzbekiston", ["ozbekiston"] * 2),
        ("4K, 5G and №12", ["4k", "5g", "and", "12"]),
        ("杜尚别市 Dushanbe智慧", ["杜尚别市", "dushanbe", "智慧"]),
        ("दिल्ली لاهور 서울 İstanbul", ["dilli", "lhwr", "seoul", "istanbul"]),
        ("می\u200cخواهم", ["mykhwhm"]),
        ("½ ①", ["1", "2", "1"]),
        ("😀 !? … “” \u0301 \ud800", []),
        ("x" * 1000, ["x" * tokenizer.MAX_WORD_LENGTH]),
    ],
)
def test_a_text_is_split_into_normalised_words(text, expected):
    assert tokenizer.split(text) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("lamps", ["lamps"]),
        ("杜尚别", ["x675c5c1a", "0pdushangbie", "x5c1a522b", "0pshangbie", "x522b", "0pbie"]),
        ("天津港口区", [
            "x59296d25", "0ptianjingangkou", "x6d256e2f", "0pjingangkouqu", "x6e2f53e3", "0pgangkouqu",
            "x53e3533a", "0pkouqu", "x533a", "0pqu",
        ]),
        ("𠀋", ["xz2000b", "0pjo"]),
    ],
)  # fmt: skip
def test_a_chinese_run_is_found_by_pairs_of_characters_and_by_its_reading(word, expected):
    assert list(tokenizer.tokens(word)) == expected


@pytest.mark.parametrize(
    ("query", "text", "is_found"),
    [
        ("杜", "访问杜尚别", True),
        ("尚别", "访问杜尚别", True),
        ("dushangbie", "访问杜尚别", True),
        ("shang", "访问杜尚别", True),
        ("别杜", "访问杜尚别", False),
        ("ushang", "访问杜尚别", False),
        ("tian jin", "在天津港", True),
        ("Ташкент", "в Ташкенте", True),
    ],
)
def test_every_query_token_is_a_prefix_of_a_token_of_the_text(query, text, is_found):
    tokens = tokenizer.search_document([], [text]).split()
    query_tokens = [token for word in tokenizer.split(query) for token in tokenizer.query_tokens(word)]
    assert (
        all(any(token.startswith((part, f"0p{part}")) for token in tokens) for part in query_tokens)
        == is_found
    )


def test_a_document_has_each_token_once_and_a_token_for_each_whole_name():
    assert (
        tokenizer.search_document(["Lamp Town", "Лэмп"], ["Lamp town: lamps"])
        == "0nlamptown lamp town 0nlemp lemp lamps"
    )


def test_a_document_is_truncated_to_a_length_that_databases_accept():
    text = " ".join(f"{number:x}word" for number in range(200_000))
    document = tokenizer.search_document([], [text])
    assert tokenizer.MAX_DOCUMENT_LENGTH - 50 < len(document) <= tokenizer.MAX_DOCUMENT_LENGTH
    assert set(document.split()) <= set(text.split())


NO_LETTERS = "“%s” contains no letters or digits. Enter a word or a number."


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("lamp", ""),
        ("ош", ""),
        ("天", ""),
        ("a b", ""),
        ("5G", ""),
        ("a", "Enter at least two letters."),
        ("Ш", "Enter at least two letters."),
        ("é!", "Enter at least two letters."),
        ("a A á", "Enter at least two letters."),
        ("7", "Enter at least two letters."),
        ("?!", NO_LETTERS % "?!"),
        ("😀", NO_LETTERS % "😀"),
        ('"*', NO_LETTERS % '"*'),
        ("%" * 100, NO_LETTERS % ("%" * 60 + "…")),
    ],
)
def test_a_phrase_that_cannot_be_searched_for_has_an_error_message(phrase, expected):
    assert tokenizer.phrase_error(phrase) == expected


@given(st.text(max_size=200))
def test_tokens_of_any_text_are_plain_ascii(text):
    tokens = tokenizer.search_document([text], [text]).split(" ")
    assert all(
        token == "" or (token.isascii() and token.isalnum() and token.islower() | token.isdigit())
        for token in tokens
    )
    assert isinstance(tokenizer.phrase_error(text), str)


@given(
    st.text(
        alphabet=st.one_of(
            st.sampled_from(MARKS), st.characters(categories=["P", "S", "Z", "M", "Cc", "Cf", "Cs", "Co"])
        )
    )
)
def test_a_text_without_letters_and_digits_cannot_be_searched_for(text):
    assert tokenizer.split(text) == []
    assert "contains no letters or digits" in tokenizer.phrase_error(text)


@given(st.text(), st.text())
def test_a_word_is_found_in_any_text_that_contains_it(before, word):
    tokens = set(tokenizer.search_document([], [f"{before} {word}"]).split())
    assert {token for part in tokenizer.split(word) for token in tokenizer.query_tokens(part)} <= tokens


def test_a_hundred_kilobytes_are_split_in_reasonable_time():
    for text in (
        "lamp " * 20_000,
        "лампа " * 10_000,
        "杜尚别" * 10_000,
        "́" * 50_000,
        "'" * 100_000,
        "a'" * 50_000,
    ):
        start = time.process_time()
        tokenizer.search_document([text], [text])
        assert time.process_time() - start < 5
