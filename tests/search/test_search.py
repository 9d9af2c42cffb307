import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from sco_cities.search import results
from sco_cities.search.highlighting import Highlighter
from sco_cities.search.synonyms import current
from tests import factories as make


@pytest.fixture
def alpha(db):
    city = make.make_city("alpha", name_ru="Альфа", name_zh="阿尔法")
    make.make_city("beta")
    make.make_initiative("alpha-lamps", title_en="Lamps for Alpha", lead=[city])
    make.make_initiative("hidden", title_en="Alpha in the dark", state="draft")
    event = make.make_event("forum", name_en="Forum of Beta")
    make.make_statement("said", event=event, summary="Alpha is bright")


def counts(*phrases):
    return [
        (group.collection, group.count) for group in results.search_results(list(phrases), "default").groups
    ]


def search_page(client, *phrases):
    response = client.get("/search/", {"q": list(phrases)})
    assert response.status_code == 200
    return BeautifulSoup(response.content.decode(), "html5lib")


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("alpha", [("initiatives", 1), ("cities", 1), ("statements", 1)]),
        ("АЛЬФА", [("initiatives", 1), ("cities", 1), ("statements", 1)]),
        ("阿尔法", [("initiatives", 1), ("cities", 1), ("statements", 1)]),
        ("beta", [("cities", 1), ("events", 1)]),
        ("alpha bright", [("statements", 1)]),
        ("nothing of the kind", []),
    ],
)
def test_a_search_finds_records_of_every_kind_in_any_script(words, expected):
    assert counts(words) == expected


@pytest.mark.django_db
def test_results_do_not_name_unpublished_records(client):
    make.make_city("lampville", make.make_country("xq", name_en="Hidden Country", state="draft"))
    draft, shown = make.make_event(name_en="Hidden Forum", state="draft"), make.make_event("shown")
    retired = make.make_delegate(name_en="Hidden Delegate", state="in_review")
    make.make_statement("lampville-first", event=draft, delegate=make.make_delegate("bea-test"))
    make.make_statement("lampville-second", event=shown, delegate=retired)
    page = search_page(client, "lampville").get_text()
    assert [line for line in page.splitlines() if "Hidden" in line] == []
    assert "Bea test" in page and "Shown" in page
    assert "Hidden" not in client.get("/cities/lampville/").content.decode()


@pytest.mark.django_db
def test_a_statement_without_a_public_page_is_found_in_the_list_of_statements(client):
    said = make.make_statement("lampville-third", event=make.make_event("hidden-fair", state="draft"))
    make.make_statement("other", delegate=make.make_delegate())
    assert counts("lampville") == [("statements", 1)]
    page = client.get(said.get_absolute_url()).content.decode()
    assert "1 statement" in page and "lampville-third" in page
    assert "Hidden fair" not in page


@pytest.mark.usefixtures("alpha")
def test_a_repeated_parameter_matches_any_of_its_values(client):
    groups_of = client.get("/search/?q=alpha&q=beta").context["groups"]
    assert [(group.collection, group.count) for group in groups_of] == [
        ("initiatives", 1),
        ("cities", 2),
        ("events", 1),
        ("statements", 1),
    ]


@pytest.mark.usefixtures("alpha")
def test_several_phrases_stay_separate_in_title_and_boxes(client):
    page = search_page(client, "alpha", "beta")
    assert page.title.get_text().startswith("Search for “alpha or beta”")
    boxes = page.select("form.search-form input[name=q]")
    assert [box["value"] for box in boxes] == ["alpha", "beta"]


@pytest.mark.django_db
def test_an_invalid_phrase_stays_in_its_box_with_the_reason(client):
    page = search_page(client, "alpha", "…")
    boxes = page.select("form.search-form input[name=q]")
    descriptions = [(box["value"], box.get("aria-describedby")) for box in boxes]
    assert descriptions == [("alpha", None), ("…", "search-errors")]
    assert page.select_one("#search-errors").get_text(strip=True)


