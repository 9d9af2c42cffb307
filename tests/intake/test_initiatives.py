"""Initiatives are recognised in clauses with an object, a status and a place."""

import pytest

from sco_cities.intake.reading.reader import read

from .small_dictionary import small_dictionary

pytestmark = pytest.mark.only_on("sqlite")
DICTIONARY = small_dictionary()


def initiatives(text: str) -> list[tuple[str, list[str]]]:
    marks = [mark for mark in read(text, DICTIONARY).initiatives if mark.certainty != "doubtful"]
    return [(mark.details["status"], [city.key for city in mark.details["cities"]]) for mark in marks]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Moscow has launched electric buses, and Bishkek wants to buy 100.", [("operating", ["moscow"])]),
        ("Москва запустила электробусы, а Бишкек хочет купить 100.", [("operating", ["moscow"])]),
        ("Bishkek wants 100 buses, but Moscow has launched a tram.", []),
        (
            "Moscow has launched buses to Kazan, Tver, and Bishkek.",
            [("operating", ["moscow", "kazan", "tver", "bishkek"])],
        ),
    ],
)
def test_the_city_of_another_clause_has_no_part_in_it(text, expected):
    assert initiatives(text) == expected


@pytest.mark.parametrize(
    "text, status",
    [
        ("The pairs of sister cities are Kazan–Qingdao, Tashkent–Shanghai.", "operating"),
        ("Пары городов-побратимов: Казань — Циндао, Ташкент — Шанхай.", "operating"),
        ("友好城市有喀山—青岛、塔什干—上海。", "operating"),
        ("Agreements were signed by Kazan and Qingdao, Tashkent and Shanghai.", "agreed"),
        ("Соглашения подписали города Казань и Циндао, Ташкент и Шанхай.", "agreed"),
        (
            "Two new routes were opened:\n- Kazan-Qingdao (since May)\n- Tashkent-Shanghai (since July)\n",
            "operating",
        ),
        ("Direct flights Kazan–Qingdao, Tashkent–Shanghai will be opened.", "proposed"),
    ],
)
def test_each_pair_of_a_list_is_an_initiative_with_the_status_of_its_sentence(text, status):
    assert initiatives(text) == [(status, ["kazan", "qingdao"]), (status, ["tashkent", "shanghai"])]


# Lists of pairs joined by "and", as two lists in the same order, or with an unknown place.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "These will be sister cities:\n\n- Kazan and Qingdao, - Tashkent and Shanghai, - Oldtown, and Tver.",
            [["kazan", "qingdao"], ["tashkent", "shanghai"], ["tver"]],
        ),
        (
            "Kazan, Tashkent and Tver signed sister-city agreements with Qingdao, Shanghai and Tianjin, respectively.",
            [["kazan", "qingdao"], ["tashkent", "shanghai"], ["tver", "tianjin"]],
        ),
        (
            "The cities Kazan and Tashkent were declared sister cities of Qingdao and Shanghai; it was agreed in May.",
            [["kazan", "qingdao"], ["tashkent", "shanghai"]],
        ),
        (
            "Kazan – Qingdao, Tashkent – Shanghai and Tver-Oldtown signed sister-city agreements.",
            [["kazan", "qingdao"], ["tashkent", "shanghai"], ["tver"]],
        ),
        (
            "喀山市与中国山东省青岛市、塔什干市与上海市签署友好城市关系协议书。",
            [["kazan", "qingdao"], ["tashkent", "shanghai"]],
        ),
        (
            "喀山市与远国古城市、塔什干市与上海市签署友好城市关系协议书。",
            [["tashkent", "shanghai"], ["kazan"]],
        ),
        (
            "Kazan signed a sister-city agreement with Qingdao, while Tashkent partnered with Shanghai.",
            [["kazan", "qingdao"], ["tashkent", "shanghai"]],
        ),
        (
            "Kazan and Qingdao, Tashkent and Shanghai, and Tver and Tianjin have become sister cities.",
            [["kazan", "qingdao"], ["tashkent", "shanghai"], ["tver", "tianjin"]],
        ),
        # Three cities in a row do not form pairs. In a single pair, neither city leads.
        ("Города Казань и Циндао подписали договор побратимов.", [["kazan", "qingdao"]]),
    ],
)
def test_two_cities_of_a_pair_are_partners_of_one_initiative(text, expected):
    marks = [mark for mark in read(text, DICTIONARY).initiatives if mark.certainty != "doubtful"]
    assert [[city.key for city in mark.details["cities"]] for mark in marks] == expected
    assert {role for mark in marks for role in mark.details["city_roles"].values()} == {"partner"}


