"""Every error is reported with its row, column and value, and a way to correct it."""

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

from .sheets import as_csv, errors_in, export, rows_of, summary, validated_rows

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


EMPTY_ITEM = "The list contains an empty item. Separate items with “; ”."
KINDS = "Use one of: project, practice, exchange, partnership, platform, route, plan."
DATES = "A date as YYYY, YYYY-MM or YYYY-MM-DD, or an interval of two such dates, for example 2024/2029."
NOT_REMOVED = (
    "“gazette#1” supports the record but is missing from the cell. An import can only add evidence. Put it "
    "back, and remove the evidence on the record's page instead."
)
COMPUTED = (
    "The site calculates this value, so a file cannot change it. Its current value is “{}”. Leave the cell as it "
    "was exported, or remove the column."
)

# The column, the cell, its invalid part, and the message.
ERRORS = [
    ("themes", "lampz", "lampz", "There is no such record in themes. Did you mean “lamps”?"),
    ("themes", "streets; streets", "streets; streets", "The list contains “streets” twice."),
    ("lead_cities", "alphavile", "alphavile", "There is no such record in cities. Did you mean “alphaville”?"),
    ("lead_cities", "alphaville;; betatown", "alphaville;; betatown", EMPTY_ITEM),
    ("partner_cities", "alphaville", "alphaville",
     "“alphaville” is also in “lead_cities”, but a city can have only one role."),
    ("countries", "kg", "kg", "Use the ISO 3166-1 code of the country, two capital letters, for example “KG”."),
    ("event", "lamp-form", "lamp-form", "There is no such record in events. Did you mean “lamp-forum”?"),
    ("kind", "projekt", "projekt", f"{KINDS} Did you mean “project”?"),
    ("title_en", "", "", "A value is required here."),
    ("title_en", "x" * 201, "x" * 201, "Ensure this value has at most 200 characters (it has 201)."),
    ("starts_on", "in May", "in May", f"“in May” is not a valid date. {DATES}"),
    ("ends_on", "2019", "2019", "The end is before the start (2024)."),
    ("sources", "gazette#1; gazette#9", "gazette#9", "“gazette” has no passage with this number. Available "
    "passages: 1, 2."),
    ("sources", "gazette#1; gazete#1", "gazete#1", "There is no such record in reports. Did you mean “gazette”?"),
    ("sources", "gazette#1; gazette", "gazette",
     "Enter the report and the number of the passage, for example “gazette-2025#3”."),
    ("sources", "", "", NOT_REMOVED),
    ("sources_addresses", "https://example.org/", "https://example.org/",
     COMPUTED.format("https://gazette.example/gazette")),
    ("disputed", "true", "true", COMPUTED.format("false")),
    ("updated_at", "yesterday", "yesterday", "This is not a valid time. Leave the cell as it was exported: “{}”."),
    ("updated_at", "2100-01-01T00:00:00Z", "2100-01-01T00:00:00Z",
     "The record was last changed at {}. Leave the cell as it was exported."),
]  # fmt: skip


@pytest.mark.parametrize(("column", "cell", "value", "message"), ERRORS)
def test_an_error_names_the_value_to_correct(lamps, column, cell, value, message):
    (row,) = rows_of(export("initiatives"))
    changed = row | {column: cell}
    if column == "updated_at":
        # If only this column changes, the change has no effect and is not checked.
        changed["title_ru"] = ""
        changed["title_en"] = "Other lamps"
        message = message.format(row["updated_at"])
    assert errors_in("initiatives", [changed]) == [(2, column, value, message)]


AMBIGUOUS_DATES = [
    "01/05/2025", "5.1.2025", "05.01.2025", "1-5-25", "2025/5/1", "2025.05.01", "5/2025", "May-25", "1 May 25",
    "май.25", "45778",
]  # fmt: skip


@pytest.mark.parametrize("cell", AMBIGUOUS_DATES)
def test_an_ambiguous_date_is_an_error_and_not_guessed(lamps, cell):
    (row,) = rows_of(export("initiatives"))
    (error,) = errors_in("initiatives", [row | {"starts_on": cell}])
    assert error == (
        2, "starts_on", cell,
        "A spreadsheet program has reformatted this date. Its day and month are ambiguous. Write YYYY-MM-DD, "
        "YYYY-MM or YYYY.",
    )  # fmt: skip


