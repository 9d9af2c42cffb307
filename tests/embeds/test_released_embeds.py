"""Embeds of lists, maps, charts and records as of a release, with their files, citations and code pages."""

import datetime
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from initiatives.models import Initiative, InitiativeCity
from sco_cities.cities.models import City, Country
from sco_cities.embeds import views
from sco_cities.releases.release_writer import write_release
from sco_cities.releases.released_index import _read
from sco_cities.releases.stored_releases import newest_release
from sco_cities.search.searchable_lists import COLLECTIONS
from sco_cities.sources.models import FormerSlug
from tests import factories as make
from tests.ops.test_hostile_input import QUERIES, VALUES

# The content of a page does not depend on the engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]
RELEASE_DAY, TODAY = "2026-03-05", "2026-03-07"


@pytest.fixture(autouse=True)
def release(settings, monkeypatch, tmp_path):
    """A release where Alpha leads two initiatives and Beta one. Two days later, Beta leads three initiatives."""
    settings.RELEASES_DIR, settings.SITE_URL = tmp_path, "https://cities.example.org"
    alpha, beta = make.make_city("alpha"), make.make_city("beta")
    set_today(monkeypatch, RELEASE_DAY)
    for slug in ("lamps", "trams"):
        make.make_initiative(slug, lead=[alpha], reference=[beta], sourced=True)
    make.make_initiative("parks", lead=[beta], sourced=True)
    write_release()
    set_today(monkeypatch, TODAY)
    for slug in ("pipes", "poles"):
        make.make_initiative(slug, lead=[beta], reference=[alpha], sourced=True)
    assert Initiative.objects.published().count() == 5


def set_today(monkeypatch, day: str):
    now = datetime.datetime.fromisoformat(f"{day}T12:00Z")
    monkeypatch.setattr(timezone, "now", lambda: now)


