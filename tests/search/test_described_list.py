"""A search that names filter values is offered as a filtered list of initiatives."""

from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from initiatives.models import Initiative
from sco_cities.cities.models import City
from tests import factories as make


@pytest.fixture
def records(db):
    countries = {
        code: make.make_country(code, name_en=english, name_ru=russian, name_zh=chinese)
        for code, english, russian, chinese in (
            ("cn", "China", "Китай", "中国"),
            ("kg", "Kyrgyzstan", "Кыргызстан", "吉尔吉斯斯坦"),
            ("uz", "Uzbekistan", "Узбекистан", "乌兹别克斯坦"),
        )
    }
    alpha, beta, gamma = (
        make.make_city(slug, countries[code], name_en=english, name_ru=russian, name_zh=chinese)
        for slug, code, english, russian, chinese in (
            ("alpha", "kg", "Alphaville", "Альфавиль", "阿尔法城"),
            ("beta", "cn", "Betaburg", "Бетабург", "贝塔堡"),
            ("gamma", "uz", "Gammagrad", "Гаммаград", "伽马城"),
        )
    )
    kites = make.make_theme(
        "kites",
        name_en="Kite lanes",
        name_ru="Пути змеев",
        name_zh="风筝航线",
        keywords="flying lamp; фонарь; 飞灯",
    )
    # The vocabulary contains words for this theme.
    trams = make.make_theme("urban-mobility", name_en="Moving about", name_ru="Движение", name_zh="出行")
    make.make_organisation("office", name_en="Alphaville Paper Office", city=alpha)
    make.make_delegate("ada", name_en="Ada Testova", role="Mayor of Alphaville", city=alpha)
    make.make_initiative(
        "one", title_en="Paper boats", lead=[alpha], partner=[beta], themes=[kites, trams], status="agreed",
        kind="exchange", starts_on="2023-05", ends_on="2024",
    )  # fmt: skip
    make.make_initiative("two", title_en="Tin drums", lead=[alpha], themes=[trams], status="completed")
    make.make_initiative("four", title_en="Not or 没有", title_ru="Не", lead=[alpha], status="agreed")
    make.make_initiative("three", title_en="Drums", lead=[gamma], partner=[beta], themes=[kites])


def offered(client, phrase, prefix=""):
    """Returns the path and heading of the offered list, or None. The list is also the first suggestion."""
    pages = [
        BeautifulSoup(client.get(f"{prefix}/search/{path}", {"q": phrase}).content.decode(), "html5lib")
        for path in ("", "suggestions/")
    ]
    [on_page, suggested] = (
        page.select_one(css) for page, css in zip(pages, ("main h2 a", "li a"), strict=True)
    )
    if not pages[0].select("#described-list, #joint-initiatives"):
        return None
    assert on_page["href"] == suggested["href"]
    return suggested["href"], suggested.get_text(" ", strip=True)


