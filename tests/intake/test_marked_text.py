"""The text of a passage as escaped HTML, with a mark at each span of a proposal."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sco_cities.intake.page.marked_text import SENTENCE, MarkedSpan, marked_html

TEXT = "Osh & <Kazan>"


@pytest.mark.parametrize(
    "spans, expected",
    [
        ([], "Osh &amp; &lt;Kazan&gt;"),
        (
            [(0, 3, "sure", 1)],
            '<mark class="certainty-sure" data-proposals="1">Osh</mark> &amp; &lt;Kazan&gt;',
        ),
        # The most certain proposal determines the class of a mark. The mark names all proposals.
        (
            [(0, 3, "doubtful", 1), (0, 13, SENTENCE, 2), (0, 3, "likely", 3)],
            '<mark class="certainty-likely" data-proposals="3 1 2">Osh</mark>'
            '<mark class="certainty-sentence" data-proposals="2"> &amp; &lt;Kazan&gt;</mark>',
        ),
        # Overlapping spans are split instead of nested.
        (
            [(0, 5, "sure", 1), (4, 7, "likely", 2)],
            '<mark class="certainty-sure" data-proposals="1">Osh </mark>'
            '<mark class="certainty-sure" data-proposals="1 2">&amp;</mark>'
            '<mark class="certainty-likely" data-proposals="2"> &lt;</mark>Kazan&gt;',
        ),
    ],
)
def test_places_are_marked(spans, expected):
    assert marked_html(TEXT, 0, len(TEXT), [MarkedSpan(*span) for span in spans]) == expected


def test_only_the_piece_of_the_passage_is_shown():
    assert marked_html("abcdef", 2, 4, [MarkedSpan(0, 3, "sure", 1), MarkedSpan(5, 6, "sure", 2)]) == (
        '<mark class="certainty-sure" data-proposals="1">c</mark>d'
    )


class TextOfHtml(HTMLParser):
    """The text of HTML, and its tags other than marks."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.text, self.tags = "", set()
        self.feed(html)
        self.close()

    def handle_data(self, data):
        self.text += data

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)


@given(
    st.text(st.characters(exclude_characters="\r\0", exclude_categories=("Cs",)), min_size=1),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.sampled_from(["sure", "doubtful"]))),
)
def test_any_text_with_any_places_stays_the_same_text(text, places):
    spans = [
        MarkedSpan(start, end, certainty, number) for number, (start, end, certainty) in enumerate(places)
    ]
    shown = TextOfHtml(marked_html(text, 0, len(text), spans))
    assert shown.text == text
    assert shown.tags <= {"mark"}
