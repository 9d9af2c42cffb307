"""The package of another site adds missing records as drafts and does not overwrite stored values."""

import json
from zipfile import ZipFile

import pytest
from django.core.management import CommandError

from initiatives.models import Initiative
from sco_cities.changes import revert
from sco_cities.cities.models import City
from sco_cities.datapackage.models import LoadedPackage
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.sources.models import Evidence, Passage, Report

from .package_edits import (
    INITIATIVE,
    OLD,
    changed,
    kept_in,
    rows_of,
    texts_of,
    update,
    without,
)
from .sample_package import everything_stored, load, make_package

pytestmark = pytest.mark.django_db

NEW_THEME = {
    "slug": "parks", "name_en": "Parks", "name_ru": "", "name_zh": "", "pillar": "governance",
    "description": "All about parks", "keywords": "", "state": "published", "description_ru": "",
    "description_zh": "", "translated_from": "",
}  # fmt: skip


def added(rows, table, *new):
    return rows | {table: rows[table] | {(row["slug"],): row for row in new}}


def renamed(rows, old, new):
    """Returns the rows with a different slug for a record, as on another site."""
    return rows_of({name: text.replace(old, new) for name, text in texts_of(rows).items()})


@pytest.fixture
def folder(tmp_path):
    """Loads the sample package, and returns a function that writes the package of another site."""
    load(make_package(tmp_path / "old"))

    def write(rows):
        path = make_package(tmp_path / "other", texts_of(rows))
        described = json.loads((path / "datapackage.json").read_text())
        (path / "datapackage.json").write_text(json.dumps(described | {"name": "another-site"}))
        return path

    return write


def import_package(path, **options):
    return update(path, other_site=True, **options)


def without_times(stored):
    return {
        name: [
            {key: value for key, value in row.items() if key not in ("updated_at", "created_at")}
            for row in rows
        ]
        for name, rows in stored.items()
    }


def test_new_records_are_imported_as_drafts(folder):
    lines = import_package(folder(added(OLD, "themes", NEW_THEME)))
    assert lines == ["themes: created 1"]
    assert City.objects.get(slug="alphaville").is_published
    theme = Initiative.themes.field.related_model.objects.get(slug="parks")
    assert (theme.state, theme.name_en) == ("draft", "Parks")


def test_with_publish_new_records_keep_their_publication_state(folder):
    import_package(folder(added(OLD, "themes", NEW_THEME)), publish=True)
    assert Initiative.themes.field.related_model.objects.get(slug="parks").is_published


def test_stored_values_are_kept_and_both_values_are_reported(folder):
    other = changed(OLD, "cities", ("alphaville",), population="5", name_zh="")
    lines = import_package(folder(other))
    assert kept_in(lines) == ["cities:alphaville population: the package says “5”, the record “1000”"]
    assert City.objects.get(slug="alphaville").population == 1000
    assert lines[0] == "Nothing to change."
    assert ChangeSet.objects.filter(source=ChangeSource.IMPORT).count() == 0


def test_empty_values_of_published_records_are_listed_and_with_publish_filled(folder):
    path = folder(changed(OLD, "cities", ("betatown",), population="7"))
    assert kept_in(import_package(path)) == [
        "cities:betatown population: the package says “7”, the record “”"
    ]
    assert City.objects.get(slug="betatown").population is None
    assert import_package(path, publish=True) == ["cities: updated 1"]
    assert City.objects.get(slug="betatown").population == 7


def test_empty_values_of_drafts_are_filled(folder):
    path = folder(changed(OLD, "initiatives", ("lamps-of-tomorrow",), title_ru="Лампы завтра"))
    assert import_package(path) == ["initiatives: updated 1"]
    assert Initiative.objects.get(slug="lamps-of-tomorrow").title_ru == "Лампы завтра"


SAME = {
    "the GeoNames id": ("geonames_id", "101", {}),
    "the Wikidata id": ("wikidata_id", "Q101", {"geonames_id": ""}),
}


@pytest.mark.parametrize(("column", "value", "other"), SAME.values(), ids=SAME)
def test_a_city_is_known_by_its_identifiers(folder, column, value, other):
    there = renamed(OLD, "alphaville", "alpha-city")
    there = changed(there, "cities", ("alpha-city",), **{column: value}, **other, population="5")
    assert kept_in(import_package(folder(there))) == [
        "cities:alphaville population: the package says “5”, the record “1000”"
    ]
    assert not City.objects.filter(slug="alpha-city").exists()


