"""Runs the site in separate processes that can be stopped, killed and measured."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import IO
from urllib.parse import unquote, urlsplit

from scripts.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_S = 60
# Files that the site needs to run. A copy has a separate var/ with the same fonts.
SOURCES = (
    "data",
    "sco_cities",
    "delegates",
    "initiatives",
    "templates",
    "static",
    "locale",
    "manage.py",
    "gunicorn.conf.py",
)
NOT_INHERITED = (
    "DATABASE_REPLICA_URL", "REPLICA_MAX_LAG_S", "HTTPS", "HSTS", "BIND", "PORT", "CSRF_TRUSTED_ORIGINS",
    "ALLOWED_HOSTS", "SECOND_FACTOR", "TRUSTED_PROXIES", "INTAKE_LLM_KEY", "INTAKE_LLM_MODEL", "INTAKE_LLM_URL",
)  # fmt: skip


def environment(database_url: str, **more: str) -> dict[str, str]:
    """Returns the environment of a site process that uses this database."""
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    own = {"DATABASE_URL": database_url, "SECRET_KEY": "k3y-of-faults" * 5, "ENV_FILE": "", "DEBUG": "0"}
    return inherited | own | {"DJANGO_SETTINGS_MODULE": "sco_cities.settings"} | more


def manage(database_url: str, *arguments: str, cwd: Path = ROOT) -> str:
    """Runs a command of the site and returns its output."""
    return run([sys.executable, "manage.py", *arguments], cwd=cwd, env=environment(database_url))


def run(command: list, *, cwd: Path = ROOT, **options) -> str:
    """Runs a command and returns its output. If the command fails, raises RuntimeError with the last line."""
    process = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False, **options
    )
    if process.returncode:
        last_line = (process.stderr or process.stdout).strip().splitlines()[-1:] or ["no output"]
        raise RuntimeError(f"{' '.join(map(str, command[:3]))}: {last_line[0]}")
    return process.stdout


def prepare(cwd: Path = ROOT) -> None:
    """Compiles the catalogues and collects the static files of the site."""
    for command in (["compilemessages"], ["collectstatic", "--noinput"]):
        manage("sqlite://:memory:", *command, "--verbosity", "0", cwd=cwd)


def load_package(database_url: str) -> None:
    """Loads the shipped package into a new database."""
    manage(database_url, "migrate", "--verbosity", "0")
    manage(database_url, "load_package", str(ROOT / "data" / "summit-cities"), "--verbosity", "0")


def copy_site(directory: Path) -> Path:
    """Makes a runnable copy of the site that a test may damage."""
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, directory / name)
    # Creating the fonts takes ten seconds.
    (fonts := ROOT / "var" / "fonts").mkdir(parents=True, exist_ok=True)
    (directory / "var").mkdir()
    (directory / "var" / "fonts").symlink_to(fonts)
    prepare(directory)
    return directory


@dataclass
class Answer:
    """The response to a request. Status 0 means that there was no response."""

    status: int
    seconds: float
    body: str = ""


@dataclass
class Site:
    """A running gunicorn server."""

    process: subprocess.Popen
    port: int
    log: IO[bytes]
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, timeout: float = 70) -> Answer:
        """Requests a page over a new connection."""
        started = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers=self.headers)
            response = connection.getresponse()
            return Answer(
                response.status, time.monotonic() - started, response.read().decode(errors="replace")
            )
        except (OSError, http.client.HTTPException):
            return Answer(0, time.monotonic() - started)
        finally:
            connection.close()

    def output(self) -> str:
        """Returns the log output of the site."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def workers(self) -> list[int]:
        """Returns the process IDs of the web workers."""
        return children(self.process.pid)


def children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


@contextmanager
def running_site(
    database_url: str,
    *,
    cwd: Path = ROOT,
    workers: int = 2,
    port: int | None = None,
    application: str = "sco_cities.wsgi",
    **more: str,
) -> Iterator[Site]:
    """Runs the site under gunicorn with the site's configuration, and waits until `/healthz` responds."""
    port = port or free_port()
    command = [sys.executable, "-m", "gunicorn", "--workers", str(workers), application]
    # scripts/run.sh and the services set the same variables.
    env = environment(database_url, PORT=str(port), **{"MALLOC_ARENA_MAX": "2"} | more)
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            yield _started(Site(process, port, log), workers)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _started(site: Site, workers: int) -> Site:
    limit = time.monotonic() + START_S
    while site.get("/healthz", 2).status != 200 or len(site.workers()) < workers:
        if site.process.poll() is not None or time.monotonic() > limit:
            raise RuntimeError(f"the site does not start: {site.output()[-1000:]}")
        time.sleep(0.1)
    return site


def postmaster(database_url: str) -> int:
    """Returns the process ID of a temporary cluster's server."""
    directory = Path(unquote(urlsplit(database_url).netloc.rpartition("@")[2]))
    return int((directory / "data" / "postmaster.pid").read_text().split()[0])


@contextmanager
def hanging_server(database_url: str) -> Iterator[None]:
    """Suspends all processes of a temporary cluster without ending them."""
    main = postmaster(database_url)
    with hanging_processes([main, *children(main)]):
        yield


@contextmanager
def hanging_processes(processes: list[int]) -> Iterator[None]:
    """Suspends processes without ending them."""
    try:
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in reversed(processes):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@contextmanager
def requests_every(pause_s: float, site: Site, paths: list[str]) -> Iterator[list[Answer]]:
    """Requests the paths in turn at fixed intervals until the block ends.

    A request does not wait for earlier responses. The list of responses is complete after the block.
    """
    answers: list[Answer] = []
    threads: list[Thread] = []
    has_ended = Event()

    def ask(path: str) -> None:
        answers.append(site.get(path))

    def start() -> None:
        number = 0
        while not has_ended.wait(pause_s):
            thread = Thread(target=ask, args=(paths[number % len(paths)],), daemon=True)
            thread.start()
            threads.append(thread)
            number += 1

    starter = Thread(target=start)
    starter.start()
    try:
        yield answers
    finally:
        has_ended.set()
        starter.join()
        for thread in threads:
            thread.join()
