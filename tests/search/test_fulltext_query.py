import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from delegates.models import Delegate
from initiatives.models import Initiative
from sco_cities.cities.models import City
from sco_cities.core import tokenizer
from sco_cities.listings import registered_functions
from sco_cities.search import frequent_words, fulltext_query, synonyms
from sco_cities.sources.base_models import PublicationState, record_models
from tests import factories as make
from tests.extent import sample


def found_slugs(model, *phrases):
    keys = frequent_words.find(model.collection, list(phrases), "default")
    return sorted(model.objects.filter(pk__in=list(keys)).values_list("slug", flat=True))


def found_keys(phrase):
    search = synonyms.current("default").search([phrase])
    return fulltext_query.matching_keys({model.collection: search for model in record_models()}, "default")


@pytest.fixture
def places(db):
    alpha = make.make_city(
        "alpha", name_en="Alphaville", name_ru="Альфавиль", name_zh="阿尔法城", aliases="Alfastadt"
    )
    make.make_city("beta", name_en="Betaville")
    make.make_initiative(
        "english", title_en="Lamps in Alphaville", summary_en="Bright.", summary_zh="西安国际商贸物流中心"
    )
    make.make_initiative("russian", title_en="Lights", title_ru="Фонари в Альфавиле", summary_en="Bright.")
    make.make_initiative("chinese", title_en="Poles", title_zh="访问阿尔法城的代表团", summary_en="Bright.")
    make.make_initiative("other", title_en="Lamps elsewhere", summary_en="Dim.")
    return alpha


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("phrases", "expected"),
    [
        (["Alphaville"], ["chinese", "english", "russian"]),
        (["АЛЬФАВИЛЬ"], ["chinese", "english", "russian"]),
        (["阿尔法城"], ["chinese", "english", "russian"]),
        (["aerfacheng"], ["chinese", "english", "russian"]),
        (["Alfastadt"], ["chinese", "english", "russian"]),
        (["Alph"], ["chinese", "english", "russian"]),
        (["lamps alphaville"], ["english"]),
        (["фонари Alphaville"], ["russian"]),
        (["daibiao"], ["chinese"]),
        (["fangwenaerfacheng"], ["chinese"]),
        (["aerfachengdedaibiaotu"], ["chinese"]),
        (["fangwenaerfachengdechengshi"], []),
        (["xianguojishangmaowuliuzhongxin"], ["english"]),
        (["lamp"], ["english", "other"]),
        (["amps"], []),
        (["bright lamps"], ["english"]),
        (["dim", "poles"], ["chinese", "other"]),
        (["lamps nowhere"], []),
    ],
)
def test_all_words_of_a_phrase_match_in_any_script(phrases, expected):
    assert found_slugs(Initiative, *phrases) == expected


@pytest.mark.usefixtures("places")
def test_lists_use_the_same_search():
    keys = registered_functions.find("initiatives", ["阿尔法城"], "default")
    assert keys == frequent_words.find("initiatives", ["Alphaville"], "default")
    assert len(keys) == 3


def test_records_are_found_in_any_publication_state(db):
    make.make_initiative("hidden", title_en="Lamps", state=PublicationState.DRAFT)
    assert found_slugs(Initiative, "lamps") == ["hidden"]


@pytest.mark.django_db
def test_a_family_name_matches_in_another_script_unless_it_is_short():
    make.make_delegate("ada", name_en="Ada Testova", name_zh="阿达·泰斯托娃")
    make.make_delegate("ada-2", name_en="Song Li", name_ru="Сун Ли")
    make.make_initiative("chinese", title_en="Poles", title_zh="泰斯托娃来访")
    make.make_initiative("english", title_en="Visit of Testova")
    make.make_initiative("sunday", title_en="Sunday lights")
    make.make_initiative("song", title_en="A song for light")
    for phrase in ("Testova", "Тестова", "泰斯托娃", "testov"):
        assert found_slugs(Initiative, phrase) == ["chinese", "english"]
    assert found_slugs(Initiative, "song") == ["song"]
    # In a known name, short words must match exactly.
    assert found_slugs(Initiative, "Song Li") == []
    assert found_slugs(Initiative, "song lig") == ["song"]


