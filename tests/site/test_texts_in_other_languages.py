"""Russian and Chinese pages contain English sentences only in elements marked as English."""

import re
from html.parser import HTMLParser

import pytest

from delegates.models import Delegate, Event, Organisation
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.sources.models import Passage, Report
from sco_cities.themes.models import Theme
from tests import factories as make

LANGUAGES = ("ru", "zh-hans")
# Sentences contain more lower-case words than names do.
SENTENCE = re.compile(r"(?:[A-Za-z][\w'’-]*[,;:]? ){3,}[A-Za-z]")
LOWER_CASE = re.compile(r"\b[a-z]{2,}\b")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class TextsByLanguage(HTMLParser):
    """Collects the texts of a page, each with the language of its element."""

    def __init__(self, html: str):
        super().__init__()
        self._languages: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            inherited = self._languages[-1][1] if self._languages else ""
            self._languages.append((tag, dict(attrs).get("lang", inherited)))

    def handle_endtag(self, tag):
        while self._languages and self._languages.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tag, language = self._languages[-1] if self._languages else ("", "")
        if tag not in ("script", "style", "title") and data.strip():
            self.texts.append((" ".join(data.split()), language))


def unmarked_sentences(html: str) -> list[str]:
    """Returns the English sentences in elements that are not marked as English."""
    return [
        text
        for text, language in TextsByLanguage(html).texts
        if language not in ("en", "und")
        for sentence in [SENTENCE.search(text)]
        if sentence and len(LOWER_CASE.findall(text)) >= 2
    ]


def addresses() -> list[str]:
    """The paths of the home page, lists, records of all kinds, reports and briefs."""
    disputed = Initiative.objects.filter(evidence__stance="differs").distinct()[:3]
    with_figures = Initiative.objects.filter(figures__isnull=False).distinct()[:3]
    others = [kind.objects.order_by("slug").first() for kind in (City, Country, Theme, Organisation)]
    records = [
        *disputed, *with_figures, *others,
        Delegate.objects.filter(statements__isnull=False).first(),
        Event.objects.exclude(series="").filter(attendances__isnull=False).first(),
        *Report.objects.order_by("slug")[:2],
    ]  # fmt: skip
    lists = ("initiatives", "delegates", "events", "themes", "statements")
    return [
        "/",
        *(f"/{name}/" for name in lists),
        *(f"/{name}/?view=brief&per_page=20" for name in lists),
        "/search/?q=mayor",
        *(record.get_absolute_url().removeprefix("/en") for record in records),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_sentence_is_unmarked(loaded_package, client, language):
    found = {}
    for address in addresses():
        response = client.get(f"/{language}{address}")
        assert response.status_code == 200, address
        if sentences := unmarked_sentences(response.content.decode()):
            found[address] = sentences
    assert found == {}


@pytest.mark.parametrize(("language", "note"), [("ru", "на английском"), ("zh-hans", "英文")])
def test_a_text_that_is_only_in_english_is_marked_as_english(db, client, language, note):
    delegate = make.make_delegate(role="Mayor of a town with many lamps")
    make.make_statement(delegate=delegate, summary="It was said that the lamps are very bright.")
    html = client.get(f"/{language}{delegate.get_absolute_url()}").content.decode()
    assert unmarked_sentences(html) == []
    marked = {text for text, lang in TextsByLanguage(html).texts if lang == "en"}
    assert marked >= {delegate.role, "It was said that the lamps are very bright."}
    assert html.count(f'<span class="language-note">{note}</span>') == 2


def test_a_text_in_the_readers_language_needs_no_word(db, client):
    delegate = make.make_delegate(role="Mayor", role_ru="мэр", role_zh="市长")
    make.make_attendance(make.make_event(), delegate)
    address = delegate.get_absolute_url()
    for language, role in (("ru", "мэр"), ("zh-hans", "市长")):
        html = client.get(f"/{language}{address}").content.decode()
        assert role in html
        assert html.count("language-note") == 1, "only the role at the event is in English"


def test_the_walk_finds_a_sentence_that_is_not_marked():
    assert unmarked_sentences('<p lang="ru">Lamps are put up in the street. <b>Лампы</b></p>')
    assert not unmarked_sentences('<p lang="ru"><span lang="en">Lamps are put up in the street.</span></p>')


def test_all_passages_of_the_shipped_package_are_translated(loaded_package):
    assert not Passage.objects.filter(summary_ru="").exists()
    assert not Passage.objects.filter(summary_zh="").exists()
