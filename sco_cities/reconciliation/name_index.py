"""The names of a kind of record, for finding the records whose name is like another one."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from heapq import nlargest

from .name_forms import NameForm, Script, forms_of_query, forms_of_record
from .name_similarity import similarity

# So many forms are compared letter by letter; the right one shares more with the query than most others.
_MAX_COMPARED = 12
# Parts that more forms have are counted only if the query has no rarer ones.
_FREQUENT = 600
# Forms that share less of their parts with the query, or much less than the best one, are not compared.
_MIN_SHARED, _MIN_OF_BEST = 0.15, 0.3
_MIN_GRAMS = 4
# Less alike names are not mentioned.
MIN_SIMILARITY = 0.45


class NameIndex:
    """Finds records by name. Immutable: after a change a new one is made, from forms that are cached."""

    def __init__(self, collection: str, names: Iterable[tuple[int, Sequence[str]]]):
        self.collection = collection
        self._forms: list[NameForm] = []
        self._keys: list[int] = []
        self._sizes: list[int] = []
        self._by_gram: dict[str, list[int]] = defaultdict(list)
        self._by_joined: dict[str, list[int]] = defaultdict(list)
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        self._by_consonants: dict[str, list[int]] = defaultdict(list)
        frequency = Counter[str]()
        for key, texts in names:
            forms = dict.fromkeys(form for text in texts for form in forms_of_record(text, collection))
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
        """How much a word tells: 1 if one record at most has it, little if most have."""
        return max(0.1, 1 - math.log(max(1, self._frequency[word])) / math.log(self._number))

    def named(self, name: str) -> set[int]:
        """The keys of the records with exactly this name, whatever its script, or with a form of it."""
        places = set()
        for form in forms_of_query(name, self.collection):
            places.update(self._by_joined.get(form.joined, ()))
            for stem in form.stems:
                places.update(self._by_stem.get(stem, ()))
        return {self._keys[place] for place in places}

    def beginning_with(self, text: str) -> list[int]:
        """The keys of the records of which a name, or a word of it, begins like this; whole names first."""
        typed = {form.joined for form in forms_of_query(text, self.collection)} - {""}
        whole, parts = {}, {}
        for form, key in zip(self._forms, self._keys, strict=True):
            if any(form.joined.startswith(each) for each in typed):
                whole[key] = None
            elif any(word.startswith(each) for each in typed for word in form.words):
                parts[key] = None
        return list(whole | parts)

    def similar(self, name: str) -> dict[int, float]:
        """The records with a similar name: by key, how alike the most similar of its names is."""
        found: dict[int, float] = {}
        for form in forms_of_query(name, self.collection):
            for place in self._likeliest(form):
                alike = similarity(
                    form, self._forms[place], self.weight, of_persons=self.collection == "delegates"
                )
                key = self._keys[place]
                if alike >= MIN_SIMILARITY and alike > found.get(key, 0):
                    found[key] = alike
        return found

    def _likeliest(self, form: NameForm) -> Iterable[int]:
        """The places of the forms that share most with this one."""
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
