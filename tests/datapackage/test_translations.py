"""Packages may contain translations and archived copies, which packages from earlier versions lack."""

import csv
import io

import pytest

from delegates.models import Delegate, Statement
from sco_cities.datapackage.dump import dump_files
from sco_cities.datapackage.tables import TABLES
from sco_cities.sources.base_models import record_models
from sco_cities.sources.models import Evidence, Figure, Passage
from tests.curation.test_data_quality import metric_result
from tests.shipped_package import number_of

from .sample_package import LAMPS, edited, load, make_package

pytestmark = pytest.mark.django_db
RU = "summary_ru:0123abcd"


def of_earlier_version(tables: dict[str, str]) -> dict[str, str]:
    """Returns the tables in the format of an earlier version."""
    earlier = {}
    for name, text in tables.items():
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        file = io.StringIO(newline="")
        header = [column for column in rows[0] if column in TABLES[name].required_header]
        writer = csv.DictWriter(file, header, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        earlier[name] = file.getvalue()
    return earlier


def test_a_package_of_an_earlier_version_loads_with_empty_translations_and_addresses(tmp_path):
    load(make_package(tmp_path, of_earlier_version(LAMPS)))
    assert Delegate.objects.get(slug="ada").role_ru == ""
    assert not Evidence.objects.exclude(reported_value_ru="", reported_value_zh="").exists()
    assert not Passage.objects.exclude(archive_address="").exists()
    assert "ada,Ada Test,Ада Тест,,Mayor" in dump_files()["delegates.csv"].decode()


def test_a_package_of_an_earlier_version_leaves_translations_and_addresses_unchanged(tmp_path):
    load(make_package(tmp_path / "new"))
    before = dump_files()
    assert b"https://archive.example/gazette" in before["passages.csv"]
    printed = load(make_package(tmp_path / "earlier", of_earlier_version(LAMPS)))
    assert printed.startswith("created 0, updated 0,")
    assert dump_files() == before


def test_an_english_text_changed_by_an_earlier_package_has_outdated_translations(tmp_path):
    load(make_package(tmp_path / "new"))
    earlier = of_earlier_version(edited("delegates", "Mayor of Alphaville", "Deputy mayor"))
    load(make_package(tmp_path / "earlier", earlier))
    assert Delegate.objects.get(slug="ada").outdated_translations == ["role_ru", "role_zh"]


@pytest.mark.parametrize(
    ("old", "new", "outdated"),
    [
        ("Mayor of Alphaville", "Deputy mayor", []),
        ("мэр Альфавилля,阿尔法城市长,", "мэр Альфавилля,阿尔法城市长,role_ru:0123abcd", ["role_ru"]),
    ],
)
def test_a_package_lists_the_outdated_translations(tmp_path, old, new, outdated):
    load(make_package(tmp_path / "before"))
    load(make_package(tmp_path / "after", edited("delegates", old, new)))
    assert Delegate.objects.get(slug="ada").outdated_translations == outdated


def test_loaded_rows_and_records_list_the_translations_to_check(tmp_path):
    load(make_package(tmp_path))
    assert Passage.objects.get(number=1).outdated_translations == ["summary_zh"]
    assert Statement.objects.get().outdated_translations == ["summary_ru", "summary_zh"]
    assert Figure.objects.get(label="lamps per street").unit_ru == "лампа | лампы | ламп"


def test_a_unit_with_two_forms_and_an_invalid_digest_are_rejected(tmp_path):
    folder = make_package(tmp_path, edited("figures", "лампа | лампы | ламп", "лампа | лампы"))
    with pytest.raises(Exception, match="three forms"):
        load(folder)
    folder = make_package(tmp_path, edited("statements", RU, "summary_ru:yes"))
    with pytest.raises(Exception, match="columns and digests"):
        load(folder)


@pytest.mark.usefixtures("loaded_package")
def test_the_shipped_package_is_translated_apart_from_some_names():
    missing = {
        (model.collection, name): len(keys)
        for model in record_models()
        for name, keys in metric_result(model, "untranslated").by_field.items()
        if keys
    }
    tables = ("delegates", "organisations")
    assert missing == {
        (table, name): number
        for table in tables
        for name in ("name_ru", "name_zh")
        if (number := number_of(table, **{name: ""}))
    }
    for model in record_models():
        assert metric_result(model, "outdated_ru").count == metric_result(model, "outdated_zh").count == 0
