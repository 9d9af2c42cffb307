"""The curator's options for a file besides its columns. They are stored with the import."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

# The answer that a row, the URL of a report or a word refers to a new record. A number after it selects a place of the
# gazetteer; HERE adds one record for each place of the rows; BY_ROW asks for each row.
NEW, HERE, BY_ROW = "+", "+@", "#"
# A default value that begins with it is a title made from the cities of the row.
TEMPLATE = "@"


@dataclass(frozen=True)
class ImportOptions:
    """The choices for a file.

    `answers` has, by domain (see `value_names.domain_of`) and folded value, the intended value, or "" to leave it out.
    The key of an answer for some rows names these rows (see `value_resolver.answer_key`). `defaults` are values for the
    columns of new records that the file leaves empty; "=COLUMN" copies another column. `source` is the passage that
    supports the values of all rows (see `row_evidence.Source`), and `report_language` the language of the reports that
    are created for URLs in the file. `header_row` is the number of the row with the headings, or 0 to detect it.
    `removed_names` are other names to remove, by slug of the record, because the file lacks them; `removes_names`
    removes all missing names. `left_out_rows` are the numbers of rows that are not imported. A grid has the columns of
    its page in `grid_columns`. What is typed over its cells is in `typed`, by slug and column.
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
    grid_columns: Collection[str] = field(default_factory=list)
    typed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "ImportOptions":
        """The options stored as `values`."""
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
