"""Splits a search phrase into names, roles, connecting words and other words.

A sequence of Chinese characters is divided only if it consists entirely of names, roles and connecting words. For
example, 天津市市长 becomes 天津, 市 and 市长, but 天津港 (the port of Tianjin) is a different name and is not divided.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, product

from delegates.models import Delegate
from sco_cities.core import tokenizer
from sco_cities.names import inflection
from sco_cities.names.vocabulary import meanings

from .fulltext_query import Alternatives, QueryTerm, Terms, word_terms

# Short role names match only these forms, because other words, such as мероприятие, после, Mayorov, Акимов and
# консультация, start with the same letters. A form with an asterisk matches a related word with any ending. Searches
# for the role find related words, but a related word in a search does not name the role. For example, a consulate is
# not a consul.
_FORMS = meanings("search_role_forms")
# When transliterated, these forms equal forms of мера or family names. They match only if the reader typed a form of
# the same word.
_AMBIGUOUS = {"мэр", "мэра", "мэру", "мэре", "мэры", "мэрам", "мэрами", "мэрах", "акимов", "хокимов"}
_BASIC_FORM = {form: basic for basic, forms in _FORMS.items() for form in forms if not form.endswith("*")}


@dataclass(frozen=True)
class Role:
    """A role and all of its names."""

    names: tuple[str, ...]

    def alternatives(self, typed_words: Iterable[str]) -> Alternatives:
        """Returns the terms that find any name of the role. The unchanged typed words are first."""
        words = list(typed_words)
        basic_forms = {_BASIC_FORM.get(word) for word in words}
        names = (_terms_of_name(name, is_typed=name in basic_forms) for name in self.names)
        return tuple(dict.fromkeys((_terms(words), *chain.from_iterable(names))))


@cache
def _terms_of_name(name: str, *, is_typed: bool) -> list[Terms]:
    words = name.split()
    # Only single-word names are ambiguous.
    unwanted = set() if is_typed or len(words) > 1 else _AMBIGUOUS
    return [_terms(forms) for forms in product(*map(_forms_found, words)) if unwanted.isdisjoint(forms)]


def _forms_found(word: str) -> tuple[str, ...]:
    if word in _FORMS:
        return _FORMS[word]
    return (word if word in _BASIC_FORM else _shortest_stem(word),)


def _shortest_stem(word: str) -> str:
    return min(inflection.stems_of_name(word), key=len)


def _terms(words: Iterable[str]) -> Terms:
    terms: list[QueryTerm] = []
    for word in words:
        for token in tokenizer.split(word):
            terms += [QueryTerm(token, is_prefix=False)] if word in _BASIC_FORM else word_terms(token)
    return tuple(terms)


def role_of(words: Iterable[str]) -> Role | None:
    """Returns the role named by these folded words in any form, or None."""
    # Removes unknown stems first, because their many combinations would slow down the lookup of long phrases.
    stems = [_stems(word) & _known_stems() for word in words]
    return next((_roles()[key] for key in inflection.keys(stems) if key in _roles()), None)


@cache
def _roles() -> dict[str, Role]:
    """Maps the stems of role names to roles."""
    roles: dict[str, Role] = {}
    for role in map(Role, meanings("search_role_names").values()):
        for name in role.names:
            for key in inflection.keys(map(_stems, name.split())):
                roles.setdefault(key, role)
    return roles


@cache
def _known_stems() -> set[str]:
    return {stem for key in _roles() for stem in key.split(" ")}


def _stems(word: str) -> set[str]:
    return {_BASIC_FORM[word]} if word in _BASIC_FORM else inflection.stems(word)


@dataclass(frozen=True)
class NameEntry:
    """The names of a record in each language, and its aliases."""

    collection: str
    key: int
    names: tuple[str, ...]
    aliases: tuple[str, ...]

    @cached_property
    def name_words(self) -> list[tuple[str, ...]]:
        """The names and aliases, each as a tuple of words."""
        return [words for name in (*self.names, *self.aliases) if (words := tuple(tokenizer.split(name)))]

    @property
    def stem_keys(self) -> Iterator[str]:
        """The stems of the names, except Chinese names. The stems of a delegate's name may be in any order."""
        for name in (*self.names, *self.aliases):
            words = inflection.words(name)
            if words and not any(map(_is_chinese, words)):
                stems = map(inflection.stems_of_name, words)
                yield from inflection.keys(stems, in_any_order=self.collection == Delegate.collection)

    @property
    def family_stems(self) -> set[str]:
        """The stems of the last words in a delegate's English and Russian names."""
        if self.collection != Delegate.collection:
            return set()
        names = [words for name in self.names if len(words := inflection.words(name)) > 1]
        return {stem for words in names for stem in inflection.stems_of_name(words[-1])}

    @property
    def has_chinese_name(self) -> bool:
        return any(tokenizer.is_han(word) for name in self.name_words for word in name)

    @property
    def family_names(self) -> list[str]:
        """The last word of a delegate's name in each language. Single-word names are omitted."""
        if self.collection != Delegate.collection:
            return []
        names = [tokenizer.split(name) for name in self.names]
        return [words[-1] for words in names if len(words) > 1]


