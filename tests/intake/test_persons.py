"""Persons with roles in three languages."""

import pytest

from sco_cities.intake.reading.reader import read

from .small_dictionary import small_dictionary

pytestmark = pytest.mark.only_on("sqlite")
DICTIONARY = small_dictionary()


def persons(text: str) -> dict[str, str]:
    return {mark.value: mark.details["role"] for mark in read(text, DICTIONARY).persons}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Deputy Mayor of Dushanbe Firuz Karimzoda spoke.", {"Firuz Karimzoda": "Deputy Mayor of Dushanbe"}),
        ("Tashkent Mayor Ivan Petrov spoke.", {"Ivan Petrov": "Tashkent Mayor"}),
        ("Zhao Wenbin, vice mayor of Tianjin, spoke.", {"Zhao Wenbin": "vice mayor of Tianjin"}),
        ("Zhao Wenbin, SCO deputy secretary-general, spoke.", {"Zhao Wenbin": "SCO deputy secretary-general"}),
        ("Zhao Wenbin, Governor of St. Tashkent, spoke.", {"Zhao Wenbin": "Governor of St. Tashkent"}),
        ("Zhao Wenbin, Governor of Xinjiang. Buses came.", {"Zhao Wenbin": "Governor of Xinjiang"}),
        ("The head of the Kazan City Administration, Timur Bulatov, said so.",
         {"Timur Bulatov": "head of the Kazan City Administration"}),
        ("Mayors Ivan Petrov and Zhao Wenbin signed.", {"Ivan Petrov": "Mayors", "Zhao Wenbin": "Mayors"}),
        ("Mayor Petrov said no.", {"Petrov": "Mayor"}),
        ("Mayors Ivan Petrov and Zhao Wenbin signed. Mayor Petrov left.",
         {"Ivan Petrov": "Mayors", "Zhao Wenbin": "Mayors"}),
        ("Mayor Ivan Petrov and Zhao Wenbin signed.", {"Ivan Petrov": "Mayor"}),
        ("Заместитель мэра Казани Иван Петров выступил.", {"Иван Петров": "Заместитель мэра Казани"}),
        ("Чжао Вэньбинь, вице-мэр Тяньцзиня, выступил.", {"Чжао Вэньбинь": "вице-мэр Тяньцзиня"}),
        ("Директор компании «Вода» Иван Петров выступил.", {"Иван Петров": "Директор компании «Вода»"}),
        ("Директор Анна Мария Кузнецова выступила.", {"Анна Мария Кузнецова": "Директор"}),
        ("Глава Лесмаша Кирилл Синицын выступил.", {"Кирилл Синицын": "Глава Лесмаша"}),
        ("天津市副市长赵文斌出席。", {"赵文斌": "天津市副市长"}),
        ("杜尚别市副市长菲鲁兹·卡里姆佐达表示，", {"菲鲁兹·卡里姆佐达": "杜尚别市副市长"}),
        ("Consul General in Kazan Zhao Wenbin spoke.", {"Zhao Wenbin": "Consul General in Kazan"}),
        ("Вчера Генеральный консул Китая Чжао Вэньбинь приехал.", {"Чжао Вэньбинь": "Генеральный консул Китая"}),
        ("市长马俊说，", {"马俊": "市长"}),
        ("天津市友好协会赵文斌会长出席。", {"赵文斌": "天津市友好协会会长"}),
    ],
)  # fmt: skip
def test_a_name_beside_a_role_is_a_person(text, expected):
    assert persons(text) == expected


