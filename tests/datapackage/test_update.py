"""An update applies a new package's changes, and keeps curators' changes since the old package."""

import pytest
from django.core.management import CommandError, call_command

from initiatives.models import Initiative
from sco_cities.cities.models import City
from sco_cities.datapackage.models import LoadedPackage
from sco_cities.datapackage.parse import read_package
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.sources.models import FormerSlug
from sco_cities.themes.models import Theme

from .package_edits import (
    INITIATIVE,
    OLD,
    changed,
    curators_delete,
    curators_rename,
    curators_write,
    kept_in,
    revert_last,
    rows_of,
    stored_rows,
    texts_of,
    update,
    without,
)
from .sample_package import LAMPS, edited, everything_stored, load, make_package

pytestmark = pytest.mark.django_db

CITY = ("lamps-for-all", "betatown")


def test_a_renamed_record_is_updated_under_its_new_slug(tmp_path):
    load(make_package(tmp_path / "old"))
    curators_rename("initiatives", "lamps-for-all", "lamps-for-most")
    curators_rename("cities", "betatown", "gammatown")
    new = changed(OLD, "initiatives", INITIATIVE, status="operating")
    new = changed(new, "initiative_cities", CITY, role="lead")
    lines = update(make_package(tmp_path / "new", texts_of(new)))
    assert lines == ["initiatives: updated 1", "initiative_cities: updated 1"]
    initiative = Initiative.objects.get(slug="lamps-for-most")
    assert initiative.status == "operating"
    assert initiative.city_roles.get(city__slug="gammatown").role == "lead"


GROUPS = {
    "country_groups": "slug,name_en,name_ru,name_zh,countries,state,translated_from\nabland,Abland,,,XA,published,\n"
}


def test_groups_of_countries_are_updated_and_keep_curators_changes(tmp_path):
    load(make_package(tmp_path / "old"))
    assert update(make_package(tmp_path / "first", LAMPS | GROUPS)) == ["country_groups: created 1"]
    (row,) = stored_rows()["country_groups"].values()
    curators_write("country_groups", row | {"name_zh": "甲国组"})
    second = {"country_groups": GROUPS["country_groups"].replace("Abland,,,XA,", "Abland,Абланд,,XA; XB,")}
    assert update(make_package(tmp_path / "second", LAMPS | second)) == ["country_groups: updated 1"]
    expected = row | {"name_ru": "Абланд", "name_zh": "甲国组", "countries": "XA; XB"}
    assert list(stored_rows()["country_groups"].values()) == [expected]


def test_an_invalid_country_of_a_group_is_an_error(tmp_path):
    wrong = {"country_groups": GROUPS["country_groups"].replace("XA", "XA; xb; XC")}
    with pytest.raises(CommandError, match="XC"):
        load(make_package(tmp_path / "old", LAMPS | wrong))


def test_a_record_and_the_evidence_of_its_figure_are_updated_together(tmp_path):
    load(make_package(tmp_path / "old"))
    new = changed(OLD, "cities", ("alphaville",), aliases="Alpha")
    evidence = "cities:alphaville,figure:lamps per street,gazette-2025,2,one,differs,,,\n"
    texts = texts_of(new)
    lines = update(make_package(tmp_path / "new", texts | {"evidence": texts["evidence"] + evidence}))
    assert lines == ["cities: updated 1", "evidence: created 1"]


def test_a_merged_record_is_not_created_again(tmp_path):
    load(make_package(tmp_path / "old"))
    duplicate, kept = (Theme.objects.get(slug=slug) for slug in ("streets", "lamps"))
    kept.former_slugs.create(slug="streets")
    curators_delete("themes", duplicate.slug)
    FormerSlug.objects.get_or_create(slug="streets", content_type=kept.former_slugs.get().content_type)
    new = changed(OLD, "themes", ("lamps",), description="Everything about lamps")
    new = changed(new, "themes", ("streets",), description="Everything about streets")
    new = changed(new, "initiatives", INITIATIVE, themes="lamps; streets")
    assert update(make_package(tmp_path / "new", texts_of(new))) == ["themes: updated 1"]
    assert Theme.objects.get().description == "Everything about lamps"


def with_betaville(tables: dict[str, str] = LAMPS) -> dict[str, str]:
    """Returns the tables of a package that renames Betatown to Betaville."""
    texts = {name: text.replace("betatown", "betaville") for name, text in tables.items()}
    return texts | {"former_slugs": "record,slug\ncities:betaville,betatown\n"}


