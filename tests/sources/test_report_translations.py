"""Descriptive titles and notes of reports are shown in the reader's language."""

import re

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.utils.encoding import iri_to_uri

from sco_cities.curation.translations.texts import Show, text_kinds
from sco_cities.sources.report_texts import TRANSLATED_HEADLINE
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

TITLES = {
    "title": "(Beacons in Alpha, in Kyrgyz; no title in the stored copy)",
    "title_ru": "(Маяки в Альфе, на киргизском; в сохранённой копии нет заголовка)",
    "title_zh": "（阿尔法的灯塔，吉尔吉斯文；存档副本无标题）",
}
NOTES = {"note": "A copy.", "note_ru": "Перепечатка.", "note_zh": "转载。"}
# The displayed title and note, by site language.
SHOWN = {
    "": ("Beacons in Alpha, in Kyrgyz", "A copy."),
    "/ru": ("Маяки в Альфе, на киргизском", "Перепечатка."),
    "/zh-hans": ("阿尔法的灯塔，吉尔吉斯文", "转载。"),
}
in_each_language = pytest.mark.parametrize(
    ("prefix", "title", "note"), [(key, *texts) for key, texts in SHOWN.items()]
)


@pytest.fixture
def report():
    report = make.make_report("gazette", language="ky", **TITLES, **NOTES)
    initiative = make.make_initiative("streets", title_en="Streets")
    make.make_evidence(initiative, passage=report.passages.get())
    return report


def text_of(client, address: str) -> str:
    """Returns the text of a page or fragment without markup."""
    response = client.get(iri_to_uri(address))
    assert response.status_code == 200
    return re.sub(r"\s+", " ", BeautifulSoup(response.content.decode(), "html5lib").text)


@pytest.mark.usefixtures("report")
@in_each_language
@pytest.mark.parametrize(
    ("path", "has_note"),
    [
        ("/reports/gazette/", True),
        ("/reports/?view=brief", True),
        ("/reports/", False),
        ("/initiatives/streets/", False),
        ("/initiatives/?view=brief", False),
        ("/search/?q=Beacons", False),
        ("/search/?q=Маяки", False),
        ("/search/?q=灯塔", False),
        ("/search/suggestions/?q=Beacons", False),
        ("/embed/reports/gazette/", False),
    ],
)
def test_readers_see_our_description_and_the_note_in_their_language(
    path, has_note, prefix, title, note, client
):
    text = text_of(client, f"{prefix}{path}")
    assert title in text
    assert (note in text) == has_note
    for ending in ("no title in the stored copy", "в сохранённой копии нет", "存档副本无标题"):
        assert ending not in text


@pytest.mark.usefixtures("report")
@in_each_language
def test_programs_get_the_name_in_the_language_of_the_address_and_all_titles(prefix, title, note, client):
    groups = client.get(f"{prefix}/api/search/?q=Beacons").json()["groups"]
    [(hit,)] = [group["hits"] for group in groups if group["collection"] == "reports"]
    assert hit["name"] == title
    assert hit["names"] == {"en": TITLES["title"], "ru": TITLES["title_ru"], "zh": TITLES["title_zh"]}
    assert title in b"".join(client.get(f"{prefix}/initiatives/streets.md")).decode()
    record = client.get(f"{prefix}/api/reports/gazette/").json()
    assert {name: record[name] for name in TITLES | NOTES} == TITLES | NOTES
    values = client.get(f"{prefix}/api/initiatives/streets/").json()["values"]
    cited = values["title_en"]["supports"][0]["report"]
    assert {name: cited[name] for name in TITLES} == TITLES


def test_a_missing_translation_is_english_and_marked_so(client):
    make.make_report("gazette", language="ky", title=TITLES["title"], note=NOTES["note"])
    page = client.get("/ru/reports/gazette/").content.decode()
    assert '<span class="untitled" lang="en">Beacons in Alpha' in page
    assert '<span lang="en">A copy.</span>' in page


def test_only_descriptions_are_to_be_translated():
    make.make_report("gazette", title=TITLES["title"])
    make.make_report("herald", title="(Beacons) in Alpha")
    kind = text_kinds()["reports-title"]
    assert [row.slug for row in kind.rows("ru", Show.MISSING)] == ["gazette"]
    assert kind.counts()["ru"] == {"all": 1, "missing": 1, "outdated": 0}


def test_a_form_refuses_the_translation_of_a_headline():
    report = make.make_report("gazette", title="Beacons in Alpha")
    report.title_ru = "Маяки в Альфе"
    with pytest.raises(ValidationError) as caught:
        report.full_clean()
    assert caught.value.message_dict == {"title_ru": [str(TRANSLATED_HEADLINE)]}
