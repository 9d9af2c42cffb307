"""Loading a package writes its changes and leaves other rows unchanged."""

import pytest

from delegates.models import Delegate, Event
from initiatives.models import Initiative
from sco_cities.cities.models import City
from sco_cities.datapackage.load import load as write
from sco_cities.datapackage.natural_keys import RECORD_MODELS
from sco_cities.datapackage.parse import Package
from sco_cities.datapackage.tables import TABLES
from sco_cities.datapackage.validate import check
from sco_cities.sources.models import Evidence, Figure, Passage
from tests.factories import make_initiative, make_theme

from .sample_package import LAMPS, edited, everything_stored, load, make_package

pytestmark = pytest.mark.django_db


def timestamps() -> dict[str, object]:
    return {
        record.reference: record.updated_at
        for model in RECORD_MODELS.values()
        for record in model.objects.all()
    }


def touched_by(folder, tables) -> tuple[str, set[str]]:
    """Loads the tables over the valid tables, and returns the output and the records with a new `updated_at`."""
    load(make_package(folder / "before"))
    before = timestamps()
    printed = load(make_package(folder / "after", tables))
    after = timestamps()
    assert all(after[name] >= timestamp for name, timestamp in before.items())
    return printed, {name for name, timestamp in after.items() if timestamp != before.get(name)}


# A changed cell, and the record that gets a new timestamp (the changed record or its row's owner).
CHANGES = {
    "a value": (edited("initiatives", ",agreed,", ",proposed,"), {"initiatives:lamps-for-all"}),
    "an emptied cell": (edited("cities", ",1000,101,Q101,Alpha; The Ville,", ",,,,,"), {"cities:alphaville"}),
    "a reference": (edited("delegates", ",lamp-office,alphaville,XA,", ",,betatown,XB,"), {"delegates:ada"}),
    "a reference to its own table": (edited("events", ",lamp-forum,,", ",,,"), {"events:a-opening"}),
    "a list": (edited("events", "lamps; streets", "streets"), {"events:lamp-forum"}),
    "a state": (edited("delegates", "Guest,,,,,draft", "Guest,,,,,in_review"), {"delegates:bob"}),
    "a passage": (edited("passages", "They shine.", "They glow."), {"reports:gazette-2025"}),
    "a list of a passage": (edited("passages", "ada; bob", "bob"), {"delegates:ada"}),
    "a role": (edited("initiative_cities", ",reference", ",partner"), {"initiatives:lamps-for-all"}),
    "an attendance": (edited("attendances", "speaker", "guest"), {"events:lamp-forum"}),
    "a figure": (edited("figures", ",0.5,", ",0.6,"), {"cities:alphaville"}),
}  # fmt: skip


@pytest.mark.parametrize("tables, expected", CHANGES.values(), ids=CHANGES)
def test_a_changed_cell_updates_one_row_and_one_timestamp(tmp_path, tables, expected):
    printed, touched = touched_by(tmp_path, tables)
    assert "created 0, updated 1," in printed
    assert touched == expected


@pytest.mark.parametrize("tables", [tables for tables, _touched in CHANGES.values()], ids=CHANGES)
def test_a_changed_cell_is_stored(tmp_path, tables):
    load(make_package(tmp_path / "before"))
    load(make_package(tmp_path / "after", tables))
    before = everything_stored()
    assert load(tmp_path / "after").startswith("created 0, updated 0,")
    assert everything_stored() == before


def test_another_reported_value_is_additional_evidence(tmp_path):
    printed, touched = touched_by(tmp_path, edited("evidence", ",2023,differs", ",2022,differs"))
    assert "created 1, updated 0," in printed
    assert touched == {"initiatives:lamps-for-all"}
    reported = Evidence.objects.filter(stance="differs").values_list("reported_value", flat=True)
    assert sorted(reported) == ["2022", "2023"]


def test_computed_fields_follow_a_changed_cell(tmp_path):
    load(make_package(tmp_path / "before"))
    tables = edited("initiatives", "Lamps for all,", "Lanterns for all,")
    load(make_package(tmp_path / "after", edited("initiatives", ",2024,2024/2029,", ",2025,2026,", tables)))
    initiative = Initiative.objects.get(slug="lamps-for-all")
    assert "lanterns" in initiative.search_text
    days = (initiative.starts_first, initiative.ends_last, initiative.runs_until)
    assert [day.year for day in days] == [2025, 2026, 2026]


def test_records_that_are_not_in_the_package_are_not_deleted(tmp_path):
    load(make_package(tmp_path / "all"))
    before = {model: set(rows) for model, rows in _primary_keys().items()}
    fewer = {name: text[: text.index("\n") + 1] for name, text in LAMPS.items()}
    assert load(make_package(tmp_path / "none", fewer)) == "created 0, updated 0, unchanged 0"
    assert _primary_keys() == before


