"""The names of a place or person."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from delegates.models import Delegate
from sco_cities.core import tokenizer

from . import inflection


@dataclass(frozen=True)
class NameEntry:
    """The names of a record in each language, and its aliases."""

    collection: str
    key: int
    names: tuple[str, ...]
    aliases: tuple[str, ...]

    @cached_property
    def name_words(self) -> list[tuple[str, ...]]:
        """Every name and alias as a tuple of words."""
        return [words for name in (*self.names, *self.aliases) if (words := tuple(tokenizer.split(name)))]

    @property
    def stem_keys(self) -> Iterator[str]:
        """The stems of the names that are not Chinese; those of a delegate's in any order."""
        for name in (*self.names, *self.aliases):
            words = inflection.words(name)
            if words and not any(map(_is_chinese, words)):
                stems = map(inflection.stems_of_name, words)
                yield from inflection.keys(stems, in_any_order=self.collection == Delegate.collection)

    @property
    def family_stems(self) -> set[str]:
        """The stems of the last words of a delegate's English and Russian names."""
        if self.collection != Delegate.collection:
            return set()
        names = [words for name in self.names if len(words := inflection.words(name)) > 1]
        return {stem for words in names for stem in inflection.stems_of_name(words[-1])}

    @property
    def has_chinese_name(self) -> bool:
        return any(tokenizer.is_han(word) for name in self.name_words for word in name)

    @property
    def family_names(self) -> list[str]:
        """The last word of a delegate's name in each language, if the name has several words."""
        if self.collection != Delegate.collection:
            return []
        names = [tokenizer.split(name) for name in self.names]
        return [words[-1] for words in names if len(words) > 1]


def _is_chinese(word: str) -> bool:
    return any(map(tokenizer.is_han, tokenizer.split(word)))
