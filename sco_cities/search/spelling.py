"""Did you mean: names that differ from what was typed by one letter, wrong, missing, extra or swapped."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from sco_cities.core import tokenizer

# Of shorter names too much is one letter apart.
MIN_LENGTH = 5


class Spelling:
    """Knows the words of names, as they are written and in Latin letters."""

    def __init__(self, names: Iterable[str]):
        self._written: dict[str, str] = {}
        self._read: dict[str, str] = {}
        found = [
            (name[start:end], spelled) for name in names for start, end, spelled in tokenizer.spans(name)
        ]
        for written, _spelled in found:
            self._written.setdefault(tokenizer.normalize(written), written)
        # After all that is written so itself.
        for written, spelled in found:
            for word in spelled:
                self._written.setdefault(word, written)
                if tokenizer.is_han(word):
                    self._read.setdefault(tokenizer.transliterate(word), written)
        self._letters = {
            letter
            for form in self._written
            if not tokenizer.is_han(tokenizer.split(form)[0])
            for letter in form
        }
        self._sorted = sorted(self._written)
        self._longest = max(map(len, self._sorted), default=0)

    def mended_all(self, phrases: list[str]) -> list[str]:
        """The phrases, those with a misspelt name put right; [] where there is nothing to be put right."""
        mended = [self.mended(phrase) for phrase in phrases]
        return (
            [better or phrase for better, phrase in zip(mended, phrases, strict=True)] if any(mended) else []
        )

    def mended(self, phrase: str) -> str:
        """`phrase` with its misspelt names put right, or "" where there is none to be put right."""
        mended, place = "", 0
        for start, end, spelled in tokenizer.spans(phrase):
            written = phrase[start:end]
            better = self._near(tokenizer.normalize(written), spelled)
            mended += phrase[place:start] + (better or written)
            place = end
        mended += phrase[place:]
        return mended if mended != phrase else ""

    def _near(self, folded: str, spelled: list[str]) -> str:
        if len(spelled) == 1 and tokenizer.is_han(spelled[0]):
            # Chinese is misspelt by taking a character that is read like the right one.
            known = folded in self._written
            return "" if known or len(folded) < 2 else self._read.get(tokenizer.transliterate(folded), "")
        for form in dict.fromkeys((folded, *spelled)):
            # A letter of the name may be missing, or be one too many. What is longer than any name has edits
            # without number: one character can stand for a whole sentence.
            if not MIN_LENGTH - 1 <= len(form) <= self._longest + 1 or self._begins_a_name(form):
                return ""
            if near := self._one_letter_off(form, is_latin=folded.isascii()):
                return self._written[near]
        return ""

    def _one_letter_off(self, form: str, *, is_latin: bool) -> str:
        near = {other for other in self._edits(form) if len(other) >= MIN_LENGTH and other in self._written}

        def far(other: str) -> tuple[bool, bool, str]:
            # One that begins alike, if there is one: the first letter is the one least often mistyped. Then one
            # that is written in the letters that were typed.
            in_latin = tokenizer.normalize(self._written[other]).isascii()
            return other[:1] != form[:1], in_latin != is_latin, other

        return min(near, key=far, default="")

    def _begins_a_name(self, form: str) -> bool:
        place = bisect_left(self._sorted, form)
        return place < len(self._sorted) and self._sorted[place].startswith(form)

    def _edits(self, form: str) -> Iterator[str]:
        """Every text that one letter wrong, missing, extra or swapped makes of `form`."""
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
