"""The shipped package updates a database that contains an earlier package and curators' edits."""

import random

import pytest

from initiatives.models import Status
from sco_cities.datapackage.tables import TABLES
from tests.conftest import PACKAGE

from .package_edits import (
    Cells,
    PackageRows,
    curators_delete,
    curators_remove,
    curators_write,
    kept_in,
    key_of,
    revert_last,
    shipped_rows,
    stored_rows,
    texts_of,
    update,
)
from .sample_package import load, make_package

pytestmark = pytest.mark.django_db

# The columns with different values in the earlier package, and the format of the earlier values.
CHANGED = {
    "countries": {"name_zh": "{}（旧）"},
    "cities": {"aliases": "Old name"},
    "reports": {"note": "An earlier note."},
    "themes": {"keywords": "{}; old"},
    "organisations": {"aliases": "Old name"},
    "events": {"date_text": "{} (earlier)", "series": ""},
    "delegates": {"role": "{} (earlier)", "role_ru": "{} (раньше)"},
    "passages": {"summary": "{} So it was said.", "speakers": ""},
    "attendances": {"role_at_event_ru": "гость"},
    "statements": {"summary_zh": "{}（旧）"},
    "initiatives": {"title_en": "{} (earlier)", "summary_ru": "", "organisations": ""},
    "initiative_cities": {"role": "partner"},
    "figures": {"period": "2001", "unit_zh": ""},
    "evidence": {"reported_value": "{} then"},
}
# Unique columns. A copied row needs different values in these columns.
UNIQUE = {"address": "https://example.org/{}", "geonames_id": "", "wikidata_id": ""}
COPIED = ("themes", "cities", "organisations", "events", "delegates", "reports", "statements", "initiatives")
# For each table, the number of rows that were different, missing or additional in the earlier package.
NUMBER = 12


def earlier(rows: PackageRows, chosen: random.Random) -> PackageRows:
    """Returns a variant of the shipped package from before the last corrections."""
    old = {table: dict(own) for table, own in rows.items()}
    added = chosen.sample(sorted(rows["initiatives"]), 4)
    for (slug,) in added:
        _take_out(old, "initiatives", slug)
    for (slug,) in chosen.sample(sorted(rows["statements"]), 4):
        _take_out(old, "statements", slug)
    for table, columns in CHANGED.items():
        for key in chosen.sample(sorted(old[table]), NUMBER):
            row = old[table].pop(key)
            cells = {name: text.format(row[name]) for name, text in columns.items()}
            if table == "evidence" and row["stance"] == "supports":
                cells = {}
            row = row | cells
            old[table][key_of(table, row)] = row
    for table in COPIED:
        slug = chosen.choice(sorted(old[table]))[0]
        _copy(old, table, slug)
    for key in chosen.sample(sorted(old["initiative_cities"]), NUMBER):
        if chosen.random() < 0.5 or _is_last(old["initiative_cities"], key):
            continue
        del old["initiative_cities"][key]
    return old


def _is_last(rows: dict, key: tuple) -> bool:
    return sum(other[0] == key[0] for other in rows) == 1


def _take_out(rows: PackageRows, table: str, slug: str) -> None:
    del rows[table][slug,]
    for name, own in rows.items():
        owner = TABLES[name].owner
        for key, row in list(own.items()):
            if owner and row[owner] in (f"{table}:{slug}", slug) and name != "passages":
                del own[key]


def _copy(rows: PackageRows, table: str, slug: str) -> None:
    """Copies a record and its rows, with a slug that is not in the shipped package."""
    for name, own in list(rows.items()):
        owner = TABLES[name].owner
        for row in list(own.values()):
            if name == table and row["slug"] == slug:
                new = row | {"slug": f"{slug}-old"}
                new |= {column: text.format(slug) for column, text in UNIQUE.items() if column in row}
            elif owner and row[owner] == f"{table}:{slug}":
                new = row | {owner: f"{table}:{slug}-old"}
            elif owner == TABLES[table].name.rstrip("s") and row[owner] == slug:
                new = row | {owner: f"{slug}-old"}
            else:
                continue
            own[key_of(name, new)] = new