@pytest.mark.parametrize(
    "role, name",
    [
        ("Minister of Foreign Affairs", "Ivan Petrov"),
        ("Minister of Culture and Tourism", "Aida Balayeva"),
        ("Minister of Labour, Employment and Social Protection", "Aida Balayeva"),
        ("Deputy Mayor for Digital Development", "Ivan Petrov"),
        ("Chairman of the Bishkek City Kenesh", "Zhao Wenbin"),
        ("Director General of the Tashkent Metro", "Ivan Petrov"),
        ("Director of the Hermitage", "Ivan Petrov"),
        ("Mayor of Mt. Lantern", "Ivan Petrov"),
        ("Governor of Xinjiang", "Ivan Petrov"),
        ("Governor of Gorno-Badakhshan", "Alisho Mirzonabot"),
        ("head of the Department of Foreign Relations", "Anna Petrova"),
        ("director of the Institute of Urban Development", "Zhao Wenbin"),
        ("Chinese Ambassador to Kazakhstan", "Zhao Wenbin"),
        ("Ambassador Extraordinary and Plenipotentiary of Uzbekistan to China", "Ivan Petrov"),
        ("Secretary of the Tianjin Municipal Committee", "Chen Min'er"),
        ("Speaker of Jogorku Kenesh", "Nurlan Turgun uulu"),
    ],
)
def test_words_of_the_office_are_part_of_the_role(role, name):
    assert persons(f"The guests were met by {role} {name} on Monday.") == {name: role}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("The Mayor of Agra, Raja Iqbal Singh, hosted the Mayor of Kazan, Ivan Petrov.",
         {"Raja Iqbal Singh": "Mayor of Agra", "Ivan Petrov": "Mayor of Kazan"}),
        ("The mayor of Kazan, Ivan Petrov, hosted Tashkent Mayor Anna Lebedeva.",
         {"Ivan Petrov": "mayor of Kazan", "Anna Lebedeva": "Tashkent Mayor"}),
        ("Opened by the mayor, Ivan Petrov, the rector of the institute, Anna Lebedeva, and guests.",
         {"Ivan Petrov": "mayor", "Anna Lebedeva": "rector of the institute"}),
        ("Ivan Petrov, Kazakhstan's deputy minister of trade, agreed.",
         {"Ivan Petrov": "Kazakhstan's deputy minister of trade"}),
        ("Ivan Petrov, an urban planning specialist, agreed.", {"Ivan Petrov": "urban planning specialist"}),
        ("Ivan Petrov, together with the mayor of Kazan, agreed.", {}),
        ("They met the head of the team. Ivan Petrov, director of the plant, agreed.",
         {"Ivan Petrov": "director of the plant"}),
        ("Deputy Mayor Ms. Aida Balayeva agreed.", {"Aida Balayeva": "Deputy Mayor"}),
    ],
)  # fmt: skip
def test_a_role_belongs_to_the_person_it_stands_beside(text, expected):
    assert persons(text) == expected


@pytest.mark.parametrize(
    "text, name",
    [
        ("Встреча с мэром Казани Ильсуром Гареевым прошла.", "Ильсур Гареев"),
        ("По словам директора школы Анны Лебедевой, всё готово.", "Анна Лебедева"),
        ("Он передал письмо министру Игорю Лапшину.", "Игорь Лапшин"),
        ("Беседа с губернатором Алексеем Орловским", "Алексей Орловский"),
        ("Письмо мэра Тяньцзиня Чжао Вэньбиня", "Чжао Вэньбинь"),
        ("Встреча с послом Чжао Вэньбинем", "Чжао Вэньбинь"),
        ("Речь секретаря Ольги Синицыной", "Ольга Синицына"),
        ("с губернатором провинции Сычуань Инь Лимином", "Инь Лимин"),
    ],
)
def test_the_case_of_the_role_determines_the_case_of_the_name(text, name):
    assert list(persons(text)) == [name]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Беседа с первым заместителем мэра Казани Иваном Петровым", "первый заместитель мэра Казани"),
        ("Беседа с вице-мэром Твери Анной Петровой", "вице-мэр Твери"),
        ("Письмо главы Казани Ильсура Гареева", "глава Казани"),
        ("Так сказала руководитель аппарата президента Ольга Смирнова.", "президента"),
        ("Беседа с мэром Твери Анной Тестовой", "мэр Твери"),
    ],
)
def test_a_role_is_in_the_nominative_unless_the_name_has_another_case(text, role):
    assert list(persons(text).values()) == [role]


