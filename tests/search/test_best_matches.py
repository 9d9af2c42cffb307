"""Best matches come first. They are records with the searched name, or joint initiatives of searched places."""

import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from sco_cities.search import results
from tests import factories as make


@pytest.fixture
def records(db):
    xa = make.make_country("xa", name_en="Alphaland", name_ru="Альфаландия", name_zh="阿尔法国")
    xb = make.make_country("xb", name_en="Betaland", name_ru="Беталандия", name_zh="贝塔国")
    alpha = make.make_city(
        "alpha", xa, name_en="Alphaville", name_ru="Альфавиль", name_zh="阿尔法城", aliases="Alfastadt"
    )
    beta = make.make_city("beta", xb, name_en="Betaburg", name_ru="Бетабург", name_zh="贝塔堡")
    gamma = make.make_city("gamma", xb, name_en="Gamma", name_ru="Гамма", name_zh="伽马城")
    make.make_city("hidden", xb, name_en="Hiddenburg", state="draft")
    lamps = make.make_theme(
        "lamps",
        name_en="City lamps and beacons",
        name_ru="Городские фонари и маяки",
        name_zh="城市路灯与灯塔",
    )
    works = make.make_organisation(
        "works", name_en="Lamp Works", name_ru="Фонарный завод", aliases="LWK", city=alpha
    )
    make.make_organisation("draft-works", name_en="Draft Works", state="draft")
    event = make.make_event("forum", host_city=alpha)
    ada = make.make_delegate(
        "ada",
        name_en="Ada Lovelamp",
        name_ru="Ада Лавламп",
        name_zh="阿达",
        city=alpha,
        role="Mayor of Alphaville",
    )
    make.make_delegate("bob", name_en="Bob Twinson")
    make.make_delegate("cid", name_en="Cid Twinson")
    make.make_attendance(event, ada)
    make.make_attendance(make.make_event("draft-forum", state="draft"), ada)
    make.make_statement("said", event=event, delegate=ada, themes=[lamps])
    make.make_initiative(
        "both",
        title_en="Lights",
        lead=[alpha],
        partner=[beta],
        themes=[lamps],
        status="agreed",
        organisations=[works],
    )
    make.make_initiative("more", title_en="Lights on", lead=[alpha, beta], status="operating")
    make.make_initiative("one", title_en="Poles", lead=[alpha], themes=[lamps], status="operating")
    make.make_initiative("unseen", lead=[alpha, gamma], themes=[lamps], state="draft")


def best(phrase):
    return results.search_results([phrase], "default").best


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("Alphaville", "cities:alpha"), ("АЛЬФАВИЛЬ", "cities:alpha"), ("阿尔法城", "cities:alpha"),
        ("aerfacheng", "cities:alpha"), ("Alfastadt", "cities:alpha"), ("Альфавилем", "cities:alpha"),
        ("город Альфавиль", "cities:alpha"), ("Alphaville city", "cities:alpha"), ("阿尔法城市", "cities:alpha"),
        ("Alphaville Alphaland", "cities:alpha"), ("Альфавиль, Alphaville", "cities:alpha"),
        ("Alphaland", "countries:XA"), ("Альфаландии", "countries:XA"), ("贝塔国", "countries:XB"),
        ("Ada Lovelamp", "delegates:ada"), ("Lovelamp Ada", "delegates:ada"), ("Лавламп", "delegates:ada"),
        ("Аде Лавламп", "delegates:ada"), ("阿达", "delegates:ada"), ("Lovelamp", "delegates:ada"),
        ("Lamp Works", "organisations:works"), ("фонарный завод", "organisations:works"),
        ("lwk", "organisations:works"),
        ("City lamps and beacons", "themes:lamps"), ("городские фонари", "themes:lamps"),
        ("городской фонарь", "themes:lamps"), ("city lamp", "themes:lamps"), ("城市路灯", "themes:lamps"),
        ("Twinson", ""), ("Alphavil", ""), ("Hiddenburg", ""), ("Draft Works", ""), ("lamps", ""), ("beacons", ""),
        ("mayor of Alphaville", ""), ("Alphaville lamps", ""), ("zzz", ""),
    ],
)  # fmt: skip
def test_the_record_whose_name_is_searched_for_has_a_card(phrase, expected):
    found = best(phrase)
    assert (" ".join(card.hit.record.reference for card in found.cards), found.joint) == (expected, None)