def test_a_record_that_the_package_has_renamed_is_renamed(tmp_path):
    load(make_package(tmp_path / "old"))
    city = City.objects.get(slug="betatown")
    curators_write("cities", OLD["cities"]["betatown",] | {"name_ru": "Бетатаун"})
    before = everything_stored()
    dates = list(Initiative.objects.order_by("pk").values_list("updated_at", flat=True))
    update(make_package(tmp_path / "new", with_betaville()))
    # For readers, records that refer to the city have not changed.
    assert list(Initiative.objects.order_by("pk").values_list("updated_at", flat=True)) == dates
    city.refresh_from_db()
    assert (city.slug, city.name_ru) == ("betaville", "Бетатаун")
    assert City.objects.count() == 2
    revert_last()
    FormerSlug.objects.all().delete()
    timestamps = {"updated_at", "search_text"}
    assert _without_columns(everything_stored(), timestamps) == _without_columns(before, timestamps)


def test_a_reverted_update_that_renames_a_record_can_be_repeated(tmp_path):
    load(make_package(tmp_path / "old"))
    new = make_package(tmp_path / "new", with_betaville(edited("cities", ",-0.00001,", ",0.5,")))
    for _time in range(2):
        assert update(new) == ["cities: updated 1"]
        assert City.objects.get(slug="betaville").latitude == 0.5
        assert update(new) == ["Nothing to change."]
        revert_last()
        assert City.objects.get(slug="betatown").latitude != 0.5


def test_a_skipped_record_keeps_its_slug(tmp_path):
    load(make_package(tmp_path / "old"))
    curators_write("cities", OLD["cities"]["alphaville",] | {"geonames_id": "7"})
    tables = edited("themes", "All about lamps", "Lamps", edited("cities", ",180,,,,", ",180,2000,7,,"))
    new = make_package(tmp_path / "new", with_betaville(tables))
    kept = "cities:betatown: is left as it is. “alphaville” already has this value."
    lines = update(new)
    assert lines[0] == "themes: updated 1"
    assert kept_in(lines) == [kept]
    assert stored_rows()["cities"]["betatown",] == OLD["cities"]["betatown",]
    assert stored_rows()["initiative_cities"] == OLD["initiative_cities"]
    # The next update tries this change again and does not list other differences.
    assert kept_in(update(new)) == [kept]
    curators_write("cities", OLD["cities"]["alphaville",])
    assert update(new) == ["cities: updated 1"]
    assert City.objects.get(slug="betaville").population == 2000
    assert stored_rows() == rows_of(with_betaville(tables))


def test_a_record_keeps_an_old_slug_that_curators_restored(tmp_path):
    load(make_package(tmp_path / "old"))
    update(make_package(tmp_path / "new", with_betaville()))
    curators_rename("cities", "betaville", "betatown")
    curators_write("cities", OLD["cities"]["betatown",] | {"geonames_id": "7"})
    newer = make_package(tmp_path / "newer", with_betaville(edited("cities", ",1000,101,", ",1000,7,")))
    for _time in range(2):
        assert kept_in(update(newer)) == [
            "cities:alphaville: is left as it is. “betatown” already has this value."
        ]
        assert City.objects.filter(slug="betatown").exists()


def _without_columns(stored: dict[str, list[dict]], names: set[str]) -> dict:
    return {
        label: [{name: value for name, value in row.items() if name not in names} for row in rows]
        for label, rows in stored.items()
    }


def test_changes_that_conflict_with_curators_are_skipped_and_listed(tmp_path):
    load(make_package(tmp_path / "old"))
    curators_write("cities", OLD["cities"]["betatown",] | {"geonames_id": "7"})
    tables = edited("cities", ",1000,101,", ",2000,7,")
    lines = update(make_package(tmp_path / "new", edited("themes", "All about lamps", "Lamps", tables)))
    assert lines[:2] == ["themes: updated 1", "Differences from the package that were kept: 1"]
    assert kept_in(lines) == ["cities:alphaville: is left as it is. “betatown” already has this value."]
    # The next update tries this change again.
    curators_write("cities", OLD["cities"]["betatown",])
    assert update(tmp_path / "new") == ["cities: updated 1"]
    assert City.objects.get(slug="alphaville").population == 2000


def test_evidence_that_only_the_package_removes_is_kept_with_the_record(tmp_path):
    started = ("initiatives:lamps-for-all", "ends_on", "gazette-2025", "2", "supports", "")
    load(make_package(tmp_path / "old"))
    curators_write("initiatives", OLD["initiatives"][INITIATIVE] | {"ends_on": "2030"})
    new = without(changed(OLD, "initiatives", INITIATIVE, ends_on=""), "evidence", started)
    before = stored_rows()
    lines = update(make_package(tmp_path / "new", texts_of(new)))
    assert stored_rows() == before
    assert "initiatives:lamps-for-all: is left as it is. No published report would support" in lines[-1]