@pytest.mark.parametrize(
    "name, followers",
    [
        ("王伟", "指出 会见了 会谈时 陪同 率领 率代表团 认为 发表讲话 提出 代表中方 参与 接见 作为嘉宾"),
        ("王伟", "近日 日前 当日 先后 决定 要求 调研 转达 看望 重申 女士说"),
        ("王伟", "等一行 应邀 曾表示 作主旨发言 致欢迎辞 为企业颁奖"),
        ("李强", "强调，合作很重要 调研时 在会上说"),
        ("王国强", "强调 会见了 表示 在会上说"),
        ("王大为", "，双方签署协议 （左）说"),
        ("欧阳明高", "指出 认为"),
        ("安德烈·拉普申", "宣布 高度评价 赞扬 考察了 重申 女士说 曾表示 则指出"),
        ("弗兰克·施泰因迈尔", "表示 因病"),
        ("米哈伊尔·米舒斯京", "表示 抵达"),
    ],
)  # fmt: skip
def test_a_chinese_name_ends_before_a_word_that_follows_names(name, followers):
    for follower in followers.split():
        assert persons(f"塔什干市市长{name}{follower}。") == {name: "塔什干市市长"}, follower


@pytest.mark.parametrize(
    "text",
    [
        "市长王国强调研时说",
        "市长王大为表示，",
        "部长曾指出，",
        "市长于近日访问",
        "主任马上任后",
        "专家常说，",
        "局长解释说，",
    ],
)
def test_no_name_is_better_than_one_that_may_end_elsewhere(text):
    assert persons(text) == {}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Мэр Москвы С. С. Собянин выступил.", {"С. С. Собянин": "Мэр Москвы"}),
        ("По словам мэра Казани И. Р. Метшина, всё готово.", {"И. Р. Метшин": "мэр Казани"}),
        ("Письмо министру Д. В. Мантурову отправлено.", {"Д. В. Мантуров": "министр"}),
        ("По словам министра О. А. Кузнецовой, всё готово.", {"О. А. Кузнецова": "министр"}),
        ("Заместитель мэра К. Иванов и директор А.В. Петров пришли.",
         {"К. Иванов": "Заместитель мэра", "А.В. Петров": "директор"}),
        ("С. С. Собянин, мэр Москвы, выступил.", {"С. С. Собянин": "мэр Москвы"}),
        ("Губернатор Джон Ф. Кеннеди выступил.", {"Джон Ф. Кеннеди": "Губернатор"}),
        ("Председатель Правительства М. В. Мишустин выступил.", {"М. В. Мишустин": "Председатель Правительства"}),
        ("Директор школы им. В. И. Ленина Маулен Ашимбаев выступил.",
         {"Маулен Ашимбаев": "Директор школы им. В. И. Ленина"}),
        ("Спикер Мажилиса Ерлан Кошанов выступил.", {"Ерлан Кошанов": "Спикер Мажилиса"}),
        ("Встреча со спикером Сената Мауленом Ашимбаевым прошла.", {"Маулен Ашимбаев": "спикер Сената"}),
        ("Председатель Жогорку Кенеша Нурланбек Тургунбек уулу выступил.",
         {"Нурланбек Тургунбек уулу": "Председатель Жогорку Кенеша"}),
        ("Директор Ташметрополитена Жамшид Шоев выступил.", {"Жамшид Шоев": "Директор Ташметрополитена"}),
        ("Встреча с мэром г-жой Ло Пин прошла.", {"Ло Пин": "мэр"}),
        ("Спикер Мухаммад Али Хан выступил.", {"Мухаммад Али Хан": "Спикер"}),
        ("Аким Алматы Дархан Сатыбалды выступил.", {"Дархан Сатыбалды": "Аким Алматы"}),
        ("Губернатор провинции Шэньси Чжао Ган выступил.", {"Чжао Ган": "Губернатор провинции Шэньси"}),
        ("Глава района И. С. Каримов выступил.", {"И. С. Каримов": "Глава района"}),
        ("Руководитель аппарата президента Ольга Смирнова выступила.", {"Ольга Смирнова": "президента"}),
    ],
)  # fmt: skip
def test_initials_are_part_of_a_russian_name_and_words_of_the_office_are_not(text, expected):
    assert persons(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ivan Petrov bought a ticket.",
        "By Ivan Petrov\n\nThe weather is fine.",
        "Reporter Ivan Petrov wrote this.",
        "Photo: Ivan Petrov",
        "Title of the page\n\nИван Петров\n\nПогода хорошая.",
        "Иван Петров купил билет.",
        "Университет имени академика С. П. Королёва открыт.",
        "Фото: мэр Казани Иван Петров",
        "The mayor of Kazan said no.",
        "Mayor Tower. Chairman ITU said no.",
        "The Global Mayors Dialogue ended with a concert.",
        "The Ambassador Hotel is open, and the pilot Trams are new.",
        "Mayor Arrives in Kazan\n\nThe weather is fine.",
        "Mayor of Navi Mumbai said no.",
        "Minister of Power Manohar Lal Khattar said no.",
        "The spokesman for Ivan Petrov said no.",
        "The Great Silk Road Mayor",
        "Глава города Владимир Петров выступил.",
        "Он работает мэром. А Иван Петров нет.",
        "Директор театра им. А. С. Пушкина выступил.",
        "Мэры Лодвигова и Ольга Смирнова выступили.",
        "Мэр Казани Метшин И. Р. выступил.",
        "По словам директора Ташметрополитена Жамшида Шоева, всё готово.",
        "（记者赵文斌）天气很好。",
        "负责人周一在会上说",
        "主席国期间举行",
        "上海市长宁区",
    ],
)
def test_authors_passers_by_and_unnamed_officials_are_not_proposed(text):
    assert persons(text) == {}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Mayor of Kazan Ivan Petrov came. Petrov spoke.", ["Ivan Petrov", "Petrov"]),
        ("Мэр Казани Иван Петров пришёл. Слова Петрова ясны.", ["Иван Петров", "Петрова"]),
        ("杜尚别市市长菲鲁兹·卡里姆佐达到场。卡里姆佐达说，", ["菲鲁兹·卡里姆佐达", "卡里姆佐达"]),
    ],
)
def test_a_surname_alone_is_the_same_person(text, expected):
    (person,) = read(text, DICTIONARY).persons
    assert [text[start:end] for start, end in person.spans] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("昨日,王小明市长会见来宾", {"王小明": "市长"}),
        ("塔什干市市长卡里莫夫表示", {"卡里莫夫": "塔什干市市长"}),
        ("天津市市长王小明和喀山市市长萨利别科夫互相交换文件", {"王小明": "天津市市长", "萨利别科夫": "喀山市市长"}),
        ("Делегация во главе мэром столицы Александром Пробниным", {"Александр Пробнин": "мэр столицы"}),
        ("в ходе визита президента Петрова", {"Петров": "президент"}),
        ("Президент Иван Петров. Визит президента Петрова", {"Иван Петров": "Президент"}),
    ],
)  # fmt: skip
def test_a_surname_with_a_role_is_a_person(text, expected):
    assert persons(text) == expected


