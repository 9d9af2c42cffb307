"""Names and texts as HTML have typographic apostrophes and dashes; files have them as stored."""

from copy import copy, deepcopy

import pytest
from django.template import Context, Template

from sco_cities.core.html import fill_template
from sco_cities.core.localized_names import Localized
from tests import factories as make

TEXTS = [
    ("Xi'an and the mayors' council", "Xi’an and the mayors’ council"),
    ("Plan 2024-2026", "Plan 2024–2026"),
    ("2024-05-01, Cholpon-Ata, no. 12-2024-2026", "2024-05-01, Cholpon-Ata, no. 12-2024-2026"),
    ("'quoted' & <b>", "&#x27;quoted’ &amp; &lt;b&gt;"),
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
