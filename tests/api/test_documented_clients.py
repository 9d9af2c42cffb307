"""The scripts of docs/user/api-clients.md run unchanged, except for the URL of the site."""

import csv
import io
import re
import shutil
import subprocess
import sys
from itertools import groupby
from pathlib import Path
from urllib.request import urlopen

import pytest

pytestmark = [pytest.mark.only_on("sqlite")]

PAGE = Path(__file__).resolve().parents[2] / "docs/user/api-clients.md"
SCRIPTS = dict(
    re.findall(r"^```(\w+)\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
)
MOST_LINES = 15
FOUND = "country=kg&q=youth&sort=slug"


def exported(site: str, address: str) -> list[dict]:
    with urlopen(f"{site}/{address}") as response:  # noqa: S310 - the server of the test
        return list(csv.DictReader(io.TextIOWrapper(response, "utf-8-sig", newline="")))


def rows_of_exports(site: str) -> list[list[str]]:
    """The rows that the scripts should print, computed from the CSV files of both lists."""
    reports = exported(site, "reports.csv?sort=published_on")
    rows = []
    for initiative in exported(site, f"initiatives.csv?{FOUND}"):
        cited = {source.partition("#")[0] for source in initiative["sources"].split("; ")}
        for report in reports:
            if report["slug"] in cited:
                source = [report["publisher"], report["published_on"], report["address"]]
                rows.append([initiative["title_en"], initiative["status"], *source])
    assert len(rows) > 1
    return rows


def table_of(site: str, language: str, *program: str) -> list[list[str]]:
    """The rows that a script prints."""
    script = SCRIPTS[language].replace("https://sco-cities.example", site)
    done = subprocess.run([*program, script], capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    return list(csv.reader(done.stdout.splitlines()))


@pytest.mark.parametrize("language", ["python", "r", "sh"])
def test_a_script_is_short(language):
    assert 0 < len(SCRIPTS[language].splitlines()) <= MOST_LINES


def test_the_script_in_python_prints_a_row_for_each_report(site):
    header = ["initiative", "status", "publisher", "published_on", "address"]
    assert table_of(site, "python", sys.executable, "-X", "utf8", "-c") == [header, *rows_of_exports(site)]


@pytest.mark.skipif(not shutil.which("curl"), reason="this machine has no curl")
@pytest.mark.thorough
def test_the_command_for_curl_prints_a_row_for_each_initiative(site):
    rows = [
        [*initiative, "; ".join(row[-1] for row in of_initiative)]
        for initiative, of_initiative in groupby(rows_of_exports(site), key=lambda row: row[:2])
    ]
    assert table_of(site, "sh", "sh", "-c") == [["title_en", "status", "sources_addresses"], *rows]