@pytest.mark.parametrize(
    "text",
    [
        "KAZAN - The government has decided to begin a sister-city project.",
        "喀山国际友好城市大会先后在北京、上海、天津和青岛成功举办。",
        "Sister cities were discussed in Kazan, Tver and Moscow.",
    ],
)
def test_a_dateline_and_the_places_of_a_meeting_are_not_participants(text):
    assert initiatives(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Partnerships announced:\n\n• Kazan and Qingdao – care of monuments\n• Tver–Moscow: direct flight\n",
            [("proposed", ["kazan", "qingdao"]), ("proposed", ["tver", "moscow"])],
        ),
        (
            "Sister cities:\nKazan – Qingdao\nTver – Moscow\nBuses of Tver and Moscow were discussed.",
            [("operating", ["kazan", "qingdao"]), ("operating", ["tver", "moscow"]), ("interest", ["tver", "moscow"])],
        ),
    ],
)  # fmt: skip
def test_a_line_of_a_list_has_its_own_object_or_that_of_the_heading(text, expected):
    assert initiatives(text) == expected


@pytest.mark.parametrize(
    ("text", "objects"),
    [
        ("Kazan and Tianjin signed a sister-city agreement, and agreed on a summer camp.",
         ["sister cities", "exchange"]),
        ("Казань и Тяньцзинь подписали договор о побратимстве, а также договорились об обмене студентами.",
         ["sister cities", "exchange"]),
        ("喀山与天津缔结友好城市关系，并商定开通直飞航线。", ["sister cities", "direct flight"]),
        ("Kazan and Tianjin signed an agreement, and a memorandum.", ["agreement"]),
    ],
)  # fmt: skip
def test_a_second_undertaking_in_a_sentence_is_another_initiative(text, objects):
    assert [mark.details["object"] for mark in read(text, DICTIONARY).initiatives] == objects


@pytest.mark.parametrize(
    "text",
    [
        "Kazan has established sister-city relations with 103 cities in 39 countries.",
        "У Казани 12 городов-побратимов в девяти странах, отношения поддерживаются.",
        "喀山已与84个国家的国际友好城市建立联系。",
        "Kazan hosted a forum at which 12 sister-city agreements were signed.",
        "The forum opened in Kazan. Six pairs of sister cities signed agreements.",
        "Форум открылся в Казани. Казань сообщила, что подписано 12 соглашений о побратимстве.",
        "友好大会昨天开幕，喀山市说各地共签署8份友好城市关系协议书。",
    ],
)
def test_the_number_of_sister_cities_or_agreements_is_no_tie(text):
    assert initiatives(text) == []