def filters_offered(client, phrase):
    link = offered(client, phrase)
    query = parse_qs(urlsplit(link[0]).query) if link else {}
    return " ".join(f"{name}={value}" for name, values in sorted(query.items()) for value in values)


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    ("phrase", "filters"),
    [
        ("tram Alphaville", "city=alpha theme=urban-mobility"),
        ("трамвай Альфавиль", "city=alpha theme=urban-mobility"),
        ("трамваи в Альфавиле", "city=alpha theme=urban-mobility"),
        ("阿尔法城 有轨电车", "city=alpha theme=urban-mobility"),
        ("阿尔法城有轨电车", "city=alpha theme=urban-mobility"),
        ("flying lamps of Gammagrad", "city=gamma theme=kites"),
        ("фонари Гаммаграда", "city=gamma theme=kites"),
        ("贝塔堡 吉尔吉斯斯坦 飞灯", "city=beta country=kg theme=kites"),
        ("Chinese cities with Alphaville since 2023", "city=alpha country=cn year_from=2023"),
        ("китайские города с Альфавилем с 2023 года", "city=alpha country=cn year_from=2023"),
        ("2023年以来 阿尔法城 中国", "city=alpha country=cn year_from=2023"),
        ("People's Republic of China tram", "country=cn theme=urban-mobility"),
        ("трамваи Кыргызской Республики", "country=kg theme=urban-mobility"),
        ("中华人民共和国有轨电车", "country=cn theme=urban-mobility"),
        ("Alphaville 2023", "city=alpha year_from=2023 year_to=2023"),
        ("Альфавиль до 2024 года", "city=alpha year_to=2024"),
        ("截至2024年 阿尔法城", "city=alpha year_to=2024"),
        ("from 2020 to 2023 Alphaville", "city=alpha year_from=2020 year_to=2023"),
        ("Alphaville 2020–2023", "city=alpha year_from=2020 year_to=2023"),
        ("Alphaville between 2020 and 2023", "city=alpha year_from=2020 year_to=2023"),
        ("Альфавиль с 2020 года по 2023 год", "city=alpha year_from=2020 year_to=2023"),
        ("2020年至2023年 阿尔法城", "city=alpha year_from=2020 year_to=2023"),
        ("exchanges with Betaburg", "city=beta kind=exchange"),
        ("обмены Бетабург", "city=beta kind=exchange"),
        ("agreed initiatives Alphaville", "city=alpha status=agreed"),
        ("инициативы Альфавиля согласовано", "city=alpha status=agreed"),
        ("tram drums Alphaville", "city=alpha q=drums theme=urban-mobility"),
        ("paper Betaburg", "city=beta q=paper"),
        ("tram Betaburg Alphaville", "city=alpha,beta theme=urban-mobility"),
        ("Kyrgyz tram Alphaville", "city=alpha theme=urban-mobility"),
    ],
)
def test_a_question_becomes_the_filters_that_its_words_name(client, phrase, filters):
    assert filters_offered(client, phrase) == filters


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    ("phrase", "url"),
    [
        ("what was announced in Betaburg", "/events/?city=beta"),
        ("initiatives announced in Betaburg", "/events/?city=beta"),
        ("что объявили в Бетабурге", "/events/?city=beta"),
        ("贝塔堡宣布了什么", "/events/?city=beta"),
        ("upcoming events", "/events/"),
        ("предстоящие мероприятия", "/events/"),
        ("即将举行的活动", "/events/"),
        ("what was built in Alphaville", "/initiatives/?city=alpha&status=completed&status=operating"),
        ("what has Alphaville built", "/initiatives/?city=alpha&status=completed&status=operating"),
        ("что построили в Альфавиле", "/initiatives/?city=alpha&status=completed&status=operating"),
        # No completed initiative has the kind "project".
        ("completed projects of Alphaville", "/initiatives/?city=alpha&status=completed"),
        ("завершённые проекты Альфавиля", "/initiatives/?city=alpha&status=completed"),
        ("阿尔法城已完成的项目", "/initiatives/?city=alpha&status=completed"),
        ("buses Alphaville", "/initiatives/?city=alpha&theme=urban-mobility"),
    ],
)
def test_a_question_in_full_words_finds_events_statuses_and_themes(client, phrase, url):
    make.make_event("forum", host_city=City.objects.get(slug="beta"))
    Initiative.objects.filter(slug="two").update(kind="exchange")
    assert offered(client, phrase)[0] == url


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    "phrase", ["completed events Betaburg", "announced in Alphaville", "events", "what was"]
)
def test_a_question_about_events_without_matches_offers_no_list(client, phrase):
    make.make_event("forum", host_city=City.objects.get(slug="beta"))
    assert offered(client, phrase) is None


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    "phrase",
    [
        "Alphaville", "Kyrgyzstan", "Alphaville Kyrgyzstan", "tram", "agreed", "2023", "drums", "tin drums",
        # No initiative matches the whole search.
        "tram Gammagrad", "Alphaville zzz", "agreed completed Alphaville", "tram Alphaville 1999",
        # The site has no record of this country.
        "Japanese tram",
        # A filter cannot express "not" or "or".
        "paper Alphaville -tram", "not agreed Alphaville", "agreed or Alphaville", "не согласовано Альфавиль",
        "阿尔法城 没有 agreed",
        # The searches mean a person and an organisation.
        "mayor Alphaville", "Alphaville Paper Off",
        "tram " * 13 + "Alphaville",
    ],
)  # fmt: skip
def test_other_searches_and_empty_lists_offer_no_filters(client, phrase):
    assert offered(client, phrase) is None


@pytest.mark.usefixtures("records")
def test_a_question_reads_as_the_heading_of_the_list_in_the_readers_language(client):
    for prefix, heading in (
        ("", "2 initiatives with Alphaville, on Moving about"),
        ("/ru", "2 инициативы (город: Альфавиль; тема: Движение)"),
        ("/zh-hans", "2个合作事项：涉及阿尔法城；主题为出行"),
    ):
        url = f"{prefix}/initiatives/?city=alpha&theme=urban-mobility"
        assert offered(client, "трамвай Alphaville", prefix) == (url, heading)


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("phrase", ["Alphaville Betaburg", "Альфавиль и Бетабург", "阿尔法城 贝塔堡"])
def test_a_search_for_only_places_links_to_their_page_once(client, phrase):
    url, text = offered(client, phrase)
    assert (url, text) == ("/together/alpha/beta/", "1 initiative with Alphaville and Betaburg")
    assert not client.get("/search/", {"q": phrase}).content.count(b'id="described-list"')


@pytest.mark.usefixtures("records")
def test_an_adjective_and_a_city_find_the_page_about_both_places(client):
    assert offered(client, "китайские города Альфавиль")[0] == "/together/alpha/cn/"


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("width", [390, 1280])
def test_the_search_page_has_the_focus_and_suggestions_on_phones_too(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/search/")
    field = page.get_by_role("searchbox", name="Search terms")
    expect(field).to_be_focused()
    page.keyboard.type("трамвай Ташкент", delay=10)
    first = page.locator("main .suggestions a").first
    expect(first).to_contain_text("with Tashkent, on Urban transport")
    field.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url("/initiatives/?city=tashkent&theme=urban-mobility")


@pytest.mark.usefixtures("site")
def test_results_keep_the_focus_at_the_top(page):
    page.goto("/search/?q=tram")
    expect(page.get_by_role("searchbox", name="Search terms")).not_to_be_focused()
