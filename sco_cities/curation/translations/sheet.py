"""Exports texts and translations as CSV for translation outside the site, and reads the edited file.

The column `seen` contains a digest of each translation. The digests reveal which cells were edited in the file, and
which translations have changed on the site since the download.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sco_cities.core.exceptions import Refused
from sco_cities.core.translations import TRANSLATIONS, TranslatedTexts, digest, made_from
from sco_cities.listings.exports.csv_file import cells, lines
from sco_cities.listings.exports.formula_escape import unescape_formula

from .texts import NewTranslation, Show, TextKind, seen_state, text_kinds

# Lines for repeated texts have no key, so several lines and several rows may have the same English text. Each of these
# rows is compared with the line that contains its translations.


@dataclass(frozen=True, eq=False)
class SheetLine:
    """A line of the file, with filled cells and the digests of downloaded translations by language."""

    number: int
    key: str
    english: str
    texts: Mapping[str, str]
    seen: Mapping[str, str]

    def is_touched(self, language: str) -> bool:
        """Returns True if the cell is filled and was edited. Without a digest, filled cells are treated as edited."""
        return language in self.texts and self.seen.get(language) != digest(self.texts[language])

    def fits(self, stored: Mapping[str, str], language: str) -> bool:
        """Returns True if the stored translation is unchanged or already equals the cell. `stored` contains digests."""
        if language not in self.seen:
            return False
        wanted = digest(self.texts[language]) if language in self.texts else None
        return stored[language] in (self.seen[language], wanted)


class SheetChanges:
    """The changes in the lines of one kind, as new translations by the row's primary key."""

    def __init__(self, kind: TextKind, lines_by_key: Mapping[str, list[SheetLine]]):
        self.new: dict[int, list[NewTranslation]] = defaultdict(list)
        self._kind, self._lines_by_key = kind, lines_by_key
        self._keys_without_row = set(lines_by_key)
        # Edited cells whose translation has changed in every row since the download.
        self._late: set[tuple[SheetLine, str]] = {
            (line, language)
            for lines in lines_by_key.values()
            for line in lines
            for language in line.seen
            if line.is_touched(language)
        }
        self._contradictory: set[SheetLine] = set()

    def compare(self, rows: Iterable[TranslatedTexts]) -> None:
        """Compares all rows of the kind with the lines that have the same keys."""
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
        # If two people translate into different languages at the same time, no line matches the row in all languages.
        return whole or exact or (is_open and unseen) or fitting

    def _is_new(self, row: TranslatedTexts, line: SheetLine, language: str) -> bool:
        column, text, english = self._kind.text.columns[language], line.texts[language], digest(line.english)
        if language in line.seen and digest(getattr(row, column)) == digest(text):
            # The stored translation is the same, and may have been checked against a newer English text than the text
            # in the file.
            return made_from(row)[column] != english == digest(getattr(row, self._kind.text.english))
        return (getattr(row, column), made_from(row).get(column)) != (text, english)

    def errors(self) -> list[str]:
        """Returns the error messages, ordered by line."""
        without_row = {line for key in self._keys_without_row for line in self._lines_by_key[key]}
        late = {line for line, _language in self._late} - without_row
        lines_by_sentence = {
            _("Line %(line)s: no text has the key “%(key)s”."): without_row,
            _(
                "Line %(line)s: the translation was changed after you downloaded the file. Download it again."
            ): late,
            _("Line %(line)s: another line contains a different translation of the same text."): (
                self._contradictory
            ),
        }
        errors = [
            (line.number, sentence % {"line": line.number, "key": line.key})
            for sentence, lines in lines_by_sentence.items()
            for line in lines
        ]
        return [error for _number, error in sorted(errors)]


SEEN = "seen"
HEADER = ("table", "key", "field", "en", *TRANSLATIONS, SEEN)
# The header of files downloaded from site versions without the column `seen`.
_HEADER_WITHOUT_SEEN = HEADER[:-1]
# Parts without a digest are ignored.
_SEEN_PART = re.compile(rf"({'|'.join(TRANSLATIONS)}):([0-9a-f]{{8}})?")
MAX_BYTES = 20 * 1024 * 1024
MAX_ERRORS = 50


