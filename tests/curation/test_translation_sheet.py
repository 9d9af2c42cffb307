"""An uploaded file of translations undoes no later translation, correction or check by other users."""

import pytest

from initiatives.models import Initiative
from sco_cities.curation.translations import sheet
from sco_cities.history.models import ChangeSet
from sco_cities.sources.models import Figure
from tests import factories as make

from .admin_client import messages_in
from .test_translation_page import downloaded, upload


def lines_of(curator, table: str, field: str) -> list[dict[str, str]]:
    return [row for row in downloaded(curator) if (row["table"], row["field"]) == (table, field)]


def units(language: str = "ru") -> list[str]:
    """The translations of the units of all figures."""
    return list(Figure.objects.order_by("pk").values_list(f"unit_{language}", flat=True))


def make_units(record, *translations: tuple[str, str]) -> None:
    """Creates figures with the same English unit and the given Russian and Chinese translations."""
    for number, (unit_ru, unit_zh) in enumerate(translations):
        make.make_figure(record, f"lamps {number}", unit_ru=unit_ru, unit_zh=unit_zh)


@pytest.fixture
def figures(db):
    """Figures with equal units in English that are translated differently."""
    make_units(make.make_city(), ("лампа", "灯"), ("лампа", "灯"), ("светильник", "灯具"), ("", ""))


def test_each_line_changes_the_translations_that_it_has_shown(curator, figures):
    lamp, light, empty = lines_of(curator, "figures", "unit")
    rows = [lamp | {"ru": "фонарь"}, light, empty | {"ru": "люстра"}]
    assert messages_in(upload(curator, rows)) == ["3 texts saved."]
    assert units() == ["фонарь", "фонарь", "светильник", "люстра"]
    assert units("zh") == ["灯", "灯", "灯具", ""]
    assert messages_in(upload(curator, rows)) == ["Nothing was changed."]


def test_different_translations_of_equal_texts_can_become_one(curator, figures):
    rows = [row | {"ru": "лампа"} for row in lines_of(curator, "figures", "unit")]
    assert messages_in(upload(curator, rows)) == ["2 texts saved."]
    assert units() == ["лампа"] * 4
    assert messages_in(upload(curator, rows)) == ["Nothing was changed."]


def test_two_people_translate_equal_texts_into_two_languages(curator, figures):
    rows = lines_of(curator, "figures", "unit")
    upload(curator, [row | {"zh": f"{row['zh']}盏"} for row in rows])
    upload(curator, [row | {"ru": f"{row['ru']} 1"} for row in rows])
    assert units() == ["лампа 1", "лампа 1", "светильник 1", " 1"]
    assert units("zh") == ["灯盏", "灯盏", "灯具盏", "盏"]


@pytest.mark.parametrize(
    "texts", [("фонарь", "люстра"), ("лампа", "люстра")], ids=["two touched", "one touched"]
)
def test_two_translations_of_what_was_shown_are_an_error(curator, figures, texts):
    lamp = lines_of(curator, "figures", "unit")[0]
    page = upload(curator, [lamp | {"ru": text} for text in texts])
    assert messages_in(page) == [
        "Nothing was changed.",
        "Line 3: another line contains a different translation of the same text.",
    ]
    assert "люстра" not in units()


def test_a_translation_that_becomes_one_that_is_changed_itself_is_an_error(curator, db):
    make_units(make.make_city(), ("лампа", ""), ("фонарь", ""))
    lamp, light = lines_of(curator, "figures", "unit")
    page = upload(curator, [lamp | {"ru": "фонарь"}, light | {"ru": "люстра"}])
    assert "Line 3: another line contains a different translation of the same text." in messages_in(page)
    assert units() == ["лампа", "фонарь"]


def test_an_untouched_cell_leaves_a_later_correction(curator, lamps):
    [row] = lines_of(curator, "initiatives", "title")
    Initiative.objects.update(title_ru="Светлые лампы")
    assert messages_in(upload(curator, [row | {"zh": "灯"}])) == ["1 text saved."]
    assert Initiative.objects.values_list("title_ru", "title_zh").get() == ("Светлые лампы", "灯")