def test_a_report_is_known_by_its_address(folder):
    there = renamed(OLD, "gazette-2025", "the-gazette-of-2025")
    assert import_package(folder(there)) == ["Nothing to change."]
    assert Report.objects.count() == 2


def test_another_city_with_the_same_slug_gets_a_free_slug(folder):
    there = changed(OLD, "cities", ("alphaville",), geonames_id="909", wikidata_id="Q909", name_en="Another")
    path = folder(there)
    assert "cities: created 1" in import_package(path)
    assert City.objects.get(slug="alphaville-2").name_en == "Another"
    assert "cities: created 1" not in import_package(path)


def test_evidence_of_another_passage_with_the_same_number_is_not_added(folder):
    there = changed(OLD, "passages", ("herald-2025", "10"), summary="Something else altogether.")
    row = {
        "record": "initiatives:lamps-of-tomorrow", "field": "*", "report": "herald-2025", "passage": "10",
        "reported_value": "", "stance": "supports", "reported_value_ru": "", "reported_value_zh": "",
        "translated_from": "",
    }  # fmt: skip
    there = there | {"evidence": there["evidence"] | {tuple(row.values()): row}}
    lines = import_package(folder(there))
    assert kept_in(lines) == [
        "initiatives:lamps-of-tomorrow evidence * herald-2025 10 supports: is not added, because another "
        "passage has this number here",
        "reports:herald-2025 passages 10 summary: the package says “Something else altogether.”, the record “More of "
        "them.”",
    ]
    assert not Evidence.objects.filter(passage__report__slug="herald-2025", field="*").exists()


def test_a_passage_of_a_published_report_is_listed_with_the_evidence_that_cites_it(folder):
    passage = dict(OLD["passages"]["gazette-2025", "2"]) | {"number": "3", "summary": "New.", "quotation": ""}
    there = OLD | {"passages": OLD["passages"] | {("gazette-2025", "3"): passage}}
    row = {
        "record": "initiatives:lamps-of-tomorrow", "field": "*", "report": "gazette-2025", "passage": "3",
        "reported_value": "", "stance": "supports", "reported_value_ru": "", "reported_value_zh": "",
        "translated_from": "",
    }  # fmt: skip
    path = folder(there | {"evidence": there["evidence"] | {tuple(row.values()): row}})
    assert kept_in(import_package(path)) == [
        "initiatives:lamps-of-tomorrow evidence * gazette-2025 3 supports: is not added, because its passage is "
        "missing",
        "reports:gazette-2025 passages 3: is not added, because the record is published here",
    ]
    assert import_package(path, publish=True) == ["passages: created 1", "evidence: created 1"]
    assert Passage.objects.filter(number=3).exists()


@pytest.mark.parametrize("is_in_package", [True, False])
def test_a_new_passage_is_not_shown_on_the_pages_of_published_delegates(folder, client, is_in_package):
    report = dict(OLD["reports"]["gazette-2025",]) | {
        "slug": "times-2026",
        "address": "https://times.example/x",
    }
    passage = dict(OLD["passages"]["gazette-2025", "1"])
    passage |= {"report": "times-2026", "summary": "Ada spoke again.", "speakers": "ada"}
    there = OLD if is_in_package else without(OLD, "delegates", ("ada",))
    path = folder(
        there
        | {
            "reports": OLD["reports"] | {("times-2026",): report},
            "passages": OLD["passages"] | {("times-2026", "1"): passage},
        }
    )
    lines = import_package(path)
    assert kept_in(lines) == [
        "reports:times-2026 passages 1 speakers: “ada” is not added, because the record is published here"
    ]
    assert Passage.objects.get(report__slug="times-2026").summary == "Ada spoke again."
    changed_records = set(ChangeSet.objects.latest("pk").revisions.values_list("slug", flat=True))
    assert changed_records == {"times-2026"}
    assert "Ada spoke again." not in client.get("/delegates/ada/").text
    import_package(path, publish=True)
    assert Passage.objects.get(report__slug="times-2026").speakers.get().slug == "ada"


def test_records_that_are_only_on_this_site_stay(folder):
    before = everything_stored()
    assert import_package(folder(without(OLD, "initiative_cities", ("lamps-for-all", "betatown")))) == [
        "Nothing to change."
    ]
    assert everything_stored() == before


def test_the_same_file_twice_changes_nothing(folder):
    there = added(OLD, "themes", NEW_THEME)
    there = changed(there, "initiatives", INITIATIVE, status="operating")
    path = folder(there)
    first = import_package(path)
    before, count = everything_stored(), ChangeSet.objects.count()
    second = import_package(path)
    assert kept_in(first) == kept_in(second) != []
    assert second[0] == "Nothing to change."
    assert (everything_stored(), ChangeSet.objects.count()) == (before, count)


