"""A list is read with cursors while another process edits records.

Every record that stays published is read exactly once.
"""

import json
import subprocess
import time
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.databases import connected_to, copy_of
from tests.extent import IS_FULL
from tests.facet_index.test_processes import environment_of, start_process, stop_process

SEEDS = range(20 if IS_FULL else 1)
EDITS = 1_000 if IS_FULL else 120
# The edits are made while a page is read, and all of them are finished before the next page is read.
EDITS_PER_PAGE = 20


@pytest.fixture
def database(package_database, django_db_blocker):
    with django_db_blocker.unblock(), copy_of(package_database, "crawled") as name, connected_to(name):
        yield name


@pytest.fixture
def writer(database, seed):
    process = start_process(
        "-m", "tests.api.editing_process", str(seed), env=environment_of(database),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "\n"
    yield process
    stop_process(process)
    process.stdin.close()
    process.stdout.close()


def read(client: Client, address: str) -> dict:
    """Returns the JSON of a page. It retries after a 503, because the index is read again after a slow commit."""
    for _try in range(10):
        response = client.get(address)
        if response.status_code != 503:
            return response.json()
        time.sleep(int(response["Retry-After"]))
    raise AssertionError(response.content)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_record_that_stays_comes_exactly_once(seed, writer):
    client, crawled, edits = Client(raise_request_exception=False), Counter(), 0
    count = read(client, "/api/initiatives/?per_page=1")["count"]
    # The pages are small, so that edits continue during most of the crawl even if a quarter of the records is removed.
    address = f"/api/initiatives/?columns=slug&per_page={count * EDITS_PER_PAGE * 3 // (EDITS * 4)}"
    while address:
        if edits < EDITS:
            writer.stdin.write(f"{EDITS_PER_PAGE}\n")
            writer.stdin.flush()
        page = read(client, address)
        crawled.update(record["slug"] for record in page["results"])
        address = page["next"] and "{0.path}?{0.query}".format(urlsplit(page["next"]))
        if edits < EDITS:
            assert writer.stdout.readline() == "\n"
            edits += EDITS_PER_PAGE
    writer.stdin.close()
    result = json.loads(writer.stdout.read())
    wrong = [slugs for slugs in result["stayed"] if sum(crawled[slug] for slug in slugs) != 1]
    assert wrong == []
    assert (edits, result["left"] > 0, result["joined"] > 0) == (EDITS, True, True)
    assert len(result["stayed"]) > count // 4
