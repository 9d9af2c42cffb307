"""The mapping of a file's columns to import columns: recognised from the header, adjusted by the curator."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from .column_types import ImportableModel

# The choice to skip a column of the file.
SKIPPED = "-"


@dataclass(frozen=True)
class ColumnMapping:
    """For each column of the file the name of an import column, SKIPPED, or "" if not assigned yet.

    `header` are the headings of the file, unchanged.
    """

    kind: ImportableModel
    header: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def from_header(cls, kind: ImportableModel, header: list[str]) -> "ColumnMapping":
        """The mapping that the headings imply."""
        return cls(kind, tuple(header), tuple(kind.column_named(heading) for heading in header))

    def with_names(self, selected: list[str]) -> "ColumnMapping":
        """The mapping with the curator's selection, one name for each column of the file."""
        known = {*self.kind.columns, SKIPPED}
        names = [name if name in known else "" for name in selected[: len(self.header)]]
        return ColumnMapping(self.kind, self.header, (*names, *self.names[len(names) :]))

    def problems(self) -> list[tuple[str, str]]:
        """Heading and message of everything that prevents the file from being checked."""
        problems = []
        assigned = Counter(name for name in self.names if name not in ("", SKIPPED))
        for heading, name in zip(self.header, self.names, strict=True):
            if not name and heading:
                problems.append((heading, self.kind.unknown_column_error(heading)))
            elif assigned[name] > 1:
                message = _("Two columns of the file are assigned to “%(column)s”. Skip one of them.") % {
                    "column": name
                }
                problems.append((heading, message))
        if self.kind.key not in assigned:
            message = _("The column “%(key)s”, which identifies records, is missing.") % {
                "key": self.kind.key
            }
            problems.append(("", message))
        return problems

    @cached_property
    def positions(self) -> dict[str, int]:
        """The position of each import column in the file."""
        return {name: position for position, name in enumerate(self.names) if name in self.kind.columns}

    @cached_property
    def unnamed_positions(self) -> list[int]:
        """The positions without a heading; their cells must be empty."""
        return [position for position, name in enumerate(self.names) if not name]
