"""Corrects names that differ from a known name by one letter (wrong, missing, extra) or two swapped letters."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from sco_cities.core import tokenizer
from sco_cities.names import inflection

# Minimum length of a word to correct, because many shorter words differ by only one letter.
MIN_LENGTH = 5


class Spelling:
    """A dictionary of the words in names, in their original script and in Latin letters."""

    def __init__(self, names: Iterable[str]):
        self._originals: dict[str, str] = {}
        self._by_reading: dict[str, str] = {}
        words = [(name[start:end], forms) for name in names for start, end, forms in tokenizer.spans(name)]
        for original, _forms in words:
            self._originals.setdefault(tokenizer.normalize(original), original)
        # Transliterations are added last, so that they do not replace words that are originally in Latin script.
        for original, forms in words:
            for form in forms:
                self._originals.setdefault(form, original)
                if tokenizer.is_han(form):
                    self._by_reading.setdefault(tokenizer.transliterate(form), original)
        self._stems = {
            stem for original, _forms in words for stem in inflection.stems_of_name(inflection.fold(original))
        }
        self._letters = {
            letter
            for form in self._originals
            if not tokenizer.is_han(tokenizer.split(form)[0])
            for letter in form
        }
        self._sorted_forms = sorted(self._originals)
        self._longest = max(map(len, self._sorted_forms), default=0)

    def correct_all(self, phrases: list[str]) -> list[str]:
        """Corrects misspelt names in all phrases. Returns [] if there is nothing to correct."""
        corrected = [self.correct(phrase) for phrase in phrases]
        if not any(corrected):
            return []
        return [better or phrase for better, phrase in zip(corrected, phrases, strict=True)]

    def correct(self, phrase: str) -> str:
        """Corrects misspelt names in `phrase`. Returns "" if there is nothing to correct."""
        corrected, position = "", 0
        for start, end, forms in tokenizer.spans(phrase):
            word = phrase[start:end]
            is_form = not self._stems.isdisjoint(inflection.stems(inflection.fold(word)))
            better = "" if is_form else self._correction(tokenizer.normalize(word), forms)
            corrected += phrase[position:start] + (better or word)
            position = end
        corrected += phrase[position:]
        return corrected if corrected != phrase else ""

    def _correction(self, folded: str, forms: list[str]) -> str:
        if len(forms) == 1 and tokenizer.is_han(forms[0]):
            # In Chinese, a typical mistake is a different character with the same reading.
            if folded in self._originals or len(folded) < 2:
                return ""
            return self._by_reading.get(tokenizer.transliterate(folded), "")
        for form in dict.fromkeys((folded, *forms)):
            # The length may differ by one letter. A much longer word, such as a Chinese sentence, would have too many
            # possible edits.
            if not MIN_LENGTH - 1 <= len(form) <= self._longest + 1 or self._is_name_prefix(form):
                return ""
            if nearest := self._nearest_name(form, is_latin=folded.isascii()):
                return self._originals[nearest]
        return ""

    def _nearest_name(self, form: str, *, is_latin: bool) -> str:
        candidates = {
            other for other in self._edits(form) if len(other) >= MIN_LENGTH and other in self._originals
        }

        def distance(other: str) -> tuple[bool, bool, str]:
            # Prefers corrections with the same first letter, because it is rarely mistyped, and then corrections in the
            # typed script.
            in_latin = tokenizer.normalize(self._originals[other]).isascii()
            return other[:1] != form[:1], in_latin != is_latin, other

        return min(candidates, key=distance, default="")

    def _is_name_prefix(self, form: str) -> bool:
        place = bisect_left(self._sorted_forms, form)
        return place < len(self._sorted_forms) and self._sorted_forms[place].startswith(form)

    def _edits(self, form: str) -> Iterator[str]:
        """Yields all texts that differ from `form` by one letter (wrong, missing, extra) or two swapped letters."""
        for place in range(len(form) + 1):
            before, after = form[:place], form[place:]
            if after:
                yield before + after[1:]
            if len(after) > 1:
                yield before + after[1] + after[0] + after[2:]
            for letter in self._letters:
                yield before + letter + after
                if after:
                    yield before + letter + after[1:]