@pytest.mark.parametrize(
    "cell", ["2025-05-01", "2025-05", "2025", "2024/2029", "2025-21", "2024~", "../2020"]
)
def test_dates_in_edtf_are_accepted(lamps, cell):
    (row,) = rows_of(export("initiatives"))
    assert errors_in("initiatives", [row | {"starts_on": cell, "ends_on": ""}]) == []


CITY_CELLS = [
    ("geonames_id", "1.22E+06", "A spreadsheet program shortened this number. Enter all of its digits."),
    ("population", "1,2E+6", "A spreadsheet program shortened this number. Enter all of its digits."),
    ("latitude", "10,75", "Use a decimal point, not a comma: “10.75”."),
    ("population", "12 000", "This is not a whole number. Use digits only, for example 12000."),
    ("population", "########",
     "The column was too narrow, so the spreadsheet saved “###” instead of the value. Enter the value."),
    ("wikidata_id", "123", "Enter Q and a number, for example Q11736."),
    ("name_en", "7", "The leading zeros were lost. The stored value is “007”."),
    ("lead", "5", COMPUTED.format("0")),
    ("country_names", "Country B", "These names come from “country”. Change the slugs there."),
]  # fmt: skip


@pytest.mark.parametrize(("column", "cell", "message"), CITY_CELLS)
def test_values_mangled_by_a_spreadsheet_are_errors(column, cell, message):
    make_city("alphaville", name_en="007", geonames_id=1220000)
    (row,) = rows_of(export("cities", query="?labels=1"))
    assert errors_in("cities", [row | {column: cell}]) == [(2, column, cell, message)]


def test_lost_characters_are_an_error():
    make_initiative("lamps", title_zh="", title_ru="Лампы", lead=[make_city()], sourced=True)
    (row,) = rows_of(export("initiatives"))
    raw = as_csv([row | {"title_zh": "灯灯"}], ";", codec="cp1251")
    (found,) = validated_rows("initiatives", raw)
    assert [(error.column, error.value) for error in found.errors] == [("title_zh", "??")]


def test_all_errors_of_all_rows_are_reported(lamps):
    (row,) = rows_of(export("initiatives"))
    wrong = row | {"kind": "x", "status": "y", "themes": "z", "starts_on": "1.2.2025"}
    found = errors_in(
        "initiatives", [wrong, wrong | {"slug": "Not A Slug"}, wrong | {"slug": "other"}, wrong]
    )
    assert sorted(each[:2] for each in found) == [
        (2, "kind"), (2, "starts_on"), (2, "status"), (2, "themes"),
        (3, "slug"),
        (4, "kind"), (4, "starts_on"), (4, "status"), (4, "themes"),
        (5, "slug"),
    ]  # fmt: skip


def test_a_role_cannot_be_changed_without_its_column_in_the_file(lamps):
    found = errors_in("initiatives", [{"slug": "lamps-for-all", "partner_cities": "alphaville"}])
    assert found == [
        (2, "partner_cities", "alphaville",
         "“alphaville” is in “lead_cities”. To change its role, include that column in the file.")
    ]  # fmt: skip


def test_an_import_does_not_publish_values_without_evidence():
    make_country("xa")
    rows = [{"slug": "bob", "name_en": "Bob", "role": "Guest", "country": "XA", "state": "published"}]
    ((number, column, _value, message),) = errors_in("delegates", rows)
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
    found = errors_in("cities", [city, city | {"slug": "b-town", "name_en": "B"}])
    assert found == [(3, "geonames_id", "5", "Row 2 already has this value.")]


def test_a_new_record_cannot_use_a_former_slug(lamps):
    lamps.slug = "lamps-for-everyone"
    lamps.save()
    row = {"slug": "lamps-for-all", "title_en": "x", "summary_en": "x", "kind": "plan", "status": "proposed"}
    ((_number, column, _value, message),) = errors_in("initiatives", [row])
    assert (column, message) == (
        "slug", "This was the slug of “lamps-for-everyone”, and links to it must keep working. Use another slug.",
    )  # fmt: skip


def test_rows_with_too_many_or_too_few_cells_are_errors(lamps):
    raw = b"slug,title_en\nlamps-for-all\nlamps-for-all,x,y\n"
    messages = [error.message for row in validated_rows("initiatives", raw) for error in row.errors]
    assert messages[0] == "The row has 1 cells, but the header row has 2."
    assert messages[1] == "The row has 3 cells, but the header row has 2."
    assert summary("initiatives", raw).endswith("errors 2")