def read(client, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200, path
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize(
    ("language", "title", "heading", "day"),
    [
        ("", "Alpha leads most often: 2, and learns most often: 2", "3 initiatives", "5 March 2026"),
        (
            "/ru",
            "Чаще всех и координирует, и перенимает опыт Alpha: 2 и 2",
            "3 инициативы",
            "5 марта 2026 г.",
        ),
        ("/zh-hans", "", "3个合作事项", "2026年3月5日"),
    ],
)
@pytest.mark.parametrize("query", [RELEASE_DAY, "2026-03-06"])
def test_an_embed_of_a_release_shows_its_chart_and_its_date(client, language, title, heading, day, query):
    page = read(client, f"{language}/embed/roles/?as_of={query}")
    assert title in page.h1.get_text()
    assert page.select_one(".section-note").get_text() == heading
    assert page.footer.get_text().replace("\xa0", " ").endswith(f"· {day}")
    # The embed is drawn without links to current lists.
    assert page.select(".drawing text")
    assert page.select(".drawing a") == []
    assert page.footer.a["href"] == f"http://testserver{language}/data/{RELEASE_DAY}/"
    assert "3" in read(client, f"{language}/embed/roles/").h1.get_text()


def test_the_files_of_an_embed_have_its_title_date_and_name(client):
    response = client.get(f"/charts/roles.svg?as_of={RELEASE_DAY}")
    assert response["Content-Disposition"] == f'attachment; filename="roles-{RELEASE_DAY}.svg"'
    assert "Alpha leads most often: 2" in response.content.decode()
    assert "SCO Cities, 5 March 2026 · CC BY 4.0" in response.content.decode()
    assert client.get(f"/charts/roles.png?as_of={RELEASE_DAY}").content.startswith(b"\x89PNG")


def test_the_page_with_the_code_offers_the_release(client):
    page = read(client, "/embed-code/roles/")
    (link,) = page.select("[aria-label='State of the data'] a")
    assert (link["href"], link.get_text()) == (
        f"/embed-code/roles/?as_of={RELEASE_DAY}",
        "Release of 5 March 2026",
    )
    page = read(client, link["href"])
    address = f"http://testserver/embed/roles/?as_of={RELEASE_DAY}"
    assert page.select_one("main iframe")["src"] == address
    assert f'src="{address}"' in page.select_one("textarea").get_text()
    assert "always shows the data of this release" in page.main.get_text()


def test_the_citation_of_an_embed_names_the_release(client):
    page = read(client, "/cite/roles/")
    (link,) = page.select(f"main a[href='?as_of={RELEASE_DAY}']")
    page = read(client, f"/cite/roles/{link['href']}")
    url = f"http://testserver/embed/roles/?as_of={RELEASE_DAY}"
    citation = f"“Who leads and who learns: 3 initiatives”, SCO Cities, as of {RELEASE_DAY}. {url}"
    assert page.select_one("#citation-text").get_text() == citation
    (file, *_others) = [each["href"] for each in page.select("main a[download]")]
    assert f"url = {{{url}}}" in client.get(file).content.decode()


def test_the_list_of_a_release_has_all_rows_because_no_other_page_shows_them(client, monkeypatch):
    monkeypatch.setattr(views, "MAX_ROWS", 2)
    rows = [row.a.get_text() for row in read(client, f"/embed/initiatives/?as_of={RELEASE_DAY}").select("li")]
    assert rows == ["Lamps", "Parks", "Trams"]
    page = read(client, "/embed/initiatives/")
    assert [len(page.select("li")), page.select("p a")[0].get_text()] == [2, "All 5"]


def test_today_and_dates_before_the_first_release_have_the_same_response_as_lists(client):
    assert client.get(f"/embed/roles/?as_of={TODAY}")["Location"] == "/embed/roles/"
    for path in ("/embed/roles/", "/embed-code/roles/", "/embed/initiatives/", "/cite/map/"):
        response = client.get(f"{path}?as_of=2026-03-04")
        assert response.status_code == 404
        assert "There was no release by the end of 4 March 2026." in response.content.decode()


@pytest.mark.parametrize("lacking", ["the file", "the file on disk"])
@pytest.mark.parametrize("path", ["roles/", "initiatives/?country=kz", "map/", "initiatives/lamps/"])
def test_an_embed_of_a_release_without_an_index_redirects_to_the_release(client, settings, lacking, path):
    manifest, index = (settings.RELEASES_DIR / RELEASE_DAY / name for name in ("manifest.json", "index.json"))
    if lacking == "the file":
        change(manifest, lambda document: document.update(files=[]))
    else:
        index.unlink()
    assert read(client, f"/embed-code/{path}").select("[aria-label='State of the data']") == []
    sign = "&" if "?" in path else "?"
    wanted = f"/initiatives/lamps/?as_of={RELEASE_DAY}" if "lamps" in path else f"/data/{RELEASE_DAY}/"
    for page in ("embed", "embed-code"):
        assert client.get(f"/{page}/{path}{sign}as_of={RELEASE_DAY}")["Location"] == wanted


@pytest.mark.parametrize("content", [b'{"collections": {', b"[]", b'{"collections": {"ships": {}}}'])
def test_a_damaged_index_is_logged_and_its_embeds_are_missing(client, settings, caplog, content):
    index = settings.RELEASES_DIR / RELEASE_DAY / "index.json"
    index.unlink()
    index.write_bytes(content)
    _read.cache_clear()
    for path in ("/embed/map/", "/embed/initiatives/lamps/", "/embed-code/map/", "/cite/initiatives/"):
        assert client.get(f"{path}?as_of={RELEASE_DAY}").status_code == 404
    assert "The index of the release of 2026-03-05 cannot be read" in caplog.text


def change(file: Path, edit: Callable[[dict], object]):
    document = orjson.loads(file.read_bytes())
    edit(document)
    # Replaces the file instead of writing to it, because files of a release are read-only.
    file.unlink()
    file.write_bytes(orjson.dumps(document))


@pytest.mark.parametrize("path", ["embed", "embed-code"])
def test_programs_find_the_chart_of_a_release(client, path):
    page = read(client, f"/{path}/roles/?as_of={RELEASE_DAY}")
    (link,) = page.select("link[type='application/json+oembed']")
    content = client.get(link["href"]).json()
    assert content["title"] == "Who leads and who learns: 3 initiatives"
    assert f'src="http://testserver/embed/roles/?as_of={RELEASE_DAY}"' in content["html"]
    # The share picture shows current data.
    assert "thumbnail_url" not in content


@pytest.mark.parametrize(
    "path",
    ["/map/", "/matrix/", "/share/initiatives.png", "/together/alpha/beta/", "/cite/together/alpha/beta/"],
)
def test_an_embed_missing_in_a_release_never_shows_current_data_under_a_past_date(client, path):
    assert client.get(path).status_code == 200
    assert client.get(f"{path}?as_of={RELEASE_DAY}")["Location"] == f"/data/{RELEASE_DAY}/"
    assert client.get(f"{path}?as_of=2026-03-04").status_code == 404
    assert client.get(f"{path}?as_of=soon").status_code == 400


@pytest.mark.parametrize("path", ["/embed/{}/lamps/", "/embed-code/{}/lamps/", "/share/{}/lamps.png"])
def test_a_card_for_another_date_redirects_to_the_page_as_of_that_date(client, path):
    card = path.format("initiatives")
    for day in ("2026-03-04", "soon"):
        assert client.get(f"{card}?as_of={day}")["Location"] == f"/initiatives/lamps/?as_of={day}"
    assert client.get(f"{card}?as_of={TODAY}")["Location"] == card
    assert client.get(f"{path.format('lamps')}?as_of=2026-03-04").status_code == 404


@pytest.mark.parametrize(
    ("language", "heading", "reported", "day"),
    [
        ("", "3 initiatives", "agreed", "5 March 2026"),
        ("/ru", "3 инициативы", "согласовано", "5 марта 2026 г."),
        ("/zh-hans", "3个合作事项", "已商定", "2026年3月5日"),
    ],
)
def test_a_list_shows_its_rows_of_the_release(client, language, heading, reported, day):
    Initiative.objects.filter(slug="lamps").update(title_en="Renamed", status="operating")
    page = read(client, f"{language}/embed/initiatives/?as_of={RELEASE_DAY}")
    assert page.h1.get_text() == heading
    rows = page.select("main li")
    assert [row.a["href"].partition("?")[0].split("/")[-2] for row in rows] == ["lamps", "parks", "trams"]
    assert "Renamed" not in page.main.get_text()
    assert reported in rows[0].get_text()
    assert "Alpha" in rows[0].get_text()
    # Links open the records as of the release.
    assert rows[0].a["href"] == f"{language}/initiatives/lamps/?as_of={RELEASE_DAY}"
    assert page.footer.get_text().replace("\xa0", " ").endswith(f"· {day}")


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("lead=alpha", ["lamps", "trams"]),
        ("lead=beta", ["parks"]),
        ("city=-alpha", ["parks"]),
        ("status=agreed&sort=-starts_on", ["lamps", "parks", "trams"]),
        ("sort=-title_en", ["trams", "parks", "lamps"]),
        ("status=operating", []),
    ],
)
def test_filters_and_orders_apply_to_the_release(client, query, slugs):
    Initiative.objects.update(status="operating")
    page = read(client, f"/embed/initiatives/?{query}&as_of={RELEASE_DAY}")
    assert [row["href"].split("/")[-2] for row in page.select("main li a")] == slugs


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_list_can_be_shown_as_of_a_release(client, collection):
    now = read(client, f"/embed/{collection}/")
    then = read(client, f"/embed/{collection}/?as_of={RELEASE_DAY}")
    assert len(then.select("main li")) <= len(now.select("main li"))


