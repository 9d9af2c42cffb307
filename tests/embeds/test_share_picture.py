"""Share pictures have texts and a size, and pages link to them in their metadata."""

import re
from xml.etree import ElementTree

import pytest

from sco_cities.embeds import share_picture
from tests import factories as make
from tests.site.test_head import metadata

# A picture does not depend on the engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture
def drawn(monkeypatch):
    """The SVG of every picture that is rendered."""
    sources, render = [], share_picture.resvg_py.svg_to_bytes

    def remember(svg_string, **options):
        sources.append(svg_string)
        return render(svg_string=svg_string, **options)

    monkeypatch.setattr(share_picture.resvg_py, "svg_to_bytes", remember)
    return sources


def elements(svg: str, name: str) -> list[ElementTree.Element]:
    # The SVG is from our template and contains no declarations.
    return ElementTree.fromstring(svg).findall(f".//{{http://www.w3.org/2000/svg}}{name}")  # noqa: S314


def texts_of(svg: str) -> list[str]:
    return [text.text or "" for text in elements(svg, "text")]


def discs_of(svg: str) -> list[str]:
    return [use.get("href") for use in elements(svg, "use")]


def lights(**values):
    lead, partner = (
        make.make_city("alphaville", name_ru="Альфавиль", name_zh="阿尔法"),
        make.make_city("betaville"),
    )
    defaults = {"title_en": "Lamps & <stars>", "title_ru": "Лампы и звёзды", "title_zh": "灯与星"}
    return make.make_initiative("lights", lead=[lead], partner=[partner], sourced=True, **defaults | values)


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("", ["SCO Cities", "initiative", "Lamps & <stars>", "agreed, reported 1 January 2025",
              "Alphaville – Betaville", "1 report"]),
        ("/ru", ["Города ШОС", "инициатива", "Лампы и звёзды", "согласовано, сообщено: 1 января 2025 г.",
                 "Альфавиль – Betaville", "1 источник"]),
        ("/zh-hans", ["上合城市", "合作事项", "灯与星", "已商定，报道于2025年1月1日",
                      "阿尔法 – Betaville", "1篇报道"]),
    ],
)  # fmt: skip
def test_the_picture_of_an_initiative_has_the_facts_of_its_page(client, drawn, language, texts):
    lights()
    response = client.get(f"{language}/share/initiatives/lights.png")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(response.content[start : start + 4]) for start in (16, 20)] == [1200, 630]
    assert len(response.content) < 100_000
    assert texts_of(drawn[0]) == texts
    assert discs_of(drawn[0]) == ["#disc-agreed"]


def test_a_dispute_is_marked_and_an_undated_status_has_no_date(client, drawn):
    undated = make.make_report("undated", published_on="")
    initiative = make.make_initiative("lights")
    make.support_everything(initiative, undated.passages.first())
    differing = make.make_report("other").passages.first()
    make.make_evidence(initiative, "status", differing, stance="differs", reported_value="proposed")
    client.get("/share/initiatives/lights.png")
    assert texts_of(drawn[0])[3:] == ["agreed", "≠ reports differ · 1 report"]


def test_the_picture_of_a_place_has_the_statuses_of_its_initiatives(client, drawn):
    city = make.make_city()
    for status in ("agreed", "agreed", "completed"):
        make.make_initiative(status=status, lead=[city])
    make.make_initiative(status="stalled")
    client.get("/share/cities/alphaville.png")
    assert texts_of(drawn[0]) == [
        "SCO Cities", "city", "Alphaville", "agreed 2", "completed 1", "Country XA · 3 initiatives",
    ]  # fmt: skip
    assert discs_of(drawn[0]) == ["#disc-agreed", "#disc-completed"]


@pytest.mark.parametrize(
    ("address", "texts"),
    [
        ("/share/initiatives.png?status=agreed&utm_source=x", ["", "2 initiatives, agreed", "agreed 2"]),
        ("/share/initiatives.png?q=%3Cbig%3E&status=agreed",
         ["", "0 initiatives matching", "“<big>”, agreed"]),
        ("/ru/share/initiatives.png", ["", "3 инициативы", "согласовано 2", "завершено 1"]),
        ("/zh-hans/share/cities.png", ["", "2座城市", "阿尔法 · Betaville"]),
    ],
)  # fmt: skip
def test_the_picture_of_a_list_has_its_heading_and_statuses_or_names(client, drawn, address, texts):
    lights()
    make.make_initiative(status="agreed")
    make.make_initiative(status="completed")
    assert client.get(address).status_code == 200
    names = {"ru": "Города ШОС", "zh-hans": "上合城市"}
    assert texts_of(drawn[0]) == [names.get(address.split("/")[1], "SCO Cities"), *texts]


