"""Texts and their translations as CSV, to be translated elsewhere and read again."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sco_cities.core.translations import TRANSLATIONS, digest, made_from
from sco_cities.listings.exports.csv_cells import cells, lines
from sco_cities.listings.exports.formula_escape import unescape_formula

from .save import NewTranslation, seen_state
from .texts import Show, TextKind, text_kinds

HEADER = ("table", "key", "field", "en", *TRANSLATIONS)
MAX_BYTES = 20 * 1024 * 1024
MAX_ERRORS = 50


class SheetRefused(Exception):
    """A file that cannot be read; `errors` are sentences."""

    def __init__(self, errors: list[str]):
        super().__init__(" ".join(errors))
        self.errors = errors


def write(kinds: Iterable[TextKind], language: str, show: str) -> Iterator[str]:
    """The lines of the file: repeated texts once."""
    yield ",".join(HEADER) + "\r\n"
    for kind in kinds:
        rows: dict[tuple, None] = {}
        for row in _with_key(kind, kind.rows(language, show)):
            texts = (getattr(row, column) for column in kind.text.columns.values())
            rows[(kind.table, kind.key_of(row), kind.text.stem, *texts)] = None
        if rows:
            yield lines([cells(column) for column in zip(*rows, strict=True)])


def _with_key(kind: TextKind, rows):
    return rows if kind.key_is_text or not kind.owner else rows.select_related(kind.owner)


def read(raw: bytes) -> dict[TextKind, dict[int, list[NewTranslation]]]:
    """The translations of a file that differ from the stored ones; raises SheetRefused, with all errors.

    An empty cell changes nothing. `en` is the text that was translated: if it is not today's, the translation is to be
    checked.
    """
    by_kind: dict[TextKind, dict[str, tuple[int, dict[str, str]]]] = defaultdict(dict)
    errors: list[str] = []
    kinds = {(kind.table, kind.text.stem): kind for kind in text_kinds().values()}
    for line, row in _rows(raw):
        kind = kinds.get((row["table"], row["field"]))
        if kind is None:
            errors.append(
                _("Line %(line)s: there is no field “%(field)s” in “%(table)s”.")
                % {"line": line, "field": row["field"], "table": row["table"]}
            )
            continue
        errors += [
            _("Line %(line)s: %(error)s") % {"line": line, "error": error} for error in _invalid(kind, row)
        ]
        by_kind[kind][row["key"]] = line, row
    new = {}
    for kind, by_key in by_kind.items():
        new[kind], unknown = _changes(kind, by_key)
        errors += [
            _("Line %(line)s: there is no text with the key “%(key)s”.")
            % {"line": by_key[key][0], "key": key}
            for key in unknown
        ]
    if errors:
        raise SheetRefused(errors[:MAX_ERRORS])
    return {kind: changes for kind, changes in new.items() if changes}


def _rows(raw: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SheetRefused([_("The file is not UTF-8.")]) from None
    if "\0" in text:
        raise SheetRefused([_("Null characters are not allowed.")])
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next(reader, [])
        if tuple(header) != HEADER:
            raise SheetRefused([_("The columns must be: %(columns)s.") % {"columns": ", ".join(HEADER)}])
        for cells_of_row in reader:
            if len(cells_of_row) != len(HEADER):
                raise SheetRefused(
                    [
                        _("Line %(line)s: the number of cells differs from the header.")
                        % {"line": reader.line_num}
                    ]
                )
            values = map(unescape_formula, cells_of_row)
            yield reader.line_num, dict(zip(HEADER, values, strict=True))
    except csv.Error as error:
        raise SheetRefused(
            [_("Line %(line)s: %(error)s") % {"line": reader.line_num, "error": error}]
        ) from None


def _invalid(kind: TextKind, row: dict[str, str]) -> Iterator[str]:
    for language in TRANSLATIONS:
        try:
            kind.model._meta.get_field(kind.text.columns[language]).clean(row[language], None)
        except ValidationError as error:
            yield from error.messages


def _changes(
    kind: TextKind, by_key: dict[str, tuple[int, dict[str, str]]]
) -> tuple[dict[int, list[NewTranslation]], list[str]]:
    """The new translations by key of the row, and the keys of the file that no row has."""
    changes, unknown = {}, dict.fromkeys(by_key)
    for stored in _with_key(kind, kind.rows(TRANSLATIONS[0], Show.ALL)).iterator(2_000):
        key = kind.key_of(stored)
        if key not in by_key:
            continue
        unknown.pop(key, None)
        row, made = by_key[key][1], made_from(stored)
        new = [
            NewTranslation(column, row[language], row["en"], seen_state(stored, kind, language))
            for language, column in kind.text.translations.items()
            if row[language]
            and (getattr(stored, column), made.get(column)) != (row[language], digest(row["en"]))
        ]
        if new:
            changes[stored.pk] = new
    return changes, list(unknown)