# Twenty edits by curators, with the table and the changed cells. The edited rows are in both packages.
EDITS: list[tuple[str, Cells]] = [
    ("initiatives", {"status": Status.STALLED}),
    ("initiatives", {"summary_ru": "Другое описание."}),
    ("initiatives", {"title_en": "Another title"}),
    ("initiatives", {"themes": "smart-city"}),
    ("initiatives", {"state": "in_review"}),
    ("cities", {"population": "77"}),
    ("cities", {"aliases": "Another name"}),
    ("countries", {"name_zh": "别名"}),
    ("reports", {"note": "Another note."}),
    ("themes", {"description_zh": "别的说明"}),
    ("organisations", {"kind": "company"}),
    ("events", {"date_text": "some day"}),
    ("delegates", {"aliases": "Another name"}),
    ("statements", {"summary_zh": "别的话"}),
    ("passages", {"quotation": "Word for word"}),
    ("passages", {"summary": "Another summary."}),
    ("attendances", {"role_at_event": "guest of honour"}),
    ("initiative_cities", {"role": "reference"}),
    ("figures", {"value": "7777"}),
    ("evidence", {"reported_value_ru": "другое"}),
]


def edit(
    old: PackageRows, new: PackageRows, expected: PackageRows, chosen: random.Random
) -> list[tuple[str, tuple]]:
    """Makes the edits in the database and in `expected`, and returns the rows that both sides have changed."""
    both = []
    used = set()
    for number, (table, cells) in enumerate(EDITS):
        common = sorted((old[table].keys() & new[table].keys()) - used)
        changed_there = [
            key for key in common if any(old[table][key][name] != new[table][key][name] for name in cells)
        ]
        # If possible, two of three edits are in cells that the package has also changed.
        is_conflict = bool(changed_there) and number % 3 > 0
        candidates = (
            changed_there if is_conflict else [key for key in common if old[table][key] == new[table][key]]
        )
        key = chosen.choice(candidates)
        used.add(key)
        curators_write(table, old[table][key] | cells)
        expected[table][key] = new[table][key] | cells
        if is_conflict:
            both.append((table, key))
    return both


@pytest.mark.thorough
def test_edits_stay_and_other_values_equal_the_new_package(tmp_path):
    chosen = random.Random(20)
    new = shipped_rows(PACKAGE)
    old = earlier(new, chosen)
    load(make_package(tmp_path / "old", texts_of(old)))
    assert {name: rows for name, rows in stored_rows().items() if rows != old[name]} == {}
    expected = {table: dict(rows) for table, rows in new.items()}

    both = edit(old, new, expected, chosen)
    # Curators also delete a record, add a record, and add and remove evidence.
    (deleted,) = chosen.choice(sorted(old["initiatives"].keys() & new["initiatives"].keys()))
    curators_delete("initiatives", deleted)
    _take_out(expected, "initiatives", deleted)
    row = new["initiatives"][min(new["initiatives"])] | {"slug": "of-curators", "state": "draft"}
    curators_write("initiatives", row)
    expected["initiatives"]["of-curators",] = row
    row = next(
        row
        for row in old["evidence"].values()
        if row["stance"] == "earlier" and key_of("evidence", row) in new["evidence"]
    )
    curators_remove("evidence", row)
    del expected["evidence"][key_of("evidence", row)]
    row = row | {"reported_value": "as of 1999: a plan"}
    curators_write("evidence", row)
    expected["evidence"][key_of("evidence", row)] = row

    before = stored_rows()
    kept = kept_in(update(PACKAGE))
    assert differences(stored_rows(), expected) == []
    assert len(EDITS) == 20
    assert len(both) > 4
    assert len(kept) == len(both) + 1, kept
    assert f"initiatives:{deleted}: was deleted here; it is not created again" in kept
    revert_last()
    assert differences(stored_rows(), before) == []


def differences(rows: PackageRows, others: PackageRows) -> list[tuple]:
    """Returns the table, the key and both versions of each row that differs."""
    return [
        (table, key, rows.get(table, {}).get(key), others.get(table, {}).get(key))
        for table in rows.keys() | others.keys()
        for key in rows.get(table, {}).keys() | others.get(table, {}).keys()
        if rows.get(table, {}).get(key) != others.get(table, {}).get(key)
    ]
