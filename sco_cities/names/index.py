"""Finds records with similar names in an in-memory index of published records."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from heapq import nlargest
from typing import Any

from django.db.models import IntegerField, Value

from sco_cities.core.localized_names import split_list
from sco_cities.facet_index.dimensions import batches
from sco_cities.facet_index.registry import indexed_model
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.languages import TEXT_LANGUAGES

from .forms import (
    NameForm,
    Script,
    fold_text,
    forms_of_query,
    forms_of_record,
    is_abbreviation,
    is_stop_word_only,
    without_brackets,
)
from .gazetteer import city_names, country_names
from .similarity import CERTAIN, MIN_SIMILARITY, OTHER_NAME, at_most, similarity

# Maximum number of forms compared letter by letter. The correct form shares many parts with the query.
_MAX_COMPARED = 12
# Parts that occur in more than _FREQUENT forms are used only if the query has no rarer parts.
_FREQUENT = 600
# Minimum share of the query's parts that a compared form must contain, absolute and relative to the best form.
_MIN_SHARED, _MIN_OF_BEST = 0.15, 0.3
_MIN_GRAMS = 4
# Maximum similarity of records with the same folded letters, if another record has exactly the searched name.
_NOT_EQUAL = 0.92

# The key, country and names of a record. For a value that is not a record, the key is a text.
RecordNames = tuple[Any, int | None, Sequence[str]]
# Returns the keys of the countries with a given name.
Countries = Callable[[str], Set[int]]


def _equal_texts(names: Sequence[str]) -> set[str]:
    """Returns the folded texts that are equal to one of these names.

    Kashi is equal to "Kashi (Varanasi)" if the names include Varanasi.
    """
    texts = set(map(fold_text, names))
    divided = [without_brackets(name) for name in names]
    return texts | {
        fold_text(outer) for outer, inner in divided if inner and texts.issuperset(map(fold_text, inner))
    }


def _with_sco(forms: Iterable[NameForm]) -> list[NameForm]:
    """Returns an SCO organisation's abbreviations, prefixed with SCO (RATS is also called SCO RATS)."""
    is_of_sco = any("sco" in form.words for form in forms)
    return [
        NameForm(("sco", *form.words))
        for form in forms
        if is_of_sco and form.script == Script.LATIN and len(form.words) == 1 and form.words != ("sco",)
    ]


def _parts(name: str, collection: str) -> list[str]:
    """Returns the texts outside and inside brackets. Empty if there are no brackets."""
    outer, inner = without_brackets(name)
    return [part for part in (outer, *inner) if forms_of_query(part, collection)] if inner else []


