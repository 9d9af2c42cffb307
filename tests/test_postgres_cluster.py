"""The temporary PostgreSQL cluster is removed completely, regardless of how its process ends."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2
import pytest

from tests.postgres_cluster import find_binaries, temporary_cluster

pytestmark = pytest.mark.skipif(not find_binaries(), reason="this machine has no PostgreSQL server programs")


def directory_of(url: str) -> Path:
    return Path(unquote(urlsplit(url).netloc.partition("@")[2]))


def test_a_cluster_handles_cyrillic_case_and_is_removed_afterwards():
    with temporary_cluster() as url:
        directory = directory_of(url)
        connection = psycopg2.connect(host=str(directory), user="sco_cities", dbname="postgres")
        with connection.cursor() as cursor:
            cursor.execute("SELECT lower('ДУШАНБЕ'), current_setting('fsync')")
            assert cursor.fetchone() == ("душанбе", "off")
        connection.close()
        assert directory.is_dir()
    assert not directory.exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_cluster_is_removed_after_its_process_was_killed(number):
    show_address = ["sh", "-c", "echo $DATABASE_URL; read line"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.postgres_cluster", "--", *show_address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parent.parent,
    )
    directory = directory_of(process.stdout.readline().strip())
    assert directory.is_dir()
    process.send_signal(number)
    process.communicate()
    deadline = time.monotonic() + 10
    while directory.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not directory.exists()
