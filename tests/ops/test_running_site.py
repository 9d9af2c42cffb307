"""A site started with `make run` keeps running if one of its processes ends and cannot be replaced."""

import os
import re
import signal
import subprocess
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from scripts.ports import free_port
from tests.ops.new_shell import START_TIMEOUT_S, NewShell


class RunningSite:
    """A site started with `make run`, and its output."""

    def __init__(self, shell: NewShell, log: Path):
        self.port, self.log, self.directory = free_port(), log, shell.directory
        with log.open("w") as output:
            self.server = subprocess.Popen(
                ["sh", "scripts/run.sh"], cwd=shell.directory, env=shell.environment | {"PORT": str(self.port)},
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def wait_for(self, text: str, times: int = 1) -> None:
        for _try in range(10 * START_TIMEOUT_S):
            if self.log.read_text().count(text) >= times:
                return
            assert self.server.poll() is None, self.log.read_text()
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def web_processes(self) -> list[int]:
        """Returns the process IDs of all started web processes, oldest first."""
        return [int(number) for number in re.findall(r"Booting worker with pid: (\d+)", self.log.read_text())]

    def job_worker(self, other_than: int | None = None) -> int:
        """Waits for a background job process other than `other_than`, and returns its ID."""
        for _try in range(10 * START_TIMEOUT_S):
            if (number := self._job_worker()) not in (None, other_than):
                return number
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def _job_worker(self) -> int | None:
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                is_worker = b"db_worker" in path.read_bytes().split(b"\0")
                if is_worker and (path.parent / "cwd").readlink() == self.directory:
                    return int(path.parent.name)
        return None

    def answers(self) -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/about/", timeout=30) as response:
            return response.status == 200


@pytest.fixture
def running_site(first_run, new_shell, tmp_path):
    site = RunningSite(new_shell, tmp_path / "log")
    try:
        site.wait_for("Ctrl-C stops it")
        site.wait_for("Booting worker", 2)
        yield site
    finally:
        site.server.terminate()
        site.server.wait(20)


@pytest.mark.thorough
@pytest.mark.only_on("sqlite")
def test_a_site_continues_if_a_process_cannot_be_replaced(running_site, new_shell):
    var = new_shell.directory / "var"
    # A server on another database, started in the same directory, would write this file.
    (var / "last_database").write_text("SQLite, /tmp/trial.sqlite3\n")
    first_worker = running_site.job_worker()
    try:
        os.kill(first_worker, signal.SIGKILL)
        os.kill(running_site.web_processes()[0], signal.SIGKILL)
        running_site.wait_for("Booting worker", 3)
        os.kill(running_site.web_processes()[1], signal.SIGKILL)
        # Both original processes have been replaced.
        running_site.wait_for("Booting worker", 4)
        assert running_site.answers()
        running_site.job_worker(other_than=first_worker)
        assert "DATABASE_URL is not set" not in running_site.log.read_text()
        assert "cannot start" not in running_site.log.read_text()
        (var / "env").chmod(0o644)
        os.kill(running_site.web_processes()[2], signal.SIGKILL)
        running_site.wait_for(
            "A web process cannot start. Trying again in 5 seconds: Other users can read or change var/env"
        )
        assert running_site.answers()
        (var / "env").chmod(0o600)
        running_site.wait_for("Booting worker", 6)
        assert running_site.server.poll() is None
        assert running_site.answers()
        assert "Traceback" not in running_site.log.read_text()
    finally:
        (var / "env").chmod(0o600)
        (var / "last_database").write_text("SQLite, var/db.sqlite3\n")