def test_maps_and_statuses_show_the_numbers_of_the_release_without_links(client):
    for path, now, then in (
        ("map/", "5 initiatives", "3 initiatives"),
        ("status/", "5 initiatives", "3 initiatives"),
        ("roles/?lead=beta", "3 initiatives led by Beta", "1 initiative led by Beta"),
    ):
        sign = "&" if "?" in path else "?"
        page = read(client, f"/embed/{path}{sign}as_of={RELEASE_DAY}")
        assert then in page.title.get_text()
        assert page.select("main a") == []
        assert not {"Show only:", "CSV", "Large map"} & set(page.main.stripped_strings)
        assert page.footer.a["href"] == f"http://testserver/data/{RELEASE_DAY}/"
        assert now in read(client, f"/embed/{path}").title.get_text()


def test_a_card_shows_the_record_of_the_release(client):
    Initiative.objects.filter(slug="lamps").update(title_en="Renamed", status="operating")
    page = read(client, f"/embed/initiatives/lamps/?as_of={RELEASE_DAY}")
    assert page.h1.get_text() == "Lamps"
    assert "agreed" in page.main.get_text()
    assert page.h1.a["href"] == f"http://testserver/initiatives/lamps/?as_of={RELEASE_DAY}"
    # The numbers of a city are also from the release.
    assert "3" in read(client, f"/embed/cities/beta/?as_of={RELEASE_DAY}").main.get_text()
    assert "5" in read(client, "/embed/cities/beta/").main.get_text()


def test_later_published_and_deleted_records_are_in_no_embed_of_a_release(client):
    for path in ("/embed/initiatives/pipes/", "/embed-code/initiatives/pipes/"):
        response = client.get(f"{path}?as_of={RELEASE_DAY}")
        assert response.status_code == 404
        assert "does not contain this record" in response.content.decode()
        assert f'href="{path}"' in response.content.decode()
    Initiative.objects.get(slug="lamps").delete()
    assert client.get(f"/embed/initiatives/lamps/?as_of={RELEASE_DAY}").status_code == 404
    page = read(client, f"/embed/initiatives/?as_of={RELEASE_DAY}")
    assert page.h1.get_text() == "2 initiatives"
    assert [row["href"].split("/")[-2] for row in page.select("main li a")] == ["parks", "trams"]


@pytest.mark.parametrize("path", ["initiatives/trams/", "initiatives/", "map/", "roles/"])
def test_no_embed_of_a_release_names_a_city_that_has_been_deleted_since(client, path):
    address = f"/embed/{path}?as_of={RELEASE_DAY}"
    assert "Beta" in read(client, address).get_text()
    InitiativeCity.objects.filter(city__slug="beta").delete()
    City.objects.get(slug="beta").delete()
    assert "Beta" not in read(client, address).get_text()


