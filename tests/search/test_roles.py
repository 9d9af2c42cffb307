"""A role name, in any language and form, finds the people with this role."""

import pytest

from sco_cities.search import results
from tests import factories as make

PEOPLE = {
    "ada": ("Mayor of Alphaville", "мэр Альфавиля", "阿尔法城市长"),
    "bea": ("Vice-mayor of Alphaville", "вице-мэр Альфавиля", "阿尔法城副市长"),
    "cid": ("Akim of Betaburg", "аким Бетабурга", "贝塔堡市市长"),
    "dan": (
        "Deputy Secretary-General of the League",
        "заместитель генерального секретаря Лиги",
        "联盟副秘书长",
    ),
    "eve": ("Ambassador of Gammaland", "посол Гаммаландии", "伽马国大使"),
    "fay": ("Consul General of Gammaland", "генеральный консул Гаммаландии", "伽马国总领事"),
    "gus": (
        "Lamplighter: consulting and consultations",
        "фонарщик: меры и мероприятия после праздника, консультации",
        "点灯人",
    ),
}


@pytest.fixture
def people(db):
    make.make_city("alphaville", name_en="Alphaville", name_ru="Альфавиль", name_zh="阿尔法城")
    make.make_city("betaburg", name_en="Betaburg", name_ru="Бетабург", name_zh="贝塔堡")
    # The name begins with the same letters as мэр.
    make.make_city("mersin", name_en="Mersin", name_ru="Мерсин")
    for slug, (role, role_ru, role_zh) in PEOPLE.items():
        make.make_delegate(slug, role=role, role_ru=role_ru, role_zh=role_zh)


def delegates_found(phrase):
    groups = results.search_results([phrase], "default").groups
    return "".join(
        sorted(
            hit.record.slug[0] for group in groups if group.collection == "delegates" for hit in group.hits
        )
    )


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("mayor", "abc"), ("mayors", "abc"), ("мэр", "abcg"), ("мэра", "abcg"), ("市长", "abc"),
        ("аким", "abc"), ("akim", "abc"), ("акимы", "abc"), ("акимов", "abc"), ("хокимы", "abc"),
        ("мэр Альфавиля", "ab"), ("мэру Альфавиля", "ab"), ("мэр Альфавиль", "ab"), ("Альфавиль мэр", "ab"),
        ("мэр города Альфавиля", "ab"), ("Alphaville mayor", "ab"), ("mayor of Alphaville", "ab"),
        ("the mayor of the city of Alphaville", "ab"), ("阿尔法城市长", "ab"), ("阿尔法城市市长", "ab"),
        ("阿尔法城 市长", "ab"), ("мэр Бетабурга", "c"), ("mayor of Betaburg", "c"), ("贝塔堡市长", "c"),
        ("vice-mayor", "b"), ("deputy mayor", "b"), ("вице-мэр", "b"), ("вице-мэры", "b"),
        ("заместитель мэра", "b"), ("заместителя мэра Альфавиля", "b"), ("副市长", "b"), ("阿尔法城副市长", "b"),
        ("副市长 贝塔堡", ""), ("mayor of Lampville", ""),
        ("secretary-general", "d"), ("генсек", "d"), ("генеральный секретарь", "d"), ("генеральному секретарю", "d"),
        ("秘书长", "d"), ("ambassadors", "e"), ("послы", "e"), ("посла", "e"), ("大使", "e"),
        ("consul", "f"), ("консул", "f"), ("консулов", "f"), ("领事", "f"), ("генконсул", "f"), ("总领事", "f"),
        ("consul general", "f"), ("генеральному консулу", "f"),
        ("меры", "g"), ("мероприятия", "g"), ("после", "g"), ("консультации", "g"), ("consult", "g"),
    ],
)  # fmt: skip
def test_a_role_finds_people_in_every_language_and_form(phrase, expected):
    assert delegates_found(phrase) == expected


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("Акимов", "hi"), ("Акимова", "i"), ("Akimov", "hi"), ("Галь Акимов", "h"), ("Акимов Галь", "h"),
        ("mayor", "abc"), ("мэр", "abcg"), ("мэров", "abcg"), ("市长", "abc"), ("хоким", "abc"), ("akim", "abc"),
        ("аким", "abch"), ("мэр Акимов", ""), ("аким Бетабурга", "c"),
        ("Mayorova", "i"), ("послов", "i"), ("Послова", "i"),
    ],
)  # fmt: skip
def test_a_family_name_like_a_role_finds_only_people_with_this_name(phrase, expected):
    make.make_delegate("hal", name_en="Hal Akimov", name_ru="Галь Акимов", role="Lamplighter")
    # For this family name, only the feminine form is known.
    names = {"name_en": "Ina Akimova", "name_ru": "Ина Послова", "aliases": "Ina Mayorova"}
    make.make_delegate("ina", **names, role="Lamplighter")
    assert delegates_found(phrase) == expected


@pytest.mark.parametrize("family_name", ["Mayor", "Consul"])
def test_a_person_with_the_name_of_a_role_hides_no_other_people(people, family_name):
    make.make_delegate("hal", name_en=f"Hal {family_name}", role="Lamplighter")
    assert delegates_found(family_name) == ("abch" if family_name == "Mayor" else "fh")


@pytest.mark.parametrize(
    ("role", "phrases"),
    [
        ("Head of the akimat", ["mayor", "аким", "市长"]),
        ("руководитель акимата", ["mayor", "akim", "市长"]),
        ("председатель хокимията", ["mayor", "хоким", "市长"]),
        ("Mayoral adviser", ["mayor", "мэр", "市长"]),
        ("вице-мэром", ["vice mayor", "副市长"]),
        ("Clerk of two consulates", ["consul", "консул", "领事"]),
        ("сотрудник консульства", ["consul", "консул", "领事"]),
        ("от имени генерального консула", ["consul general", "генконсул", "总领事"]),
        ("Генеральное консульство", ["consul general", "генеральный консул", "总领事"]),
    ],
)
def test_a_role_finds_its_office_and_its_forms(db, role, phrases):
    make.make_delegate("hal", role=role)
    assert {phrase: delegates_found(phrase) for phrase in phrases} == dict.fromkeys(phrases, "h")


@pytest.mark.usefixtures("people")
def test_people_come_first_in_a_search_for_a_role():
    city = make.make_city("gamma", name_en="Gamma")
    make.make_initiative("visit", title_en="The mayor visits Alphaville", lead=[city])
    collections = [group.collection for group in results.search_results(["mayor"], "default").groups]
    assert collections == ["delegates", "initiatives"]


@pytest.mark.usefixtures("people")
def test_unknown_words_in_a_search_for_a_role_must_occur():
    assert delegates_found("mayor of Alphaville lamps") == ""
    assert delegates_found("联盟的秘书长") == ""


@pytest.mark.usefixtures("people")
def test_a_list_contains_the_people_that_the_search_finds(client):
    rows = client.get("/delegates/", {"q": "мэр Альфавиля"}).context["list_query"].count
    assert rows == 2


@pytest.mark.usefixtures("people")
def test_the_words_of_a_role_are_highlighted_in_any_language(client):
    text = client.get("/zh-hans/search/", {"q": "мэр Альфавиля"}).content.decode()
    assert "<mark>阿尔法城副市长</mark>" in text or "<mark>阿尔法城</mark>" in text
