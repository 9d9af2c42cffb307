"""Draws the picture that stands beside links to the site elsewhere: static/img/card.png.

    python scripts/social_card.py

The drawing is the site's own: its sign, its discs of firmness, and arcs from one city to another. It is made anew
only when it is to look otherwise; the picture is part of the repository.
"""

import math
import re
import struct
import sys
import zlib
from pathlib import Path

from chromium import running_browser

ROOT = Path(__file__).resolve().parent.parent
CARD = ROOT / "static" / "img" / "card.png"
SPRITE = ROOT / "templates" / "browse" / "_sprite.html"
WIDTH, HEIGHT = 1200, 630
# Of more than this some sites that show links take nothing.
MOST_BYTES = 60_000

PAPER, INK, SECOND, RULE, ACCENT = "#fcfbf8", "#1d2733", "#5b6672", "#dfdbd2", "#0a5f73"
PILLARS = {"governance": "#2c5d8f", "cooperation": "#8a6a12", "security": "#9c3f2b"}
SERIF = '"Source Serif 4", Charter, "PT Serif", Georgia, "Noto Serif", "DejaVu Serif", serif'
SANS = 'Inter, "Segoe UI", system-ui, "Noto Sans", "DejaVu Sans", sans-serif'
PHASES = ("interest", "proposed", "agreed", "under_way", "operating", "completed")
# From where to where, by pillar: no real places.
ARCS = (
    ("governance", (690, 250), (1080, 150)), ("cooperation", (690, 250), (930, 400)),
    ("cooperation", (1080, 150), (930, 400)), ("security", (1080, 330), (690, 250)),
    ("governance", (800, 130), (1080, 330)),
)  # fmt: skip


def arc(pillar: str, start: tuple[int, int], end: tuple[int, int]) -> str:
    """A curve that tapers from who shares to who learns."""
    (x1, y1), (x2, y2) = start, end
    length = math.hypot(x2 - x1, y2 - y1)
    across_x, across_y = (y1 - y2) / length, (x2 - x1) / length
    bend_x, bend_y = (x1 + x2) / 2 + across_x * length * 0.2, (y1 + y2) / 2 + across_y * length * 0.2

    def beside(x: float, y: float, width: float) -> str:
        return f"{x + across_x * width:.1f} {y + across_y * width:.1f}"

    return (
        f'<path d="M{beside(x1, y1, 4)} Q{beside(bend_x, bend_y, 2)} {x2} {y2} '
        f'Q{beside(bend_x, bend_y, -2)} {beside(x1, y1, -4)}z" fill="{PILLARS[pillar]}" fill-opacity=".7"/>'
    )


def drawing() -> str:
    """The card as SVG."""
    symbols = "".join(re.findall(r'<symbol id="disc-.*?</symbol>', SPRITE.read_text(encoding="utf-8")))
    cities = sorted({place for _pillar, *ends in ARCS for place in ends})
    discs = "".join(
        f'<use href="#disc-{phase}" x="{80 + 58 * place}" y="490" width="40" height="40"/>'
        for place, phase in enumerate(PHASES)
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" color="{ACCENT}"
 fill="{ACCENT}">
<style>
  .ring {{ fill: none; stroke: currentColor; stroke-width: 1.6 }}
  .dotted {{ stroke-width: 2; stroke-linecap: round; stroke-dasharray: .1 3.67 }}
  .thin {{ stroke-width: 1.4 }} .tick {{ fill: none; stroke: {PAPER}; stroke-width: 2 }}
</style>
<defs>{symbols}</defs>
<rect width="100%" height="100%" fill="{PAPER}"/>
<path d="M80 440h1040" stroke="{RULE}" stroke-width="2"/>
{"".join(arc(*each) for each in ARCS)}
{"".join(f'<circle cx="{x}" cy="{y}" r="{9 + x % 7}" stroke="{PAPER}" stroke-width="3"/>' for x, y in cities)}
<text x="80" y="180" font-family='{SERIF}' font-size="84" font-weight="600" fill="{INK}">SCO Cities</text>
<text font-family='{SERIF}' font-size="36" fill="{INK}"><tspan x="80" y="258">What cities do together,</tspan><tspan
 x="80" y="306">and who says so</tspan></text>
{discs}
<text x="1120" y="520" text-anchor="end" font-family='{SANS}' font-size="26"
 fill="{SECOND}">every value footnoted</text>
</svg>"""


def packed(picture: bytes) -> bytes:
    """The same PNG, packed as tightly as its format can: browsers take the quick way."""
    chunks, place = [], 8
    while place < len(picture):
        length, name = struct.unpack_from(">I4s", picture, place)
        chunks.append((name, picture[place + 8 : place + 8 + length]))
        place += length + 12
    pixels = zlib.decompress(b"".join(content for name, content in chunks if name == b"IDAT"))
    others = [chunk for chunk in chunks if chunk[0] != b"IDAT"]
    others.insert(-1, (b"IDAT", zlib.compress(pixels, 9)))
    return picture[:8] + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in others
    )


def main() -> None:
    with running_browser() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_content(f'<body style="margin:0">{drawing()}</body>')
        CARD.write_bytes(packed(page.screenshot()))
    if CARD.stat().st_size > MOST_BYTES:
        sys.exit(f"{CARD} has {CARD.stat().st_size} bytes, and should have {MOST_BYTES} at most")


if __name__ == "__main__":
    main()
