"""Which stored translations the lines of a file change.

Texts that repeat have no key of their own: several lines, and several rows, have one English text. Each row then
follows the line that has shown its translations.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sco_cities.core.translations import TRANSLATIONS, TranslatedTexts, digest, made_from

from .save import NewTranslation, seen_state
from .texts import TextKind


@dataclass(frozen=True, eq=False)
class SheetLine:
    """A line of a file: its filled cells, and digests of the translations that the file has shown, by language."""

    number: int
    key: str
    english: str
    texts: Mapping[str, str]
    seen: Mapping[str, str]

    def is_touched(self, language: str) -> bool:
        """Whether the cell is filled and not as seen; without `seen`, each filled cell counts."""
        return language in self.texts and self.seen.get(language) != digest(self.texts[language])

    def fits(self, stored: Mapping[str, str], language: str) -> bool:
        """Whether the translation is as seen, or is the one of the line already; `stored` has digests by language."""
        if language not in self.seen:
            return False
        wanted = digest(self.texts[language]) if language in self.texts else None
        return stored[language] in (self.seen[language], wanted)


class SheetChanges:
    """What the lines of a kind change: the new translations by primary key of the row."""

    def __init__(self, kind: TextKind, lines_by_key: Mapping[str, list[SheetLine]]):
        self.new: dict[int, list[NewTranslation]] = defaultdict(list)
        self._kind, self._lines_by_key = kind, lines_by_key
        self._keys_without_row = set(lines_by_key)
        # Touched cells for which no row is as seen.
        self._late: set[tuple[SheetLine, str]] = {
            (line, language)
            for lines in lines_by_key.values()
            for line in lines
            for language in line.seen
            if line.is_touched(language)
        }
        self._contradictory: set[SheetLine] = set()

    def compare(self, rows: Iterable[TranslatedTexts]) -> None:
        """Compares all rows of the kind with the lines that have their keys."""
        for row in rows:
            key = self._kind.key_of(row)
            if lines := self._lines_by_key.get(key):
                self._keys_without_row.discard(key)
                for language in TRANSLATIONS:
                    self._compare(row, lines, language)

    def _compare(self, row: TranslatedTexts, lines: list[SheetLine], language: str) -> None:
        about = self._lines_about(row, lines, language)
        self._late.difference_update((line, language) for line in about)
        filled = [line for line in about if language in line.texts]
        touched = [line for line in filled if line.is_touched(language)]
        if len({digest(line.texts[language]) for line in filled}) > 1:
            self._contradictory.add(filled[-1])
        elif touched and self._is_new(row, touched[-1], language):
            column, text = self._kind.text.columns[language], touched[-1].texts[language]
            seen = seen_state(row, self._kind, language)
            self.new[row.pk].append(NewTranslation(column, text, touched[-1].english, seen))

    def _lines_about(self, row: TranslatedTexts, lines: list[SheetLine], language: str) -> list[SheetLine]:
        columns = self._kind.text.translations
        stored = {each: digest(getattr(row, column)) for each, column in columns.items()}
        fitting = [line for line in lines if line.fits(stored, language)]
        unseen = [line for line in lines if language in line.texts and language not in line.seen]
        if not self._kind.key_is_text:
            return fitting + unseen
        exact = [line for line in fitting if all(line.fits(stored, each) for each in line.seen)]
        whole = [line for line in exact if len(line.seen) == len(columns)]
        column = columns[language]
        is_open = not getattr(row, column) or column in row.outdated_translations
        # Two people may translate into two languages at once: then no line is as the row in both.
        return whole or exact or (is_open and unseen) or fitting

    def _is_new(self, row: TranslatedTexts, line: SheetLine, language: str) -> bool:
        column, text, english = self._kind.text.columns[language], line.texts[language], digest(line.english)
        if language in line.seen and digest(getattr(row, column)) == digest(text):
            # It is written already, and may have been checked for a newer English text than that of the file.
            return made_from(row)[column] != english == digest(getattr(row, self._kind.text.english))
        return (getattr(row, column), made_from(row).get(column)) != (text, english)

    def errors(self) -> list[str]:
        """What is wrong with the lines, in their order."""
        without_row = {line for key in self._keys_without_row for line in self._lines_by_key[key]}
        late = {line for line, _language in self._late} - without_row
        errors = [
            (
                line.number,
                _("Line %(line)s: there is no text with the key “%(key)s”.")
                % {"line": line.number, "key": line.key},
            )
            for line in without_row
        ]
        errors += [
            (
                line.number,
                _(
                    "Line %(line)s: the translation has changed since the file was downloaded. Download it again."
                )
                % {"line": line.number},
            )
            for line in late
        ]
        errors += [
            (
                line.number,
                _("Line %(line)s: another line has another translation of the same text.")
                % {"line": line.number},
            )
            for line in self._contradictory
        ]
        return [error for _number, error in sorted(errors)]
