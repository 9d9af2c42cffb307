"""Every mistake in a package is told, with its place and what would be right; nothing is written then."""

import pytest
from django.core.management import CommandError, call_command

from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.datapackage.errors import PackageError
from sco_cities.sources.models import FormerSlug
from tests.factories import make_city, make_event, make_initiative, make_report, make_theme

from .invalid_cells import MISTAKEN_CELLS
from .invalid_rows import BROKEN_RULES
from .sample_package import LAMPS, edited, everything_stored, load, make_package, problems_of

pytestmark = pytest.mark.django_db

NO_DESCRIPTOR = "datapackage.json: It does not describe a data package with named resources."
MISTAKES = MISTAKEN_CELLS | BROKEN_RULES


@pytest.mark.parametrize("table, old, new, expected", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_place_and_what_would_be_right(tmp_path, table, old, new, expected):
    found = problems_of(make_package(tmp_path, edited(table, old, new)))
    assert sorted(found) == sorted(expected)


def test_five_different_mistakes_are_told_at_once_and_change_nothing(tmp_path):
    load(make_package(tmp_path / "right"))
    before = everything_stored()
    tables = edited("cities", "Alphaville,", "Alphaburg,")
    tables = edited("initiatives", ",agreed,", ",firm,", tables)
    tables = edited("events", ",2025-05-03,", ",2025-04-30,", tables)
    tables = edited("attendances", "ada", "adda", tables)
    tables = edited("figures", "16600000", "many", tables)
    tables = edited("evidence", "gazette-2025,2,,supports\nstatements:lamps-are-bright,summary",
                    "gazette-2025,3,,supports\nstatements:lamps-are-bright,summary", tables)  # fmt: skip
    with pytest.raises(CommandError) as told:
        load(make_package(tmp_path / "wrong", tables))
    heading, *found = str(told.value).splitlines()
    assert heading == "5 problems, and nothing was changed:"
    assert [line.partition(" ")[0] for line in found] == [
        "events.csv:3:", "attendances.csv:2:", "initiatives.csv:2:", "figures.csv:3:", "evidence.csv:15:",
    ]  # fmt: skip
    assert everything_stored() == before


def test_a_missing_table_is_told_once_and_not_with_each_row_that_needs_it(tmp_path):
    make_package(tmp_path)
    (tmp_path / "themes.csv").unlink()
    assert problems_of(tmp_path) == ["themes.csv: The file is missing."]


def test_what_is_not_utf8_is_told_with_its_line(tmp_path):
    make_package(tmp_path)
    path = tmp_path / "cities.csv"
    path.write_bytes(path.read_bytes().replace("Альфавилль".encode(), "Альфавилль".encode("cp1251")))
    assert problems_of(tmp_path) == ["cities.csv:2: This is not UTF-8 (byte c0); save the file as UTF-8."]


def test_a_file_of_no_table_is_told_and_not_passed_over(tmp_path):
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
            "datapackage.json: It does not describe a data package with named resources.",
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
def test_a_wrong_descriptor_is_told(tmp_path, text, problem):
    make_package(tmp_path)
    (tmp_path / "datapackage.json").write_text(text)
    assert problems_of(tmp_path) == [problem]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    assert problems_of(tmp_path / "nowhere") == [
        "datapackage.json: It cannot be read: No such file or directory."
    ]


def test_the_line_of_a_row_after_a_cell_of_several_lines_is_the_line_in_the_file(tmp_path):
    row = "a-plan,A plan,,,One.,,,plan,vague,,,,,,,draft\n"
    tables = LAMPS | {"initiatives": LAMPS["initiatives"] + row}
    (found,) = problems_of(make_package(tmp_path, tables))
    assert found.startswith("initiatives.csv:5: status “vague”: ")


def test_a_problem_stays_on_one_line_whatever_the_cell_holds():
    assert str(PackageError("cities", 2, "name_en", "a\nb\x1b[2J\u202e", "Wrong.")) == (
        "cities.csv:2: name_en “a\\nb\\x1b[2J\\u202e”: Wrong."
    )


def test_references_may_be_to_records_that_are_stored_already(tmp_path):
    make_city("gammaville", country="xa")
    make_event("lamp-fair")
    load(make_package(tmp_path, edited("initiative_cities", "betatown", "gammaville")))
    assert City.objects.get(slug="gammaville").initiatives.get().slug == "lamps-for-all"


def test_an_event_is_not_made_a_part_of_itself_through_one_that_is_stored(tmp_path):
    forum = make_event("lamp-forum")
    make_event("lamp-fair", parent=forum)
    assert problems_of(make_package(tmp_path, edited("events", ",in May,,", ",in May,lamp-fair,"))) == [
        "events.csv:3: parent “lamp-fair”: An event cannot be part of itself."
    ]


def test_what_only_one_record_may_have_is_told_when_a_stored_one_has_it(tmp_path):
    make_report("chronicle", address="https://gazette.example/lamps")
    make_city("gammaville", geonames_id=101, wikidata_id="Q101")
    assert problems_of(make_package(tmp_path)) == [
        "cities.csv:2: geonames_id “101”: “gammaville” has it already.",
        "cities.csv:2: wikidata_id “Q101”: “gammaville” has it already.",
        "reports.csv:2: address “https://gazette.example/lamps”: “chronicle” has it already.",
    ]


def test_the_former_slug_of_a_record_is_not_given_to_another(tmp_path):
    renamed = make_initiative("lamps-for-all")
    renamed.slug = "lamps-for-everyone"
    renamed.save()
    found = problems_of(make_package(tmp_path))
    assert found == [
        "initiatives.csv:2: slug “lamps-for-all”: This was the slug of “lamps-for-everyone”, "
        "and links to it must go on working."
    ]


def test_a_reference_by_a_former_slug_is_told_the_slug_of_today(tmp_path):
    renamed = make_event("lamp-fair")
    renamed.slug = "lamp-show"
    renamed.save()
    found = problems_of(make_package(tmp_path, edited("attendances", "lamp-forum", "lamp-fair")))
    assert found == [
        "attendances.csv:2: event “lamp-fair”: There is no such record in events. "
        "It is called “lamp-show” now."
    ]


@pytest.mark.parametrize(
    "rows, expected",
    [
        (
            "themes:lamps,streets\n",
            ["former_slugs.csv:2: slug “streets”: A record in themes has this slug now."],
        ),
        ("themes:lamps,signs\n", ["former_slugs.csv:2: slug “signs”: A record in themes has this slug now."]),
        (
            "themes:lamps,bulbs\nthemes:streets,bulbs\n",
            ["former_slugs.csv:3: slug “bulbs”: Line 2 says this of another record."],
        ),
    ],
    ids=["of a record in the package", "of a stored record", "of two records"],
)
def test_a_former_slug_leads_to_one_record_only(tmp_path, rows, expected):
    make_theme("signs")
    assert problems_of(make_package(tmp_path, LAMPS | {"former_slugs": f"record,slug\n{rows}"})) == expected
    assert not FormerSlug.objects.exists()


def test_the_command_ends_with_an_error_that_shells_see(tmp_path):
    with pytest.raises(CommandError) as told:
        call_command("load_package", str(make_package(tmp_path, edited("cities", ",10.5,", ",north,"))))
    assert told.value.returncode == 1
    assert str(told.value).startswith("1 problem, and nothing was changed:\ncities.csv:2: latitude “north”: ")
    assert not Country.objects.exists()
    assert not Initiative.objects.exists()
