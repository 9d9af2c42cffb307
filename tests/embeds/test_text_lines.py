"""Lines of text in pictures."""

import pytest
from django.utils.translation import override

from sco_cities.embeds.share_picture import printable, text_lines, text_width


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("Lamps", ["Lamps"]),
        ("Lamps of Alphaville", ["Lamps of", "Alphaville"]),
        ("阿拉木图与西安之间的货运班列，每周三次", ["阿拉木图与西安之", "间的货运班列，每", "周三次"]),
        # A line does not begin with a punctuation mark.
        ("阿拉木图与西安之间，的班列", ["阿拉木图与西安之", "间，的班列"]),
        ("阿拉木图与西安之，间的班列", ["阿拉木图与西安", "之，间的班列"]),
        # A word that is longer than a line is broken.
        ("a" * 30, ["a" * 24, "a" * 6]),
        ("Lamps of Alphaville and Betaville, too late", ["Lamps of", "Alphaville and", "Betaville, too…"]),
        ("Lamps of Alphaville and Betaville", ["Lamps of", "Alphaville and", "Betaville"]),
    ],
)  # fmt: skip
def test_a_text_is_broken_between_words_and_between_chinese_characters(text, lines):
    assert text_lines(text, 8, 3) == lines


@pytest.mark.parametrize(
    "text", ["Lamps of Alphaville " * 20, "西安" * 100, "x" * 500, "Щука, жук и мышь " * 20]
)
@pytest.mark.parametrize("width", [16, 30])
def test_no_line_exceeds_the_width_and_a_long_text_ends_with_an_ellipsis(text, width):
    lines = text_lines(text, width, 3)
    assert len(lines) == 3 and lines[-1].endswith("…")
    assert all(text_width(line) <= width for line in lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00b\x1fc\x85d", "a b c d"),
        ("half \ud800 a pair", "half a pair"),
        (" two\n\tlines ", "two lines"),
        ("“西安”", "“西安”"),
    ],
)
def test_characters_that_no_picture_can_show_are_omitted(text, expected):
    assert printable(text) == expected


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "“Xi’an” & co"), ("ru", "“Xi’an” & co"), ("zh-hans", '"Xi\'an" & co')]
)
def test_quotation_marks_fit_the_fonts_of_the_language(language, expected):
    with override(language):
        assert printable("“Xi'an” & co") == expected