@pytest.mark.usefixtures("alpha")
def test_a_group_shows_the_first_records_and_links_to_the_list_of_all(client):
    for number in range(10):
        make.make_city(f"alpha-{number}")
    groups = results.search_results(["alpha"], "default").groups
    group = next(group for group in groups if group.collection == "cities")
    assert (group.count, len(group.hits), group.query) == (11, results.MAX_SHOWN, "q=alpha")
    page = search_page(client, "alpha")
    assert page.select_one('a[href="/cities/?q=alpha"]').text == "Cities: show all 11"
    assert page.select_one('a[href="/cities/alpha/"]')
    assert page.select_one('a[href="/events/forum/#said"]')


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize("words", ["alpha", "阿尔法", "nothing"])
def test_a_list_has_the_number_of_records_of_its_group(words, client):
    for listing in ("initiatives", "cities", "events"):
        expected = dict(counts(words)).get(listing, 0)
        assert client.get(reverse(f"{listing}-list"), {"q": words}).context["list_query"].count == expected


@pytest.mark.django_db
def test_exact_names_come_first_then_prefixes_then_the_rest_in_list_order():
    for slug, title in (
        ("a", "All of lamp street"),
        ("b", "Lamp street east"),
        ("c", "Lamp street"),
        ("d", "A lamp street"),
    ):
        make.make_initiative(slug, title_en=title)
    [group] = results.search_results(["lamp street"], "default").groups
    assert [hit.record.slug for hit in group.hits] == ["c", "b", "d", "a"]


@pytest.mark.django_db
def test_a_name_comes_first_in_any_script():
    make.make_city("zeta", name_en="Zeta", name_zh="泽塔")
    make.make_city("alpha", aliases="Near Zeta")
    make.make_delegate("yuri", name_en="Yuri Zetovich", name_ru="Юрий Зетович")
    make.make_delegate("ada", role="Deputy of Zetovich")
    for phrase in ("Zeta", "Зета", "泽塔"):
        [group] = results.search_results([phrase], "default").groups
        assert [hit.record.slug for hit in group.hits] == ["zeta", "alpha"]
    for phrase in ("Zetovich", "Зетович"):
        [group] = results.search_results([phrase], "default").groups
        assert [hit.record.slug for hit in group.hits] == ["yuri", "ada"]


HIGHLIGHTS = [
    ("alpha", "Lamps for ALPHA", "Lamps for <mark>ALPHA</mark>"),
    ("alph", "Alphabet & <Alpha>", "<mark>Alphabet</mark> &amp; &lt;<mark>Alpha</mark>&gt;"),
    ("Альфа", "Lamps for Alpha", "Lamps for <mark>Alpha</mark>"),
    ("alpha", "Фонари в Альфе", "Фонари в Альфе"),
    ("alpha", "Фонари: Альфа!", "Фонари: <mark>Альфа</mark>!"),
    ("alpha", "访问阿尔法城", "访问<mark>阿尔法</mark>城"),
    ("chengshi", "访问城市", "访问<mark>城市</mark>"),
    ("阿尔法", "Alpha 阿尔法", "<mark>Alpha</mark> <mark>阿尔法</mark>"),
    ("lamps for", "Lamps, for", "<mark>Lamps</mark>, <mark>for</mark>"),
    ("lämp", "Lamps", "<mark>Lamps</mark>"),
    ("o", "o", "<mark>o</mark>"),
    ("mps", "Lamps", "Lamps"),
]


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize(("words", "text", "expected"), HIGHLIGHTS)
def test_words_are_highlighted_in_the_text(words, text, expected):
    assert Highlighter(current("default").search([words])).highlight(text) == expected


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A short text on Alpha.", "A short text on <mark>Alpha</mark>."),
        ("None of it.", None),
        (
            "Word " * 50 + "Alpha " + "end " * 80,
            "…" + "Word " * 11 + "<mark>Alpha</mark> " + "end " * 33 + "end…",
        ),
        ("灯" * 300 + "阿尔法" + "灯" * 300, "…" + "灯" * 60 + "<mark>阿尔法</mark>" + "灯" * 137 + "…"),
    ],
    ids=["short", "none", "long", "Chinese"],
)
def test_an_excerpt_is_the_part_around_the_first_match(text, expected):
    assert Highlighter(current("default").search(["alpha"])).excerpt(text) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("title", "language"), [("Фонари lampville", "ru"), ("(Picture of lampville)", "en")]
)
def test_a_reports_name_has_the_language_of_its_title(client, title, language):
    make.make_report("herald", title=title, language="ru")
    assert search_page(client, "lampville").select_one('a[href="/reports/herald/"]')["lang"] == language


