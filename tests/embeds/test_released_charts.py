"""Charts as they were in a release: embeds, files, citations, and the choice on the page with the code."""

import datetime
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from initiatives.models import Initiative
from sco_cities.releases.release_writer import write_release
from tests import factories as make

# What a page shows does not depend on the engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]
RELEASE_DAY, TODAY = "2026-03-05", "2026-03-07"


@pytest.fixture(autouse=True)
def release(settings, monkeypatch, tmp_path):
    """A release in which Alpha leads twice; two days later Beta leads three times."""
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
def test_an_embed_of_a_release_shows_its_chart_and_its_day(client, language, title, heading, day, query):
    page = read(client, f"{language}/embed/roles/?as_of={query}")
    assert title in page.h1.get_text()
    assert page.select_one(".section-note").get_text() == heading
    assert page.footer.get_text().replace("\xa0", " ").endswith(f"· {day}")
    # It is drawn, without links to the lists of today.
    assert page.select(".drawing text")
    assert page.select(".drawing a") == []
    assert page.footer.a["href"] == f"http://testserver{language}/data/{RELEASE_DAY}/"
    assert "3" in read(client, f"{language}/embed/roles/").h1.get_text()


def test_its_files_have_its_title_its_day_and_its_name(client):
    response = client.get(f"/charts/roles.svg?as_of={RELEASE_DAY}")
    assert response["Content-Disposition"] == f'attachment; filename="roles-{RELEASE_DAY}.svg"'
    assert "Alpha leads most often: 2" in response.content.decode()
    assert "SCO Cities, 5 March 2026 · CC BY 4.0" in response.content.decode()
    assert client.get(f"/charts/roles.png?as_of={RELEASE_DAY}").content.startswith(b"\x89PNG")


def test_the_page_with_the_code_offers_the_release(client):
    page = read(client, "/embed-code/roles/")
    (link,) = page.select("[aria-label='State of the data'] a")
    assert (link["href"], link.get_text()) == (f"?as_of={RELEASE_DAY}", "Release of 5 March 2026")
    page = read(client, f"/embed-code/roles/{link['href']}")
    address = f"http://testserver/embed/roles/?as_of={RELEASE_DAY}"
    assert page.select_one("main iframe")["src"] == address
    assert f'src="{address}"' in page.select_one("textarea").get_text()
    assert "stays as it was in the release" in page.main.get_text()


@pytest.mark.parametrize("path", ["map/", "initiatives/", "roles/?status=agreed"])
def test_only_charts_of_all_initiatives_are_in_a_release(client, path):
    assert read(client, f"/embed-code/{path}").select("[aria-label='State of the data']") == []


def test_its_citation_names_the_release(client):
    page = read(client, "/cite/roles/")
    (link,) = page.select(f"main a[href='?as_of={RELEASE_DAY}']")
    page = read(client, f"/cite/roles/{link['href']}")
    url = f"http://testserver/embed/roles/?as_of={RELEASE_DAY}"
    citation = f"“Who leads and who learns: 3 initiatives”, SCO Cities, as of {RELEASE_DAY}. {url}"
    assert page.select_one("#citation-text").get_text() == citation
    (file, *_others) = [each["href"] for each in page.select("main a[download]")]
    assert f"url = {{{url}}}" in client.get(file).content.decode()


@pytest.mark.parametrize(
    ("query", "location"),
    [
        (f"as_of={RELEASE_DAY}&status=agreed", f"/data/{RELEASE_DAY}/"),
        (f"as_of={TODAY}", "/embed/roles/"),
    ],
)
def test_other_days_and_filters_are_answered_as_for_lists(client, query, location):
    assert client.get(f"/embed/roles/?{query}")["Location"] == location
    assert client.get(f"/embed-code/roles/?{query}").status_code == 302
    for path in ("/embed/roles/", "/embed-code/roles/"):
        assert client.get(f"{path}?as_of=2026-03-04").status_code == 404


