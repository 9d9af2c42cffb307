"""Cities and countries named in a report, and the same names with another meaning."""

import pytest

from sco_cities.intake.reading.dictionary import Dictionary, KnownName
from sco_cities.intake.reading.reader import read
from sco_cities.intake.reading.report_text import ReportText

from .small_dictionary import small_dictionary

pytestmark = pytest.mark.only_on("sqlite")
DICTIONARY = small_dictionary()


def cities(text: str) -> list[str]:
    return sorted(mark.key for mark in read(text, DICTIONARY).cities)


def countries(text: str) -> list[str]:
    return sorted(mark.details["code"] for mark in read(text, DICTIONARY).countries)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("He flew from Tashkent to Nizhny Novgorod.", ["nizhny-novgorod", "tashkent"]),
        ("Tashkent's tram, Bishkek's bus", ["bishkek", "tashkent"]),
        ("Договор с Нижним Новгородом и Казанью", ["kazan", "nizhny-novgorod"]),
        ("Жители Алматы и Душанбе, из Ташкента в Москву", ["almaty", "dushanbe", "moscow", "tashkent"]),
        ("代表团从塔什干前往天津市。", ["tashkent", "tianjin"]),
        ("塔什干、比什凯克和天津的代表", ["bishkek", "tashkent", "tianjin"]),
        ("A road Tashkent–Bishkek will be built.", ["bishkek", "tashkent"]),
    ],
)
def test_a_city_is_found_in_any_case_and_script(text, expected):
    assert cities(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The Tashkent Region is large.",
        "They walked along Dushanbe Street to Kazan Avenue.",
        "The Shanghai Spirit guides the members.",
        "After the Qingdao Summit they went home.",
        "The Tashkent State Transport University has a new rector.",
        "На проспекте Ташкент и на улице Москва тихо.",
        "Тверской горисполком и Московский центр обучения промолчали.",
        "塔什干州今年丰收。",
        "天津路的商店，青岛峰会之后",
        "上海合作组织和上海精神",
    ],
)
def test_a_city_name_within_another_name_is_not_found_in_the_report(text):
    assert cities(text) == []


@pytest.mark.parametrize(
    "text, expected",
    [
        (
            "The mayor's office of Bishkek closed. Tashkent City Administration opened.",
            ["bishkek", "tashkent"],
        ),
        ("Мэрия Бишкека и хокимият Ташкента", ["bishkek", "tashkent"]),
        ("塔什干市政府宣布", ["tashkent"]),
    ],
)
def test_a_city_in_the_name_of_its_government_is_found_in_the_report(text, expected):
    assert cities(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The Kazan City Duma approved it.",
        "The city Duma of Kazan approved it.",
        "В Думе Казани обсудили бюджет.",
    ],
)
def test_a_parliament_is_no_town_of_its_name(text):
    dictionary = Dictionary(
        [
            KnownName("city", "kazan", ("Kazan", "Казань")),
            KnownName("city", "", ("Duma", "Дума"), rank=2, details={"country": "sy"}),
        ]
    )
    assert [mark.value for mark in read(text, dictionary).cities] == ["Kazan"]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Mayor of Kazan Vladimir Petrov spoke.", ["kazan"]),
        ("Мэр Казани Владимир Петров выступил.", ["kazan"]),
        ("Vladimir Petrov bought a ticket.", []),
        ("Владимир Петров купил билет.", []),
        ("Делегация приехала из Владимира.", ["vladimir"]),
        ("The delegation came from Vladimir.", ["vladimir"]),
    ],
)
def test_a_town_that_is_also_a_first_name_is_recognised_by_its_neighbours(text, expected):
    assert cities(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "DUSHANBE, May 14 (Pamir Press) -- The weather is fine.",
        "ДУШАНБЕ, 14 мая. /Памир-Пресс/. Погода хорошая.",
        "帕米尔社杜尚别5月14日电（记者林小禾）天气很好。",
        "The weather is fine.\n\nPhoto: Dushanbe Press/A. B.",
        "Погода хорошая.\n\nФото: Душанбе-Пресс",
    ],
)
def test_datelines_and_credits_name_no_city(text):
    assert cities(text) == []


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Chinese and Kazakhstan experts", ["CN", "KZ"]),
        ("китайско-монгольский форум", ["CN", "MN"]),
        ("第八届中国—蒙古国博览会开幕", ["CN", "MN"]),
        ("казахстанские компании в Китае", ["CN", "KZ"]),
        ("中哈两国合作，塔方表示欢迎", ["CN", "KZ", "TJ"]),
        ("哈萨克斯坦和中国", ["CN", "KZ"]),
    ],
)
def test_countries_are_found_by_names_adjectives_and_short_forms(text, expected):
    assert countries(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The Chinese language is hard.",
        "Он учит китайский язык.",
        "哈萨克斯坦族的服装",
        "在会中塔楼",
        "其中俄语",
    ],
)
def test_languages_and_peoples_are_no_countries(text):
    assert countries(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("哈萨克斯坦、塔吉克斯坦等民族的居民", []), ("中乌铁路", ["CN", "UZ"])],
)
def test_peoples_in_a_list_are_no_countries_and_railways_join_some(text, expected):
    assert sorted(mark.details["code"] for mark in read(text, DICTIONARY).countries) == expected


def test_a_little_known_town_followed_by_its_country_is_a_city():
    dictionary = Dictionary(
        [
            KnownName("city", "", ("Oldtown",), rank=2, details={"country": "tj"}),
            KnownName("country", "tj", ("Tajikistan",), details={"code": "TJ"}),
            KnownName("country", "cn", ("China",), details={"code": "CN"}),
        ]
    )
    texts = ("Oldtown (Tajikistan) won.", "Oldtown, Tajikistan won.", "Oldtown (China) won.", "Oldtown won.")
    assert [len(read(text, dictionary).cities) for text in texts] == [1, 1, 0, 0]


def test_a_word_that_is_cut_off_is_completed_to_nothing():
    text = "The train goes to Tianjin and then to Tash"
    assert cities(text) == ["tianjin"]


def test_a_record_is_named_once_with_all_its_places():
    text = "Tashkent is big. Ташкент, 塔什干."
    (mark,) = read(text, DICTIONARY).cities
    assert [text[start:end] for start, end in mark.spans] == ["Tashkent", "Ташкент", "塔什干"]


def test_a_name_at_the_end_of_a_text_ends_with_it():
    dictionary = Dictionary(
        [KnownName("organisation", "bureau", ("天津旅游局",)), KnownName("city", "tianjin", ("天津",))]
    )
    assert [hit[:2] for hit in dictionary.find(ReportText("访问天津"))] == [(2, 4)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Новый Эстер", ["north"]), ("из Новой Эстеры", ["south"]), ("Новый Эстерский", []), ("Новый", []),
    ],
)  # fmt: skip
def test_a_name_is_not_known_by_the_forms_of_another_one_like_it(text, expected):
    names = {"north": ("Новый Эстер",), "south": ("Новая Эстера",)}
    dictionary = Dictionary([KnownName("city", key, its) for key, its in names.items()])
    assert [each.key for hit in dictionary.find(ReportText(text)) for each in hit.known] == expected