CHANGES = {
    "withdrawn": lambda city: City.objects.filter(pk=city.pk).update(state=PublicationState.DRAFT),
    "deleted": lambda city: city.delete(),
    "without other names": lambda city: City(
        pk=city.pk, slug="alpha", name_en="Alphaville", country=city.country, latitude=1, longitude=1,
        state=PublicationState.PUBLISHED, created_at=city.created_at,
    ).save(),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_names_are_synonyms_only_while_published(change, places):
    assert found_slugs(Initiative, "Alphaville") == ["chinese", "english", "russian"]
    change(places)
    assert found_slugs(Initiative, "Alphaville") == ["english"]


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize(
    "forms",
    [
        ["Душанбе", "杜尚别", "dushanbe", "Dushan", "ДУШАНБЕ", "dushangbie"],
        ["Nematova", "Нематова", "涅马托娃"],
        ["Shenzhen", "Шеньчжень", "Шэньчжэнь", "深圳"],
        ["Osh", "Ош", "奥什"],
        ["New Delhi", "Нью-Дели", "新德里"],
        ["Tajikistan", "Таджикистан", "塔吉克斯坦"],
    ],
)
def test_all_forms_of_a_name_find_the_same_records_of_every_kind(forms):
    first, *others = map(found_keys, forms)
    assert sum(map(len, first.values())) > 3
    for other in others:
        assert other == first


@pytest.mark.usefixtures("loaded_package")
def test_every_name_of_a_place_finds_the_place_and_the_same_records():
    for city in City.objects.published():
        results = [found_keys(name) for name in (city.name_en, city.name_ru, city.name_zh) if name]
        assert all(city.pk in keys["cities"] for keys in results)
        assert all(keys == results[0] for keys in results), city.slug


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize(
    ("query", "expected"),
    [("shenzhen", "shenzhen"), ("Шеньчжень", "shenzhen"), ("Шэньчжэнь", "shenzhen"), ("tianjin", "tianjin")],
)
def test_a_city_is_found_with_every_spelling_of_its_name(query, expected):
    assert expected in found_slugs(City, query)


@pytest.mark.usefixtures("loaded_package")
def test_accents_and_case_do_not_matter():
    assert found_slugs(Delegate, "nématová") == found_slugs(Delegate, "NEMATOVA") == ["parvina-nematova"]


HOSTILE = [
    '"', "*", '"*', "NEAR(", "NEAR(lamps other)", "lamps OR dim", "lamps NOT dim", "-lamps", "search_text:lamps",
    "^lamps", "lamps' OR 1=1 --", "lamps:*", "!lamps", "lamps & dim", "lamps | dim", "<->", "(lamps", "lamps)",
    "{lamps}", "\x00",
    "\ud800", "😀", "\u202elamps", "שלום עולם", "مرحبا", "a" * 100_000, "lamps " * 10_000, "杜" * 5_000,
    " ".join(chr(97 + a) + chr(97 + b) for a in range(26) for b in range(26)),
]  # fmt: skip


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("phrase", HOSTILE, ids=range(len(HOSTILE)))
def test_no_phrase_is_interpreted_as_query_syntax(phrase):
    start = time.process_time()
    slugs = found_slugs(Initiative, phrase)
    assert time.process_time() - start < 5
    # Only these words can match, because punctuation is ignored.
    expected = {frozenset({"lamps"}): ["english", "other"], frozenset({"lamps", "dim"}): ["other"]}
    assert slugs == expected.get(frozenset(tokenizer.split(phrase)), [])


@pytest.mark.usefixtures("places")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=sample(200))
@given(st.lists(st.text(max_size=60), max_size=4))
@example(["", "\u0301", "ﹰ", "ʼ"])
@example(["½", "㎏", "﷽"])
def test_any_text_can_be_searched_and_text_without_letters_finds_nothing(phrases):
    keys = frequent_words.find("initiatives", phrases, "default")
    assert len(keys) <= 4
    if not any(map(tokenizer.split, phrases)):
        assert not keys


@pytest.mark.usefixtures("places")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=sample(100))
@given(st.text(alphabet="\"*():^-+{}&|!<>\\' \x00😀\u0301", max_size=40))
def test_punctuation_finds_nothing(phrase):
    assert not frequent_words.find("initiatives", [phrase], "default")


@pytest.mark.usefixtures("places")
def test_a_search_runs_one_query_for_the_names_version_and_one_for_the_records(django_assert_num_queries):
    synonyms.current("default")
    with django_assert_num_queries(2):
        frequent_words.find("initiatives", ["Alphaville", "lamps in the street"], "default")


@pytest.mark.django_db
def test_a_list_finds_a_new_word_immediately_and_a_removed_word_no_longer(client):
    initiative = make.make_initiative("lamps", title_en="Lamps")
    # The matches of a word are cached and are updated when the record changes.
    for title, slugs in (("Lamps", []), ("Lamps by the comet", ["lamps"]), ("Lamps", [])):
        initiative.title_en = title
        initiative.save()
        rows = client.get("/initiatives.csv?columns=slug&q=comet").content.decode()
        assert rows.splitlines() == ["slug", *slugs]
