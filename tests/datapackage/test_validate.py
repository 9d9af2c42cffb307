"""Every error in a package is reported with its location and correction, and nothing is written."""

import pytest
from django.core.management import CommandError, call_command

from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.datapackage.errors import PackageError
from sco_cities.sources.models import FormerSlug
from tests.factories import make_city, make_event, make_initiative, make_report, make_theme

from .invalid_cells import INVALID_CELLS
from .invalid_rows import INVALID_ROWS
from .sample_package import LAMPS, edited, everything_stored, load, make_package, problems_of

pytestmark = pytest.mark.django_db

NO_DESCRIPTOR = "datapackage.json: The file does not describe a data package with named resources."
ERRORS = INVALID_CELLS | INVALID_ROWS


@pytest.mark.parametrize("table, old, new, expected", ERRORS.values(), ids=ERRORS)
def test_an_error_is_reported_with_its_place_and_correction(tmp_path, table, old, new, expected):
    found = problems_of(make_package(tmp_path, edited(table, old, new)))
    assert sorted(found) == sorted(expected)


def test_a_group_of_countries_has_no_slug_of_a_city_in_the_package_or_stored(tmp_path):
    city = make_city("deltaville")
    city.slug = "gammaville"
    city.save()
    slugs = ("alphaville", "gammaville", "deltaville", "xlands")
    rows = "".join(f"{slug},A group,,,XA; XB,published,\n" for slug in slugs)
    groups = f"slug,name_en,name_ru,name_zh,countries,state,translated_from\n{rows}"
    error = "A city, a group of countries or an option for comparisons already uses this slug. Choose another slug."
    assert problems_of(make_package(tmp_path, LAMPS | {"country_groups": groups})) == [
        "country_groups.csv:2: slug “alphaville”: " + error,
        "country_groups.csv:3: slug “gammaville”: " + error,
        "country_groups.csv:4: slug “deltaville”: " + error,
        "cities.csv:2: slug “alphaville”: " + error,
    ]


def test_five_different_errors_are_reported_together_and_nothing_is_changed(tmp_path):
    load(make_package(tmp_path / "right"))
    before = everything_stored()
    tables = edited("cities", "Alphaville,", "Alphaburg,")
    tables = edited("initiatives", ",agreed,", ",firm,", tables)
    tables = edited("events", ",2025-05-03,", ",2025-04-30,", tables)
    tables = edited("attendances", "ada", "adda", tables)
    tables = edited("figures", "16600000", "many", tables)
    tables = edited("evidence", "gazette-2025,2,,supports,,,\nstatements:lamps-are-bright,summary",
                    "gazette-2025,3,,supports,,,\nstatements:lamps-are-bright,summary", tables)  # fmt: skip
    with pytest.raises(CommandError) as error:
        load(make_package(tmp_path / "wrong", tables))
    heading, *found = str(error.value).splitlines()
    assert heading == "5 errors; nothing was changed:"
    assert [line.partition(" ")[0] for line in found] == [
        "events.csv:3:", "attendances.csv:2:", "initiatives.csv:2:", "figures.csv:3:", "evidence.csv:15:",
    ]  # fmt: skip
    assert everything_stored() == before


def test_a_missing_table_is_reported_once_and_not_for_each_reference(tmp_path):
    make_package(tmp_path)
    (tmp_path / "themes.csv").unlink()
    assert problems_of(tmp_path) == ["themes.csv: The file is missing."]


def test_text_that_is_not_utf8_is_reported_with_its_line(tmp_path):
    make_package(tmp_path)
    path = tmp_path / "cities.csv"
    path.write_bytes(path.read_bytes().replace("Альфавилль".encode(), "Альфавилль".encode("cp1251")))
    assert problems_of(tmp_path) == [
        "cities.csv:2: The file is not encoded in UTF-8 (byte c0). Save it as UTF-8."
    ]


def test_a_file_without_a_table_is_reported(tmp_path):
    make_package(tmp_path)
    (tmp_path / "initiative_citys.csv").write_text("initiative,city,role\n")
    assert problems_of(tmp_path) == [
        "initiative_citys.csv: There is no such table. Did you mean “initiative_cities”?"
    ]


@pytest.mark.parametrize(
    "text, problem",
    [
        ("", NO_DESCRIPTOR),
        (
            '{"resources": [{}]}',
            "datapackage.json: The file does not describe a data package with named resources.",
        ),
        ("[]", NO_DESCRIPTOR),
        (
            '{"resources": [{"name": "citis", "path": "cities.csv"}]}',
            "datapackage.json: resources “citis”: There is no such table. Did you mean “cities”?",
        ),
        (
            '{"resources": [{"name": "cities", "path": "data/cities.csv"}]}',
            "datapackage.json: resources “cities: data/cities.csv”: The path of this table is cities.csv.",
        ),
    ],
)
def test_an_invalid_descriptor_is_reported(tmp_path, text, problem):
    make_package(tmp_path)
    (tmp_path / "datapackage.json").write_text(text)
    assert problems_of(tmp_path) == [problem]


