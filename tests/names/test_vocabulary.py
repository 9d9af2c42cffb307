"""The vocabulary files with words used in names and reports."""

from sco_cities.names.vocabulary import FOLDER, meanings, vocabulary

FILES = sorted(path.stem for path in FOLDER.glob("*.csv"))


def test_every_vocabulary_is_described_and_no_other():
    described = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [name for name in FILES if f"`{name}.csv`" not in described] == []


def test_no_word_of_a_vocabulary_is_empty_or_repeated():
    for name in FILES:
        rows = vocabulary(name)
        assert all(row.word.strip() and row.meaning.strip() for row in rows), name
        assert len(set(rows)) == len(rows), name


def test_the_meanings_of_a_vocabulary_keep_the_order_of_its_words():
    assert meanings("han_suffixes")["cities"] == ("市区", "市")
