"""Makes a database with the code as it is, and dumps it: see README.md in this folder.

    python -m tests.upgrade.make_dump sqlite|postgresql FOLDER

The database is a new one, in a temporary file or a temporary cluster.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import django
from django.utils import timezone

from tests.postgres_cluster import find_binaries, temporary_cluster

# The clock starts here and moves on by a second whenever it is read, so that the same run gives the same dump.
START = datetime(2025, 1, 1, tzinfo=UTC)
# Long enough that a login does not replace it by a random one.
SALT = "salt-of-passwords-in-tests"
# The padding of the search documents of PostgreSQL.
BLANKS = re.compile(r"'( {100,})'")


def main(arguments: list[str]) -> int:
    """The command line: see the module's docstring."""
    if len(arguments) != 2 or arguments[0] not in {"sqlite", "postgresql"}:
        print(__doc__, file=sys.stderr)
        return 2
    engine, folder = arguments[0], Path(arguments[1])
    folder.mkdir(parents=True, exist_ok=True)
    with temporary_cluster() if engine == "postgresql" else temporary_file() as url:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": url}
        # Before the models are imported: they keep this function as the default of their fields.
        seconds = count()
        timezone.now = lambda: START + timedelta(seconds=next(seconds))
        django.setup()
        make_database(folder / "package")
        statements = dumped_by_postgresql(url) if engine == "postgresql" else dumped_by_sqlite(url)
        (folder / f"{engine}.sql").write_text("\n".join(statements) + "\n", encoding="utf-8")
    return 0


@contextmanager
def temporary_file() -> Iterator[str]:
    """An empty file for SQLite, as the address of its database."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "database.sqlite3"
        path.touch()
        yield f"sqlite:///{path}"


def make_database(package: Path) -> None:
    """Fills an empty database through commands and pages, and dumps its data package."""
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command
    from django.test.utils import setup_test_environment
    from django_tasks_db.models import DBTaskResult

    from tests.datapackage.sample_package import make_package
    from tests.upgrade import sample
    from tests.upgrade.admin import Admin

    setup_test_environment()
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        call_command("load_package", str(make_package(Path(folder), sample.PACKAGE)), verbosity=0)
    password = make_password(sample.PASSWORD, salt=SALT)
    User.objects.create(username=sample.SUPERUSER, password=password, is_staff=True, is_superuser=True)
    curator = User.objects.create(username=sample.CURATOR, password=password, is_staff=True)
    curator.groups.add(Group.objects.get(name="curator"))

    initiatives = ("initiatives", "initiatives.initiative")
    admin = Admin(sample.CURATOR, sample.PASSWORD)
    admin.change(initiatives[1], sample.CHANGED, title_en=sample.NEW_TITLE, why=sample.REASON_OF_CHANGE)
    admin.change("delegates.organisation", sample.OLD_SLUG, slug=sample.NEW_SLUG)
    admin.decide(*initiatives, sample.IN_REVIEW, "send_to_review")
    admin.decide(*initiatives, sample.IN_REVIEW, "seen")
    admin.decide(*initiatives, sample.WITHDRAWN, "withdraw", **{"withdraw-reason": "The lamps are gone."})
    admin.mark_as_not_duplicates("cities", "cities.city", *sample.NOT_DUPLICATES)
    admin.apply_import(admin.upload("themes", sample.IMPORT), sample.REASON_OF_IMPORT)
    admin.delete("themes.theme", sample.DELETED)
    admin.upload("themes", sample.WAITING_IMPORT)
    admin.log_out()
    call_command("dump_package", str(package), verbosity=0)
    # What is still random: the hash of a session, and the key of the waiting task.
    call_command("axes_reset_logs", age=0, verbosity=0)
    DBTaskResult.objects.update(id=uuid.UUID(int=1))


def dumped_by_sqlite(url: str) -> Iterator[str]:
    """What `iterdump` gives, but for full-text indexes and the statistics of the query planner.

    `iterdump` gives only empty rows of an index that stores no text, and creates it by writing to `sqlite_master`,
    which not every build of SQLite allows. The dump creates and fills each index as the site does.
    """
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        indexes = dict(
            database.execute("SELECT name, sql FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")
        )
        left_out = re.compile(
            rf"PRAGMA|ANALYZE|INSERT INTO (sqlite_master|\"sqlite_stat\d)"
            rf"|(CREATE TABLE|INSERT INTO) ['\"]({'|'.join(indexes)})['\"_]"
        )
        *statements, commit = (each for each in database.iterdump() if not left_out.match(each))
        yield from statements
        for index, sql in indexes.items():
            [(records,)] = database.execute(
                "SELECT tbl_name FROM sqlite_schema WHERE type = 'trigger' AND name = ?", [f"{index}_insert"]
            )
            yield f"{sql};"
            yield f"INSERT INTO {index} (rowid, terms) SELECT id, search_text FROM {records};"  # noqa: S608 - names of ours
        yield commit


def dumped_by_postgresql(url: str) -> Iterator[str]:
    """What `pg_dump` gives, without its comments and the commands of psql."""
    program = shutil.which("pg_dump") or find_binaries() / "pg_dump"
    command = [program, "--inserts", "--no-owner", "--no-privileges", "--dbname", url]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for line in text.splitlines():
        if line and not line.startswith(("--", "\\")):
            yield BLANKS.sub(lambda blanks: f"repeat(' ', {len(blanks[1])})", line)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
