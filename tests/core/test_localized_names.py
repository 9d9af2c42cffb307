import pytest
from django.utils import translation

from sco_cities.cities.models import City
from sco_cities.core import localized_names


def record(en="", ru="", zh=""):
    return City(name_en=en, name_ru=ru, name_zh=zh)


@pytest.mark.parametrize(
    ("language", "given", "text", "lang"),
    [
        ("en", record("Alpha", "Альфа", "阿尔法"), "Alpha", "en"),
        ("ru", record("Alpha", "Альфа", "阿尔法"), "Альфа", "ru"),
        ("zh-hans", record("Alpha", "Альфа", "阿尔法"), "阿尔法", "zh-Hans"),
        ("ru", record("Alpha", "", "阿尔法"), "Alpha", "en"),
        ("zh-hans", record("", "Альфа", ""), "Альфа", "ru"),
        ("en", record("", "", "阿尔法"), "阿尔法", "zh-Hans"),
        ("en", record(), "", "en"),
    ],
)
def test_a_name_is_in_the_readers_language_or_in_the_next_available_one(language, given, text, lang):
    with translation.override(language):
        name = localized_names.localized(given, "name")
    assert (name, name.lang) == (text, lang)


def test_the_other_names_are_those_in_the_remaining_languages():
    with translation.override("ru"):
        assert localized_names.other_languages(record("Alpha", "Альфа", "阿尔法"), "name") == [
            "Alpha",
            "阿尔法",
        ]


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Душанбе", "душанбе"), ("  Two \n words ", "two words"), ("STRASSE ß", "strasse ss"), ("", "")],
)
def test_fold_ignores_case_and_white_space(text, folded):
    assert localized_names.fold(text) == folded


def test_a_list_in_a_cell_is_split_at_semicolons_without_empty_items():
    assert localized_names.split_list("Peking; Peiping ;; ") == ["Peking", "Peiping"]