def write(kinds: Iterable[TextKind], language: str, show: str) -> Iterator[str]:
    """Yields the lines of the file. Repeated texts with the same translations share a line."""
    yield ",".join(HEADER) + "\r\n"
    for kind in kinds:
        rows: dict[tuple, None] = {}
        for row in _with_key(kind, kind.rows(language, show)):
            texts = {language: getattr(row, column) for language, column in kind.text.columns.items()}
            seen = " ".join(f"{language}:{digest(texts[language])}" for language in TRANSLATIONS)
            rows[(kind.table, kind.key_of(row), kind.text.stem, *texts.values(), seen)] = None
        if rows:
            yield lines([cells(column) for column in zip(*rows, strict=True)])


def _with_key(kind: TextKind, rows):
    return rows if kind.key_is_text or not kind.owner else rows.select_related(kind.owner)


def read(raw: bytes) -> dict[TextKind, dict[int, list[NewTranslation]]]:
    """Returns the translations in a file that differ from the stored translations. Raises Refused with all errors.

    Empty cells and unedited cells change nothing. `en` is the source text of the translation. If it differs from the
    current text, the translation must be checked.
    """
    by_kind: dict[TextKind, dict[str, list[SheetLine]]] = defaultdict(lambda: defaultdict(list))
    errors: list[str] = []
    kinds = {(kind.table, kind.text.stem): kind for kind in text_kinds().values()}
    for number, row in _rows(raw):
        kind = kinds.get((row["table"], row["field"]))
        if kind is None:
            errors.append(
                _("Line %(line)s: “%(table)s” has no field “%(field)s”.")
                % {"line": number, "field": row["field"], "table": row["table"]}
            )
            continue
        errors += [
            _("Line %(line)s: %(error)s") % {"line": number, "error": error} for error in _invalid(kind, row)
        ]
        by_kind[kind][row["key"]].append(_line(number, row))
    new = {}
    for kind, by_key in by_kind.items():
        changes = SheetChanges(kind, by_key)
        changes.compare(_with_key(kind, kind.rows(TRANSLATIONS[0], Show.ALL)).iterator(2_000))
        new[kind] = changes.new
        errors += changes.errors()
    if errors:
        raise Refused(*errors[:MAX_ERRORS])
    return {kind: changes for kind, changes in new.items() if changes}


def _rows(raw: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(_("The file is not encoded in UTF-8.")) from None
    if "\0" in text:
        raise Refused(_("Null characters are not allowed."))
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next(reader, [])
        if tuple(header) not in (HEADER, _HEADER_WITHOUT_SEEN):
            raise Refused(_("The columns must be: %(columns)s.") % {"columns": ", ".join(HEADER)})
        for cells_of_row in reader:
            if len(cells_of_row) != len(header):
                sentence = _("Line %(line)s: the number of cells differs from the header row.")
                raise Refused(sentence % {"line": reader.line_num})
            values = map(unescape_formula, cells_of_row)
            yield reader.line_num, {SEEN: ""} | dict(zip(header, values, strict=True))
    except csv.Error as error:
        sentence = _("Line %(line)s: %(error)s") % {"line": reader.line_num, "error": error}
        raise Refused(sentence) from None


def _invalid(kind: TextKind, row: dict[str, str]) -> Iterator[str]:
    for language in TRANSLATIONS:
        try:
            kind.model._meta.get_field(kind.text.columns[language]).clean(row[language], None)
        except ValidationError as error:
            yield from error.messages
    if not all(map(_SEEN_PART.fullmatch, row[SEEN].split())):
        yield _(
            "“%(seen)s” is not a valid value of the column “seen”. Use the value from the downloaded file."
        ) % {"seen": row[SEEN]}


def _line(number: int, row: dict[str, str]) -> SheetLine:
    texts = {language: row[language] for language in TRANSLATIONS if row[language].strip()}
    parts = (part.partition(":") for part in row[SEEN].split())
    seen = {language: shown for language, _colon, shown in parts if shown and language in TRANSLATIONS}
    return SheetLine(number, row["key"], row["en"], texts, seen)