def test_a_missing_folder_is_reported(tmp_path):
    assert problems_of(tmp_path / "nowhere") == [
        "datapackage.json: The file cannot be read: No such file or directory."
    ]


def test_line_numbers_count_the_lines_within_cells(tmp_path):
    row = "a-plan,A plan,,,One.,,,plan,vague,,,,,,,draft,\n"
    tables = LAMPS | {"initiatives": LAMPS["initiatives"] + row}
    (found,) = problems_of(make_package(tmp_path, tables))
    assert found.startswith("initiatives.csv:5: status “vague”: ")


def test_an_error_is_printed_on_one_line_whatever_the_cell_contains():
    assert str(PackageError("cities", 2, "name_en", "a\nb\x1b[2J\u202e", "Wrong.")) == (
        "cities.csv:2: name_en “a\\nb\\x1b[2J\\u202e”: Wrong."
    )


def test_references_can_be_to_stored_records(tmp_path):
    make_city("gammaville", country="xa")
    make_event("lamp-fair")
    load(make_package(tmp_path, edited("initiative_cities", "betatown", "gammaville")))
    assert City.objects.get(slug="gammaville").initiatives.get().slug == "lamps-for-all"


def test_an_event_cannot_be_part_of_itself_through_a_stored_event(tmp_path):
    forum = make_event("lamp-forum")
    make_event("lamp-fair", parent=forum)
    assert problems_of(make_package(tmp_path, edited("events", ",in May,,", ",in May,lamp-fair,"))) == [
        "events.csv:3: parent “lamp-fair”: An event cannot be part of itself."
    ]


def test_a_unique_value_of_a_stored_record_is_reported(tmp_path):
    make_report("chronicle", address="https://gazette.example/lamps")
    make_city("gammaville", geonames_id=101, wikidata_id="Q101")
    assert problems_of(make_package(tmp_path)) == [
        "cities.csv:2: geonames_id “101”: “gammaville” already has this value.",
        "cities.csv:2: wikidata_id “Q101”: “gammaville” already has this value.",
        "reports.csv:2: address “https://gazette.example/lamps”: “chronicle” already has this value.",
    ]


def test_a_record_cannot_use_the_former_slug_of_another(tmp_path):
    renamed = make_initiative("lamps-for-all")
    renamed.slug = "lamps-for-everyone"
    renamed.save()
    found = problems_of(make_package(tmp_path))
    assert found == [
        "initiatives.csv:2: slug “lamps-for-all”: This was the slug of “lamps-for-everyone”, "
        "and links to it must keep working. Use another slug."
    ]


def test_a_reference_by_a_former_slug_gets_the_current_slug_suggested(tmp_path):
    renamed = make_event("lamp-fair")
    renamed.slug = "lamp-show"
    renamed.save()
    found = problems_of(make_package(tmp_path, edited("attendances", "lamp-forum", "lamp-fair")))
    assert found == [
        "attendances.csv:2: event “lamp-fair”: There is no such record in events. "
        "The slug of this record has changed. Use “lamp-show”."
    ]


@pytest.mark.parametrize(
    "rows, expected",
    [
        (
            "themes:lamps,streets\n",
            ["former_slugs.csv:2: slug “streets”: A record in themes already uses this slug."],
        ),
        (
            "themes:lamps,signs\n",
            ["former_slugs.csv:2: slug “signs”: A record in themes already uses this slug."],
        ),
        (
            "themes:lamps,bulbs\nthemes:streets,bulbs\n",
            ["former_slugs.csv:3: slug “bulbs”: Line 2 uses this slug for another record."],
        ),
    ],
    ids=["of a record in the package", "of a stored record", "of two records"],
)
def test_a_former_slug_belongs_to_one_record(tmp_path, rows, expected):
    make_theme("signs")
    assert problems_of(make_package(tmp_path, LAMPS | {"former_slugs": f"record,slug\n{rows}"})) == expected
    assert not FormerSlug.objects.exists()


def test_the_command_exits_with_an_error_code(tmp_path):
    with pytest.raises(CommandError) as error:
        call_command("load_package", str(make_package(tmp_path, edited("cities", ",10.5,", ",north,"))))
    assert error.value.returncode == 1
    assert str(error.value).startswith("1 error; nothing was changed:\ncities.csv:2: latitude “north”: ")
    assert not Country.objects.exists()
    assert not Initiative.objects.exists()