def test_a_record_that_has_been_merged_since_stays_in_the_embeds_of_a_release(client):
    lamps, trams = (Initiative.objects.get(slug=slug) for slug in ("lamps", "trams"))
    lamps.delete()
    FormerSlug.objects.create(record=trams, slug="lamps")
    page = read(client, f"/embed/initiatives/?as_of={RELEASE_DAY}")
    assert [row["href"].split("/")[-2] for row in page.select("main li a")] == ["lamps", "parks", "trams"]


def test_a_city_of_an_unpublished_country_is_shown_without_it(client, settings, tmp_path):
    settings.RELEASES_DIR = tmp_path / "other"
    country = City.objects.get(slug="alpha").country
    Country.objects.filter(pk=country.pk).update(state="withdrawn")
    write_release()
    for path in ("/embed/cities/", "/embed/cities/alpha/", "/embed-code/cities/alpha/"):
        page = read(client, f"{path}?as_of={TODAY}").get_text()
        assert ("Alpha" in page, str(country.name) in page) == (True, False)
    # The release's index also omits the country's key.
    index = orjson.loads(newest_release().file("index.json").path.read_bytes())
    cities = index["collections"]["cities"]["records"]
    assert {city["country_id"] for city in cities if city["slug"] == "alpha"} == {None}


@pytest.mark.parametrize("query", ["q=lamps", "report=a-report", "country=xx", "sort=updated_at"])
@pytest.mark.parametrize("path", ["/embed/initiatives/", "/embed-code/initiatives/", "/cite/initiatives/"])
def test_filters_that_a_release_does_not_support_are_explained(client, path, query):
    response = client.get(f"{path}?{query}&as_of={RELEASE_DAY}")
    # Titles and citations do not depend on the sort order.
    if (path, query) == ("/embed/initiatives/", "sort=updated_at") or "sort" not in query:
        assert response.status_code == 404
        assert "Searches, filters by report, and some sort orders" in response.content.decode()
        assert f'href="{path}?{query}"' in response.content.decode()


@pytest.mark.parametrize(
    "path", ["map/", "initiatives/?lead=beta", "roles/?status=agreed", "roles/", "cities/beta/"]
)
def test_every_page_with_the_code_offers_the_release(client, path):
    (link,) = read(client, f"/embed-code/{path}").select("[aria-label='State of the data'] a")
    assert link["href"] == f"/embed-code/{path}{'&' if '?' in path else '?'}as_of={RELEASE_DAY}"
    page = read(client, link["href"])
    (link,) = page.select("[aria-label='State of the data'] a")
    assert link["href"] == f"/embed-code/{path}"
    frame = page.select_one("main iframe")["src"].removeprefix("http://testserver")
    assert read(client, frame).footer.get_text().endswith("5 March 2026")


@pytest.mark.parametrize(
    "path",
    [
        "/embed/initiatives/",
        "/embed/map/",
        "/embed-code/cities/",
        "/charts/roles.svg",
        "/cite/statements.bib",
    ],
)
def test_no_filters_of_a_release_cause_an_error_of_the_server(client, path):
    queries = [f"{query}&as_of={RELEASE_DAY}" for query in QUERIES.values()]
    queries += [f"as_of={value}" for value in VALUES.values()]
    assert {client.get(path, QUERY_STRING=query).status_code for query in queries} <= {200, 400, 404}


@pytest.mark.parametrize("path", ["/embed/roles/", "/charts/roles.png", "/embed/map/"])
def test_a_chart_of_a_release_is_drawn_only_once(client, path):
    address = f"{path}?as_of={RELEASE_DAY}"
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_a_release_that_the_worker_will_delete_is_not_offered(client):
    write_release(is_scheduled=True)
    for path in ("/embed-code/map/", "/embed-code/cities/beta/", "/cite/initiatives/"):
        (link,) = read(client, path).select("main a[href*='as_of']")
        assert link["href"].endswith(f"?as_of={RELEASE_DAY}")
        assert link.get_text().endswith("5 March 2026")
    # The embed of a release can be requested as long as the release exists.
    assert "5 initiatives" in read(client, f"/embed/map/?as_of={TODAY}").title.get_text()


def test_a_new_release_is_offered_even_if_the_data_has_not_changed(client, settings, tmp_path):
    release = settings.RELEASES_DIR
    for path in ("/embed-code/roles/", "/embed-code/map/", "/cite/roles/", "/cite/initiatives/"):
        settings.RELEASES_DIR = tmp_path / "none"
        assert read(client, path).select("main a[href*='as_of']") == []
        settings.RELEASES_DIR = release
        assert len(read(client, path).select("main a[href*='as_of']")) == 1
