"""Package errors, with location, value and correction."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

_MAX_VALUE_LENGTH = 80


@dataclass(frozen=True)
class PackageError:
    """One error, with table, line of the file (0 for the whole file), column, cell and message.

    `str()` gives one line: "cities.csv:12: country “XX”: There is no such record in countries." An error in the whole
    package has no table and is reported for datapackage.json. `fields` contains the record's affected fields if they
    differ from the reported column.
    """

    table: str
    line: int
    column: str
    value: str
    message: str
    fields: tuple[str, ...] = ()

    def __str__(self):
        place = f"{self.table}.csv" if self.table else "datapackage.json"
        if self.line:
            place += f":{self.line}"
        cell = self.column
        if self.value:
            value = (
                self.value
                if len(self.value) <= _MAX_VALUE_LENGTH
                else f"{self.value[: _MAX_VALUE_LENGTH - 1]}…"
            )
            cell = f"{cell} “{value}”".strip()
        # Cells may contain line breaks and control characters.
        return one_line(": ".join(part for part in (place, cell, self.message) if part))


def one_line(text: str) -> str:
    """Escapes non-printable characters in `text`."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


def closest_match(value: str, candidates: Iterable[str]) -> str:
    """Returns a sentence that suggests the candidate most similar to `value`, or "" if none is similar."""
    matches = difflib.get_close_matches(value, list(candidates), n=1, cutoff=0.6)
    return " " + _("Did you mean “%(candidate)s”?") % {"candidate": matches[0]} if matches else ""
