"""Reads the words for language rules from data files in data/vocabulary."""

import csv
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parents[2] / "data" / "vocabulary"


class Word(NamedTuple):
    """A row of a vocabulary file. A final "*" matches any ending."""

    word: str
    language: str
    meaning: str


@lru_cache(maxsize=32)
def vocabulary(name: str) -> tuple[Word, ...]:
    """Returns the rows of a vocabulary file. `name` is the file name without its extension."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(Word(row["word"], row["language"], row["meaning"]) for row in csv.DictReader(lines))


@lru_cache(maxsize=128)
def words_of(name: str, language: str, *meanings: str) -> frozenset[str]:
    """Returns the words of a language ("" for all) in lower case, optionally only words with these `meanings`."""
    return frozenset(
        row.word.lower().replace("ё", "е")
        for row in vocabulary(name)
        if language in ("", row.language) and (not meanings or row.meaning in meanings)
    )


def alternatives(name: str, language: str, *meanings: str) -> str:
    """Returns a case-sensitive regular expression that matches these words, longest first."""
    words = {
        row.word for row in vocabulary(name) if language in ("", row.language) and row.meaning in meanings
    }
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(map(re.escape, ordered)) + ")"


def meanings(name: str) -> dict[str, tuple[str, ...]]:
    """Maps the meanings in a vocabulary file to their words, both in the order of the file."""
    words: dict[str, list[str]] = {}
    for row in vocabulary(name):
        words.setdefault(row.meaning, []).append(row.word)
    return {meaning: tuple(its) for meaning, its in words.items()}


# The separator between label and cities in a title, by language.
TITLE_COLONS = {"en": ": ", "ru": ": ", "zh": "："}


def title_label(thing: str, language: str) -> str:
    """Returns the label of a joint project in a title, such as "Sister cities"."""
    labels = {row.meaning: row.word for row in vocabulary("initiative_titles") if row.language == language}
    return labels.get(thing, thing)


def title_of(label: str, names: Sequence[str], language: str) -> str:
    """Builds a title from a label and the names of cities."""
    join = {"en": " – ", "ru": " — ", "zh": "—"}[language]
    return f"{label}{TITLE_COLONS[language]}{join.join(names)}" if names else label
