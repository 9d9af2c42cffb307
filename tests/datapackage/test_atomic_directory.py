"""A dump replaces a package's folder completely or not at all."""

import contextlib
import csv
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from sco_cities.datapackage import dump
from sco_cities.datapackage.descriptor import NAME
from sco_cities.datapackage.dump import DirectoryError, replace_package
from tests.factories import make_theme

from .sample_package import LAMPS, load, make_package

OLD, NEW = ({f"{name}.csv": version * 1000 for name in LAMPS} for version in (b"old\n", b"new\n"))
DESCRIBED = {"datapackage.json": json.dumps({"name": NAME}).encode()}
ROOT = Path(__file__).resolve().parent.parent.parent


def content(path: Path) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in path.iterdir() if entry.suffix == ".csv"}


@pytest.fixture
def package(tmp_path):
    replace_package(tmp_path / "package", OLD | DESCRIBED)
    return tmp_path / "package"


def test_a_new_folder_is_created_with_its_parents(tmp_path):
    replace_package(tmp_path / "a" / "b", OLD | DESCRIBED)
    assert content(tmp_path / "a" / "b") == OLD


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "empty").mkdir()
    replace_package(tmp_path / "empty", OLD | DESCRIBED)
    assert content(tmp_path / "empty") == OLD


def test_the_new_files_replace_the_old_files_and_leave_no_others(package):
    replace_package(package, NEW | DESCRIBED)
    assert content(package) == NEW
    assert list(package.parent.iterdir()) == [package]


def test_other_files_in_the_folder_stay(package):
    (package / "README.md").write_text("Read me")
    (package / "notes").mkdir()
    (package / "notes" / "one.txt").write_text("One")
    (package / "link").symlink_to("README.md")
    replace_package(package, NEW | DESCRIBED)
    assert (package / "README.md").read_text() == "Read me"
    assert (package / "notes" / "one.txt").read_text() == "One"
    assert (package / "link").is_symlink()


def test_a_symbolic_link_to_the_folder_is_kept(package):
    link = package.parent / "link"
    link.symlink_to(package)
    replace_package(link, NEW | DESCRIBED)
    assert link.is_symlink()
    assert content(package) == NEW


def test_the_folder_has_the_default_permissions(tmp_path, package):
    made = tmp_path / "made"
    made.mkdir()
    (made / "file").touch()
    assert package.stat().st_mode == made.stat().st_mode
    assert (package / "cities.csv").stat().st_mode == (made / "file").stat().st_mode


def test_the_folder_keeps_its_mode(package):
    package.chmod(0o2750)
    replace_package(package, NEW | DESCRIBED)
    assert package.stat().st_mode & 0o7777 == 0o2750


@pytest.mark.parametrize(
    "name, text, reason",
    [
        ("notes.txt", "Notes", "is not empty and is not a data package"),
        ("datapackage.json", "{", "is not empty and is not a data package"),
        ("datapackage.json", "[]", "is not empty and is not a data package"),
        ("datapackage.json", '{"name": "other"}', "contains another data package, “other”"),
    ],
)
def test_a_folder_with_other_contents_than_a_package_is_rejected(tmp_path, name, text, reason):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / name).write_text(text)
    with pytest.raises(DirectoryError, match=reason):
        replace_package(tmp_path / "folder", NEW | DESCRIBED)
    assert [path.name for path in (tmp_path / "folder").iterdir()] == [name]
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_file_is_rejected(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DirectoryError, match="is a file"):
        replace_package(tmp_path / "file", NEW | DESCRIBED)


def test_the_current_directory_is_not_replaced(package, monkeypatch):
    (package / "inside").mkdir()
    for place in (package, package / "inside"):
        monkeypatch.chdir(place)
        with pytest.raises(DirectoryError, match="Run the command from another folder"):
            replace_package(Path(package), NEW | DESCRIBED)
    assert content(package) == OLD


@pytest.mark.parametrize("failing", ["fsync", "_exchange"])
def test_an_error_leaves_only_the_old_package(package, monkeypatch, failing):
    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dump.os if failing == "fsync" else dump, failing, fail)
    with pytest.raises(DirectoryError, match="cannot be written: No space left on device"):
        replace_package(package, NEW | DESCRIBED)
    assert content(package) == OLD
    assert list(package.parent.iterdir()) == [package]


@pytest.mark.django_db
@pytest.mark.parametrize("failing", ["mkdir", "exists"])
def test_a_folder_of_another_user_is_reported_on_one_line(tmp_path, monkeypatch, failing):
    def fail(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, failing, fail)
    with pytest.raises(CommandError) as failed:
        call_command("dump_package", tmp_path / "package")
    assert str(failed.value) == f"{tmp_path}/package cannot be written: Permission denied."


def test_folders_are_renamed_if_the_system_cannot_exchange_them(package, monkeypatch):
    monkeypatch.setattr(dump.ctypes, "CDLL", lambda *args, **kwargs: object())
    replace_package(package, NEW | DESCRIBED)
    assert content(package) == NEW
    assert list(package.parent.iterdir()) == [package]


REPLACING = """
import sys, django
django.setup()
from tests.datapackage.test_atomic_directory import DESCRIBED, NEW, OLD, Path, replace_package
print("ready", flush=True)
while True:
    for files in (NEW, OLD):
        replace_package(Path(sys.argv[1]), files | DESCRIBED)
"""


@pytest.mark.parametrize("moment", [0, 1, 2, 3, 4])
def test_a_killed_process_leaves_the_old_package_or_the_new_one(package, moment):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", REPLACING, str(package)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        time.sleep(0.03 + moment * 0.0017)
        process.send_signal(signal.SIGKILL)
    assert content(package) in (OLD, NEW)
    assert (package / "datapackage.json").read_bytes() == DESCRIBED["datapackage.json"]


@pytest.mark.parametrize("calls", range(4))
def test_an_interruption_after_any_rename_leaves_the_old_package_or_the_new_one(package, monkeypatch, calls):
    left = [None] * calls

    def rename_or_end(rename):
        def call(*args, **kwargs):
            if not left:
                raise KeyboardInterrupt
            left.pop()
            return rename(*args, **kwargs)

        return call

    for name in ("rename", "replace"):
        monkeypatch.setattr(os, name, rename_or_end(getattr(os, name)))
    with contextlib.suppress(KeyboardInterrupt):
        replace_package(package, NEW | DESCRIBED)
    assert content(package) in (OLD, NEW)


@pytest.mark.django_db
def test_the_command_reports_what_it_wrote_and_rejects_other_folders(tmp_path, capsys):
    load(make_package(tmp_path / "lamps"))
    call_command("dump_package", str(tmp_path / "dumped"))
    # The package has more lines than rows, because one cell contains a line break.
    rows = sum(len(text.splitlines()) - 1 for text in LAMPS.values()) - 1
    assert capsys.readouterr().out == f"{len(LAMPS) + 1} files, {rows} rows\n"
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "one.txt").touch()
    with pytest.raises(CommandError, match="not a data package"):
        call_command("dump_package", str(tmp_path / "notes"))


@pytest.mark.django_db
def test_the_command_counts_rows_with_cells_of_any_length(tmp_path, capsys, request):
    make_theme(description='"Long"\n' + "x" * 131_072)
    # Earlier tests that read a package may have raised the field size limit.
    request.addfinalizer(partial(csv.field_size_limit, csv.field_size_limit(131_072)))
    call_command("dump_package", str(tmp_path / "dumped"))
    assert capsys.readouterr().out.endswith(" files, 1 rows\n")