@pytest.mark.parametrize(
    ("table", "field", "column"), [("initiatives", "title", "title_ru"), ("figures", "unit", "unit_ru")]
)
def test_a_touched_cell_does_not_overwrite_a_later_correction(curator, lamps, table, field, column):
    make.make_figure(lamps, unit_ru="лампа")
    [row] = lines_of(curator, table, field)
    model = {"initiatives": Initiative, "figures": Figure}[table]
    model.objects.update(**{column: "светило"})
    page = upload(curator, [row | {"ru": "фонарь", "zh": "灯"}])
    assert messages_in(page) == [
        "Nothing was changed.",
        "Line 2: the translation was changed after you downloaded the file. Download it again.",
    ]
    assert not ChangeSet.objects.exists()
    assert model.objects.filter(**{column: "светило"}).exists()


def test_a_change_of_a_line_is_not_lost_where_another_line_has_the_same_translation(curator, db):
    make_units(make.make_city(), ("лампа", "灯"), ("лампа", "灯具"))
    rows = lines_of(curator, "figures", "unit")
    Figure.objects.filter(unit_zh="灯").update(unit_ru="светило")
    page = upload(curator, [rows[0] | {"ru": "фонарь"}, rows[1]])
    assert any("was changed after you downloaded the file" in message for message in messages_in(page))
    assert units() == ["светило", "лампа"]


def test_a_file_leaves_a_translation_that_was_checked_after_it(curator, lamps):
    [row] = lines_of(curator, "initiatives", "title")
    upload(curator, [row | {"zh": "灯"}])
    Initiative.objects.update(title_en="Other lamps", translated_from="")
    assert messages_in(upload(curator, [row | {"zh": "灯"}])) == ["Nothing was changed."]
    assert Initiative.objects.get().outdated_translations == []


@pytest.mark.parametrize("seen", ["lamps", "{ru} Zh:77bd0e41", "{ru} de:77bd0e41", "{ru} zh:1"])
def test_a_damaged_seen_cell_is_an_error_of_its_line(curator, lamps, seen):
    make.make_figure(lamps)
    line = lines_of(curator, "figures", "unit")[0]
    damaged = seen.format(ru=line["seen"].split()[0])
    page = upload(curator, [line | {"seen": damaged, "ru": "лампа"}])
    assert (
        f"Line 2: “{damaged}” is not a valid value of the column “seen”. Use the value from the downloaded file."
        in messages_in(page)
    )
    assert not ChangeSet.objects.exists()


@pytest.mark.parametrize("seen", ["", "ru: {zh}", "{zh}"])
def test_a_translation_whose_seen_part_is_emptied_is_right(curator, lamps, seen):
    [row] = lines_of(curator, "initiatives", "title")
    upload(curator, [row | {"seen": seen.format(zh=row["seen"].split()[1])}])
    assert Initiative.objects.get().translated_from == ""
    assert list(ChangeSet.objects.get().revisions.get().changes) == ["translated_from"]


def test_only_the_line_whose_seen_part_is_emptied_is_right(curator, lamps):
    make_units(lamps, ("лампа", ""), ("светильник", ""), ("фонарь", ""))
    for figure in Figure.objects.exclude(unit_ru="фонарь"):
        figure.unit = "lights"
        figure.save()
    Figure.objects.update(unit="lights")
    lamp, light, _lantern = lines_of(curator, "figures", "unit")
    assert messages_in(upload(curator, [lamp | {"seen": lamp["seen"].split()[1]}, light])) == [
        "1 text saved."
    ]
    assert [figure.outdated_translations for figure in Figure.objects.order_by("pk")] == [
        [],
        ["unit_ru"],
        [],
    ]
    assert units() == ["лампа", "светильник", "фонарь"]


def test_a_file_without_the_seen_column_fills_what_is_missing_or_to_be_checked(curator, lamps):
    make_units(lamps, ("лампа", ""), ("", ""), ("светильник", ""))
    checked = Figure.objects.get(unit_ru="светильник")
    checked.unit = "lights"
    checked.save()
    Figure.objects.update(unit="lights")
    line = lines_of(curator, "figures", "unit")[0] | {"ru": "фонарь"}
    [title] = lines_of(curator, "initiatives", "title")
    rows = [{name: row[name] for name in sheet.HEADER[:-1]} for row in (line, title | {"ru": "Свет"})]
    assert messages_in(upload(curator, rows, sheet.HEADER[:-1])) == ["3 texts saved."]
    assert units() == ["лампа", "фонарь", "фонарь"]
    assert Initiative.objects.values_list("title_ru", "translated_from").get() == ("Свет", "")
