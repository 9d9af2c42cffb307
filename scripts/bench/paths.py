"""Where the bench keeps its things, and how it starts programs of the site."""

import hashlib
import os
import secrets
import subprocess
import sys
from functools import cache
from pathlib import Path

from . import generator

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = ROOT / "var" / "bench"
# Enough initiatives for a change of the generator to show.
SAMPLE = 500


def environment(database_url: str, **more: str) -> dict[str, str]:
    """The environment of a process of the site on this database: as in production, and no other setting."""
    ours = ("DEBUG", "HTTPS", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DATABASE_REPLICA_URL")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"DATABASE_URL": database_url, "SECRET_KEY": secret_key(), "DEBUG": "0"} | more


def secret_key() -> str:
    """A key of the bench's own, made once."""
    file = HOME / "secret_key"
    if not file.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        file.write_text(secrets.token_urlsafe(64))
        file.chmod(0o600)
    return file.read_text()


def manage(database_url: str, *arguments: str) -> str:
    """Runs `manage.py` on a database and returns what it prints; RuntimeError with its words if it fails."""
    return run([sys.executable, "manage.py", *arguments], env=environment(database_url))


def run(command: list, **options) -> str:
    """Runs a command in the project's folder and returns what it prints; RuntimeError if it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False, **options
    )
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no words"]
        raise RuntimeError(f"{Path(str(command[0])).name} {command[1] if command[1:] else ''}: {last[0]}")
    return done.stdout


@cache
def state_of_the_code() -> str:
    """A short hash over what is generated; whatever is kept is migrated before it is used again."""
    return hashlib.sha256(generator.digest(SAMPLE).encode()).hexdigest()[:12]
