"""Every mistake is told with its row, its column, the value, and what would be right."""

import pytest

from tests.factories import (
    make_city,
    make_country,
    make_event,
    make_initiative,
    make_report,
    make_theme,
    support_everything,
)

from .sheets import as_csv, examined, exported, mistakes, rows_of, summary

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamps():
    make_theme("lamps")
    make_city("betatown")
    make_report("gazette", passages=2)
    lamps = make_initiative(
        "lamps-for-all",
        lead=[make_city("alphaville")],
        themes=[make_theme("lamps")],
        event=make_event("lamp-forum"),
    )
    support_everything(lamps, make_report("gazette").passages.get(number=1))
    return lamps


EMPTY_ITEM = "The list has an empty item; join several with “; ”."
KINDS = "Use one of project, practice, exchange, partnership, platform, route, plan."
DATES = "A date as YYYY, YYYY-MM or YYYY-MM-DD, or an interval of two such dates, as in 2024/2029."
NOT_TAKEN_AWAY = (
    "“gazette#1” supports the record and is not in the cell. An import adds evidence and takes none away: leave it "
    "in the cell, and remove it on the page of the record."
)
FOUND_OUT = (
    "The site finds this out by itself, and no file can change it: it is “{}”. Leave the cell as it was exported, "
    "or the column out."
)

# Column, its cell, the part of it that is wrong, and what is said of it.
TOLD = [
    ("themes", "lampz", "lampz", "There is no such record in themes. Did you mean “lamps”?"),
    ("themes", "streets; streets", "streets; streets", "The list names “streets” twice."),
    ("lead_cities", "alphavile", "alphavile", "There is no such record in cities. Did you mean “alphaville”?"),
    ("lead_cities", "alphaville;; betatown", "alphaville;; betatown", EMPTY_ITEM),
    ("partner_cities", "alphaville", "alphaville", "“alphaville” is in “lead_cities” too, and a city has one role."),
    ("countries", "kg", "kg", "A country is named by its ISO 3166-1 code of two capital letters, as in “KG”."),
    ("event", "lamp-form", "lamp-form", "There is no such record in events. Did you mean “lamp-forum”?"),
    ("kind", "projekt", "projekt", f"{KINDS} Did you mean “project”?"),
    ("title_en", "", "", "A value is needed here."),
    ("title_en", "x" * 201, "x" * 201, "Ensure this value has at most 200 characters (it has 201)."),
    ("starts_on", "in May", "in May", f"“in May” is not a date. {DATES}"),
    ("ends_on", "2019", "2019", "It ends before it starts, on 2024."),
    ("sources", "gazette#1; gazette#9", "gazette#9", "“gazette” has no such passage, only 1, 2."),
    ("sources", "gazette#1; gazete#1", "gazete#1", "There is no such record in reports. Did you mean “gazette”?"),
    ("sources", "gazette#1; gazette", "gazette", "Name a passage by its report and number, as in “gazette-2025#3”."),
    ("sources", "", "", NOT_TAKEN_AWAY),
    ("disputed", "true", "true", FOUND_OUT.format("false")),
    ("updated_at", "yesterday", "yesterday", "This is no time. Leave the cell as it was exported: “{}”."),
    ("updated_at", "2100-01-01T00:00:00Z", "2100-01-01T00:00:00Z",
     "The record was last changed at {}. Leave the cell as it was exported."),
]  # fmt: skip


@pytest.mark.parametrize(("column", "cell", "value", "message"), TOLD)
def test_a_mistake_says_what_would_be_right(lamps, column, cell, value, message):
    (row,) = rows_of(exported("initiatives"))
    changed = row | {column: cell}
    if column == "updated_at":
        # By itself it changes nothing, and is not looked at.
        changed["title_ru"] = ""
        changed["title_en"] = "Other lamps"
        message = message.format(row["updated_at"])
    assert mistakes("initiatives", [changed]) == [(2, column, value, message)]


TURNED_DATES = [
    "01/05/2025", "5.1.2025", "05.01.2025", "1-5-25", "2025/5/1", "2025.05.01", "5/2025", "May-25", "1 May 2025",
    "май.25", "2025年5月1日", "45778",
]  # fmt: skip


@pytest.mark.parametrize("cell", TURNED_DATES)
def test_a_date_that_a_spreadsheet_has_turned_about_is_refused_and_not_guessed(lamps, cell):
    (row,) = rows_of(exported("initiatives"))
    (mistake,) = mistakes("initiatives", [row | {"starts_on": cell}])
    assert mistake == (
        2, "starts_on", cell,
        "A spreadsheet has turned this date about, and which of its numbers is the month is not known. "
        "Write YYYY-MM-DD, YYYY-MM or YYYY.",
    )  # fmt: skip


