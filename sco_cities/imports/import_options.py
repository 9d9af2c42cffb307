"""What a curator has chosen for a file besides its columns; stored with the import."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

# The answer that a row, an address of a report or a word is about a new record: with the number of a place of the
# gazetteer behind it about this one, HERE one for each place of the rows. BY_ROW asks for each row.
NEW, HERE, BY_ROW = "+", "+@", "#"
# A default value that begins with it is made from the cities of the row: a title.
TEMPLATE = "@"


@dataclass(frozen=True)
class ImportOptions:
    """The choices for a file.

    `answers` has, by domain (see `value_names.domain_of`) and folded value, the value that is meant, or "" to leave
    it out; the answer for some rows has them in its key (see `value_resolver.answer_key`). `defaults` are the
    values of columns that new records get where the file has none; "=COLUMN" copies another column. `source` is the
    passage that supports the values of all rows (see `row_evidence.Source`), and `report_language` the language of
    the reports that are made for addresses in the file. `header_row` is the number of the row with the headings, 0
    if it is to be found. `removed_names` are other names to remove, by slug of the record, because the file lacks
    them; with `removes_names`, all that it lacks are removed. `left_out_rows` are the numbers of rows that are not
    imported.
    """

    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict)
    report_language: str = ""
    skips_hidden_rows: bool = False
    header_row: int = 0
    removed_names: Mapping[str, Collection[str]] = field(default_factory=dict)
    removes_names: bool = False
    left_out_rows: Collection[int] = field(default_factory=list)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "ImportOptions":
        """The options stored as `values`."""
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
