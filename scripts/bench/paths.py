"""Paths of the bench, and the environment of its processes."""

import hashlib
import os
import secrets
import subprocess
import sys
from functools import cache
from pathlib import Path

from . import generator

ROOT = Path(__file__).resolve().parent.parent.parent
BENCH_DIR = ROOT / "var" / "bench"
# Enough initiatives for a change of the generator to change the hash.
SAMPLE = 500


def environment(database_url: str, **more: str) -> dict[str, str]:
    """The environment of a site process on this database: production settings and nothing else."""
    overridden = (
        "DEBUG", "HTTPS", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DATABASE_REPLICA_URL", "REPLICA_MAX_LAG_S", "BIND",
        "SECOND_FACTOR", "TRUSTED_PROXIES",
        "INTAKE_LLM_KEY", "INTAKE_LLM_MODEL", "INTAKE_LLM_URL",
    )  # fmt: skip
    inherited = {name: value for name, value in os.environ.items() if name not in overridden}
    own = {"DATABASE_URL": database_url, "SECRET_KEY": secret_key(), "DEBUG": "0", "ENV_FILE": ""}
    return inherited | own | more


def secret_key() -> str:
    """The secret key of the bench, created once."""
    file = BENCH_DIR / "secret_key"
    if not file.exists():
        BENCH_DIR.mkdir(parents=True, exist_ok=True)
        file.write_text(secrets.token_urlsafe(64))
        file.chmod(0o600)
    return file.read_text()


def manage(database_url: str, *arguments: str) -> str:
    """Runs `manage.py` on a database and returns its output; raises RuntimeError with its last line if it fails."""
    return run([sys.executable, "manage.py", *arguments], env=environment(database_url))


def run(command: list, **options) -> str:
    """Runs a command in the project's folder and returns its output; raises RuntimeError if it fails."""
    process = subprocess.run(
        [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False, **options
    )
    if process.returncode:
        last_line = (process.stderr or process.stdout).strip().splitlines()[-1:] or ["no output"]
        raise RuntimeError(
            f"{Path(str(command[0])).name} {command[1] if command[1:] else ''}: {last_line[0]}"
        )
    return process.stdout


@cache
def generator_hash() -> str:
    """A short hash of the generated data. Databases of an earlier run are migrated before they are used again."""
    return hashlib.sha256(generator.digest(SAMPLE).encode()).hexdigest()[:12]
