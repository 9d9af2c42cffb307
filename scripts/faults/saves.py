"""Saves of curators while processes are killed: what was confirmed is stored, whole, and nothing else is reported."""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlencode, urlsplit

from bs4 import BeautifulSoup

from tests.form_values import form_values
from tests.postgres_cluster import ClusterError, find_binaries, run, server_account

from .site_process import ROOT, Site, environment, postmaster, running_site

ADD = "/admin/themes/theme/add/"
WRITERS = 4
# The pause of a writer after an error, in seconds.
PAUSE_S = 0.2
# What a curator may see in place of a confirmation: the site was away, or says that the database is.
ALLOWED = {0, 302, 503}
# Logs a superuser in, who need not choose a password first, and prints the key of the session.
LOG_IN = """
import django
django.setup()
from django.contrib.auth import get_user_model
from django.test import Client
client, accounts = Client(), get_user_model().objects
client.force_login(accounts.filter(username="saver").first() or accounts.create_superuser("saver"))
print(client.cookies["sessionid"].value)
"""
# Prints what is stored: the slugs of the themes that were added, and how many revisions each has.
STORED = """
import json
import django
django.setup()
from collections import Counter
from django.contrib.contenttypes.models import ContentType
from sco_cities.history.models import Revision
from sco_cities.themes.models import Theme
kind = ContentType.objects.get_for_model(Theme)
revisions = Counter(Revision.objects.filter(content_type=kind).values_list("object_id", flat=True))
themes = dict(Theme.objects.filter(slug__startswith="save-").values_list("pk", "slug"))
print(json.dumps({
    "revisions": {slug: revisions[key] for key, slug in themes.items()},
    "orphans": len(set(revisions) - set(Theme.objects.values_list("pk", flat=True))),
}))
"""


def python(code: str, database_url: str) -> str:
    """The output of a program that uses the site's database."""
    command = [sys.executable, "-c", code]
    env = environment(database_url)
    return subprocess.run(
        command, cwd=ROOT, env=env, check=True, capture_output=True, text=True
    ).stdout.strip()


@dataclass
class Outcome:
    """What became of the saves."""

    statuses: Counter = field(default_factory=Counter)
    confirmed: set[str] = field(default_factory=set)
    kills: Counter = field(default_factory=Counter)
    lost: int = 0
    torn: int = 0

    @property
    def unexpected(self) -> int:
        """The number of answers that blame the curator or the code."""
        return sum(number for status, number in self.statuses.items() if status not in ALLOWED)


class Writer(threading.Thread):
    """A curator who adds themes one after the other until enough are confirmed."""

    def __init__(self, number: int, port: int, session: str, outcome: Outcome, wanted: int):
        super().__init__(daemon=True)
        self.number, self.port, self.session = number, port, session
        self.outcome, self.wanted = outcome, wanted
        self.form: dict = {}
        self.token = ""

    def open_form(self) -> int:
        """Opens the form and returns the status; it can then be sent again and again."""
        status, page, cookies = self.request("GET", {})
        if status == 200:
            self.token = next(part.split(";")[0] for part in cookies if part.startswith("csrftoken="))
            self.form = form_values(page, "#theme_form")
        elif status == 302:
            raise AssertionError("The form of a theme cannot be opened with this session.")
        return status

    def save(self, slug: str) -> int:
        """Adds a theme and returns the status."""
        # Names without likeness: the site asks about similar ones.
        text = {"slug": slug, "name_en": uuid.uuid4().hex, "description": f"All about {slug}."}
        status, page, _cookies = self.request(
            "POST", self.form | text | {"pillar": "security", "_save": "Save"}
        )
        if status == 200:
            errors = BeautifulSoup(page, "html.parser").select(".errornote, .errorlist")
            raise AssertionError(f"{slug} is refused: {[error.text for error in errors]}")
        return status

    def run(self) -> None:
        attempt = 0
        while len(self.outcome.confirmed) < self.wanted:
            attempt += 1
            slug = f"save-{self.number}-{attempt}"
            status = self.save(slug) if self.form else self.open_form()
            if status == 302:
                self.outcome.confirmed.add(slug)
            if status != 200:
                self.outcome.statuses[status] += 1
            if status not in (200, 302):
                time.sleep(PAUSE_S)

    def request(self, method: str, values: dict) -> tuple[int, str, list[str]]:
        cookies = f"sessionid={self.session}; {self.token}"
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, ADD, urlencode(values, doseq=True), headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers.get_all("Set-Cookie", [])
        except (OSError, http.client.HTTPException):
            return 0, "", []
        finally:
            connection.close()


