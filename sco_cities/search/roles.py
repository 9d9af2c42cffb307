"""Roles of people in three languages. мэр, 市长 and akim each find every mayor, in any spelling."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain, product

from sco_cities.core import tokenizer
from sco_cities.names import inflection
from sco_cities.names.vocabulary import meanings

from .query_parser import Alternatives, QueryTerm, Terms, word_terms

# Short words match only these forms, because longer words such as мероприятие, после, Mayorov, Акимов and консультация
# start with them. A form with an asterisk matches a related word with any ending. Searches for the role find such
# words, but typing one does not mean the role, because a consulate is not a consul.
_FORMS = meanings("search_role_forms")
# Transliterated, these forms equal forms of мера or family names. They match only if the reader typed a form of the
# same word.
_AMBIGUOUS = {"мэр", "мэра", "мэру", "мэре", "мэры", "мэрам", "мэрами", "мэрах", "акимов", "хокимов"}
_BASIC_FORM = {form: basic for basic, forms in _FORMS.items() for form in forms if not form.endswith("*")}


@dataclass(frozen=True)
class Role:
    """A role and all of its names."""

    names: tuple[str, ...]

    def alternatives(self, typed_words: Iterable[str]) -> Alternatives:
        """The terms that find any name of the role. The typed words come first, unchanged."""
        words = list(typed_words)
        basic_forms = {_BASIC_FORM.get(word) for word in words}
        names = (_terms_of_name(name, is_typed=name in basic_forms) for name in self.names)
        return tuple(dict.fromkeys((_terms(words), *chain.from_iterable(names))))


@cache
def _terms_of_name(name: str, *, is_typed: bool) -> list[Terms]:
    words = name.split()
    # A form is ambiguous only if it is a single word.
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
    """The role that has a form of these folded words as a name. None if there is none."""
    # Unknown stems are removed first, so that no combinations are looked up for long phrases of ordinary words.
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