def test_a_removed_passage_is_restored_with_its_speakers(tmp_path):
    passage = ("herald-2025", "10")
    old = changed(OLD, "passages", passage, speakers="ada; bob")
    cited = [key for key in OLD["evidence"] if key[2:4] == passage]
    load(make_package(tmp_path / "old", texts_of(old)))
    new = without(without(old, "evidence", *cited), "passages", passage)
    lines = update(make_package(tmp_path / "new", texts_of(new)))
    assert lines == ["passages: removed 1", f"evidence: removed {len(cited)}"]
    assert stored_rows() == new
    revert_last()
    assert stored_rows() == old


def test_a_second_update_is_compared_with_the_first_update(tmp_path):
    load(make_package(tmp_path / "old"))
    curators_write("cities", OLD["cities"]["alphaville",] | {"population": "3"})
    second = changed(OLD, "cities", ("alphaville",), population="2000")
    assert len(kept_in(update(make_package(tmp_path / "second", texts_of(second))))) == 1
    third = changed(second, "cities", ("alphaville",), aliases="")
    assert update(make_package(tmp_path / "third", texts_of(third))) == ["cities: updated 1"]
    assert City.objects.get(slug="alphaville").population == 3


def test_a_reverted_update_can_be_repeated(tmp_path):
    load(make_package(tmp_path / "old"))
    new = make_package(tmp_path / "new", edited("cities", ",1000,", ",2000,"))
    for _time in range(2):
        assert update(new) == ["cities: updated 1"]
        assert update(new) == ["Nothing to change."]
        revert_last()
    assert City.objects.get(slug="alphaville").population == 1000


def test_an_update_is_one_change_with_its_reason(tmp_path):
    load(make_package(tmp_path / "old"))
    new = make_package(
        tmp_path / "new",
        edited("passages", "They shine.", "They glow.", edited("cities", ",1000,", ",2000,")),
    )
    update(new)
    change_set = ChangeSet.objects.exclude(reason="").get()
    assert change_set.source == ChangeSource.PACKAGE
    assert change_set.reason == f"Update to version {read_package(new).version} of the package"
    assert sorted(change_set.revisions.values_list("slug", flat=True)) == ["alphaville", "gazette-2025"]


def test_a_dry_run_prints_the_same_output_and_changes_nothing(tmp_path):
    load(make_package(tmp_path / "old"))
    new = make_package(tmp_path / "new", texts_of(without(OLD, "initiatives", ("lamps-of-tomorrow",))))
    before = everything_stored(), LoadedPackage.objects.count(), ChangeSet.objects.count()
    planned = update(new, dry_run=True)
    assert (everything_stored(), LoadedPackage.objects.count(), ChangeSet.objects.count()) == before
    assert planned == ["Nothing was changed. The update would make these changes:", *update(new)]
    assert planned[1:] == ["initiatives: removed 1"]


REFUSED = {
    "nothing loaded": (None, LAMPS, {}, "No data package “summit-cities” has been loaded"),
    "a missing file": (
        LAMPS, {name: text for name, text in LAMPS.items() if name != "cities"}, {}, "cities.csv: The file is missing."
    ),
    "an invalid cell": (LAMPS, edited("initiatives", ",agreed,", ",agred,"), {}, "initiatives.csv:2: status"),
    "a missing record": (
        LAMPS, edited("attendances", "lamp-forum", "lamp-forun"), {}, "attendances.csv:2: event “lamp-forun”"
    ),
    "two rows with a key": (LAMPS, edited("themes", "\nstreets,", "\nlamps,"), {}, "themes.csv:3: slug “lamps”"),
    "a missing base": (LAMPS, LAMPS, {"base": "/no/such/folder"}, "datapackage.json: The file cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("old, new, options, message", REFUSED.values(), ids=REFUSED)
def test_an_invalid_update_is_rejected_and_changes_nothing(tmp_path, old, new, options, message):
    if old:
        load(make_package(tmp_path / "old"))
    before = everything_stored()
    with pytest.raises(CommandError) as refused:
        update(make_package(tmp_path / "new", new), **options)
    assert message in str(refused.value)
    assert everything_stored() == before


@pytest.mark.parametrize("options", [{"dry_run": True}, {"base": "data/summit-cities"}])
def test_options_of_an_update_require_an_update(tmp_path, options):
    with pytest.raises(CommandError, match="need --update"):
        call_command("load_package", str(make_package(tmp_path)), **options)
