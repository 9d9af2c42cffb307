"""The probable meaning of a value in a spreadsheet is suggested as an answer.

Records of other places are never suggested.
"""

import pytest

from sco_cities.imports.questions import questions_of
from tests.factories import make_city, make_country, make_organisation, make_theme

from .test_own_spreadsheets import validator_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    tashkent = make_city("tashkent", make_country("uz", name_en="Uzbekistan"), name_en="Tashkent")
    make_city("almaty", make_country("kz", name_en="Kazakhstan"), name_en="Almaty")
    return tashkent


SUGGESTED = [
    # The theme has the keyword "tourist train", and its name begins with "Travel between".
    ("tourist train", "tourism"), ("travel between", "tourism"), ("Travl between cities", "tourism"),
    ("ТУРИСТИЧЕСКИЙ ПОЕЗД", ""), ("cities", ""),
]  # fmt: skip


def test_a_value_is_suggested_by_its_keywords_and_by_parts_of_its_name():
    make_theme("tourism", name_en="Travel between cities", keywords="tourist train; туризм")
    make_theme("streets", name_en="Streets of cities")
    rows = [{"title": f"x {number}", "themes": word} for number, (word, _slug) in enumerate(SUGGESTED)]
    questions = questions_of(validator_of("initiatives", rows).resolver, {})
    suggested = {question["value"]: question["suggestion"] for question in questions}
    assert [(word, suggested[word]) for word, _slug in SUGGESTED] == SUGGESTED


# The country of the row, the value in the file, and the suggestion. The known Pune and Samara are in other countries.
OTHER_PLACES = [
    ("", "Pune", ""), ("CN", "Pune", ""), ("", "Пуна", ""), ("", "Samara", ""), ("UZ", "Samara", ""),
    ("", "Pu-er", "puer"), ("", "Samarqand", "samarkand"), ("", "Samarkan", "samarkand"),
    ("UZ", "Samarkan", "samarkand"), ("Uzbekistan", "Samarkan", "samarkand"), ("UZ; KZ", "Samarkan", "samarkand"),
    ("KZ", "Samarkan", ""), ("Atlantis", "Samarkan", ""),
    # Only the gazetteer contains this city name.
    ("", "Канпур", "kanpur"),
]  # fmt: skip


@pytest.mark.parametrize(("country", "word", "suggestion"), OTHER_PLACES)
def test_a_city_in_another_country_is_not_suggested(places, country, word, suggestion):
    make_city("puer", "cn", name_en="Pu'er")
    make_city("samarkand", "uz", name_en="Samarkand", geonames_id=1216265)
    make_city("kanpur", "in", name_en="Cawnpore", geonames_id=1267995)
    rows = [{"title": "Lamps", "countries": country, "cities": word}]
    validator = validator_of("initiatives", rows)
    questions = questions_of(validator.resolver, {})
    if word in ("Pune", "Samara"):
        errors = [error.message for error in validator.found[0].errors if error.column == "lead_cities"]
        assert errors == ["There is no such record in cities."]
    assert [each["suggestion"] for each in questions if each["domain"] == "cities"] == [suggestion]


def test_an_organisation_is_suggested_only_if_it_is_in_the_place_of_all_rows(places):
    make_organisation("tashkent-council", name_en="Tashkent City Council", city=places)
    rows = [{"name": f"Ada {city}", "role": "Mayor", "organisation": "City Council", "city": city} for city in
            ("Tashkent", "Almaty")]  # fmt: skip
    for count, suggestion in ((1, "tashkent-council"), (2, "")):
        (question,) = questions_of(validator_of("delegates", rows[:count]).resolver, {})
        assert question["suggestion"] == suggestion


@pytest.mark.parametrize(
    ("word", "suggestion"),
    [("Жилван", "jilvan"), ("Житоном", "jiton"), ("Silmon", ""), ("吉爾萬市", "jilvan"), ("Zhylvan", "jilvan")],
)  # fmt: skip
def test_a_city_is_suggested_by_its_name_in_another_script(places, word, suggestion):
    make_city("jilvan", "kz", name_en="Jilvan", name_zh="吉尔万")
    make_city("jiton", "kz", name_ru="Житон")
    questions = questions_of(validator_of("initiatives", [{"title": "x", "lead_cities": word}]).resolver, {})
    assert [each["suggestion"] for each in questions if each["domain"] == "cities"] == [suggestion]
