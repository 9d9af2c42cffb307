"""Runs programs that read uploaded files in separate processes with limited resources.

A program is a package whose `__main__` module sets its limits with `resource_limits`. At startup, it imports only a few
modules of the standard library, which takes a few hundredths of a second. Importing `dataclasses` and `subprocess`
would nearly double this time. Programs do not use settings, the database or catalogues. Libraries for certain file
types are imported when needed, from the directory `packages` in the request.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from django.utils.translation import gettext as _

from sco_cities.core.exceptions import Refused

ROOT = Path(__file__).resolve().parents[2]
# If True, only one program runs at a time. Web processes set this to True, because a machine has enough memory for only
# a few programs.
one_at_a_time = False
# Maximum time that a file waits for earlier files.
MAX_WAIT_S = 1.0
_ENVIRONMENT = ("LD_LIBRARY_PATH",)
_turn = threading.Lock()
_last: subprocess.Popen | None = None


def command(package: str) -> list[str]:
    """Returns a command line that runs a program without environment variables and without packages' start-up code."""
    return [sys.executable, "-E", "-S", "-s", "-X", "utf8", "-m", package]


def packages() -> str:
    """Returns the directory where Python packages are installed."""
    return str(Path(find_spec("python_calamine").origin).parents[1])


def start(command: list[str], request: dict, **options) -> subprocess.Popen:
    """Starts a program with the request and `packages` as a JSON argument. `options` are passed to Popen.

    Raises Refused if only one program may run at a time and the running program does not end within MAX_WAIT_S.
    """
    global _last
    is_mine = one_at_a_time and _turn.acquire(timeout=MAX_WAIT_S)
    try:
        if one_at_a_time and (not is_mine or (_last and not _has_ended(_last))):
            raise Refused(_("Another file is being read. Try again in a minute."))
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        _last = subprocess.Popen(  # noqa: S603 - a program of our own, and its argument is JSON
            [*command, json.dumps(request | {"packages": packages()})], cwd=ROOT, env=environment, **options
        )
        return _last
    finally:
        if is_mine:
            _turn.release()


@contextmanager
def running(command: list[str], request: dict, **options) -> Iterator[subprocess.Popen]:
    """Starts a program as `start` does, and kills it at the end of the block."""
    with start(command, request, **options) as process:
        try:
            yield process
        finally:
            process.kill()


def _has_ended(process: subprocess.Popen) -> bool:
    with suppress(subprocess.TimeoutExpired):
        process.wait(MAX_WAIT_S)
    return process.returncode is not None
