"""Merges the other names in a cell with the names of the record. Missing names are removed only on request."""

import re
from collections.abc import Collection

from sco_cities.core.localized_names import split_list
from sco_cities.datapackage.relation_columns import SEPARATOR

# Semicolons and line endings always separate names.
_LISTED = re.compile(r"[;；؛\n]")
# In cells with semicolons, a comma before a space is part of the name, as in "Washington, D.C.; Washington".
_COMMAS = r"[，、،]|,(?!\s)"
_ALL_COMMAS = r"[，、،,]"


def split_names(cell: str, known: Collection[str] = ()) -> list[str]:
    """The distinct names in a cell. A name with a comma is not split if it is one of the `known` names."""
    parts = _LISTED.split(cell)
    commas = _COMMAS if len(parts) > 1 else _ALL_COMMAS
    whole = sorted((name for name in known if re.search(commas, name)), key=len, reverse=True)
    item = "|".join(
        [*(rf"\s*{re.escape(name)}(?=\s*(?:{commas}|\Z))" for name in whole), rf"(?:(?!{commas}).)+"]
    )
    names = (name.strip() for part in parts for name in re.findall(item, part.strip(), re.DOTALL))
    return list(dict.fromkeys(filter(None, names)))


def merged_names(
    cell: str, stored: str, own: Collection[str], removed: Collection[str] | None
) -> tuple[str, list[str]]:
    """Adds the names in a cell to the other names of a record. Also returns the stored names that the cell lacks.

    `own` are the names of the record in its languages, which are not added. Missing names are removed if they are in
    `removed`, or if `removed` is None.
    """
    before = split_list(stored)
    names = [name for name in split_names(cell, [*before, *own]) if name in before or name not in own]
    lacking = [name for name in before if name not in names]
    kept = [name for name in lacking if removed is not None and name not in removed]
    if kept:
        names = [*(name for name in before if name in kept or name in names), *names]
    return SEPARATOR.join(dict.fromkeys(names)), lacking
