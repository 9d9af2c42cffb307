"""The mapping of a file's columns to import columns: recognised from the header, adjusted by the curator."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from .column_types import ImportableModel
from .parser.headings import normalize_heading
from .word_lists import suggested_columns

# The choice to skip a column of the file.
SKIPPED = "-"
# A column whose heading begins with it is skipped, and so is the row of help of a template.
COMMENT_SIGN = "# "


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
        names = [
            SKIPPED if heading.startswith(COMMENT_SIGN) else kind.column_named(heading) for heading in header
        ]
        return cls(kind, tuple(header), tuple(names))

    def with_names(self, selected: list[str]) -> "ColumnMapping":
        """The mapping with the curator's selection, one name for each column of the file."""
        known = {*self.kind.columns, SKIPPED}
        names = [name if name in known else "" for name in selected[: len(self.header)]]
        return ColumnMapping(self.kind, self.header, (*names, *self.names[len(names) :]))

    def with_suggestions(self, before: Mapping[str, str]) -> "ColumnMapping":
        """The mapping with the columns of headings that were not recognised: as `before`, else what they may mean.

        `before` has import columns by normalized heading.
        """
        names = list(self.names)
        for position, heading in enumerate(map(normalize_heading, self.header)):
            if before.get(heading) in {*self.kind.columns, SKIPPED}:
                names[position] = before[heading]
        for position, heading in enumerate(map(normalize_heading, self.header)):
            meant = suggested_columns().get(heading, ())
            possible = [
                name
                for name in meant
                if name == SKIPPED or (name in self.kind.importable and name not in names)
            ]
            if possible and not self.is_recognised(names[position]):
                names[position] = possible[0]
        return ColumnMapping(self.kind, self.header, tuple(names))

    def is_recognised(self, name: str) -> bool:
        """Whether a column is left as it is: assigned, and one that a file can change."""
        return name == SKIPPED or name in self.kind.importable

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
        if not self.kind.can_tell_apart(assigned):
            message = _("Choose the column with the names of the records, or their slugs.")
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