@pytest.mark.usefixtures("alpha")
def test_a_result_shows_its_summary_if_the_summary_has_the_words(client):
    make.make_initiative(
        "dark", title_en="Poles", summary_en="Dark. Alpha & all. " * 20, summary_ru="Альфа темна."
    )
    page = search_page(client, "alpha")
    line = page.select_one('a[href="/initiatives/dark/"]').parent
    assert line.select_one(".excerpt mark").text == "Alpha"
    assert line.select_one(".excerpt")["lang"] == "en"
    page = BeautifulSoup(client.get("/ru/search/", {"q": "alpha"}).content.decode(), "html5lib")
    line = page.select_one('a[href="/ru/initiatives/dark/"]').parent
    assert line.select_one(".excerpt").text == "Альфа темна."
    assert search_page(client, "poles").select_one(".excerpt") is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("lamplighter", "Ann Test [Lamplighter] of Alpha"),
        ("мэр", "Ann Test Lamplighter of Alpha «ru: Анна [мэр]»"),
        ("beacon", "Reports [Beacon], 2024"),
        ("fonari", "Light and lamps digitally empowered governance «: [фонари]»"),
    ],
)
def test_a_result_shows_the_matching_words(words, line, client):
    make.make_delegate(
        name_en="Ann Test", name_ru="Анна мэр", role="Lamplighter of Alpha", aliases="Bea; Cid"
    )
    make.make_report("reports", title="Reports", publisher="Beacon", published_on="2024")
    make.make_theme("light", name_en="Light and lamps", keywords="poles; фонари")
    item = search_page(client, words).select_one("main section li")
    for mark in item.select("mark"):
        mark.replace_with(f"[{mark.text}]")
    for excerpt in item.select(".excerpt"):
        excerpt.replace_with(f"«{excerpt.get('lang', '')}: {excerpt.text}»")
    assert re.sub(r"\s+", " ", item.get_text()).strip() == line


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", "Search"),
        ("q=", "Search"),
        ("q=zzz", "No results for “zzz”."),
        ("q=%00", "contains characters that cannot be searched for"),
        ("q=%ED%A0%80", "contains no letters or digits."),
        ("q=a", "Enter at least two letters."),
        ("q=%22*", "“&quot;*” contains no letters or digits."),
        ("q=%F0%9F%98%80", "“😀” contains no letters or digits."),
        ("q=" + "x" * 300, "The search text is too long: 300 characters. Enter at most 200."),
        ("q=" + "lamp+" * 1_500, "The search text is too long:"),
        ("q=" + "lamp+" * 10_000, "The URL of this page is too long."),
        ("q=" + "x" * 100_000, "The URL of this page is too long."),
        ("&".join(f"q=lamp{number}" for number in range(11)), "Too many phrases: 11. Search for at most 10."),
    ],
    ids=range(13),
)
def test_a_search_without_results_states_the_reason(query, text, client):
    response = client.get(f"/search/?{query}")
    assert response.status_code == 200
    assert text in response.content.decode()
    assert response.context["groups"] == []


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize(
    "phrase",
    [
        "NEAR(alpha beta)",
        "alpha OR beta",
        "-alpha x",
        "title:alpha beta",
        "\u05e9\u05dc\u05d5\u05dd",
        "alpha' --x",
    ],
)
def test_query_syntax_does_not_widen_a_search(phrase, client):
    response = client.get("/search/", {"q": phrase})
    assert (response.status_code, response.context["groups"]) == (200, [])


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "Search · SCO Cities"),
        ("?q=alpha", "Search for “alpha” · SCO Cities"),
        ("?q=a", "Search · SCO Cities"),
    ],
)
def test_the_title_of_the_page_has_the_search_words(query, title, client):
    page = BeautifulSoup(client.get(f"/search/{query}").content.decode(), "html5lib")
    assert page.title.text == title


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("mayor", "delegates"), ("мэр", "delegates"), ("市长", "delegates"),
        ("фонари", "statements"), ("路灯", "statements"),
        ("освещение", "themes"), ("в мае", None), ("форумы", "events"), ("论坛", "events"),
    ],
)  # fmt: skip
def test_texts_are_found_in_every_language(db, words, kind):
    delegate = make.make_delegate(role="Mayor of Alpha", role_ru="мэр Альфы", role_zh="阿尔法市长")
    make.make_statement(delegate=delegate, summary="Lamps", summary_ru="Фонари горят", summary_zh="路灯亮着")
    make.make_theme("light", description="Light", description_ru="Освещение улиц", description_zh="照明")
    make.make_event(series="Forums", series_ru="Форумы", series_zh="论坛", date_text_ru="в мае")
    assert counts(words) == ([(kind, 1)] if kind else [])