class NameIndex:
    """Finds records by name. The index is immutable. After a change, a new index is built from cached forms."""

    def __init__(self, collection: str, names: Iterable[RecordNames]):
        self.collection = collection
        self._forms: list[NameForm] = []
        self._keys: list[int] = []
        self._sizes: list[int] = []
        self._by_gram: dict[str, list[int]] = defaultdict(list)
        self._by_joined: dict[str, list[int]] = defaultdict(list)
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        self._by_consonants: dict[str, list[int]] = defaultdict(list)
        self._by_text: dict[str, list[int]] = defaultdict(list)
        self._countries: dict[int, int | None] = {}
        frequency = Counter[str]()
        for key, country, texts in names:
            self._countries[key] = country
            for text in _equal_texts(texts):
                self._by_text[text].append(key)
            forms = dict.fromkeys(form for text in texts for form in forms_of_record(text, collection))
            forms |= dict.fromkeys(_with_sco(forms))
            frequency.update({word for form in forms for word in form.words})
            for form in forms:
                self._add(key, form)
        self._number = max(2, len(set(self._keys)))
        self._frequency = frequency

    def _add(self, key: int, form: NameForm) -> None:
        place, grams = len(self._forms), form.grams()
        self._forms.append(form)
        self._keys.append(key)
        self._sizes.append(len(grams))
        for gram in grams:
            self._by_gram[gram].append(place)
        self._by_joined[form.joined].append(place)
        if form.script != Script.HAN:
            self._by_consonants[form.consonants].append(place)
        for stem in form.stems:
            self._by_stem[stem].append(place)

    def weight(self, word: str) -> float:
        """Returns the distinctiveness of a word, from 0.1 (in most records) to 1 (in at most one record)."""
        return max(0.1, 1 - math.log(max(1, self._frequency[word])) / math.log(self._number))

    def named(self, name: str) -> set[int]:
        """Returns the keys of records with exactly this name in any script, or with an inflected form of this name."""
        parts = _parts(name, self.collection)
        found = [dict.fromkeys(self._named(part), 1.0) for part in parts]
        return self._named(name) | {key for key, alike in self._of_parts(parts, found).items() if alike == 1}

    def _named(self, name: str) -> set[int]:
        places = set()
        for form in forms_of_query(name, self.collection):
            places.update(self._by_joined.get(form.joined, ()))
            for stem in form.stems:
                places.update(self._by_stem.get(stem, ()))
        return {self._keys[place] for place in places}

    def beginning_with(self, text: str) -> list[int]:
        """Returns the keys of records with a name, or a word in a name, that begins with `text`. Names come first."""
        typed = {form.joined for form in forms_of_query(text, self.collection)} - {""}
        whole, parts = {}, {}
        for form, key in zip(self._forms, self._keys, strict=True):
            if any(form.joined.startswith(each) for each in typed):
                whole[key] = None
            elif any(word.startswith(each) for each in typed for word in form.words):
                parts[key] = None
        return list(whole | parts)

    def similar(self, name: str, countries: Countries | None = None) -> dict[int, float]:
        """Maps the keys of records with similar names to the highest similarity of their names.

        A text in brackets must be another name of the record, its abbreviation, a stop word or its country. For
        example, Moscow (Idaho) is not the Russian city. `countries` returns the keys of the countries with a given
        name.
        """
        found = self._similar(name)
        if not (parts := _parts(name, self.collection)):
            return found
        of_parts = self._of_parts(parts, [self._similar(part) for part in parts], countries)
        named = self._named(name)
        for key, alike in of_parts.items():
            whole = found.get(key, 0)
            if alike < CERTAIN and key not in named:
                whole = at_most(OTHER_NAME, whole)
            found[key] = max(alike, whole)
        return found

    def _of_parts(
        self, parts: Sequence[str], found: Sequence[Mapping[int, float]], countries: Countries | None = None
    ) -> dict[int, float]:
        """Combines the similarities to the parts of a name into the similarity to the entire name."""
        best: dict[int, float] = {}
        for each in found:
            for key, alike in each.items():
                best[key] = max(alike, best.get(key, 0))
        has_stop_words = [is_stop_word_only(part, self.collection) for part in parts]
        abbreviations = [is_abbreviation(part, parts[0]) for part in parts]
        named = [countries(part) if countries else () for part in parts]
        for key, alike in best.items():
            is_explained = all(
                found[place].get(key, 0) >= CERTAIN
                or has_stop_words[place]
                or abbreviations[place]
                or self._countries.get(key) in named[place]
                for place in range(len(parts))
            )
            if not is_explained:
                best[key] = at_most(OTHER_NAME, alike)
        return best

    def _similar(self, name: str) -> dict[int, float]:
        found: dict[int, float] = {}
        for form in forms_of_query(name, self.collection):
            for place in self._nearest(form):
                alike = similarity(
                    form, self._forms[place], self.weight, of_persons=self.collection == "delegates"
                )
                key = self._keys[place]
                if alike >= MIN_SIMILARITY and alike > found.get(key, 0):
                    found[key] = alike
        if equal := self._by_text.get(fold_text(name)):
            # CRCC and CRRC fold to the same letters, but only a record named CRRC is equal to CRRC.
            found = {key: at_most(_NOT_EQUAL, alike) for key, alike in found.items()} | dict.fromkeys(
                equal, 1.0
            )
        return found

    def _nearest(self, form: NameForm) -> Iterable[int]:
        """Returns the indexes of the forms that have the most parts in common with `form`."""
        grams = form.grams()
        postings = sorted((self._by_gram[gram] for gram in grams if gram in self._by_gram), key=len)
        counts = Counter[int]()
        for number, places in enumerate(postings):
            if len(places) > _FREQUENT and number >= _MIN_GRAMS:
                break
            counts.update(places)
        size, sizes = len(grams), self._sizes
        shared = ((2 * count / (size + sizes[place]), place) for place, count in counts.items())
        best = nlargest(_MAX_COMPARED, (each for each in shared if each[0] > _MIN_SHARED))
        best = [place for share, place in best if share > _MIN_OF_BEST * best[0][0]]
        exact = self._by_joined.get(form.joined, ())
        stems = (place for stem in form.stems for place in self._by_stem.get(stem, ()))
        same = (
            self._by_consonants.get(form.consonants, ())[:_MAX_COMPARED] if form.script != Script.HAN else ()
        )
        return dict.fromkeys((*exact, *stems, *best, *same))


# Maximum number of records in an index. 5,000 records need 20 MB and one second. For larger collections, full-text
# search finds the candidates.
MAX_INDEXED = 5_000


def name_index(collection: str, state: IndexState) -> NameIndex:
    """Returns the index of a collection's names. Empty if the collection is too large."""
    published = state.published(collection)
    inputs = (state.index(collection).changes, published)
    return state.memoize(
        ("name index", collection),
        inputs,
        lambda: NameIndex(collection, names(collection, state) if is_indexed(collection, state) else ()),
    )


def is_indexed(collection: str, state: IndexState) -> bool:
    """Returns True if the collection is small enough for an index in memory."""
    return len(state.published(collection)) <= MAX_INDEXED


def names(collection: str, state: IndexState, keys=None) -> Iterator[RecordNames]:
    """Yields the key, country and names of published records, optionally only of records with these keys."""
    own = {field.name for field in indexed_model(collection).model._meta.concrete_fields}
    stem = "title" if "title_en" in own else "name"
    others = ("aliases", "keywords", "slug", "geonames_id")
    fields = [f"{stem}_{language}" for language in TEXT_LANGUAGES] + [name for name in others if name in own]
    has_country = collection in ("cities", "organisations", "delegates")
    country = "country_id" if has_country else Value(None, IntegerField())
    keys = state.published(collection) if keys is None else keys
    records = indexed_model(collection).model._base_manager.using(state.using).order_by()
    for batch in batches(keys):
        for key, its, *values in records.filter(pk__in=batch).values_list("pk", country, *fields):
            yield key, its, list(dict.fromkeys(filter(None, _texts(collection, fields, values))))


def _texts(collection: str, fields: list[str], values: list) -> Iterator[str]:
    for field, value in zip(fields, values, strict=True):
        if field in ("aliases", "keywords"):
            yield from split_list(value)
        elif field == "geonames_id":
            yield from city_names().get(str(value), ())
        elif field == "slug":
            yield from country_names().get(value, ()) if collection == "countries" else ()
        else:
            yield value
