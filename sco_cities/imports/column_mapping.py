"""Which column of a file is which column of the records: recognised by the header, adjusted by the curator."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from .column_types import ImportableModel

# The choice of leaving a column of the file out.
SKIPPED = "-"


@dataclass(frozen=True)
class ColumnMapping:
    """For each column of the file the name of a column, SKIPPED, or "" where nobody has said yet.

    `header` are the headings as the file has them.
    """

    kind: ImportableModel
    header: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def recognised(cls, kind: ImportableModel, header: list[str]) -> "ColumnMapping":
        """What the headings say by themselves."""
        return cls(kind, tuple(header), tuple(kind.named(heading) for heading in header))

    def adjusted(self, chosen: list[str]) -> "ColumnMapping":
        """With what the curator has chosen, for each column of the file."""
        known = {*self.kind.columns, SKIPPED}
        names = [name if name in known else "" for name in chosen[: len(self.header)]]
        return ColumnMapping(self.kind, self.header, (*names, *self.names[len(names) :]))

    def problems(self) -> list[tuple[str, str]]:
        """Heading and sentence for all that keeps the file from being checked."""
        found = []
        named = Counter(name for name in self.names if name not in ("", SKIPPED))
        for heading, name in zip(self.header, self.names, strict=True):
            if not name and heading:
                found.append((heading, self.kind.unknown(heading)))
            elif named[name] > 1:
                message = _("Two columns of the file are assigned to “%(column)s”. Skip one of them.") % {
                    "column": name
                }
                found.append((heading, message))
        if self.kind.key not in named:
            message = _("The column “%(key)s”, which identifies records, is missing.") % {
                "key": self.kind.key
            }
            found.append(("", message))
        return found

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each column stands in the file."""
        return {name: place for place, name in enumerate(self.names) if name in self.kind.columns}

    @cached_property
    def unnamed(self) -> list[int]:
        """The places without a heading, under which nothing may stand."""
        return [place for place, name in enumerate(self.names) if not name]
