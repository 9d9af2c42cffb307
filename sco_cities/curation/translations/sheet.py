"""Texts and their translations as CSV, to be translated elsewhere and read again.

The column `seen` holds a digest of each translation that the file has shown: it tells which cells were touched,
and which translations have changed since the download.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sco_cities.core.exceptions import Refused
from sco_cities.core.translations import TRANSLATIONS, digest
from sco_cities.listings.exports.csv_cells import cells, lines
from sco_cities.listings.exports.formula_escape import unescape_formula

from .save import NewTranslation
from .sheet_lines import SheetChanges, SheetLine
from .texts import Show, TextKind, text_kinds

SEEN = "seen"
HEADER = ("table", "key", "field", "en", *TRANSLATIONS, SEEN)
# Files that were downloaded before there was the column.
_HEADER_WITHOUT_SEEN = HEADER[:-1]
# A part whose digest was deleted counts as empty.
_SEEN_PART = re.compile(rf"({'|'.join(TRANSLATIONS)}):([0-9a-f]{{8}})?")
MAX_BYTES = 20 * 1024 * 1024
MAX_ERRORS = 50


def write(kinds: Iterable[TextKind], language: str, show: str) -> Iterator[str]:
    """The lines of the file: repeated texts once."""
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
    """The translations of a file that differ from the stored ones; raises Refused, with all errors.

    An empty cell changes nothing, nor does one that is as `seen`. `en` is the text that was translated: if it is not
    today's, the translation is to be checked.
    """
    by_kind: dict[TextKind, dict[str, list[SheetLine]]] = defaultdict(lambda: defaultdict(list))
    errors: list[str] = []
    kinds = {(kind.table, kind.text.stem): kind for kind in text_kinds().values()}
    for number, row in _rows(raw):
        kind = kinds.get((row["table"], row["field"]))
        if kind is None:
            errors.append(
                _("Line %(line)s: there is no field “%(field)s” in “%(table)s”.")
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
        raise Refused(_("The file is not UTF-8.")) from None
    if "\0" in text:
        raise Refused(_("Null characters are not allowed."))
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next(reader, [])
        if tuple(header) not in (HEADER, _HEADER_WITHOUT_SEEN):
            raise Refused(_("The columns must be: %(columns)s.") % {"columns": ", ".join(HEADER)})
        for cells_of_row in reader:
            if len(cells_of_row) != len(header):
                sentence = _("Line %(line)s: the number of cells differs from the header.")
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
        yield _("“%(seen)s” is not what the file had in the column “seen”.") % {"seen": row[SEEN]}


def _line(number: int, row: dict[str, str]) -> SheetLine:
    texts = {language: row[language] for language in TRANSLATIONS if row[language].strip()}
    parts = (part.partition(":") for part in row[SEEN].split())
    seen = {language: shown for language, _colon, shown in parts if shown and language in TRANSLATIONS}
    return SheetLine(number, row["key"], row["en"], texts, seen)
