"""The contrast of the lines of the map, from the colours and the opacity in the style sheets."""

import re

import pytest
from django.conf import settings

STYLES = settings.BASE_DIR / "static" / "css"
# Of graphics: WCAG 2.2, 1.4.11.
MIN_CONTRAST = 3


def schemes() -> dict[str, dict[str, str]]:
    """The colours of the light and of the dark scheme, by their names. The third rule is for print."""
    rules = re.findall(
        r":root \{([^}]*--paper: [^}]*)\}", (STYLES / "tokens.css").read_text(encoding="utf-8")
    )
    light, dark = (dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", rule)) for rule in rules[:2])
    return {"light": light, "dark": dark}


def line_opacities() -> list[float]:
    """The opacity of a line, and that of a line for readers who prefer more contrast."""
    rules = (STYLES / "map.css").read_text(encoding="utf-8")
    return [float(value) for value in re.findall(r"\.map \.arcs path \{[^}]*opacity: ([\d.]+);", rules)]


def channels(colour: str) -> list[int]:
    return list(bytes.fromhex(colour.removeprefix("#")))


def luminance(colour: list[float]) -> float:
    shares = [value / 255 for value in colour]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["land", "paper"])
@pytest.mark.parametrize("name", ["accent", "governance", "cooperation", "security"])
def test_lines_of_every_colour_stand_out_from_land_and_sea(scheme, ground, name):
    below, line = (channels(schemes()[scheme][each]) for each in (ground, name))
    opacity = line_opacities()[0]
    seen = [opacity * over + (1 - opacity) * under for over, under in zip(line, below, strict=True)]
    darker, lighter = sorted((luminance(below), luminance(seen)))
    assert (lighter + 0.05) / (darker + 0.05) >= MIN_CONTRAST


def test_more_contrast_makes_lines_solid_in_every_scheme():
    assert line_opacities()[1:] == [1]
