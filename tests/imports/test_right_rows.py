"""The Import admin pages with rows that are not imported.

These are rows with errors, and rows that a curator excludes.
"""

import pytest

from delegates.models import Event
from initiatives.models import Initiative
from sco_cities.changes import revert
from sco_cities.datapackage.dump import dump_files
from sco_cities.imports.models import ImportJob
from sco_cities.sources.models import Report
from tests.curation.admin_client import curator_client, messages_in, soup
from tests.factories import make_initiative, make_theme

from .import_pages import address_of, applied, checked, filled_in, summary_of
from .sheets import as_csv, rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator():
    return curator_client()


@pytest.fixture
def lamps():
    return make_initiative("lamps", title_en="Lamps", themes=[make_theme("lamps")], sourced=True)


def test_valid_rows_are_applied_and_the_other_rows_are_offered_as_a_file_to_correct(curator, lamps):
    before = dump_files()
    rows = [{"Title": "Torches", "Kind": "project", "Status": "agreed", "Start": "01/05/2025", "Hat": "=7"},
            {"Title": "Buses", "Kind": "project", "Status": "agreed", "Start": "2025", "Hat": ""}]  # fmt: skip
    page = checked(curator, as_csv(rows), columns={"column-4": "-"})
    assert "1 row has an error and will not be imported." in page.content.decode()
    download = curator.get(address_of(page, "import_error_rows")).getvalue()
    problem = "Starts on 01/05/2025 "
    (back,) = rows_of(download.removeprefix(b"\xef\xbb\xbf"))
    assert back.pop("# problem").startswith(problem)
    # Cells that a spreadsheet program would read as formulas are escaped, as in every export.
    assert back == rows[0] | {"Hat": "'=7"}
    page = applied(curator, page)
    assert summary_of(page) == "Applied: create 1, update 0, unchanged 0, possible duplicate 0, error 1 – x"
    assert set(Initiative.objects.values_list("title_en", flat=True)) == {"Lamps", "Buses"}
    assert curator.get(address_of(page, "import_error_rows")).getvalue() == download
    # The next download contains a column that the curator has added, but not the old column of problems.
    page = checked(curator, download.replace(b"Hat", b"# note"))
    again = curator.get(address_of(page, "import_error_rows")).getvalue().decode("utf-8-sig")
    assert again.splitlines()[0] == "Title,Kind,Status,Start,# note,# problem"
    # The columns are mapped as before, and the column with the problems is skipped.
    page = checked(curator, download.replace(b"01/05/2025", b"2025-05-01"))
    assert summary_of(page) == "Checked: create 1, update 0, unchanged 0, possible duplicate 0, error 0"
    change_set = ImportJob.objects.exclude(change_set=None).get().change_set
    revert.revert(change_set.revisions.all(), user=None, reason="wrong", reverts=change_set)
    assert dump_files() == before


def test_new_records_of_a_row_with_an_error_are_written_only_if_another_row_needs_them(curator):
    """Rows that refer to a new record in an invalid row are also invalid."""
    rows = [
        {"name": "Week", "kind": "forum", "starts_on": "01/05/2025", "parent": "", "slug": "week",
         "link": "a.example/1"},
        {"name": "Day", "kind": "forum", "starts_on": "2025", "parent": "week", "slug": "day", "link": "a.example/2"},
        {"name": "Tea", "kind": "visit", "starts_on": "2025", "parent": "day", "slug": "tea", "link": "a.example/3"},
        {"name": "Tour", "kind": "visit", "starts_on": "2025", "parent": "", "slug": "tour", "link": "a.example/1"},
    ]  # fmt: skip
    rows = [row | {"link": f"https://{row['link']}"} for row in rows]
    page = checked(curator, as_csv(rows), kind="events", columns={"report_language": "en"})
    page = curator.post(
        address_of(page, "import_answers"),
        filled_in(page, ".import-questions") | {"answer-0": "+"},
        follow=True,
    )
    assert summary_of(page) == "Checked: create 1, update 0, unchanged 0, possible duplicate 0, error 3"
    page = applied(curator, page)
    assert summary_of(page).startswith("Applied: create 1, ")
    assert [*Event.objects.values_list("slug", flat=True)] == ["tour"]
    assert [*Report.objects.values_list("address", flat=True)] == ["https://a.example/1"]


def test_a_row_is_skipped_and_included_again_on_the_page(curator, lamps):
    rows = [
        {"Title": "Buses", "Kind": "project", "Status": "agreed"},
        {"Title": "Total", "Kind": "", "Status": "1"},
    ]
    page = checked(curator, as_csv(rows))
    assert summary_of(page).endswith("create 1, update 0, unchanged 0, possible duplicate 0, error 1")
    for name, text in (("leave_out", "unchanged 1"), ("take_in", "error 1")):
        button = soup(page).select_one(f"button[name={name}][value='3']")
        page = curator.post(button["formaction"], {name: "3", "reason": "y"}, follow=True)
        assert text in summary_of(page)
        assert ("not imported: skipped by you" in page.content.decode()) is (name == "leave_out")
        assert soup(page).select_one("input[name=reason]")["value"] == "y"


@pytest.mark.parametrize("stage", ["checking", "applied"])
def test_skipping_a_row_during_a_check_or_after_applying_shows_a_message(curator, lamps, stage):
    page = checked(curator, as_csv([{"Title": "Buses", "Kind": "project", "Status": "agreed"}]))
    ImportJob.objects.update(stage=stage)
    page = curator.post(address_of(page, "import_ticks"), {"leave_out": "2"}, follow=True)
    assert messages_in(page) == ["Someone else has changed this import. Check its current state below."]
    assert ImportJob.objects.get().options["left_out_rows"] == []
