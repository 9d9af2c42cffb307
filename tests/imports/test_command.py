"""`import_csv` prints errors and possible duplicates, and the totals in the last line."""

import io

import pytest
from django.core.management import CommandError, call_command

from initiatives.models import Initiative
from sco_cities.history.models import ChangeSet
from tests.factories import make_city, make_initiative, make_theme

from .sheets import as_csv, export, rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamps():
    make_city("betatown")
    return make_initiative(
        "lamps", lead=[make_city("alphaville")], themes=[make_theme("lamps")], sourced=True
    )


def run(path, *arguments: str, kind="initiatives") -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("import_csv", kind, str(path), *arguments, stdout=out)
    except SystemExit as exit_error:
        return out.getvalue(), exit_error.code
    return out.getvalue(), 0


def save(tmp_path, rows):
    path = tmp_path / "rows.csv"
    path.write_bytes(rows if isinstance(rows, bytes) else as_csv(rows))
    return path


def test_an_untouched_export_is_unchanged(lamps, tmp_path):
    path = save(tmp_path, export("initiatives"))
    line = "created 0, updated 0, unchanged 1, duplicates 0, errors 0\n"
    assert run(path) == run(path, "--apply") == (line, 0)


def test_nothing_is_written_without_apply(lamps, tmp_path):
    path = save(tmp_path, [{"slug": "lamps", "title_en": "More lamps"}])
    assert run(path) == ("created 0, updated 1, unchanged 0, duplicates 0, errors 0\n", 0)
    assert Initiative.objects.get().title_en == "Lamps"
    assert not ChangeSet.objects.exists()
    assert run(path, "--apply", "--reason", "a list of ours")[0].endswith(
        "updated 1, unchanged 0, duplicates 0, errors 0\n"
    )
    assert Initiative.objects.get().title_en == "More lamps"
    assert ChangeSet.objects.get().reason == "a list of ours"


def test_all_errors_are_printed_and_nothing_is_applied(lamps, tmp_path):
    (row,) = rows_of(export("initiatives"))
    fine = {**row, "slug": "torches", "title_en": "Torches", "sources": ""}
    path = save(tmp_path, [row | {"themes": "lampz", "starts_on": "1.2.2025"}, fine, fine | {"slug": "A b"}])
    output = (
        "row 2, starts_on “1.2.2025”: A spreadsheet program has reformatted this date. Its day and month are "
        "ambiguous. Write YYYY-MM-DD, "
        "YYYY-MM or YYYY.\n"
        "row 2, themes “lampz”: There is no such record in themes. Did you mean “lamps”?\n"
        "row 4, slug “A b”: Lower-case Latin letters, digits and single hyphens only, as in “dushanbe-safe-city”.\n"
        "created 1, updated 0, unchanged 0, duplicates 0, errors 2\n"
    )
    assert run(path, "--apply") == (output, 1)
    assert Initiative.objects.count() == 1


def test_possible_duplicates_are_listed_and_created_only_with_the_option(lamps, tmp_path):
    row = {"slug": "lamps-2", "title_en": "LAMPS", "summary_en": "x", "kind": "plan", "status": "agreed"}
    path = save(tmp_path, [row])
    output = (
        "row 2: possible duplicate of lamps\n"
        "created 0, updated 0, unchanged 0, duplicates 1, errors 0\n"
    )  # fmt: skip
    assert run(path, "--apply") == (output, 0)
    assert Initiative.objects.count() == 1
    assert run(path, "--apply", "--create-duplicates")[0].endswith(
        "created 1, updated 0, unchanged 0, duplicates 0, errors 0\n"
    )
    assert Initiative.objects.count() == 2


def test_columns_can_be_mapped_by_options(lamps, tmp_path):
    path = save(tmp_path, [{"Key": "lamps", "Titel": "More lamps", "Remark": "of mine"}])
    with pytest.raises(CommandError, match="Titel: There is no such column"):
        run(path)
    columns = ("--column", "Key=slug", "--column", "Titel=title_en", "--column", "Remark=-")
    assert run(path, *columns)[0] == "created 0, updated 1, unchanged 0, duplicates 0, errors 0\n"


REFUSED = [
    (b"", "The file is empty."),
    (b"status\nx\n", "Choose the column that contains the names or slugs of the records."),
    ("slug,title_en\none,Москва\n".encode("cp1251"), "is ambiguous"),
]


@pytest.mark.parametrize(("raw", "sentence"), REFUSED)
def test_a_file_that_cannot_be_imported_is_rejected_with_a_message(tmp_path, raw, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(save(tmp_path, raw))


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(CommandError, match=r"nothing\.csv cannot be read: No such file or directory"):
        run(tmp_path / "nothing.csv")


def test_an_output_that_is_closed_is_not_reported_as_an_unreadable_file(lamps, tmp_path):
    class ClosedOutput(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    path = save(tmp_path, export("initiatives"))
    with pytest.raises(BrokenPipeError):
        call_command("import_csv", "initiatives", str(path), stdout=ClosedOutput())
