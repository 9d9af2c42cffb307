"""Other names in a file are added. Names missing in the file are removed only if a curator selects them."""

import io

import pytest
from django.core.management import call_command

from sco_cities.cities.models import City
from sco_cities.imports.cell_diff import split_names
from sco_cities.imports.models import ImportJob
from tests.curation.admin_client import curator_client, messages_in, soup
from tests.factories import make_city, make_organisation

from .import_pages import address_of, applied, checked
from .sheets import apply_file, as_csv, export, validated_rows

SPLIT = [
    ("Минск,明斯克,MINSK", ["Минск", "明斯克", "MINSK"]),
    ("Peking, Peiping", ["Peking", "Peiping"]),
    ("Peking; Peiping；Beiping", ["Peking", "Peiping", "Beiping"]),
    ("Peking\nPeiping, the old one", ["Peking", "Peiping, the old one"]),
    ("北京、京城，北平", ["北京", "京城", "北平"]),
    ("بكين، بيجين", ["بكين", "بيجين"]),
    ("Washington, D.C.; Federal City", ["Washington, D.C.", "Federal City"]),
    ("Washington, D.C.;", ["Washington, D.C."]),
    # A name with a comma is one name if the record already has it.
    ("Old Town, Lower, Upper", ["Old Town, Lower", "Upper"]),
    ("Upper, Old Town, Lower", ["Upper", "Old Town, Lower"]),
    (" Peking ,, Peking", ["Peking"]),
    ("", []),
]


@pytest.mark.parametrize(("cell", "names"), SPLIT)
def test_names_are_split_at_separators(cell, names):
    assert split_names(cell, ["Old Town, Lower"]) == names


GEONAMES = [{"geonames_id": "5", "name_en": "Alphaville", "aliases": "Альфа,阿尔法,ALPHA"}]


def aliases(slug="alphaville") -> str:
    return City.objects.get(slug=slug).aliases


@pytest.fixture
def city(db):
    return make_city("alphaville", geonames_id=5, name_en="Alphaville", aliases="Old Town; Peking, Lower")


@pytest.mark.django_db
def test_an_import_adds_other_names_and_keeps_the_stored_ones(city):
    apply_file("cities", as_csv(GEONAMES))
    assert aliases() == "Old Town; Peking, Lower; Альфа; 阿尔法; ALPHA"


@pytest.mark.django_db
def test_a_file_with_the_same_or_fewer_names_changes_nothing(city):
    for cell in ("Old Town", "", "Peking, Lower", "Old Town; Peking, Lower"):
        (row,) = validated_rows("cities", as_csv([{"slug": "alphaville", "aliases": cell}]))
        assert (row.outcome, row.changes) == ("unchanged", {}), cell
    (row,) = validated_rows("cities", as_csv([{"slug": "alphaville", "aliases": "Peking, Lower; Old Town"}]))
    assert row.changes == {"aliases": ("Old Town; Peking, Lower", "Peking, Lower; Old Town")}


@pytest.mark.django_db
def test_a_new_record_gets_each_name_of_a_cell():
    row = {"name_en": "Betatown", "country": "XA", "latitude": "1", "longitude": "2", "aliases": "Бета,贝塔"}
    make_city("alphaville")
    apply_file("cities", as_csv([{"slug": "", **row}]))
    assert aliases("betatown") == "Бета; 贝塔"


@pytest.mark.django_db
def test_a_name_that_the_record_has_in_a_language_is_not_an_other_name(city):
    City.objects.update(name_ru="Альфа")
    apply_file("cities", as_csv(GEONAMES))
    assert aliases() == "Old Town; Peking, Lower; 阿尔法; ALPHA"
    row = {"slug": "betatown", "name_en": "Betatown", "country": "XA", "latitude": "1", "longitude": "2"}
    apply_file("cities", as_csv([{**row, "aliases": "Betatown, BETA"}]))
    assert aliases("betatown") == "BETA"


def run(path, *arguments: str) -> str:
    out = io.StringIO()
    call_command("import_csv", "cities", str(path), *arguments, stdout=out)
    return out.getvalue()