def _primary_keys():
    return {table.model: set(table.model.objects.values_list("pk", flat=True)) for table in TABLES.values()}


def test_a_list_is_set_to_its_cell_and_other_lists_stay_unchanged(tmp_path):
    load(make_package(tmp_path / "before"))
    other = make_initiative("other", themes=[make_theme("streets"), make_theme("signs")])
    load(make_package(tmp_path / "after", edited("initiatives", ",lamp-office,lamps,", ",,streets,")))
    initiative = Initiative.objects.get(slug="lamps-for-all")
    assert [theme.slug for theme in initiative.themes.all()] == ["streets"]
    assert not initiative.organisations.exists()
    assert initiative.countries.count() == 2
    assert other.themes.count() == 2


def test_references_in_lists_and_rows_are_stored(tmp_path):
    load(make_package(tmp_path))
    initiative = Initiative.objects.get(slug="lamps-for-all")
    assert [country.code for country in initiative.countries.all()] == ["XA", "XB"]
    roles = initiative.city_roles.order_by("city__slug").values_list("city__slug", "role")
    assert list(roles) == [("alphaville", "lead"), ("betatown", "reference")]
    speakers = Passage.objects.get(report__slug="gazette-2025", number=1).speakers.order_by("slug")
    assert [delegate.slug for delegate in speakers] == ["ada", "bob"]
    assert Event.objects.get(slug="a-opening").parent.slug == "lamp-forum"
    evidence = Evidence.objects.get(figure__label="lamps per street")
    assert (evidence.record, evidence.field) == (City.objects.get(slug="alphaville"), "figure")
    assert initiative.is_published
    assert not Delegate.objects.get(slug="bob").is_published


def test_figures_with_the_same_label_belong_to_their_own_records(tmp_path):
    row = "cities:alphaville,lamps,7,lamps,exact,,,,,,\n"
    tables = LAMPS | {
        "figures": LAMPS["figures"] + row,
        "evidence": LAMPS["evidence"] + "cities:alphaville,figure:lamps,gazette-2025,1,,supports,,,\n",
    }
    load(make_package(tmp_path, tables))
    figures = {figure.record.reference: figure for figure in Figure.objects.filter(label="lamps")}
    assert figures["cities:alphaville"].evidence.get().record.slug == "alphaville"
    assert figures["initiatives:lamps-for-all"].evidence.get().record.slug == "lamps-for-all"


def rows_of(table: str, header: list[str], *rows: list[str]) -> Package:
    package = Package()
    package.add_rows(TABLES[table], header, enumerate(rows, start=2))
    return package


@pytest.mark.parametrize(
    "table, header, row, expected",
    [
        (
            "initiatives", ["slug", "ends_on"], ["lamps-for-all", "2023"],
            ["initiatives.csv:2: ends_on “2023”: The end is before the start (2024)."],
        ),
        (
            "delegates", ["slug", "state"], ["bob", "published"],
            [
                "delegates.csv:2: state “published”: No published report supports name_en, role of "
                "delegates:bob. Add evidence, or do not publish the "
                "record."
            ],
        ),
        (
            "events", ["slug", "series"], ["lamp-forum", ""], [],
        ),
        (
            "statements", ["slug", "delegate"], ["lamps-are-bright", ""],
            [
                "statements.csv:2: delegate, event: Enter the delegate who made the statement or the event where it "
                "was made."
            ],
        ),
        (
            "themes", ["slug", "name_en", "description"], ["signs", "Signs", "All about signs"],
            ["themes.csv:2: pillar: A value is required here.", "themes.csv:2: state: A value is required here."],
        ),
        (
            "passages", ["report", "number", "summary"], ["gazette-2025", "2", "They glow."],
            [
                "passages.csv:2: quotation: The column is missing.",
                "passages.csv:2: speakers: The column is missing.",
            ],
        ),
    ],
)  # fmt: skip
def test_rows_with_some_columns_are_validated_as_complete_records(tmp_path, table, header, row, expected):
    load(make_package(tmp_path))
    assert [str(problem) for problem in check(rows_of(table, header, row))] == expected


def test_a_package_with_some_tables_and_columns_changes_only_these_values(tmp_path):
    load(make_package(tmp_path))
    package = rows_of("initiatives", ["slug", "title_en"], ["lamps-for-all", "More lamps"])
    assert check(package) == []
    assert str(write(package)) == "created 0, updated 1, unchanged 0"
    initiative = Initiative.objects.get(slug="lamps-for-all")
    assert (initiative.status, initiative.title_en) == ("agreed", "More lamps")
    assert initiative.themes.exists()