CARDS = [
    ("Alphaville",
     "3 initiatives: city=alpha; 1 delegate: city=alpha; 1 organisation: city=alpha; 1 event: city=alpha; "
     "1 statement: city=alpha",
     "agreed 1; operating 2"),
    ("Betaland", "2 initiatives: country=xb; 2 cities: country=xb", "agreed 1; operating 1"),
    ("Ada Lovelamp", "1 statement: delegate=ada; 1 event: attendances", ""),
    ("Lamp Works", "1 initiative: organisation=works", "agreed 1"),
    ("City lamps", "2 initiatives: theme=lamps; 1 statement: theme=lamps", "agreed 1; operating 1"),
]  # fmt: skip


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(("phrase", "counts", "statuses"), CARDS)
def test_the_counts_of_a_card_equal_the_lists_that_it_links_to(phrase, counts, statuses, client):
    [card] = best(phrase).cards
    shown = (f"{each.number} {each.word}: {re.split('[?#]', each.url)[1]}" for each in card.counts)
    assert "; ".join(shown) == counts
    assert "; ".join(f"{status} {each.count}" for status, each in card.statuses) == statuses
    links = [(each.number, each.url) for each in card.counts]
    links += [(each.count, each.url) for _status, each in card.statuses]
    for number, url in links:
        response = client.get(url)
        if "?" in url:
            assert response.context["list_query"].count == number
        else:
            section = BeautifulSoup(response.content.decode(), "html5lib").select_one(
                f"#{url.partition('#')[2]}"
            )
            assert section is not None


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    ("phrase", "places", "count"),
    [
        ("Alphaville Betaburg", "alpha beta", 2), ("Alphaville and Betaburg", "alpha beta", 2),
        ("Alphaville, Betaburg", "alpha beta", 2), ("Alphaville–Betaburg", "alpha beta", 2),
        ("Альфавиль Бетабург", "alpha beta", 2), ("между Альфавилем и Бетабургом", "alpha beta", 2),
        ("Альфавиль и Alphaville с Бетабургом", "alpha beta", 2), ("Betaburg Альфавиль", "beta alpha", 2),
        ("阿尔法城 贝塔堡", "alpha beta", 2), ("阿尔法城和贝塔堡", "alpha beta", 2),
        ("阿尔法城贝塔堡", "alpha beta", 2),
        ("Alphaland Betaland", "xa xb", 2), ("Альфаландия и Беталандия", "xa xb", 2), ("阿尔法国与贝塔国", "xa xb", 2),
        ("Alphaville Betaland", "alpha xb", 2), ("Alphaville Betaburg Alphaland", "alpha beta", 2),
        ("Alphaville Betaburg Gamma", "alpha beta gamma", 0), ("Alphaville Gamma", "alpha gamma", 0),
    ],
)  # fmt: skip
def test_several_places_find_their_joint_initiatives(phrase, places, count, client):
    found = best(phrase)
    assert [place.slug for place, _initiatives in found.joint.places] == places.split()
    assert (len(found.joint.keys), len(found.hits), found.cards) == (count, count, [])
    assert client.get(found.joint.url).context["dossier"].joint.count == count
    for _place, initiatives in found.joint.places:
        assert client.get(initiatives.url).context["list_query"].count == initiatives.count


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    "phrase", ["Alphaville lamps Betaburg", "Alphaville Hiddenburg", "Alphaville Beta", "and"]
)
def test_places_with_other_words_find_no_joint_initiatives(phrase):
    assert best(phrase).joint is None


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    ("language", "phrase", "expected"),
    [
        ("", "Alphaville Betaburg", "Alphaville and Betaburg 2 joint initiatives"),
        ("/ru", "Альфавиль Бетабург", "Альфавиль и Бетабург 2 совместные инициативы"),
        ("/zh-hans", "阿尔法城贝塔堡", "阿尔法城和贝塔堡 2个共同合作事项"),
        ("", "Alphaville Gamma", "Alphaville and Gamma There are no joint initiatives."),
        ("/ru", "Альфавиль Гамма", "Альфавиль и Гамма Совместных инициатив нет."),
        ("/zh-hans", "阿尔法城 伽马城", "阿尔法城和伽马城 没有共同合作事项。"),
        ("", "Alphaville", "Alphaville city · Alphaland 3 initiatives"),
        ("/ru", "Альфавиль", "Альфавиль город · Альфаландия 3 инициативы"),
        ("/zh-hans", "阿尔法城", "阿尔法城 城市 · 阿尔法国 3 个合作事项"),
    ],
)  # fmt: skip
def test_the_best_match_precedes_all_groups_in_the_readers_language(language, phrase, expected, client):
    page = BeautifulSoup(client.get(f"{language}/search/", {"q": phrase}).content.decode(), "html5lib")
    first = page.select_one("main section")
    assert first["class"] == ["best-match"]
    assert " ".join(first.get_text().split()).startswith(expected)
    assert page.select(".empty") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("phrase", "head"),
    [
        ("Hermitville", "Hermitville city"),
        ("Alphaland", "Alphaland country"),
        ("Lamps", "Lamps theme · digitally"),
    ],
)
def test_a_card_names_no_unpublished_country(phrase, head, client):
    make.make_city("hermitville", make.make_country("xh", name_en="Hidden Land", state="draft"))
    make.make_country("xa", name_en="Alphaland")
    make.make_theme("lamps", name_en="Lamps")
    page = BeautifulSoup(client.get("/search/", {"q": phrase}).content.decode(), "html5lib")
    card = page.select_one(".best-match")
    assert " ".join(card.get_text().split()).startswith(head) and "Hidden" not in page.get_text()
    assert card.select_one(".item-details").get_text().strip()[-1] != "·"