def test_a_result_shows_the_role_in_the_readers_language(client, db):
    make.make_delegate(role="Mayor of Alpha", role_ru="мэр Альфы")
    page = BeautifulSoup(client.get("/ru/search/", {"q": "мэр"}).content.decode(), "html5lib")
    role = page.select_one(".item-details [lang]")
    assert (role.get_text(), role["lang"], role.mark.get_text()) == ("мэр Альфы", "ru", "мэр")


def test_a_search_allows_only_reading(client):
    assert client.post("/search/?q=alpha").status_code == 405
    assert client.post("/search/suggestions/?q=alpha").status_code == 405


@pytest.mark.usefixtures("loaded_package")
def test_a_search_runs_a_fixed_number_of_queries(client, django_assert_max_num_queries):
    group_count = len(counts("city"))
    assert group_count >= 7
    # The first queries read the names, the keys (by name, shown record and word), an initiative by its slug, and the
    # facet index. The other queries read the initiatives, the statements and the number of statements. Other records
    # are read from the index.
    with django_assert_max_num_queries(12):
        assert len(client.get("/search/?q=city").context["groups"]) == group_count


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize("words", ["Душанбе", "杜尚别", "dushanbe", "DUSHANBE", "Dushan"])
def test_dushanbe_is_one_city_in_three_scripts(words, client):
    page = search_page(client, words)
    lines = page.select("section[aria-labelledby=cities] li a")
    assert [(line["href"], line.text) for line in lines] == [("/cities/dushanbe/", "Dushanbe")]
    assert page.select_one("section[aria-labelledby=cities] mark").text == "Dushanbe"
    shown = page.select_one("h2#initiatives").text
    assert shown == search_page(client, "Dushanbe").select_one("h2#initiatives").text


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize(
    ("words", "city"),
    [
        ("Frunze", "bishkek"), ("Фрунзе", "bishkek"), ("Leninabad", "khujand"), ("Ленинабада", "khujand"),
        ("СПб", "st-petersburg"), ("Leningrad", "st-petersburg"), ("列宁格勒", "st-petersburg"),
    ],
)  # fmt: skip
def test_a_city_of_the_shipped_package_is_found_by_its_former_name(words, city, client):
    lines = search_page(client, words).select("section[aria-labelledby=cities] li a")
    assert [line["href"] for line in lines] == [f"/cities/{city}/"]


@pytest.mark.parametrize("words", ["Кыргызстан", "Киргизия", "Киргизии", "Kyrgyzstan", "吉尔吉斯斯坦"])
def test_a_country_is_found_by_its_usual_names(db, words):
    make.make_country("kg", name_en="Kyrgyzstan", name_ru="Кыргызстан")
    make.make_country("kz", name_en="Kazakhstan", name_ru="Казахстан")
    assert counts(words) == [("countries", 1)]
