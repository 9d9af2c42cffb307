"""Notes name the speakers of the cited passages."""

import pytest

from sco_cities.core.publication_state import PublicationState
from tests import factories as make
from tests.html import read_page

# The content of a page does not depend on the engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

PAGES = ("/initiatives/lamps/", "/initiatives/?view=brief")


@pytest.fixture
def passage():
    passage = make.make_report(passages=1).passages.get()
    make.support_everything(make.make_initiative("lamps"), passage)
    return passage


@pytest.mark.parametrize("address", PAGES)
def test_a_note_names_and_links_the_published_speakers_of_its_passage(client, passage, address):
    make.make_delegate("eva", name_en="Eva").passages.add(passage)
    make.make_delegate("ada", name_en="Ada").passages.add(passage)
    make.make_delegate("a-hidden", name_en="Hidden", state=PublicationState.DRAFT).passages.add(passage)
    page = read_page(client, address)
    assert "¶1 Speakers: Ada, Eva" in page.text("note-1")
    assert {"/delegates/ada/", "/delegates/eva/"} <= set(page.links("note-1"))
    assert "Hidden" not in page.text()


@pytest.mark.parametrize("address", PAGES)
def test_the_speakers_are_those_of_the_last_commit(client, passage, address):
    ada = make.make_delegate("ada", name_en="Ada")
    assert "Speakers" not in read_page(client, address).text("note-1")
    ada.passages.add(passage)
    assert "Speakers: Ada" in read_page(client, address).text("note-1")
    type(ada).objects.update(name_en="Ada Test")
    assert "Speakers: Ada Test" in read_page(client, address).text("note-1")
    ada.passages.clear()
    assert "Speakers" not in read_page(client, address).text("note-1")