@pytest.mark.parametrize("lacking", ["the file", "the file on disk", "the chart", "the language"])
def test_a_release_that_lacks_the_chart_is_answered_with_its_page(client, settings, lacking):
    manifest, charts = (
        settings.RELEASES_DIR / RELEASE_DAY / name for name in ("manifest.json", "charts.json")
    )
    if lacking == "the file":
        change(manifest, lambda document: document.update(files=[]))
    elif lacking == "the file on disk":
        charts.unlink()
        assert read(client, "/embed-code/roles/").select("[aria-label='State of the data']") == []
    elif lacking == "the chart":
        change(charts, lambda document: document["en"]["charts"].pop("roles"))
    else:
        change(charts, lambda document: document.pop("en"))
    for path in ("/embed/roles/", "/charts/roles.png", "/embed-code/roles/", "/cite/roles/"):
        assert client.get(f"{path}?as_of={RELEASE_DAY}")["Location"] == f"/data/{RELEASE_DAY}/"


def change(file: Path, edit: Callable[[dict], object]):
    document = orjson.loads(file.read_bytes())
    edit(document)
    # Files of a release are read-only.
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
    [
        "/embed/initiatives/", "/embed/map/", "/embed/status/", "/embed/roles/?status=agreed", "/map/",
        "/matrix/", "/share/initiatives.png", "/together/alpha/beta/", "/cite/together/alpha/beta/",
    ],
)  # fmt: skip
def test_what_is_in_no_release_never_shows_the_current_state_under_a_past_day(client, path):
    assert client.get(path).status_code == 200
    sign = "&" if "?" in path else "?"
    assert client.get(f"{path}{sign}as_of={RELEASE_DAY}")["Location"] == f"/data/{RELEASE_DAY}/"
    assert client.get(f"{path}{sign}as_of=2026-03-04").status_code == 404
    assert client.get(f"{path}{sign}as_of=soon").status_code == 400


@pytest.mark.parametrize("path", ["/embed/{}/lamps/", "/embed-code/{}/lamps/", "/share/{}/lamps.png"])
def test_the_card_of_a_record_leads_to_its_page_of_that_day(client, path):
    card = path.format("initiatives")
    for day in (RELEASE_DAY, "soon"):
        assert client.get(f"{card}?as_of={day}")["Location"] == f"/initiatives/lamps/?as_of={day}"
    assert client.get(f"{card}?as_of={TODAY}")["Location"] == card
    assert client.get(f"{path.format('lamps')}?as_of={RELEASE_DAY}").status_code == 404


@pytest.mark.parametrize("path", ["map/", "initiatives/", "roles/?status=agreed", "roles/"])
def test_the_page_with_the_code_names_what_can_be_frozen(client, path):
    sentence = "Only charts of all initiatives can be embedded as they were in a release."
    assert (sentence in read(client, f"/embed-code/{path}").main.get_text()) == (path != "roles/")


@pytest.mark.parametrize(("path", "is_cached"), [("map/", True), ("initiatives/", True), ("roles/", False)])
def test_only_pages_with_the_code_that_depend_on_releases_are_not_cached(client, path, is_cached):
    assert ("ETag" in client.get(f"/embed-code/{path}")) == is_cached


@pytest.mark.parametrize("path", ["/embed/roles/", "/charts/roles.png"])
def test_a_chart_of_a_release_is_drawn_once_because_it_stays_as_it_is(client, path):
    address = f"{path}?as_of={RELEASE_DAY}"
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_a_new_release_is_offered_without_a_change_of_the_data(client, settings, tmp_path):
    release = settings.RELEASES_DIR
    for path in ("/embed-code/roles/", "/cite/roles/"):
        settings.RELEASES_DIR = tmp_path / "none"
        assert read(client, path).select("main a[href^='?as_of']") == []
        settings.RELEASES_DIR = release
        assert len(read(client, path).select("main a[href^='?as_of']")) == 1