def test_an_import_from_another_site_is_one_change_that_can_be_reverted(folder):
    before = without_times(everything_stored())
    import_package(folder(added(OLD, "themes", NEW_THEME)))
    change_set = ChangeSet.objects.filter(source=ChangeSource.IMPORT).get()
    assert change_set.reason.startswith("Package of another site: another-site 1.0.0+")
    revert.revert(change_set.revisions.all(), user=None, reason="wrong", reverts=change_set)
    assert without_times(everything_stored()) == before


def test_an_import_does_not_change_what_the_next_update_compares_with(folder, tmp_path):
    loaded = LoadedPackage.objects.count()
    import_package(folder(added(OLD, "themes", NEW_THEME)))
    assert LoadedPackage.objects.count() == loaded
    new = changed(OLD, "initiatives", INITIATIVE, status="operating")
    assert update(make_package(tmp_path / "new", texts_of(new))) == ["initiatives: updated 1"]


def test_a_dry_run_prints_the_same_and_changes_nothing(folder):
    path, before = folder(added(OLD, "themes", NEW_THEME)), everything_stored()
    lines = import_package(path, dry_run=True)
    assert lines == ["Nothing was changed. The update would make these changes:", "themes: created 1"]
    assert everything_stored() == before
    assert import_package(path) == lines[1:]


def zipped(folder, target, prefix=""):
    with ZipFile(target, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"{prefix}{path.name}")
    return target


@pytest.mark.parametrize("prefix", ["", "another-site/"])
def test_a_zipped_release_is_recognised_by_its_contents(folder, tmp_path, prefix):
    path = folder(added(OLD, "themes", NEW_THEME))
    described = json.loads((path / "datapackage.json").read_text())
    schema = "https://datapackage.org/profiles/2.0/datapackage.json"
    (path / "datapackage.json").write_text(json.dumps({"$schema": schema} | described))
    assert update(zipped(path, tmp_path / "sco-cities.zip", prefix)) == ["themes: created 1"]


def damaged(content):
    def write(folder, tmp_path):
        target = tmp_path / "damaged.zip"
        target.write_bytes(content)
        return target

    return write


def truncated(folder, tmp_path):
    target = zipped(folder(OLD), tmp_path / "whole.zip")
    target.write_bytes(target.read_bytes()[:-200])
    return target


def garbled(folder, tmp_path):
    target = zipped(folder(OLD), tmp_path / "whole.zip")
    content = bytearray(target.read_bytes())
    content[60:90] = b"\xff" * 30
    target.write_bytes(content)
    return target


def with_an_error(folder, tmp_path):
    return folder(changed(OLD, "initiatives", INITIATIVE, status="certain"))


def without_a_record_that_is_named(folder, tmp_path):
    return folder(changed(OLD, "initiatives", INITIATIVE, themes="unknown"))


BROKEN = {
    "no ZIP file": (damaged(b"PK\x03\x04 no"), "The ZIP file cannot be read"),
    "an empty ZIP file": (damaged(b"PK\x05\x06" + bytes(18)), "datapackage.json: The file cannot be read"),
    "half of a ZIP file": (truncated, "The ZIP file cannot be read"),
    "a damaged ZIP file": (garbled, "cannot be read"),
    "an invalid cell": (with_an_error, "initiatives.csv:4: status “certain”"),
    "a reference to nothing": (without_a_record_that_is_named, "There is no such record in themes."),
}  # fmt: skip


@pytest.mark.parametrize(("write", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_rejected_and_nothing_is_written(folder, tmp_path, write, words):
    path, before = write(folder, tmp_path), everything_stored()
    with pytest.raises(CommandError, match=words.replace("(", r"\(")):
        import_package(path)
    assert everything_stored() == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"base": "x", "other_site": True}, "--base is only for packages of this site"),
        ({"publish": True}, "Add --other-site"),
    ],
)
def test_contradicting_options_are_rejected(folder, options, words):
    with pytest.raises(CommandError, match=words):
        update(folder(OLD), **options)


def test_two_records_of_another_site_can_match_one_stored_record(folder):
    there = changed(OLD, "cities", ("betatown",), wikidata_id="Q101", geonames_id="55")
    assert "initiative_cities: created" not in "".join(import_package(folder(there)))
    assert City.objects.get(slug="alphaville").geonames_id == 101