@pytest.mark.parametrize(
    "cell", ["2025-05-01", "2025-05", "2025", "2024/2029", "2025-21", "2024~", "../2020"]
)
def test_dates_in_edtf_are_taken(lamps, cell):
    (row,) = rows_of(exported("initiatives"))
    assert mistakes("initiatives", [row | {"starts_on": cell, "ends_on": ""}]) == []


CITY_CELLS = [
    ("geonames_id", "1.22E+06", "The number was shortened by a spreadsheet; write all its digits."),
    ("population", "1,2E+6", "The number was shortened by a spreadsheet; write all its digits."),
    ("latitude", "10,75", "Write a point and no comma: “10.75”."),
    ("population", "12 000", "This is not a whole number; write it in digits alone, as in 12000."),
    ("population", "########", "The spreadsheet shows no value here, only that its column is too narrow."),
    ("wikidata_id", "123", "A Q and a number, as in Q11736."),
    ("name_en", "7", "The zeros at its beginning were lost: “007”."),
    ("lead", "5", FOUND_OUT.format("0")),
    ("country_names", "Country B", "Names follow from “country”: change the slugs there."),
]  # fmt: skip


@pytest.mark.parametrize(("column", "cell", "message"), CITY_CELLS)
def test_what_a_spreadsheet_has_mangled_is_refused(column, cell, message):
    make_city("alphaville", name_en="007", geonames_id=1220000)
    (row,) = rows_of(exported("cities", query="?labels=1"))
    assert mistakes("cities", [row | {column: cell}]) == [(2, column, cell, message)]


def test_letters_that_were_lost_are_not_written():
    make_initiative("lamps", title_zh="", title_ru="Лампы", lead=[make_city()], sourced=True)
    (row,) = rows_of(exported("initiatives"))
    raw = as_csv([row | {"title_zh": "灯灯"}], ";", codec="cp1251")
    (found,) = examined("initiatives", raw)
    assert [(each.column, each.value) for each in found.mistakes] == [("title_zh", "??")]


def test_all_mistakes_of_a_row_and_of_all_rows_are_told(lamps):
    (row,) = rows_of(exported("initiatives"))
    wrong = row | {"kind": "x", "status": "y", "themes": "z", "starts_on": "1.2.2025"}
    found = mistakes("initiatives", [wrong, wrong | {"slug": "Not A Slug"}, wrong | {"slug": "other"}, wrong])
    assert sorted(each[:2] for each in found) == [
        (2, "kind"), (2, "starts_on"), (2, "status"), (2, "themes"),
        (3, "slug"),
        (4, "kind"), (4, "starts_on"), (4, "status"), (4, "themes"),
        (5, "slug"),
    ]  # fmt: skip


def test_a_role_is_not_changed_behind_a_column_that_the_file_lacks(lamps):
    found = mistakes("initiatives", [{"slug": "lamps-for-all", "partner_cities": "alphaville"}])
    assert found == [
        (2, "partner_cities", "alphaville",
         "“alphaville” is in “lead_cities”: to change its role the file needs that column.")
    ]  # fmt: skip


def test_nothing_unsourced_is_published_by_an_import():
    make_country("xa")
    rows = [{"slug": "bob", "name_en": "Bob", "role": "Guest", "country": "XA", "state": "published"}]
    ((number, column, _value, message),) = mistakes("delegates", rows)
    assert (number, column) == (2, "name_en")
    assert message.startswith("No published report supports name_en, role, country of delegates:bob")


def test_two_new_cities_of_one_file_cannot_have_the_same_id():
    make_country("xa")
    city = {
        "slug": "a-town",
        "name_en": "A",
        "country": "XA",
        "latitude": "1",
        "longitude": "2",
        "geonames_id": "5",
    }
    found = mistakes("cities", [city, city | {"slug": "b-town", "name_en": "B"}])
    assert found == [(3, "geonames_id", "5", "Row 2 has it already.")]


def test_a_former_slug_is_not_given_to_a_new_record(lamps):
    lamps.slug = "lamps-for-everyone"
    lamps.save()
    row = {"slug": "lamps-for-all", "title_en": "x", "summary_en": "x", "kind": "plan", "status": "proposed"}
    ((_number, column, _value, message),) = mistakes("initiatives", [row])
    assert (column, message) == (
        "slug", "This was the slug of “lamps-for-everyone”, and links to it must go on working.",
    )  # fmt: skip


def test_rows_with_too_many_or_too_few_cells_are_told(lamps):
    raw = b"slug,title_en\nlamps-for-all\nlamps-for-all,x,y\n"
    told = [each.message for row in examined("initiatives", raw) for each in row.mistakes]
    assert told[0] == "The row has 1 cells where the header has 2."
    assert told[1] == "The row has 3 cells where the header has 2."
    assert summary("initiatives", raw).endswith("errors 2")
