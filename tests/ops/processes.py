"""Run Python and manage.py in a separate process, as a server or a shell starts it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_INHERITED = (
    "DEBUG", "HTTPS", "HSTS", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DATABASE_URL", "DATABASE_REPLICA_URL", "BIND",
    "PORT", "REPLICA_MAX_LAG_S", "SECOND_FACTOR", "SECURITY_CONTACT", "TRUSTED_PROXIES", "DJANGO_ALLOW_ASYNC_UNSAFE",
    "INTAKE_LLM_KEY", "INTAKE_LLM_MODEL", "INTAKE_LLM_URL",
    "EMAIL_URL", "EMAIL_FROM", "SITE_URL", "RELEASES_DIR", "RELEASES_KEEP", "RELEASE_EVERY",
    "DATABASE_REPLICA_URL_FILE", "DATABASE_URL_FILE", "MAINTENANCE", "SECRET_KEY_FALLBACKS", "SECRET_KEY_FILE",
    "LOG_FORMAT", "METRICS_BIND", "WEB_PROCESSES", "WEB_THREADS",
)  # fmt: skip


def python(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess:
    """Run `python` in a directory, by default the project, with only these environment variables."""
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
    """Run `manage.py` in the same way."""
    return python("manage.py", *arguments, **environment)