def _is_chinese(word: str) -> bool:
    return any(map(tokenizer.is_han, tokenizer.split(word)))


# Words that are ignored between names and roles.
CONNECTORS = {
    "of", "and", "the", "in", "with", "between", "city", "cities", "country",
    "и", "в", "во", "с", "со", "между", "город", "города", "городе", "городов", "страна", "страны",
    "和", "与", "及", "同", "的", "之", "间", "市",
}  # fmt: skip
# Maximum length of a name or role in a sequence of Chinese characters.
_MAX_HAN_LENGTH = 12


@dataclass(frozen=True)
class TypedWord:
    """A typed word in lower case, with its normalised tokens. Most words have one token."""

    text: str
    tokens: tuple[str, ...]

    @cached_property
    def stems(self) -> set[str]:
        return inflection.stems(self.text)


@dataclass(frozen=True)
class Segment:
    """Adjacent words that form a name or a role, or a single connecting or other word.

    `entries` are the records with this name or, if `is_prefix` is set, with a name that starts with the words. A
    segment cannot have both entries and a role.
    """

    words: tuple[TypedWord, ...]
    entries: tuple[NameEntry, ...] = ()
    is_prefix: bool = False
    role: Role | None = None

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(token for word in self.words for token in word.tokens)

    @property
    def is_connector(self) -> bool:
        return not self.entries and len(self.words) == 1 and self.words[0].text in CONNECTORS

    @property
    def is_understood(self) -> bool:
        return bool(self.entries or self.is_connector or self.role)


def typed_words(phrase: str, is_han_name: Callable[[str], bool]) -> list[TypedWord]:
    """Returns the words of `phrase`. Sequences of Chinese characters are divided where possible."""
    words = []
    for start, end, tokens in tokenizer.spans(phrase):
        pieces = []
        if len(tokens) == 1 and tokenizer.is_han(tokens[0]):
            pieces = _pieces(tokens[0], is_han_name)
        words += [TypedWord(piece, (piece,)) for piece in pieces] or [
            TypedWord(inflection.fold(phrase[start:end]), tuple(tokens))
        ]
    return [word for word in words if word.tokens]


def _pieces(run: str, is_han_name: Callable[[str], bool]) -> list[str]:
    """Splits Chinese text into names, roles and connecting words, longest first. Returns [] if other text remains."""
    rest: list[list[str]] = [[] for _place in run] + [[]]
    is_divisible = [False] * len(run) + [True]
    for start in reversed(range(len(run))):
        for end in range(min(len(run), start + _MAX_HAN_LENGTH), start, -1):
            piece = run[start:end]
            if is_divisible[end] and (piece in CONNECTORS or is_han_name(piece) or role_of([piece])):
                rest[start], is_divisible[start] = [piece, *rest[end]], True
                break
    return rest[0]


def without_connectors(segments: list[Segment]) -> list[Segment]:
    """Removes connecting words if all other segments are names or roles. Otherwise returns all segments.

    Connecting words between other words can be significant.
    """
    meant = [segment for segment in segments if not segment.is_connector]
    return meant if meant and all(segment.is_understood for segment in meant) else segments
