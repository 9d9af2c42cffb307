"""What is wrong with a package, told so that whoever made it can put it right."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

_SHOWN = 80


@dataclass(frozen=True)
class PackageError:
    """One mistake: the table, the line of its file (0: all of it), the column, the cell, and a sentence.

    `str()` gives one line: "cities.csv:12: country “XX”: There is no such record in countries."
    A problem of the package as a whole has no table and is told of datapackage.json. `fields` are the fields of
    the record that it is about, where the column is only the one by which it shows.
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
        what = self.column
        if self.value:
            shown = self.value if len(self.value) <= _SHOWN else f"{self.value[: _SHOWN - 1]}…"
            what = f"{what} “{shown}”".strip()
        # Some cells hold line breaks or worse; a problem is one line all the same.
        return one_line(": ".join(part for part in (place, what, self.message) if part))


def one_line(text: str) -> str:
    """A text in one line, whatever characters it holds."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


def closest_match(value: str, candidates: Iterable[str]) -> str:
    """A sentence, to follow another, that suggests the candidate most like `value`; "" where none is."""
    found = difflib.get_close_matches(value, list(candidates), n=1, cutoff=0.6)
    return " " + _("Did you mean “%(candidate)s”?") % {"candidate": found[0]} if found else ""