class Killer:
    """Kills processes of a site, and starts again those that nothing else does."""

    def __init__(self, database_url: str, seed: int):
        self.database_url, self.random = database_url, random.Random(seed)  # noqa: S311 - nothing secret
        is_postgresql = database_url.startswith("postgres")
        self.kinds = ["worker", "server", "postmaster"] if is_postgresql else ["worker", "server"]

    def kill_worker(self, site: Site) -> None:
        with suppress(IndexError, ProcessLookupError):
            os.kill(self.random.choice(site.workers()), signal.SIGKILL)

    def kill_postmaster(self, site: Site) -> None:
        os.kill(postmaster(self.database_url), signal.SIGKILL)
        directory = Path(unquote(urlsplit(self.database_url).netloc.rpartition("@")[2]))
        for _attempt in range(30):
            time.sleep(0.3)
            with suppress(ClusterError):
                start_cluster(directory)
                return
        raise RuntimeError("the server does not start again")


def start_cluster(directory: Path) -> None:
    """Starts the server of a temporary cluster."""
    data = ("--pgdata", directory / "data", "--log", directory / "log", "--wait")
    run(server_account(), find_binaries() / "pg_ctl", *data, "start")


def make_durable(database_url: str) -> None:
    """Gives a temporary cluster the durability of an ordinary one: what is confirmed survives a crash."""
    directory = Path(unquote(urlsplit(database_url).netloc.rpartition("@")[2]))
    psql = [find_binaries() / "psql", "--quiet", database_url]
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        subprocess.run([*psql, "--command", f"ALTER SYSTEM SET {name} = on"], check=True)
    data = ("--pgdata", directory / "data", "--mode", "fast", "--wait")
    run(server_account(), find_binaries() / "pg_ctl", *data, "stop")
    start_cluster(directory)


def save_under_kills(database_url: str, site_copy: Path, *, saves: int, kills: int, seed: int = 1) -> Outcome:
    """Adds so many themes while processes are killed so often; the database is migrated and has the curator."""
    outcome, killer = Outcome(), Killer(database_url, seed)
    session = python(LOG_IN, database_url)
    with RestartableSite(database_url, site_copy) as server:
        port = server.site.port
        writers = [Writer(number, port, session, outcome, saves) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        for number in range(kills):
            # Evenly over the saves, and while all is well.
            due = saves * (number + 0.5) / kills
            while len(outcome.confirmed) < due and any(writer.is_alive() for writer in writers):
                time.sleep(0.02)
            kind = killer.kinds[number % len(killer.kinds)]
            outcome.kills[kind] += 1
            if kind == "server":
                server.kill_and_restart()
            else:
                getattr(killer, f"kill_{kind}")(server.site)
        for writer in writers:
            writer.join(3600)
    _compare(outcome, json.loads(python(STORED, database_url).splitlines()[-1]))
    return outcome


def _compare(outcome: Outcome, stored: dict) -> None:
    outcome.lost = len(outcome.confirmed - stored["revisions"].keys())
    outcome.torn = sum(number != 1 for number in stored["revisions"].values()) + stored["orphans"]


class RestartableSite:
    """A site whose server can be killed with all its processes, and started again on the same port."""

    def __init__(self, database_url: str, site_copy: Path):
        self.start = lambda port: running_site(database_url, cwd=site_copy, port=port)
        self.port: int | None = None

    def __enter__(self) -> "RestartableSite":
        self.running = self.start(self.port)
        self.site = self.running.__enter__()
        self.port = self.site.port
        return self

    def __exit__(self, *error) -> None:
        self.running.__exit__(*error)

    def kill_and_restart(self) -> None:
        for pid in [self.site.process.pid, *self.site.workers()]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.__exit__(None, None, None)
        self.__enter__()