@pytest.mark.parametrize(
    "title",
    [
        "😀 lamps \U0010ffff",
        "مصابيح",
        "\x01\x0b lamps",
        "lamps " * 33,
        "灯" * 200,
        "x" * 200,
        "]]> &amp; <![CDATA[",
    ],
)
def test_any_title_can_be_drawn(client, drawn, title):
    lights(title_en=title)
    assert client.get("/share/initiatives/lights.png").status_code == 200
    heights = [int(text.get("y")) for text in elements(drawn[0], "text")]
    assert heights == sorted(heights)
    assert len(set(heights)) == len(heights) - 1, "lines lie on each other"


def test_lines_and_bar_do_not_meet_however_many_there_are(client, drawn):
    country = make.make_country("xa", name_en="Land " * 40)
    city = make.make_city("alphaville", country, name_en="Alphaville " * 18)
    for status in (
        "interest",
        "proposed",
        "agreed",
        "under_way",
        "operating",
        "completed",
        "stalled",
        "unknown",
    ):
        make.make_initiative(status=status, lead=[city])
    client.get("/ru/share/cities/alphaville.png")
    bar = int(next(rect for rect in elements(drawn[0], "rect") if "bar" in rect.get("class", "")).get("y"))
    texts = elements(drawn[0], "text")
    below = [int(text.get("y")) for text in texts if re.search(r"\d$", text.text or "")]
    above = [int(text.get("y")) for text in texts if int(text.get("y")) not in below]
    assert max(above) < bar - 18 and bar + 40 < min(below) - 20 and max(below) < 600


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_an_unpublished_record_has_no_picture(client, admin_client, state):
    lights(state=state)
    for each in (client, admin_client):
        assert each.get("/share/initiatives/lights.png").status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/share/initiatives.png?status=certain", 400),
        ("/share/lamps.png", 404),
        ("/share/lamps/lights.png", 404),
        ("/share/initiatives/nowhere.png", 404),
    ],
)
def test_an_invalid_address_has_no_picture(client, address, status):
    assert client.get(address).status_code == status


def test_a_picture_is_current_and_a_browser_with_a_copy_gets_304(client, drawn):
    initiative, address = lights(), "/share/initiatives/lights.png"
    # The first request of a process reads the index, so its response is cached only for the previous state.
    client.get(address)
    tag = client.get(address)["ETag"]
    drawn.clear()
    assert client.get(address, headers={"if-none-match": tag}).status_code == 304
    assert drawn == []
    initiative.title_en = "Torches"
    initiative.save()
    assert client.get(address, headers={"if-none-match": tag}).status_code == 200
    assert "Torches" in texts_of(drawn[0])


def test_one_picture_is_rendered_at_a_time_and_others_do_not_wait_for_long(client, monkeypatch):
    lights()
    monkeypatch.setattr(share_picture, "MAX_WAIT_S", 0.01)
    with share_picture._rendering:
        response = client.get("/share/initiatives/lights.png")
        assert (response.status_code, response["Retry-After"]) == (503, "5")
        assert response["Cache-Control"] == "no-store"
    assert client.get("/share/initiatives/lights.png").status_code == 200


@pytest.mark.parametrize(
    ("address", "picture", "alt"),
    [
        ("/initiatives/lights/", "/share/initiatives/lights.png", "Initiative: Lamps & <stars>"),
        ("/ru/cities/alphaville/", "/ru/share/cities/alphaville.png", "Город: Альфавиль"),
        ("/initiatives/?status=agreed&sort=title_en&page=1", "/share/initiatives.png?status=agreed",
         "1 initiative, agreed"),
        ("/cities/", "/share/cities.png", "2 cities"),
    ],
)  # fmt: skip
def test_records_and_lists_name_their_picture(client, address, picture, alt):
    lights()
    head = metadata(client, address)
    assert head["og:image"] == head["twitter:image"] == f"http://testserver{picture}"
    assert head["og:image:alt"] == head["twitter:image:alt"] == alt
    assert (head["og:image:width"], head["og:image:height"]) == ("1200", "630")
    assert client.get(picture)["Content-Type"] == "image/png"


@pytest.mark.parametrize("address", ["/", "/about/", "/map/", "/initiatives/?status=certain"])
def test_other_pages_and_lists_with_errors_keep_the_picture_of_the_site(client, address):
    head = metadata(client, address)
    assert head["og:image"] == "http://testserver/static/img/card.png"
    assert "twitter:image" not in head
