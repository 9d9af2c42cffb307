"""Builds the web fonts for `collectstatic` from the variable fonts of two packages, reduced to the needs of pages.

Each font keeps Latin and Cyrillic letters, weights from 400 to 700 and the optical size for text, as WOFF2. This takes
a few seconds per font, so the result is cached in var/fonts by the hash of its source. During development pages use the
fallbacks of css/fonts.css.

If a font is not ready when the browser needs it, the page uses the fallbacks, which have the same width and height, so
the layout does not shift when the font arrives.
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
_LETTERS = (
    (0x20, 0x17F),  # Latin
    (0x2B9, 0x2C8),  # primes and apostrophes of transliterations
    (0x300, 0x30C),  # combining accents
    (0x400, 0x4FF),  # Cyrillic, with Kazakh, Kyrgyz, Tajik and Mongolian
    (0x1E80, 0x1EF9),
    (0x2010, 0x2044),  # dashes, quotation marks, thin spaces
    (0x20A0, 0x20BF),  # currencies
    (0x2116, 0x2122),  # № and ™
    (0x2190, 0x2199),  # arrows
    (0x2212, 0x2265),  # minus, ≠, ≤
)
_FEATURES = ("kern", "liga", "ccmp", "locl", "mark", "mkmk", "calt", "tnum", "lnum", "pnum")


@dataclass(frozen=True)
class Font:
    family: str
    package: str
    file: str
    optical_size: int

    @property
    def name(self) -> str:
        return f"fonts/{self.family.replace(' ', '-').lower()}.woff2"


FONTS = (
    Font("Inter", "fontpkg_inter", "Inter[opsz,wght].ttf", 14),
    Font("Source Serif 4", "fontpkg_source_serif_4", "SourceSerif4[opsz,wght].ttf", 17),
)


def font_files() -> Iterator[tuple[str, bytes]]:
    """Yields the path of each font relative to /static/, and its content."""
    for font in FONTS:
        kept = _kept_file(font)
        if not kept.exists():
            FOLDER.mkdir(parents=True, exist_ok=True)
            # Two processes may build the fonts simultaneously.
            unfinished = kept.with_suffix(f".{os.getpid()}")
            unfinished.write_bytes(_reduced(font))
            unfinished.replace(kept)
        yield font.name, kept.read_bytes()


def font_faces() -> str:
    """The CSS rules that load the fonts in a style sheet one folder below /static/."""
    return "".join(
        f'@font-face{{font-family:"{font.family}";src:url("../{font.name}")format("woff2");'
        "font-weight:400 700;font-display:optional}"
        for font in FONTS
    )


def source(font: Font) -> Path:
    """The path of the complete font file, with all characters and weights."""
    return Path(str(import_module(font.package).__file__)).parent / "files" / font.file


def _kept_file(font: Font) -> Path:
    made_from = font, _LETTERS, _FEATURES, metadata.version("fonttools"), metadata.version("brotli")
    digest = hashlib.sha256(repr(made_from).encode() + source(font).read_bytes())
    return FOLDER / f"{Path(font.name).stem}-{digest.hexdigest()[:16]}.woff2"


def _reduced(font: Font) -> bytes:
    # Imported here, because web processes do not need it.
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    reduced = TTFont(source(font))
    subsetter = Subsetter(Options(layout_features=list(_FEATURES), hinting=False))
    subsetter.populate(unicodes=[each for first, last in _LETTERS for each in range(first, last + 1)])
    subsetter.subset(reduced)
    instantiateVariableFont(reduced, {"opsz": font.optical_size, "wght": (400, 700)}, inplace=True)
    reduced.flavor = "woff2"
    content = io.BytesIO()
    reduced.save(content)
    return content.getvalue()
