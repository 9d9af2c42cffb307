"""Draws the preview image for links to the site: static/img/card.png.

    python scripts/social_card.py

It shows the title, the status discs and arcs between cities. The image is part of the repository; run this only to
change it.
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
SPRITE = ROOT / "templates" / "site" / "_sprite.html"
WIDTH, HEIGHT = 1200, 630
# Some sites ignore larger preview images.
MAX_BYTES = 60_000

PAPER, INK, SECOND, RULE, ACCENT = "#fcfbf8", "#1d2733", "#5b6672", "#dfdbd2", "#0a5f73"
PILLARS = {"governance": "#2c5d8f", "cooperation": "#8a6a12", "security": "#9c3f2b"}
SERIF = '"Source Serif 4", Charter, "PT Serif", Georgia, "Noto Serif", "DejaVu Serif", serif'
SANS = 'Inter, "Segoe UI", system-ui, "Noto Sans", "DejaVu Sans", sans-serif'
STATUSES = ("interest", "proposed", "agreed", "under_way", "operating", "completed")
# Pillar, start and end; no real places.
ARCS = (
    ("governance", (690, 250), (1080, 150)), ("cooperation", (690, 250), (930, 400)),
    ("cooperation", (1080, 150), (930, 400)), ("security", (1080, 330), (690, 250)),
    ("governance", (800, 130), (1080, 330)),
)  # fmt: skip


def arc(pillar: str, start: tuple[int, int], end: tuple[int, int]) -> str:
    """A curve that tapers from the city that shares to the city that learns."""
    (x1, y1), (x2, y2) = start, end
    length = math.hypot(x2 - x1, y2 - y1)
    across_x, across_y = (y1 - y2) / length, (x2 - x1) / length
    bend_x, bend_y = (x1 + x2) / 2 + across_x * length * 0.2, (y1 + y2) / 2 + across_y * length * 0.2

    def offset_point(x: float, y: float, width: float) -> str:
        return f"{x + across_x * width:.1f} {y + across_y * width:.1f}"

    return (
        f'<path d="M{offset_point(x1, y1, 4)} Q{offset_point(bend_x, bend_y, 2)} {x2} {y2} '
        f'Q{offset_point(bend_x, bend_y, -2)} {offset_point(x1, y1, -4)}z" fill="{PILLARS[pillar]}" fill-opacity=".7"/>'
    )


def drawing() -> str:
    """The card as SVG."""
    symbols = "".join(re.findall(r'<symbol id="disc-.*?</symbol>', SPRITE.read_text(encoding="utf-8")))
    cities = sorted({place for _pillar, *ends in ARCS for place in ends})
    discs = "".join(
        f'<use href="#disc-{status}" x="{80 + 58 * place}" y="490" width="40" height="40"/>'
        for place, status in enumerate(STATUSES)
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" color="{ACCENT}"
 fill="{ACCENT}">
<style>
  .stroke {{ fill: none; stroke: currentColor; stroke-width: 1.6 }}
  .dotted-stroke {{ stroke-width: 2; stroke-linecap: round; stroke-dasharray: .1 3.67 }}
  .thin-stroke {{ stroke-width: 1.4 }} .tick {{ fill: none; stroke: {PAPER}; stroke-width: 2 }}
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
 fill="{SECOND}">with footnotes to the reports</text>
</svg>"""


def recompress(picture: bytes) -> bytes:
    """The same PNG with the best compression: browsers use a fast one."""
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
        CARD.write_bytes(recompress(page.screenshot()))
    if CARD.stat().st_size > MAX_BYTES:
        sys.exit(f"{CARD} has {CARD.stat().st_size} bytes; the limit is {MAX_BYTES}")


if __name__ == "__main__":
    main()