@pytest.mark.usefixtures("records")
def test_two_phrases_are_alternatives_and_have_no_best_match():
    assert not results.search_results(["Alphaville", "Betaburg"], "default").best


@pytest.mark.usefixtures("records")
def test_a_withdrawn_record_loses_its_card():
    city = best("Alphaville").cards[0].hit.record
    city.state = "withdrawn"
    city.save()
    assert not best("Alphaville")


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize(
    "phrase",
    ["Ташкент", "Kazakhstan", "Wang Xu", "huawei", "городской транспорт", "塔什干 天津", "Казахстан Китай"],
)
def test_best_matches_need_no_extra_query(phrase, monkeypatch):
    def query_count():
        results.search_results([phrase], "default")
        with CaptureQueriesContext(connection) as queries:
            results.search_results([phrase], "default")
        return len(queries)

    with_best_match = query_count()
    assert best(phrase)
    monkeypatch.setattr(results, "best_matches", lambda *args: results.BestMatches(cards=["stand-in"]))
    monkeypatch.setattr(results.BestMatches, "theme_keys", ())
    assert with_best_match == query_count()


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_reader_types_two_cities_and_opens_the_page_about_both(scripts, browser, live_site):
    context = browser.new_context(java_script_enabled=scripts, base_url=live_site.url)
    page = context.new_page()
    page.goto("/ru/about/")
    box = page.get_by_role("searchbox", name="Поиск по всему сайту")
    box.fill("Ташкент и Тяньцзинь")
    box.press("Enter")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Ташкент и Тяньцзинь")
    page.get_by_role("link", name="4 совместные инициативы").click()
    expect(page).to_have_url(re.compile(r"/ru/together/tashkent/tianjin/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Ташкент и Тяньцзинь")
    expect(page.locator(".entry")).to_have_count(4)
    context.close()
