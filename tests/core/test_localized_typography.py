"""Names and texts have typographic apostrophes and dashes in HTML, but not in files."""

from copy import copy, deepcopy

import pytest
from django.template import Context, Template

from sco_cities.core.html import fill_template
from sco_cities.core.localized_names import Localized
from sco_cities.i18n.punctuation import and_list, comma_list, with_label, with_remark
from tests import factories as make

TEXTS = [
    ("Xi'an and the mayors' council", "Xi’an and the mayors’ council"),
    ("Plan 2024-2026", "Plan 2024–2026"),
    ("2024-05-01, Cholpon-Ata, no. 12-2024-2026", "2024-05-01, Cholpon-Ata, no. 12-2024-2026"),
    ("'quoted' & <b>, but '90s", "‘quoted’ &amp; &lt;b&gt;, but &#x27;90s"),
    ("A 'major breakthrough.' of X2's", "A ‘major breakthrough.’ of X2’s"),
    ('A "Healthy Silk Road", 5" and ("two")', "A “Healthy Silk Road”, 5&quot; and (“two”)"),
    ('Система "Безопасный город"', "Система «Безопасный город»"),
    ('"世界市长对话"活动', "“世界市长对话”活动"),
    ("China-Kyrgyzstan-Uzbekistan railway, Kabul-Urumqi", "China–Kyrgyzstan–Uzbekistan railway, Kabul–Urumqi"),
    ("Xi'an-Almaty's trains", "Xi’an–Almaty’s trains"),
    ("Tianjin-Central Asia line, China-Laos Railway", "Tianjin–Central Asia line, China–Laos Railway"),
    ("The China-SCO base, Anti-SCO, China-SCO Base's", "The China–SCO base, Anti-SCO, China–SCO Base’s"),
    ("Ulan-Ude, Secretary-General, Russian-Kyrgyz", "Ulan-Ude, Secretary-General, Russian-Kyrgyz"),
    ("Города-побратимы", "Города-побратимы"),
]  # fmt: skip


@pytest.mark.parametrize(("stored", "shown"), TEXTS)
def test_a_text_of_a_record_is_typographic_in_templates_and_in_html_from_python(stored, shown):
    text = Localized(stored, "en")
    assert Template("{{ text }}").render(Context({"text": text})) == shown
    assert fill_template("{}", text) == shown
    assert text == stored


def test_a_copy_of_a_text_has_its_language():
    text = Localized("Лампы", "ru")
    for copied in (copy(text), deepcopy(text)):
        assert (copied, copied.lang, type(copied)) == ("Лампы", "ru", Localized)


def test_joined_names_are_typographic_as_html_and_stored_in_files():
    joined = [
        and_list(["Almaty", "Xi'an"]),
        comma_list(["Xi'an"]),
        with_label("City", "Xi'an"),
        with_remark("Xi'an", "2024-2026"),
    ]
    assert [fill_template("{}", text) for text in joined] == [
        "Almaty and Xi’an", "Xi’an", "City: Xi’an", "Xi’an (2024–2026)",
    ]  # fmt: skip
    assert [str(text) for text in joined] == [
        "Almaty and Xi'an", "Xi'an", "City: Xi'an", "Xi'an (2024-2026)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("People's Daily & co", "People’s Daily &amp; co"),
        (fill_template("<mark>{}</mark>{}", "Xi", "'an's"), "<mark>Xi</mark>’an’s"),
        (fill_template("<mark>{}</mark>-{}", "Osh", "Tashkent"), "<mark>Osh</mark>–Tashkent"),
    ],
)
def test_a_text_or_highlighted_html_can_be_typeset_in_a_template(text, shown):
    assert Template("{% load site %}{{ text|typeset }}").render(Context({"text": text})) == shown


@pytest.mark.django_db
@pytest.mark.only_on("sqlite")
def test_headings_filters_pairs_and_publishers_are_typographic(client):
    cities = [make.make_city("xian", name_en="Xi'an"), make.make_city("beta")]
    lamps = make.make_initiative("lamps", lead=cities)
    report = make.make_report("gazette", publisher="People's Gazette")
    make.make_evidence(lamps, "status", report.passages.get(number=1))
    pages = {
        "/initiatives/?city=xian": ["1 initiative with Xi’an", "City: Xi’an", "<span>Xi’an</span>"],
        "/": ["Beta and Xi’an", "<title>Xi’an: 1 initiative</title>"],
        "/together/beta/xian/": ["Beta and Xi’an", "People’s Gazette"],
        "/initiatives/lamps/": ["People’s Gazette"],
        "/reports/": ["People’s Gazette"],
        "/search/?q=xi'an": ["<mark>Xi’an</mark>"],
    }
    for address, texts in pages.items():
        content = client.get(address).text
        assert [text for text in texts if text not in content] == [], address


@pytest.mark.django_db
@pytest.mark.only_on("sqlite")
def test_pages_show_typographic_apostrophes_and_files_have_the_stored_ones(client):
    make.make_initiative(
        "lamps", title_en="Xi'an's lamps 2024-2026", lead=[make.make_city("xian", name_en="Xi'an")]
    )
    for address in ("/initiatives/", "/initiatives/lamps/", "/cities/xian/", "/initiatives/?view=brief"):
        text = client.get(address).text
        assert (
            "Xi’an’s lamps 2024–2026" in text and "Xi&#x27;an&#x27;s lamps" not in text.partition("<main")[2]
        ), address
    for address in ("/initiatives.csv", "/initiatives.jsonl", "/api/initiatives/lamps/"):
        response = client.get(address)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        assert b"Xi'an's lamps 2024-2026" in content, address
