"""The values of list columns as JSON: unknown values are null, and dates have their first and last possible day."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from sco_cities.core import edtf
from sco_cities.listings.columns import Column
from sco_cities.listings.row_batch import RowBatch

# The names of the columns with the first and the last possible day of an EDTF date.
FIRST, LAST = "first", "last"


def edtf_names(name: str) -> tuple[str, str]:
    """The names of the first and the last possible day of a column: "starts_first" and "starts_last" of "starts_on"."""
    stem = name.removesuffix("_on")
    return f"{stem}_{FIRST}", f"{stem}_{LAST}"


def json_columns(
    columns: Sequence[Column], batch: RowBatch, *, labels: bool
) -> Iterator[tuple[str, Sequence]]:
    """The name and the values of each column, for a batch of records that the columns have read.

    With `labels`, columns of slugs are followed by the names of these records.
    """
    for column in columns:
        values = json_values(column.values(batch))
        yield column.name, values
        if column.is_edtf:
            days = [possible_days(value) for value in values]
            for place, name in enumerate(edtf_names(column.name)):
                yield name, [each[place] for each in days]
        if labels and column.has_names:
            yield f"{column.name}_names", json_values(column.names(batch))


def json_values(values: Sequence) -> Sequence:
    """Values of a column, with None for "" and numbers for decimals."""
    # A whole column is checked at once: most have one type, and most need no change.
    types = set(map(type, values))
    if str in types and "" in values:
        values = [value if value != "" else None for value in values]
    if Decimal in types:
        values = [float(value) if isinstance(value, Decimal) else value for value in values]
    return values


@lru_cache(maxsize=4_096)
def possible_days(date: str | None) -> tuple[str | None, str | None]:
    """The first and the last day that an EDTF date may mean, None if it is open or unknown."""
    if not date:
        return None, None
    first, last = edtf.first_and_last_day(date)
    return first and first.isoformat(), last and last.isoformat()
