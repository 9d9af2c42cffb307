"""Limits for the bytes and the requests of a first visit.

The files are collected, minified and compressed, as in production.
"""

import gzip
import re
from itertools import chain
from pathlib import Path

import pytest

from sco_cities.ops.fonts import FONTS

pytestmark = pytest.mark.only_on("sqlite")

MAX_FONT = 120 * 1024
MAX_BYTES, MAX_REQUESTS = 100 * 1024, 7
MAX_CSS, MAX_JS, MAX_ADMIN, MAX_SINGLE = 14 * 1024, 12 * 1024, 12 * 1024, 8 * 1024
# Additional files that only one page loads.
SINGLE = [
    {"admin-extra/grid.css", "admin-extra/grid.js"},
    {"admin-extra/intake.css", "admin-extra/intake.js"},
    {"admin-extra/recovery-codes.js"},
    {"admin-extra/review-keys.js"},
]
ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    "/",
    "/initiatives/",
    "/zh-hans/initiatives/?view=brief",
    "/ru/cities/?view=map",
    "/initiatives/dushanbe-smart-city-projects/",
    "/ru/cities/tianjin/",
    "/ru/events/gmd-2025/",
    "/ru/matrix/?by=city",
    "/matrix/?by=city&most=all",
    "/ru/map/",
    "/search/?q=moscow",
    "/themes/",
    "/together/tashkent/tianjin/?notes=all",
    "/ru/together/cn/kg/kz/ru/",
    "/ru/cities/almaty/gaps/?peers=size",
    "/about/",
]


def served_weight(collected: Path, name: str) -> int:
    """The size in bytes of a file that is sent to browsers that accept gzip."""
    file = collected / name
    compressed = file.with_name(f"{file.name}.gz")
    return (compressed if compressed.exists() else file).stat().st_size


def own_weights(collected: Path, folder: str, pattern: str) -> dict[str, int]:
    sources = ROOT / "static"
    names = [str(path.relative_to(sources)) for path in (sources / folder).rglob(pattern)]
    # Omits imported modules, because they are served as part of the modules that import them.
    return {name: served_weight(collected, name) for name in names if (collected / name).exists()}


def loaded_by(html: str) -> list[str]:
    """The names of the files that a browser fetches to show a page."""
    links = re.findall(r'<link rel="(?:stylesheet|icon)"[^>]* href="/static/([^"?]+)', html)
    return links + re.findall(r'<(?:script|img)\b[^>]* src="/static/([^"?]+)', html)


@pytest.mark.parametrize("address", PAGES)
def test_a_first_visit_is_within_the_limits_of_requests_and_bytes(loaded_package, client, collected, address):
    response = client.get(address)
    assert response.status_code == 200
    files = loaded_by(response.content.decode())
    assert {"css/main.css", "js/site.js", "img/favicon.svg"} <= set(files)
    assert len(files) == len(set(files))
    assert 1 + len(files) <= MAX_REQUESTS, files
    weights = {name: served_weight(collected, name) for name in files}
    weights["the page"] = len(gzip.compress(response.content))
    assert sum(weights.values()) <= MAX_BYTES, weights


def test_the_served_style_sheets_weigh_under_14_kb(collected):
    weights = own_weights(collected, "css", "*.css")
    assert "css/main.css" in weights
    assert sum(weights.values()) < MAX_CSS, weights


def test_each_font_weighs_at_most_120_kb_and_is_not_among_the_sources(collected):
    weights = {font.name: served_weight(collected, font.name) for font in FONTS}
    assert all(10 * 1024 < weight <= MAX_FONT for weight in weights.values()), weights
    assert list((ROOT / "static").rglob("*.woff2")) == []


def test_the_served_scripts_weigh_under_12_kb_without_htmx(collected):
    weights = own_weights(collected, "js", "*.js")
    assert {"js/site.js", "js/map.js"} <= weights.keys()
    assert sum(weights.values()) < MAX_JS, weights


def test_the_sites_additions_to_the_admin_weigh_under_12_kb_and_8_kb_more_for_one_page(collected):
    weights = own_weights(collected, "admin-extra", "*.*")
    assert {"admin-extra/look.css", *chain(*SINGLE)} <= set(weights)
    of_single = [{name: weights.pop(name) for name in names} for names in SINGLE]
    assert sum(weights.values()) < MAX_ADMIN, weights
    assert max(sum(each.values()) for each in of_single) < MAX_SINGLE, of_single