@pytest.mark.parametrize(
    ("text", "cities"),
    [
        ("At a forum in Kazan, Tver and Tianjin signed a sister-city agreement.", ["tver", "tianjin"]),
        (
            "At the forum in Kazan, sister-city agreements were signed by Tver, Tianjin and Qingdao.",
            ["tver", "tianjin", "qingdao"],
        ),
        (
            "Kazan hosted a forum where Tver, Qingdao and Tianjin signed sister-city agreements.",
            ["tver", "qingdao", "tianjin"],
        ),
        (
            "На форуме в Казани договоры о побратимстве подписали Тверь, Москва и Тяньцзинь.",
            ["tver", "moscow", "tianjin"],
        ),
        ("大会在喀山举行，青岛与特维尔签署友好城市协议。", ["qingdao", "tver"]),
        ("喀山举办大会，青岛、天津与特维尔签署友好城市协议。", ["qingdao", "tianjin", "tver"]),
    ],
)
def test_the_host_of_a_forum_is_no_partner(text, cities):
    assert initiatives(text) == [("agreed", cities)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The city is building a tram line.", [("under_way", ["tver"])]),
        ("She also proposed the creation of an International Training Center.", [("proposed", ["tver"])]),
        ("Guests proposed a training centre.", []),
    ],
)
def test_the_city_and_the_same_speaker_mean_the_only_city_named_before(sentence, expected):
    assert initiatives(f"Kazan and Tianjin met in Kazan. A guest came from Tver. {sentence}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Гости из Казани были в Твери. На встрече обсуждалось сотрудничество.", [("interest", ["kazan", "tver"])]),
        ("Гости из Казани были в Твери и Москве. На встрече обсуждалось сотрудничество.", []),
        ("Казань и Тверь обменялись мнениями.", []),
        ("Казань и Тверь участвовали в выставке «Чистая вода», которая открылась в мае.", []),
        ("喀山与天津参与“丝路”倡议的友好合作。", []),
    ],
)  # fmt: skip
def test_talks_between_the_only_two_cities_are_an_initiative_and_visits_are_not(text, expected):
    assert initiatives(text) == expected


def test_a_city_with_a_list_of_partners_has_a_tie_with_each():
    text = "Kazan is twinned with four cities, among them Tianjin, Bishkek and Tver."
    assert initiatives(text) == [("operating", ["kazan", city]) for city in ("tianjin", "bishkek", "tver")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kazan and Tianjin met.\n\nThe two cities became sister cities in 2018, Kazan reported.",
         [("operating", ["kazan", "tianjin"])]),
        ("Kazan plans to open a flight to Tianjin, while Tver is considering flights to Moscow.",
         [("proposed", ["kazan", "tianjin"]), ("interest", ["tver", "moscow"])]),
        ("喀山希望深化合作，推动开通喀山—天津班列。", [("proposed", ["kazan", "tianjin"])]),
        ("“友城行”活动在喀山和天津举行。", []),
        ("Между Казанью и Тверью курсируют поезда.", [("operating", ["kazan", "tver"])]),
        ("An exhibition to be held in Kazan.", [("proposed", ["kazan"])]),
    ],
)  # fmt: skip
def test_two_cities_and_what_is_hoped_of_them(text, expected):
    assert initiatives(text) == expected


def test_a_signature_after_talks_determines_the_status():
    text = "Kazan and Tianjin discussed sister cities.\n\nKazan and Tianjin signed a sister-city agreement."
    assert initiatives(text) == [("agreed", ["kazan", "tianjin"])]


def test_the_object_in_the_name_of_an_organisation_is_not_an_initiative():
    text = "The forum was organised by Kazan and the Tianjin Training Center, and launched by Kazan."
    assert initiatives(text) == []


def test_a_sentence_that_is_printed_twice_is_read_once():
    lead = "Kazan and Tianjin signed a memorandum on tourism"
    (mark,) = read(f"{lead}\n\nKAZAN, May 14 (Agency) -- {lead}.\n\n{lead}.", DICTIONARY).initiatives
    assert len(mark.spans) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kazan and Tianjin discussed cooperation.", [("interest", ["kazan", "tianjin"])]),
        ("Казань и Тяньцзинь обсуждали сотрудничество.", [("interest", ["kazan", "tianjin"])]),
        ("Kazan and Tianjin signed a memorandum. Kazan and Tianjin have launched cooperation.", 1),
        ("Kazan discussed cooperation.", []),
    ],
)
def test_cooperation_in_general_takes_two_cities_that_do_no_more(text, expected):
    found = initiatives(text)
    assert found == expected if isinstance(expected, list) else len(found) == expected