COUNTS = "created 0, updated {}, unchanged {}, duplicates 0, errors 0\n"


@pytest.mark.django_db
def test_the_command_removes_names_only_with_its_option(city, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(as_csv([{"slug": "alphaville", "aliases": "Old Town"}]))
    kept = (
        "row 2: the file lacks “Peking, Lower” of alphaville, which is kept (remove it with --remove-names)\n"
    )
    assert run(path, "--apply") == kept + COUNTS.format(0, 1)
    assert aliases() == "Old Town; Peking, Lower"
    removed = "row 2: the file lacks “Peking, Lower” of alphaville, which is removed\n"
    assert run(path, "--apply", "--remove-names") == removed + COUNTS.format(1, 0)
    assert aliases() == "Old Town"


@pytest.mark.django_db
def test_an_untouched_export_lacks_no_name(city, tmp_path):
    make_organisation("office", aliases="A,B; C")
    path = tmp_path / "rows.csv"
    path.write_bytes(export("cities"))
    assert run(path, "--remove-names") == COUNTS.format(0, 1)
    (row,) = validated_rows("organisations", export("organisations"))
    assert (row.outcome, row.missing_names) == ("unchanged", {})


def ticks(page, row=".import-ticks") -> list[tuple[str, bool]]:
    return [
        (box["value"], box.has_attr("checked")) for box in soup(page).select(f"{row} input[type=checkbox]")
    ]


@pytest.mark.django_db
def test_the_preview_lists_the_names_that_the_file_lacks_and_removes_the_ticked_ones(city):
    client = curator_client()
    make_city("betatown", aliases="Beta")
    rows = [{"slug": "alphaville", "aliases": "Alpha"}, {"slug": "betatown", "aliases": "B"}]
    page = checked(client, as_csv(rows), kind="cities")
    assert "Other names of 2 records are not in the file." in page.content.decode()
    page = client.get(page.request["PATH_INFO"], {"outcome": "missing_names"})
    assert ticks(page) == [("Old Town", False), ("Peking, Lower", False), ("Beta", False)]
    sent = {"shown": ["2", "3"], "removed-2": ["Old Town"]}
    page = client.post(address_of(page, "import_ticks"), {**sent, "reason": "as agreed"}, follow=True)
    assert ticks(page) == [("Old Town", True), ("Peking, Lower", False), ("Beta", False)]
    # The diff omits unchanged names.
    assert [" ".join(each.stripped_strings) for each in soup(page).select(".diff dd")] == [
        "Old Town Alpha",
        "B",
    ]
    assert soup(page).select_one("input[name=reason]")["value"] == "as agreed"
    applied(client, page, **sent)
    assert (aliases(), aliases("betatown")) == ("Peking, Lower; Alpha", "Beta; B")


@pytest.mark.django_db
def test_a_tick_that_was_not_saved_is_saved_before_anything_is_applied(city):
    client = curator_client()
    page = checked(client, as_csv(GEONAMES), kind="cities")
    page = applied(client, page, shown="2", **{"removed-2": ["Old Town"]})
    assert messages_in(page) == [
        "You changed some ticks, so the file was checked again. Review the rows before you apply the file."
    ]
    assert aliases() == "Old Town; Peking, Lower"
    applied(client, page, shown="2", **{"removed-2": ["Old Town"]})
    assert aliases() == "Peking, Lower; Альфа; 阿尔法; ALPHA"


@pytest.mark.django_db
@pytest.mark.parametrize("shown", ["2", "3", "x", "9" * 30, "-1"])
def test_all_names_of_the_rows_shown_are_removed_with_one_tick(city, shown):
    client = curator_client()
    page = checked(client, as_csv(GEONAMES), kind="cities")
    client.post(address_of(page, "import_ticks"), {"shown": shown, "all_shown": "1"})
    removed = {"alphaville": ["Old Town", "Peking, Lower"]} if shown == "2" else {}
    assert ImportJob.objects.get().options["removed_names"] == removed
