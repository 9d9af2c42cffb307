"""The documents have valid links, existing commands and paths, and working example addresses."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands

from sco_cities.ops.environment import IN_FILES, NAMES

ROOT = Path(__file__).resolve().parent.parent
README, CONTRIBUTING = ROOT / "README.md", ROOT / "CONTRIBUTING.md"


def documents() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return [ROOT / name for name in names if (ROOT / name).exists()]


@cache
def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code_in(text: str) -> list[str]:
    """The code in a document, which is the text in backticks and the lines of code blocks."""
    blocks = re.findall(r"```(?!diff)\w*\n(.*?)```", text, re.DOTALL)
    rest = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += [line.strip() for line in rest.splitlines() if line.startswith("    ")]
    return re.findall(r"`([^`\n]+)`", rest) + lines


def prose_lines(text: str) -> list[str]:
    """The lines of a document without tables, pictures and code."""
    return [line for line in text.splitlines() if not line.startswith(("|", "!", "    "))]


@pytest.mark.parametrize(("path", "words"), [(README, 750), (CONTRIBUTING, 1_250)])
def test_the_first_documents_stay_short(path, words):
    text = path.read_text(encoding="utf-8")
    assert len(text.split()) <= words
    assert [line for line in prose_lines(text) if len(line) > 100] == []


def test_the_start_is_on_the_first_screen_of_the_readme():
    first_screen, _heading, _rest = README.read_text(encoding="utf-8").partition("## Start")
    assert len(" ".join(prose_lines(first_screen)).split()) <= 90
    assert first_screen.count("![") == 1


def wrong_links(path: Path, text: str) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        name, _hash, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if not file.exists() or (anchor and anchor not in anchors(file)):
            yield target


def missing_paths(path: Path, text: str) -> Iterator[str]:
    """Returns missing paths. A path such as `listings/views.py` may omit `sco_cities/`."""
    pattern = r"(?<![\w./:-])((?:[a-z_0-9-]+/)+(?:[a-z_0-9-]+\.(?:py|html|sh|css|toml|csv))?)(?![\w/])"
    for name in re.findall(pattern, "\n".join(code_in(text))):
        places = (
            ROOT / name, ROOT / "sco_cities" / name, *path.parent.glob(f"*/{name}"), path.parent / name,
        )  # fmt: skip
        if not any(place.exists() for place in places) and not name.startswith(("admin/", "ru/", "zh-hans/")):
            yield name


def unknown_commands(_path: Path, text: str) -> Iterator[str]:
    names = re.findall(r"manage\.py ([a-z_]+)", "\n".join(code_in(text)))
    return (name for name in names if name not in get_commands())


@pytest.mark.parametrize("errors", [wrong_links, missing_paths, unknown_commands])
def test_links_paths_and_commands_of_the_documents_exist(errors):
    found = {
        str(path.relative_to(ROOT)): list(errors(path, path.read_text(encoding="utf-8")))
        for path in documents()
    }
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def example_addresses() -> list[str]:
    """The URL paths that documents give as examples, with or without a query string."""
    found = set()
    for path in (README, *(ROOT / "docs" / "user").glob("*.md")):
        for code in code_in(path.read_text(encoding="utf-8")):
            found |= set(
                re.findall(
                    r"(?:^|(?<=[\s'\d]))(/[a-z]+(?:/[a-z]+)*(?:\.[a-z]+|/)(?:\?[^\s'`]+)?)(?=$|[\s'])", code
                )
            )
    return sorted(found)


def test_the_documents_have_example_addresses():
    assert "/initiatives.csv?country=kg&status=agreed" in example_addresses()
    assert len(example_addresses()) > 20


def test_every_example_address_answers(client, loaded_package):
    for address in example_addresses():
        response = client.get(address)
        if address in ("/admin/", "/data/latest/evidence.csv"):
            assert response.status_code == 302, address
            continue
        assert response.status_code == 200, address
        assert b"".join(response) if response.streaming else response.content, address


def test_every_setting_from_the_environment_is_documented():
    """The table of docs/operators/settings.md contains exactly the names that the site reads."""
    text = (ROOT / "docs" / "operators" / "settings.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE)
    code = "".join((ROOT / "sco_cities" / name).read_text() for name in ("settings.py", "ops/start.py"))
    read = set(re.findall(r"""(?:environment(?:\.get\(|\[)|\b_\w+\()["']([A-Z_]+)["']""", code))
    assert sorted(documented) == sorted({*NAMES, "ENV_FILE"})
    assert read | {"DATABASE_REPLICA_URL", *IN_FILES.values()} == set(NAMES)


@pytest.mark.parametrize("place", [0, 1], ids=["a filter and a column", "a field"])
def test_a_worked_change_applies_to_the_code_and_is_complete(place, tmp_path):
    """After each change in docs/developers/extending.md, all system checks pass and no migration is missing."""
    text = (ROOT / "docs" / "developers" / "extending.md").read_text(encoding="utf-8")
    diffs = re.findall(r"```diff\n(.*?)```", text, re.DOTALL)
    assert len(diffs) == 2
    for name in ("delegates", "initiatives", "sco_cities", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "manage.py", tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    applied = subprocess.run(
        ["git", "apply", "-"], cwd=tmp_path, input=diffs[place], capture_output=True, text=True, check=False
    )
    assert applied.returncode == 0, f"Refresh the context of the diff: {applied.stderr}"
    found = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=tmp_path,
        env=os.environ
        | {
            "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "sco_cities.settings",
            "ENV_FILE": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