def test_roles_do_not_cross_a_line_break_of_the_source():
    assert persons("List of the deputy mayor\nIvan Petrov\nAnna Lebedeva and others came there.") == {}


def test_names_cross_the_line_breaks_of_a_page_layout():
    text = (
        "The programme was shown to guests by the deputy mayor of Kazan Ivan\n"
        "Petrov, who has been at work on it since the spring of the last year,\n"
        "and by his colleagues."
    )
    assert persons(text) == {"Ivan Petrov": "deputy mayor of Kazan"}


def test_a_known_delegate_needs_no_role():
    (person,) = read("Анна Тестова приехала.", DICTIONARY).persons
    assert (person.key, person.certainty) == ("anna-test", "sure")


@pytest.mark.parametrize(
    "text, role",
    [
        ("Deputy Mayor for Transport Anna Testova spoke.", "Deputy Mayor for Transport"),
        ("Mayor of Gorno Badakhshan Anna Testova spoke.", "Mayor of Gorno Badakhshan"),
        ("Kenesh Anna Testova, mayor of Kazan, spoke.", "mayor of Kazan"),
        ("Директор Лесмаша Анна Тестова приехала.", "Директор Лесмаша"),
        ("塔什干市长安娜·捷斯托娃宣布新线路开通。", "塔什干市长"),
    ],
)
def test_a_known_name_within_a_longer_one_is_that_of_the_delegate(text, role):
    (person,) = read(text, DICTIONARY).persons
    assert (person.key, person.details["role"]) == ("anna-test", role)
    (place,) = person.spans
    assert text[slice(*place)] in person.names
