"""The contrast of states and of map lines, computed from the colours and the opacity in the style sheets."""

import re

import pytest
from django.conf import settings

STYLES = settings.BASE_DIR / "static" / "css"
# The minimum contrast of graphics in WCAG 2.2, 1.4.11.
MIN_CONTRAST = 3


def schemes() -> dict[str, dict[str, str]]:
    """The colours of the light and the dark scheme, by name."""
    tokens = (STYLES / "tokens.css").read_text(encoding="utf-8")
    pairs = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", tokens)
    return {
        scheme: {name: colours[place] for name, *colours in pairs}
        for place, scheme in enumerate(("light", "dark"))
    }


def line_opacities() -> list[float]:
    """The opacity of a line, and its opacity for readers who prefer more contrast."""
    rules = (STYLES / "map.css").read_text(encoding="utf-8")
    return [float(value) for value in re.findall(r"\.map \.arcs path \{[^}]*opacity: ([\d.]+);", rules)]


def channels(colour: str) -> list[int]:
    return list(bytes.fromhex(colour.removeprefix("#")))


def luminance(colour: list[float]) -> float:
    shares = [value / 255 for value in colour]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: list[float], other: list[float]) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["land", "paper"])
@pytest.mark.parametrize("name", ["accent", "governance", "cooperation", "security"])
def test_lines_of_every_colour_stand_out_from_land_and_sea(scheme, ground, name):
    below, line = (channels(schemes()[scheme][each]) for each in (ground, name))
    opacity = line_opacities()[0]
    seen = [opacity * over + (1 - opacity) * under for over, under in zip(line, below, strict=True)]
    assert contrast(below, seen) >= MIN_CONTRAST


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("status-on-paper", 4.5),
        ("status-under-way", MIN_CONTRAST),
        ("accent", 4.5),
        ("wrong", 4.5),
        ("second", 4.5),
    ],
)
def test_every_state_and_every_text_stands_out_from_the_paper(scheme, name, least):
    paper, colour = (channels(schemes()[scheme][each]) for each in ("paper", name))
    assert contrast(paper, colour) >= least


def test_more_contrast_makes_lines_solid_in_every_scheme():
    assert line_opacities()[1:] == [1]
