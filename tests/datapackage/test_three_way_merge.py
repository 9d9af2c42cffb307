"""Each cell and row of a new package is merged with curators' changes since the old package."""

import pytest

from sco_cities.core.translations import digest
from sco_cities.datapackage.tables import TABLES

from .package_edits import (
    INITIATIVE,
    OLD,
    PackageRows,
    changed,
    curators_delete,
    curators_remove,
    curators_write,
    kept_in,
    revert_last,
    stored_rows,
    texts_of,
    update,
    without,
)
from .sample_package import load, make_package

pytestmark = pytest.mark.django_db

FIGURE = ("initiatives:lamps-for-all", "lamps")
# The table, the key, the curators' cells, the new package's cells, the merged cells, and the listed differences.
CELLS = {
    "changed by the package": ("cities", ("alphaville",), {}, {"population": "2000"}, {"population": "2000"}, []),
    "changed by curators": ("cities", ("alphaville",), {"population": "3"}, {}, {"population": "3"}, []),
    "changed by both": (
        "cities", ("alphaville",), {"population": "3"}, {"population": "2000"}, {"population": "3"},
        ["cities:alphaville population: the package says “2000”, the record “3”"],
    ),
    "changed by both to the same": (
        "initiatives", INITIATIVE, {"status": "operating"}, {"status": "operating"}, {"status": "operating"}, [],
    ),
    "different cells of a row": (
        "initiatives", INITIATIVE, {"title_en": "More"}, {"status": "operating"},
        {"title_en": "More", "status": "operating"}, [],
    ),
    "emptied by the package": ("cities", ("alphaville",), {}, {"aliases": ""}, {"aliases": ""}, []),
    "emptied by curators": (
        "cities", ("alphaville",), {"aliases": ""}, {"aliases": "A"}, {"aliases": ""},
        ["cities:alphaville aliases: the package says “A”, the record “”"],
    ),
    "a country": (
        "countries", ("XA",), {"name_zh": "甲"}, {"sco_role": "partner"}, {"name_zh": "甲", "sco_role": "partner"}, []
    ),
    "a date": ("events", ("lamp-forum",), {}, {"starts_on": "2025-04"}, {"starts_on": "2025-04"}, []),
    "a reference": (
        "organisations", ("lamp-office",), {"country": "XB"}, {"city": "betatown"},
        {"country": "XB", "city": "betatown"}, [],
    ),
    "a state": (
        "delegates", ("bob",), {"state": "in_review"}, {"role": "Lamplighter"},
        {"state": "in_review", "role": "Lamplighter"}, [],
    ),
    "a list with other items": (
        "events", ("lamp-forum",), {"themes": "streets"}, {"themes": "lamps"}, {"themes": ""}, []
    ),
    "a list with more items": (
        "initiatives", INITIATIVE, {"countries": "XA"}, {"themes": "lamps; streets"},
        {"countries": "XA", "themes": "lamps; streets"}, [],
    ),
    "an attendance": (
        "attendances", ("lamp-forum", "ada"), {"role_at_event_ru": "гость"}, {"role_at_event_zh": "来宾"},
        {"role_at_event_ru": "гость", "role_at_event_zh": "来宾"}, [],
    ),
    "a role": (
        "initiative_cities", ("lamps-for-all", "betatown"), {"role": "partner"}, {"role": "lead"},
        {"role": "partner"},
        ["initiatives:lamps-for-all initiative_cities betatown role: the package says “lead”, the record “partner”"],
    ),
    "a figure": (
        "figures", FIGURE, {"value": "7"}, {"period": "2026"}, {"value": "7", "period": "2026"}, []
    ),
    "a passage": (
        "passages", ("gazette-2025", "2"), {"quotation": ""}, {"summary": "They glow.", "speakers": "ada"},
        {"quotation": "", "summary": "They glow.", "speakers": "ada"}, [],
    ),
    "a passage changed by both": (
        "passages", ("gazette-2025", "2"), {"summary": "They flicker."}, {"summary": "They glow."},
        {"summary": "They flicker."},
        [
            "reports:gazette-2025 passages 2 summary: "
            "the package says “They glow.”, the record “They flicker.”"
        ],
    ),
    "a translation of today's text": (
        "delegates", ("ada",), {"role_ru": "глава"}, {"role_zh": "市长"}, {"role_ru": "глава", "role_zh": "市长"}, []
    ),
    "a new text and a translation of curators": (
        "delegates", ("ada",), {"role_ru": "глава"}, {"role": "Head of Alphaville"},
        {"role": "Head of Alphaville", "role_ru": "глава",
         "translated_from": f"role_ru:{digest('Mayor of Alphaville')}"}, [],
    ),
    "a text of curators and a translation of the package": (
        "statements", ("lamps-are-bright",), {"summary": "Bright lamps.",
        "translated_from": "summary_ru:0123abcd; summary_zh:89abcdef"}, {"summary_ru": "Лампы."},
        {"summary": "Bright lamps.", "summary_ru": "Лампы."}, [],
    ),
    "a translation that curators have checked": (
        "statements", ("lamps-are-bright",), {"translated_from": ""}, {"themes": "streets"},
        {"translated_from": "", "themes": "streets"}, [],
    ),
    "a translation that the package has checked": (
        "statements", ("lamps-are-bright",), {"themes": ""}, {"translated_from": ""},
        {"translated_from": "", "themes": ""}, [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CELLS.values(), ids=CELLS)
def test_a_cell_gets_the_new_value_unless_curators_have_changed_it(tmp_path, case):
    table, key, here, there, merged, kept = case
    load(make_package(tmp_path / "old"))
    curators_write(table, *([OLD[table][key] | here] if here else []))
    before = stored_rows()
    new = make_package(tmp_path / "new", texts_of(changed(OLD, table, key, **there)))
    lines = update(new)
    after = stored_rows()
    expected = changed(OLD, table, key, **merged)
    assert {name: rows for name, rows in after.items() if rows != expected[name]} == {}
    assert kept_in(lines) == kept
    if after != before:
        assert lines[0] == f"{table}: updated 1"
        revert_last()
    assert stored_rows() == before


def evidence_key(**cells: str) -> tuple:
    """Returns the key of an evidence row for the initiative's status."""
    row = dict(zip(TABLES["evidence"].key, EVIDENCE, strict=True)) | cells
    return tuple(row.values())


# A footnote with an earlier status, "a wish".
EVIDENCE = ("initiatives:lamps-for-all", "status", "gazette-2025", "1", "earlier", "as of 2023: a wish")
STARTED = ("initiatives:lamps-for-all", "starts_on", "herald-2025", "10", "differs", "2023")
CITY = ("lamps-for-all", "betatown")


def new_row(table: str, key: tuple, **cells: str) -> dict[str, str]:
    """Returns a row with this key. The other cells are copied from the first row of the table."""
    first = next(iter(OLD[table].values()))
    return first | dict(zip(TABLES[table].key, key, strict=True)) | {"translated_from": ""} | cells


def with_row(rows: PackageRows, table: str, key: tuple, **cells: str) -> PackageRows:
    row = {name: cell for name, cell in new_row(table, key, **cells).items() if name in TABLES[table].header}
    return rows | {table: rows[table] | {key: row}}


def remove(table: str, key: tuple):
    return lambda: curators_remove(table, OLD[table][key])


def write(table: str, key: tuple, **cells: str):
    return lambda: curators_write(table, new_row(table, key, **cells))


def replace(table: str, key: tuple, **cells: str):
    def change():
        curators_remove(table, OLD[table][key])
        curators_write(table, OLD[table][key] | cells)

    return change


def NOTHING():
    """Curators change nothing."""


LAMP_FIGURE = ("initiatives:lamps-for-all", "streets")
SUPPORT_OF_FIGURE = evidence_key(field="figure:streets", stance="supports", reported_value="")
# The curators' edits, the new package, the merged rows, and the listed differences.
ROWS = {
    "added by the package": (
        NOTHING, with_row(OLD, "initiative_cities", ("lamps-of-tomorrow", "betatown"), role="lead"),
        with_row(OLD, "initiative_cities", ("lamps-of-tomorrow", "betatown"), role="lead"), [],
    ),
    "added by curators": (
        write("initiative_cities", ("lamps-of-tomorrow", "betatown")), OLD,
        with_row(OLD, "initiative_cities", ("lamps-of-tomorrow", "betatown")), [],
    ),
    "added by both": (
        write("initiative_cities", ("lamps-of-tomorrow", "betatown"), role="lead"),
        with_row(OLD, "initiative_cities", ("lamps-of-tomorrow", "betatown"), role="partner"),
        with_row(OLD, "initiative_cities", ("lamps-of-tomorrow", "betatown"), role="lead"),
        ["initiatives:lamps-of-tomorrow initiative_cities betatown role: "
         "the package says “partner”, the record “lead”"],
    ),
    "removed by the package": (
        NOTHING, without(OLD, "initiative_cities", CITY), without(OLD, "initiative_cities", CITY), []
    ),
    "removed by curators": (
        remove("initiative_cities", CITY), OLD, without(OLD, "initiative_cities", CITY), []
    ),
    "removed by curators, changed by the package": (
        remove("initiative_cities", CITY), changed(OLD, "initiative_cities", CITY, role="lead"),
        without(OLD, "initiative_cities", CITY),
        ["initiatives:lamps-for-all initiative_cities betatown: was changed or deleted here; it is not created again"],
    ),
    "changed by curators, removed by the package": (
        write("initiative_cities", CITY, role="lead"), without(OLD, "initiative_cities", CITY),
        changed(OLD, "initiative_cities", CITY, role="lead"),
        ["initiatives:lamps-for-all initiative_cities betatown: "
         "is no longer in the package; kept, because it was changed here"],
    ),
    "evidence changed by the package": (
        NOTHING, changed(OLD, "evidence", EVIDENCE, reported_value="a plan"),
        changed(OLD, "evidence", EVIDENCE, reported_value="a plan"), [],
    ),
    "evidence changed by curators": (
        replace("evidence", EVIDENCE, reported_value="a dream"), OLD,
        changed(OLD, "evidence", EVIDENCE, reported_value="a dream"), [],
    ),
    "evidence changed by both": (
        replace("evidence", EVIDENCE, reported_value="a dream"),
        changed(OLD, "evidence", EVIDENCE, reported_value="a plan"),
        changed(OLD, "evidence", EVIDENCE, reported_value="a dream"),
        ["initiatives:lamps-for-all evidence status gazette-2025 1 earlier a plan: "
         "was changed or deleted here; it is not created again"],
    ),
    "a figure with its evidence added by the package": (
        NOTHING,
        with_row(with_row(OLD, "figures", LAMP_FIGURE), "evidence", SUPPORT_OF_FIGURE),
        with_row(with_row(OLD, "figures", LAMP_FIGURE), "evidence", SUPPORT_OF_FIGURE), [],
    ),
    "a figure of a published record without evidence": (
        NOTHING, with_row(OLD, "figures", LAMP_FIGURE), OLD,
        ["initiatives:lamps-for-all: is left as it is. No published report supports figure:streets of "
        "initiatives:lamps-for-all. Add evidence, or do not publish "
        "the record."],
    ),
    "a passage removed by the package": (
        NOTHING, without(without(OLD, "evidence", STARTED), "passages", ("herald-2025", "10")),
        without(without(OLD, "evidence", STARTED), "passages", ("herald-2025", "10")), [],
    ),
    "a passage removed by the package and cited by curators": (
        write("evidence", evidence_key(report="herald-2025", passage="10", reported_value="a toy")),
        without(without(OLD, "evidence", STARTED), "passages", ("herald-2025", "10")),
        with_row(without(OLD, "evidence", STARTED), "evidence",
                 evidence_key(report="herald-2025", passage="10", reported_value="a toy")),
        ["reports:herald-2025 passages 10: is no longer in the package; kept, because evidence refers to it"],
    ),
    "evidence of a passage that curators have removed": (
        lambda: (remove("evidence", STARTED)(), remove("passages", ("herald-2025", "10"))()),
        with_row(OLD, "evidence", evidence_key(report="herald-2025", passage="10", reported_value="a toy")),
        without(without(OLD, "evidence", STARTED), "passages", ("herald-2025", "10")),
        ["initiatives:lamps-for-all evidence status herald-2025 10 earlier a toy: "
         "refers to a record that was deleted here"],
    ),
    "a record added by the package": (
        NOTHING, with_row(OLD, "themes", ("bridges",), name_en="Bridges"),
        with_row(OLD, "themes", ("bridges",), name_en="Bridges"), [],
    ),
    "a record added by curators": (
        write("themes", ("bridges",), name_en="Bridges"), OLD,
        with_row(OLD, "themes", ("bridges",), name_en="Bridges"), [],
    ),
    "a record deleted by curators": (
        lambda: curators_delete("initiatives", "lamps-of-tomorrow"),
        with_row(changed(OLD, "initiatives", ("lamps-of-tomorrow",), status="agreed"),
                 "initiative_cities", ("lamps-of-tomorrow", "betatown")),
        without(OLD, "initiatives", ("lamps-of-tomorrow",)),
        ["initiatives:lamps-of-tomorrow: was deleted here; it is not created again"],
    ),
    "a list with a record that curators have deleted": (
        lambda: curators_delete("delegates", "bob"),
        changed(OLD, "passages", ("gazette-2025", "2"), speakers="ada; bob"),
        without(
            changed(changed(OLD, "passages", ("gazette-2025", "2"), speakers="ada"),
                    "passages", ("gazette-2025", "1"), speakers="ada"),
            "delegates", ("bob",),
        ),
        ["delegates:bob: was deleted here; it is not created again",
         "reports:gazette-2025 passages 2 speakers: refers to a record that was deleted here"],
    ),
    "a record removed by the package": (
        NOTHING, without(OLD, "initiatives", ("lamps-of-tomorrow",)),
        without(OLD, "initiatives", ("lamps-of-tomorrow",)), [],
    ),
    "a record removed by the package and changed by curators": (
        write("initiatives", ("lamps-of-tomorrow",), **OLD["initiatives"]["lamps-of-tomorrow",] | {"title_zh": "灯"}),
        without(OLD, "initiatives", ("lamps-of-tomorrow",)),
        changed(OLD, "initiatives", ("lamps-of-tomorrow",), title_zh="灯"),
        ["initiatives:lamps-of-tomorrow: is no longer in the package; kept, because it was changed here"],
    ),
    "a record removed by the package and used by curators": (
        lambda: curators_write("delegates", OLD["delegates"]["bob",] | {"city": "betatown"}),
        without(without(OLD, "initiative_cities", CITY), "cities", ("betatown",)),
        without(changed(OLD, "delegates", ("bob",), city="betatown"), "initiative_cities", CITY),
        ["cities:betatown: is no longer in the package; kept, because delegates:bob refers to it"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ROWS.values(), ids=ROWS)
def test_a_row_is_added_or_removed_unless_curators_have_changed_it(tmp_path, case):
    curate, new, expected, kept = case
    load(make_package(tmp_path / "old"))
    curate()
    before = stored_rows()
    lines = update(make_package(tmp_path / "new", texts_of(new)))
    after = stored_rows()
    assert {name: rows for name, rows in after.items() if rows != expected[name]} == {}
    assert kept_in(lines) == kept
    if after != before:
        revert_last()
    assert stored_rows() == before
