"""Events are recognised by the form of their names and get the date in their sentence."""

import pytest

from sco_cities.intake.reading.reader import read

from .small_dictionary import small_dictionary

pytestmark = pytest.mark.only_on("sqlite")
DICTIONARY = small_dictionary()


def events(text: str) -> list[tuple[str, str]]:
    return [(mark.value, mark.details["date"]) for mark in read(text, DICTIONARY).events]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("He spoke at the Bishkek Investment Forum 2024.", "Bishkek Investment Forum 2024"),
        ("The Third Tianjin Water Summit closed.", "Third Tianjin Water Summit"),
        ("The Assembly of the Silk Road Cities met.", "Assembly of the Silk Road Cities"),
        ("the Festival of Arts and Crafts Week", "Festival of Arts and Crafts Week"),
        ("The Silk Summit Cities Mayors Dialogue opened.", "Silk Summit Cities Mayors Dialogue"),
        ("the Water Mayors Dialogue – Silk Summit Cities", "Water Mayors Dialogue – Silk Summit Cities"),
        ("the Dialogue of Mayors of Silk Summit Cities", "Dialogue of Mayors of Silk Summit Cities"),
        ("At the Bishkek Investment Forum – Mayor Smith spoke.", "Bishkek Investment Forum"),
        ("Международный форум городов прошёл в Казани.", "Международный форум городов"),
        ("на Ташкентском инвестиционном форуме выступил мэр", "Ташкентский инвестиционный форум"),
        ("в рамках Международной выставки по энергетике", "Международная выставка по энергетике"),
        (
            "на седьмой китайско-монгольской межрегиональной конференции",
            "седьмая китайско-монгольская межрегиональная конференция",
        ),
        ("Неделя высокого искусства Душанбе", "Неделя высокого искусства Душанбе"),
        ("Форум женщин вели учёные.", "Форум женщин"),
        ("Форум «Чистая вода» состоялся.", "Чистая вода"),
        ("第三届塔什干投资论坛开幕。", "第三届塔什干投资论坛"),
        ("在天津举行的国际水务博览会上", "国际水务博览会"),
        ("天津市长出席第五届丝路旅游节", "第五届丝路旅游节"),
    ],
)
def test_a_head_word_with_a_name_is_an_event(text, name):
    assert [found for found, _date in events(text)] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "At the meeting they agreed. The Forum closed.",
        "The Mayor Meeting",
        "In June 2023 Forum was held.",
        "На форуме говорили о воде. Форум закрылся.",
        "论坛开幕",
    ],
)
def test_a_head_word_alone_is_none(text):
    assert events(text) == []


@pytest.mark.parametrize(
    ("text", "name", "date"),
    [
        ("The Bishkek Water Forum opened on 3 May 2024.", "Bishkek Water Forum", "2024-05-03"),
        ("In June 2023 the Bishkek Water Forum opened.", "Bishkek Water Forum", "2023-06"),
        ("On 12 June 2023 Bishkek Water Forum opened.", "Bishkek Water Forum", "2023-06-12"),
        ("On June 12, 2023 Bishkek Water Forum opened.", "Bishkek Water Forum", "2023-06-12"),
        ("2024 Bishkek Water Forum opened.", "2024 Bishkek Water Forum", ""),
        ("2024年5月塔什干投资论坛开幕。", "塔什干投资论坛", "2024-05"),
        ("The Bishkek Water Forum opened. It rained on 3 May 2024.", "Bishkek Water Forum", ""),
        ("Бишкекский водный форум открылся 5 мая 2024 года.", "Бишкекский водный форум", "2024-05-05"),
        ("第三届塔什干投资论坛于2024年5月3日开幕。", "第三届塔什干投资论坛", "2024-05-03"),
    ],
)
def test_the_date_of_its_sentence_is_that_of_the_event(text, name, date):
    assert events(text) == [(name, date)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Kazan and Tianjin signed an agreement.", "Signing: Kazan – Tianjin"),
        ("Мэр Казани прибыл с визитом в Тяньцзинь.", "Визит: Казань — Тяньцзинь"),
        ("喀山市长访问天津。", "访问：喀山—天津"),
        ("The mayors of Kazan and Tianjin met at the Bishkek Investment Forum.", "Bishkek Investment Forum"),
        ("喀山与天津合作备忘录签署仪式举行。", "天津合作备忘录签署仪式"),
        ("At the 2021 Forum on Water between Kazan and Tver", "2021 Forum on Water between Kazan and Tver"),
    ],
)  # fmt: skip
def test_a_report_without_a_named_event_has_that_of_its_first_visit_or_signing(text, name):
    assert [found for found, _date in events(text)] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "на прошлой рабочей неделе мэр выступил",
        "открытый конструктивный диалог продолжается",
        "Следующий форум пройдёт в Казани",
        "Форум вели учёные.",
    ],
)
def test_common_adjectives_and_verbs_make_no_event(text):
    assert events(text) == []


def test_an_event_that_is_named_twice_is_one_event():
    text = "On 12 June 2023 the Silk Road Tourism Expo opened. The Silk Road Tourism Expo was large."
    assert events(text) == [("Silk Road Tourism Expo", "2023-06-12")]
