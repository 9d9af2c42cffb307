"""Every page is consistent and up to date while several processes write and workers of a real server read."""

import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest
from django.db import connection

from initiatives.models import Initiative, Status
from scripts.ports import free_port
from tests.databases import connected_to, copy_of
from tests.extent import sample
from tests.ops.processes import NOT_INHERITED, ROOT
from tests.sample_records import make_sample_records

PAGES = sample(60)
WRITER = """
import random, sys, time
import django
django.setup()
from tests.random_edits import EDITS, apply
names = ("change_state", "change_state_of_several", "change_an_initiative", "change_name",
         "change_several_initiatives_with_bulk_update", "change_many_to_many_rows", "roll_back_edits")
print("writing", flush=True)
generator = random.Random(int(sys.argv[1]))
while True:
    apply(generator.choice(names), generator.randrange(10**6))
    time.sleep(0.005)
"""


def database_url(name: str) -> str:
    """Returns the DATABASE_URL of a test database."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"postgres://{settings['USER']}@{quote(settings['HOST'], safe='')}/{name}"


@pytest.fixture
def database(django_db_setup, django_db_blocker):
    with (
        django_db_blocker.unblock(),
        copy_of(connection.settings_dict["NAME"], "processes", make_sample_records) as name,
    ):
        yield name


def environment_of(database: str) -> dict[str, str]:
    """Returns the environment variables for a process that uses a test database."""
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    return inherited | {
        "SECRET_KEY": "k3y-of-tests-" * 5, "DJANGO_SETTINGS_MODULE": "sco_cities.settings", "DEBUG": "1",
        "DATABASE_URL": database_url(database),
    }  # fmt: skip


@pytest.fixture
def environment(database):
    return environment_of(database)


def start_process(*command: str, **options) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, **options)


def stop_process(process: subprocess.Popen) -> None:
    process.terminate()
    process.wait(20)


@pytest.fixture
def server(environment, tmp_path):
    """The URL of a server with two workers, and the file where the server logs which worker responded."""
    port = free_port()
    access_log = tmp_path / "access_log"
    process = start_process(
        "-m", "gunicorn", "sco_cities.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "2",
        "--access-logfile", str(access_log), "--access-logformat", "%(p)s %(s)s", env=environment,
        stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _time in range(200):
            try:
                get_page(address, "")
                break
            except OSError:
                time.sleep(0.1)
        yield address, access_log
    finally:
        stop_process(process)


def get_page(address: str, query: str) -> str:
    with urllib.request.urlopen(f"{address}/initiatives/?per_page=200&{query}", timeout=20) as answer:  # noqa: S310
        return answer.read().decode()


def parse_page(html: str) -> tuple[int, dict[str, int], list[str]]:
    """Returns the number in the page heading, the counts of the statuses, and the slugs of the rows."""
    total = int(re.search(r"<h1[^>]*>\s*([\d,]+)", html)[1])
    counts = {
        value: int(count)
        for value, count in re.findall(
            r'name="status" value="([a-z_]+)"[^>]*>.*?<span class="n">(\d+)</span>', html
        )
    }
    return total, counts, re.findall(r'<th scope="row"><a class="title" href="/initiatives/([^/"]+)/"', html)


@pytest.mark.thorough
def test_pages_are_consistent_during_writes_and_up_to_date_afterwards(
    server, environment, database, django_db_blocker
):
    address, access_log = server
    writers = [
        start_process("-c", WRITER, str(seed), env=environment, stdout=subprocess.PIPE) for seed in range(2)
    ]
    wrong, seen = [], set()

    def run(seed: int) -> None:
        random = Random(seed)
        for _time in range(PAGES // 4):
            query = random.choice(
                ("", "country=xa", "theme=theme-0", "theme=-theme-1&sort=-status", "kind=-plan")
            )
            html = get_page(address, query)
            if "No initiatives" in html or re.search(r"<h1[^>]*>\s*Initiatives", html):
                # The record selected by the filter is currently withdrawn.
                continue
            total, counts, rows = parse_page(html)
            seen.add((total, tuple(counts.items())))
            if counts and not total == sum(counts.values()) == len(rows):
                wrong.append((query, total, counts, len(rows)))

    try:
        for writer in writers:
            assert writer.stdout.readline() == b"writing\n"
        readers = [threading.Thread(target=run, args=(seed,)) for seed in range(4)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(600)
    finally:
        for writer in writers:
            stop_process(writer)
            writer.stdout.close()
    assert wrong == []
    # The pages read during the test contain the changes.
    assert len(seen) > 3
    with django_db_blocker.unblock(), connected_to(database):
        expected = set(Initiative.objects.filter(state="published").values_list("slug", flat=True))
        statuses = {
            status: Initiative.objects.filter(state="published", status=status).count()
            for status in Status.values
        }
    Path(access_log).write_text("")
    for _time in range(40):
        total, counts, rows = parse_page(get_page(address, ""))
        assert (total, set(rows)) == (len(expected), expected)
        assert {status: counts.get(status, 0) for status in statuses} == statuses
    assert len({line.split()[0] for line in Path(access_log).read_text().splitlines()}) == 2
