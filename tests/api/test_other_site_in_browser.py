"""Requests by scripts on pages of other sites, in the browser of a logged-in curator."""

import pytest

from tests.other_site import page_on_other_site

INITIATIVE = "/initiatives/astana-lrt"
# The media type of the response that a script reads, or the error that blocks it.
FETCH = """([address, options]) => fetch(address, options)
    .then(response => response.headers.get("Content-Type").split(";")[0])
    .catch(error => error.name)"""
OPEN = {
    "/initiatives.csv?country=kz": "text/csv",
    "/ru/initiatives.jsonl": "application/jsonl",
    "/api/initiatives/?country=kz&per_page=1": "application/json",
    f"{INITIATIVE}.jsonld": "application/ld+json",
    "/initiatives.atom": "application/atom+xml",
    "/api/initiatives/nowhere/": "application/problem+json",
}
CLOSED = ["/", f"{INITIATIVE}/", "/admin/", "/admin/nowhere.json", f"/correction-requests{INITIATIVE}/"]
# Fetches a file again with its ETag, which needs a preflight request.
FETCH_TWICE = """async address => {
    const first = await fetch(address, {cache: "no-store"})
    const headers = {"If-None-Match": first.headers.get("ETag")}
    return (await fetch(address, {cache: "no-store", headers})).status
}"""


@pytest.fixture
def script(curators_page, live_site):
    """Runs a script on a page of another site."""

    def run(code: str, path: str, **options: str):
        address = live_site.url + path
        return curators_page.evaluate(code, [address, options] if code == FETCH else address)

    with page_on_other_site() as url:
        curators_page.goto(url)
        yield run


def test_a_script_on_another_site_reads_files_and_the_api_and_nothing_with_a_session(script):
    assert {path: script(FETCH, path) for path in OPEN} == OPEN
    assert script(FETCH_TWICE, "/initiatives.csv?country=kz") == 304
    refused = dict.fromkeys([*OPEN, *CLOSED], "TypeError")
    assert {path: script(FETCH, path, credentials="include") for path in refused} == refused
    assert {path: script(FETCH, path) for path in CLOSED} == dict.fromkeys(CLOSED, "TypeError")
    # A script that tries to write is rejected, and can read the reason.
    assert script(FETCH, "/api/initiatives/", method="POST") == "application/problem+json"
