"""Builds the web fonts for `collectstatic` from the variable fonts in two packages, and removes unused parts.

The fonts keep Latin and Cyrillic characters, weights from 400 to 700 and the optical size for text. Each script has its
own WOFF2 file. Building a file takes a few seconds, so the files are cached in var/fonts by the hash of their source.
Pages use the fallback fonts of css/fonts.css during development, and until a font has loaded. The layout does not shift
when a font loads, because the fallback fonts have the same width and height.
"""

import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path

from sco_cities.ops.environment import VAR_DIR

FOLDER = VAR_DIR / "fonts"
# Browsers load a font file only if a page contains one of its characters.
_LETTERS = {
    "latin": (
        (0x20, 0xFF),
        *((0x11E, 0x11F), (0x130, 0x131), (0x15E, 0x15F)),  # Turkish, as in Başiskele on the map
        (0x2010, 0x2044),  # dashes, quotation marks, thin spaces
        (0x20AC, 0x20BF),  # currencies
        (0x2116, 0x2122),  # № and ™
        (0x2190, 0x2199),  # arrows
        (0x2212, 0x2265),  # minus, ≠, ≤
    ),
    # European and Vietnamese letters, and the letters, primes, apostrophes and accents of transliterations.
    "latin-ext": (
        *((0x100, 0x11D), (0x120, 0x12F), (0x132, 0x15D), (0x160, 0x17F)),
        *((0x2B9, 0x2C8), (0x300, 0x30C), (0x1E80, 0x1EF9)),
    ),
    # Includes the Kazakh, Kyrgyz, Tajik and Mongolian letters.
    "cyrillic": ((0x400, 0x4FF),),
}
_FEATURES = ("kern", "liga", "mark", "mkmk", "tnum")


@dataclass(frozen=True)
class Font:
    """A variable font reduced to one script. `letters` contains the first and last code points of ranges."""

    family: str
    package: str
    file: str
    optical_size: int
    script: str

    @property
    def name(self) -> str:
        return f"fonts/{self.family.replace(' ', '-').lower()}-{self.script}.woff2"

    @property
    def letters(self) -> tuple[tuple[int, int], ...]:
        return _LETTERS[self.script]


FONTS = tuple(
    Font(*family, script)
    for family in (
        ("Inter", "fontpkg_inter", "Inter[opsz,wght].ttf", 14),
        ("Source Serif 4", "fontpkg_source_serif_4", "SourceSerif4[opsz,wght].ttf", 17),
    )
    for script in _LETTERS
)


def font_files() -> Iterator[tuple[str, bytes]]:
    """Yields the path (relative to /static/) and the content of each font."""
    for font in FONTS:
        kept = _kept_file(font)
        if not kept.exists():
            FOLDER.mkdir(parents=True, exist_ok=True)
            # Two processes may build the fonts at the same time.
            unfinished = kept.with_suffix(f".{os.getpid()}")
            unfinished.write_bytes(_reduced(font))
            unfinished.replace(kept)
        yield font.name, kept.read_bytes()


def font_faces() -> str:
    """Returns the CSS rules that load the fonts, for a style sheet one folder below /static/."""
    return "".join(
        f'@font-face{{font-family:"{font.family}";src:url("../{font.name}")format("woff2");'
        f"font-weight:400 700;font-display:optional{_unicode_range(font)}}}"
        for font in FONTS
    )


def _unicode_range(font: Font) -> str:
    """Returns the `unicode-range` of a font. Basic Latin needs no range, because later rules take precedence.

    The ranges of two scripts do not overlap. If they did, browsers would load both files for a shared character.
    """
    ranges = ",".join(f"U+{first:x}-{last:x}" for first, last in font.letters)
    return "" if font.script == "latin" else f";unicode-range:{ranges}"


def source(font: Font) -> Path:
    """Returns the path of the complete font file with all characters and weights."""
    return Path(str(import_module(font.package).__file__)).parent / "files" / font.file


def _kept_file(font: Font) -> Path:
    made_from = font, font.letters, _FEATURES, metadata.version("fonttools"), metadata.version("brotli")
    digest = hashlib.sha256(repr(made_from).encode() + source(font).read_bytes())
    return FOLDER / f"{Path(font.name).stem}-{digest.hexdigest()[:16]}.woff2"


def _reduced(font: Font) -> bytes:
    # Imported here, because web processes do not need fontTools.
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    reduced = TTFont(source(font))
    subsetter = Subsetter(Options(layout_features=list(_FEATURES), hinting=False))
    subsetter.populate(unicodes=[each for first, last in font.letters for each in range(first, last + 1)])
    subsetter.subset(reduced)
    instantiateVariableFont(reduced, {"opsz": font.optical_size, "wght": (400, 700)}, inplace=True)
    reduced.flavor = "woff2"
    content = io.BytesIO()
    reduced.save(content)
    return content.getvalue()