def test_an_undertaking_in_the_lead_and_in_the_text_is_one_initiative():
    text = (
        "Kazan and Tianjin signed a memorandum on tourism.\n\n"
        "The memorandum between Kazan and Tianjin was signed on Monday.\n"
    )
    (mark,) = read(text, DICTIONARY).initiatives
    assert len(mark.spans) == 2


def test_the_place_of_signing_has_no_part_in_it():
    text = "The mayors of Kazan and Tianjin signed a cooperation agreement in Moscow."
    assert initiatives(text) == [("agreed", ["kazan", "tianjin"])]


def test_a_city_that_others_learn_from_is_a_reference():
    (mark,) = read("Kazan is studying the metro of Tianjin.", DICTIONARY).initiatives
    assert mark.details["city_roles"] == {"Kazan": "lead", "Tianjin": "reference"}


@pytest.mark.parametrize(
    "language, title",
    [
        ("en", "Agreement: Kazan – Tianjin"),
        ("ru", "Соглашение: Казань — Тяньцзинь"),
        ("zh", "合作协议：喀山—天津"),
    ],
)
def test_titles_come_from_a_template_in_three_languages(language, title):
    (mark,) = read("Kazan and Tianjin signed an agreement.", DICTIONARY).initiatives
    assert mark.details["titles"][language] == title


@pytest.mark.parametrize(
    "text, titles",
    [
        (
            "A tram line is under construction in Almaty.",
            ("Tram: Almaty", "Трамвай: Алматы", "有轨电车：阿拉木图"),
        ),
        ("В Алматы строится трамвай.", ("Tram: Almaty", "Трамвай: Алматы", "有轨电车：阿拉木图")),
        ("阿拉木图正在建设有轨电车。", ("Tram: Almaty", "Трамвай: Алматы", "有轨电车：阿拉木图")),
        (
            "В Алматы строится линия ЛРТ.",
            ("Light rail: Almaty", "Лёгкое метро: Алматы", "轻轨：阿拉木图"),
        ),
        (
            "Air taxis were launched in Almaty.",
            ("Air taxis: Almaty", "Аэротакси: Алматы", "空中出租车：阿拉木图"),
        ),
        ("A power line was opened in Almaty.", ("Line: Almaty", "Линия: Алматы", "线路：阿拉木图")),
        ("A metro line is being built in Almaty.", ("Metro: Almaty", "Метро: Алматы", "地铁：阿拉木图")),
    ],
)
def test_a_title_names_what_is_built(text, titles):
    (mark,) = read(text, DICTIONARY).initiatives
    assert tuple(mark.details["titles"].values()) == titles


def test_a_theme_needs_two_signs():
    text = "Tourists came by the tourist train; hotels are full. A museum was mentioned."
    certainties = {mark.key: mark.certainty for mark in read(text, DICTIONARY).themes}
    assert certainties["tourism"] in {"likely", "sure"}
    assert certainties["culture-heritage"] == "doubtful"


@pytest.mark.parametrize(
    "text",
    [
        "The sides will cooperate in the fields of trade, culture, education and health.",
        "Стороны обсудили сотрудничество в сфере торговли, культуры, образования и здравоохранения.",
        "双方将在贸易、文化、教育、卫生等领域开展合作。",
    ],
)
def test_one_word_in_a_sentence_about_cooperation_is_a_theme(text):
    found = {mark.key for mark in read(text, DICTIONARY).themes if mark.certainty != "doubtful"}
    assert found == {"trade-investment", "culture-heritage", "youth-exchange", "public-health"}


def test_every_speaker_makes_a_statement():
    text = "Mayor of Kazan Ivan Petrov came. “Trains must run,” Petrov said."
    (mark,) = read(text, DICTIONARY).statements
    assert mark.value == "Ivan Petrov"
    assert text[slice(*mark.spans[0])] == "“Trains must run,” Petrov said."
