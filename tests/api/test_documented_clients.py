"""The scripts of docs/user/api-clients.md run as they are written there, except for the address of the site."""

import csv
import re
import shutil
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest

pytestmark = [pytest.mark.only_on("sqlite")]

PAGE = Path(__file__).resolve().parents[2] / "docs/user/api-clients.md"
SCRIPTS = dict(
    re.findall(r"^```(\w+)\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
)
MOST_LINES = 15
ROWS = [
    ["Sister cities Bishkek and Ufa", "agreed", "Evrazia-Ural", "2017", "https://evrazia-ural.ru/node/6042"],
    ["Sister cities Bishkek and Ufa", "agreed", "KNews", "2017-07",
     "http://knews.kg/2017/07/bishkek-stal-gorodom-pobratimom-stolitsy-bashkortostana-ufy/"],
    ["SCO youth digital forum in Kyrgyzstan", "proposed", "Kazinform", "2024-07",
     "https://en.inform.kz/news/kyrgyzstan-to-hold-sco-youth-digital-forum-in-2025-e8c870/"],
    ["SCO youth digital forum in Kyrgyzstan", "proposed", "The Astana Times", "2025-09-02",
     "https://astanatimes.com/2025/09/sco-summit-in-tianjin-kyrgyzstan-assumes-rotating-chairmanship/"],
]  # fmt: skip


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
    assert table_of(site, "python", sys.executable, "-X", "utf8", "-c") == [header, *ROWS]


@pytest.mark.skipif(not shutil.which("curl"), reason="this machine has no curl")
def test_the_command_for_curl_prints_a_row_for_each_initiative(site):
    rows = [
        [*initiative, "; ".join(row[-1] for row in of_initiative)]
        for initiative, of_initiative in groupby(ROWS, key=lambda row: row[:2])
    ]
    assert table_of(site, "sh", "sh", "-c") == [["title_en", "status", "sources_addresses"], *rows]
