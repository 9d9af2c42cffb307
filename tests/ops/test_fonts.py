"""The web fonts contain the characters of the pages and are rebuilt only if necessary."""

import io

import pytest
from fontTools.ttLib import TTFont

from sco_cities.ops import fonts

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "FOLDER", tmp_path / "fonts")
    return tmp_path / "fonts"


def test_the_fonts_have_all_characters_of_the_three_languages_in_two_weights(collected):
    letters = {"Inter": set[int](), "Source Serif 4": set[int]()}
    for font in fonts.FONTS:
        file = TTFont(io.BytesIO((collected / font.name).read_bytes()))
        assert file.flavor == "woff2"
        axes = {axis.axisTag: (axis.minValue, axis.maxValue) for axis in file["fvar"].axes}
        assert axes == {"wght": (400, 700)}
        letters[font.family] |= set(file.getBestCmap())
    needed = set(map(ord, "AzÄéŠčĞäöüßЁёЙйҚқҒғӘәӨөҮүҰұІіҲҳҶҷЎў0189.,:;–—“”«»’…№×−·"))
    assert [needed - each for each in letters.values()] == [set(), set()]


def test_a_font_is_built_once_and_rebuilt_when_a_source_changes(folder, monkeypatch):
    made = []
    monkeypatch.setattr(fonts, "_reduced", lambda font: made.append(font) or font.family.encode())
    expected = [(font.name, font.family.encode()) for font in fonts.FONTS]
    assert list(fonts.font_files()) == expected
    assert list(fonts.font_files()) == expected
    assert made == list(fonts.FONTS)
    monkeypatch.setitem(fonts._LETTERS, "latin", ((0x20, 0x7F),))
    assert list(fonts.font_files()) == expected
    changed = [font for font in fonts.FONTS if font.script == "latin"]
    assert made == [*fonts.FONTS, *changed]
    assert len(list(folder.iterdir())) == len(made)
