"""The curator's options for a file in addition to its columns. They are stored with the import."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

# Answers that mean a new record, for a row, for the URL of a report or for a word. A number after NEW selects a place
# in the gazetteer. HERE adds a record for each place of the rows. BY_ROW asks about each row.
NEW, HERE, BY_ROW = "+", "+@", "#"
# The domains of questions about the record that a row refers to, and of the single question about all URLs without a
# report.
ROWS, ADDRESSES = "rows", "addresses"
# Prefix of a default value that means a title built from the names of the row's cities.
TEMPLATE = "@"


@dataclass(frozen=True)
class ImportOptions:
    """The options for a file.

    `answers` maps domains (see `value_names.domain_of`) and folded words to the intended value, or to "" to leave the
    word out. The key of an answer for some rows contains these rows (see `value_resolver.answer_key`). `defaults` are
    values for the columns of new records that are empty in the file, and "=COLUMN" copies another column. `source` is
    the passage that supports the values of all rows (see `source_views.source_of`). `report_language` is the language
    of the reports that are created for URLs in the file. `header_row` is the number of the row with the headings, or 0
    to detect it.

    `removed_names` maps slugs to the other names to remove from the record because the file lacks them. `removes_names`
    removes all missing names. `left_out_rows` are the numbers of rows that are not imported. `row_records` maps the
    numbers of possible duplicates to the cell of the record that they refer to, or to NEW. `grid_columns` are the
    columns on the page of a grid. `typed` contains the texts typed over its cells, by slug and column. `page` is
    the URL of the page that the grid was opened from.
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
    row_records: Mapping[str, str] = field(default_factory=dict)
    grid_columns: Collection[str] = field(default_factory=list)
    typed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    page: str = ""
