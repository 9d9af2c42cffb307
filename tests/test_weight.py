"""What a first visit costs over the wire: so much, and no more, whatever is added."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find

STATIC = Path(__file__).resolve().parent.parent / "static"
MOST_BYTES, MOST_REQUESTS = 100 * 1024, 8
MOST_CSS, MOST_JS = 12 * 1024, 10 * 1024
PAGES = [
    "/",
    "/initiatives/",
    "/zh-hans/initiatives/?view=brief",
    "/ru/cities/?view=map",
    "/initiatives/dushanbe-smart-city-projects/",
    "/ru/cities/tianjin/",
    "/ru/events/gmd-2025/",
    "/ru/matrix/",
    "/matrix/?by=city&most=all",
    "/ru/map/",
    "/search/?q=moscow",
    "/about/",
]


def zipped(content: bytes) -> int:
    return len(gzip.compress(content))


def loaded_by(html: str) -> list[str]:
    """The names of the files that a browser fetches to show a page."""
    links = re.findall(r'<link rel="(?:stylesheet|icon)"[^>]* href="/static/([^"?]+)', html)
    return links + re.findall(r'<(?:script|img)\b[^>]* src="/static/([^"?]+)', html)


@pytest.mark.parametrize("address", PAGES)
def test_a_first_visit_takes_few_requests_and_little_weight(loaded, client, address):
    response = client.get(address)
    assert response.status_code == 200
    files = loaded_by(response.content.decode())
    assert {"css/site.css", "js/site.js", "img/favicon.svg"} <= set(files)
    assert len(files) == len(set(files))
    assert 1 + len(files) <= MOST_REQUESTS, files
    weights = {name: zipped(Path(find(name)).read_bytes()) for name in files}
    weights["the page"] = zipped(response.content)
    assert sum(weights.values()) <= MOST_BYTES, weights


@pytest.mark.parametrize(("kind", "most"), [("css", MOST_CSS), ("js", MOST_JS)])
def test_all_that_the_site_has_of_its_own_is_small(kind, most):
    weights = {path.name: zipped(path.read_bytes()) for path in (STATIC / kind).glob(f"*.{kind}")}
    assert f"site.{kind}" in weights
    assert sum(weights.values()) <= most, weights
