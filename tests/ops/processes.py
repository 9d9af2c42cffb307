"""Runs Python and manage.py in a separate process, as a server or a shell does."""

import os
import subprocess
import sys
from pathlib import Path

from sco_cities.ops.environment import NAMES

ROOT = Path(__file__).resolve().parents[2]
# The secret key is inherited from the tests.
NOT_INHERITED = {*NAMES, "DJANGO_ALLOW_ASYNC_UNSAFE"} - {"SECRET_KEY"}


def python(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess:
    """Runs `python` with only these environment variables. The default directory is the project."""
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    defaults = {"SECRET_KEY": "k3y-of-tests-" * 5, "DJANGO_SETTINGS_MODULE": "sco_cities.settings"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=inherited | defaults | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Runs `manage.py`, with the same parameters as `python`."""
    return python("manage.py", *arguments, **environment)
