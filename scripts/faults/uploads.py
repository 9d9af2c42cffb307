"""Uploads of files that become huge when they are read: what the web process and the parser take, and what is said."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from scripts.bench import site
from scripts.bench.databases import Database
from scripts.bench.paths import ROOT, environment, manage
from tests.postgres_cluster import temporary_cluster

from .row import Row
from .upload_bombs import NAMES, bomb

MOST_GROWTH_MB, MOST_PARSER_MB = 50, 512
BOUNDARY = "----form"
# A session of a new administrator, without the login page.
SESSION = """
import django; django.setup()
from django.contrib.auth import get_user_model
from django.test import Client
client = Client()
client.force_login(get_user_model().objects.create_superuser("importer"))
client.get("/admin/")
print(client.cookies["sessionid"].value)
"""


class Outcome(NamedTuple):
    """What an upload has cost, and what the curator was told."""

    status: int
    sentence: str
    web_growth_mb: float
    parser_mb: float


def checks(engine: str) -> Iterator[Row]:
    """A row for each file: the web process must hardly grow, and the page must say why the file is refused."""
    with _running_site(engine) as (running_site, cookie):
        # The first upload loads what every later one needs.
        _upload(running_site, cookie, "first.csv", b"slug\nfirst\n")
        for name in NAMES:
            outcome = _upload(running_site, cookie, *bomb(name))
            is_reached = (
                outcome.status == 200
                and bool(outcome.sentence)
                and outcome.web_growth_mb < MOST_GROWTH_MB
                and outcome.parser_mb < MOST_PARSER_MB
            )
            yield Row(
                f"upload: {name}",
                f"{outcome.status}, web +{outcome.web_growth_mb:.0f} MB, parser {outcome.parser_mb:.0f} MB: "
                f"{outcome.sentence or 'nothing said'}",
                f"200 with a sentence, web < +{MOST_GROWTH_MB} MB, parser < {MOST_PARSER_MB} MB",
                is_reached,
            )


@contextmanager
def _running_site(engine: str) -> Iterator[tuple[site.Site, str]]:
    """The site with one worker on a new database, and the session cookie of an administrator."""
    with ExitStack() as stack:
        if engine == "postgresql":
            url = stack.enter_context(temporary_cluster())
        else:
            url = f"sqlite:///{stack.enter_context(TemporaryDirectory())}/uploads.sqlite3"
        manage(url, "migrate", "--verbosity", "0")
        settings = environment(url, DJANGO_SETTINGS_MODULE="sco_cities.settings")
        made = subprocess.run(
            [sys.executable, "-c", SESSION],
            cwd=ROOT,
            env=settings,
            capture_output=True,
            text=True,
            check=True,
        )
        cookie = f"sessionid={made.stdout.split()[-1]}"
        yield stack.enter_context(site.running(Database(engine, 0, url, "", None))), cookie


def _upload(running_site: site.Site, cookie: str, file_name: str, raw: bytes) -> Outcome:
    """Uploads a file and follows the redirect to its columns."""
    page = running_site.get("/admin/imports/", {"Cookie": cookie})
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
    csrf = next(value.split(";")[0] for name, value in page.headers.items() if value.startswith("csrftoken="))
    headers = {
        "Cookie": f"{cookie}; {csrf}", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
    }  # fmt: skip
    values = {"csrfmiddlewaretoken": token, "kind": "initiatives", "charset": ""}
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
             for name, value in values.items()]  # fmt: skip
    parts.append(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = "".join(parts).encode() + raw + f"\r\n--{BOUNDARY}--\r\n".encode()
    with running_site.track_memory() as memory, _parser_memory(running_site.worker()) as parser:
        response = running_site.open("/admin/imports/", headers, body)
        status, location, text = response.status, response.headers.get("Location"), response.read().decode()
        if location:
            following = running_site.open(location, {"Cookie": cookie})
            status, text = following.status, following.read().decode()
    return Outcome(status, _sentence(text, bool(location)), memory["growth"], parser["peak"])


def _sentence(text: str, is_accepted: bool) -> str:
    if is_accepted:
        return "accepted"
    found = re.search(r'<ul class="errorlist"[^>]*>\s*<li>([^<]+)', text)
    return found[1] if found else ""


@contextmanager
def _parser_memory(worker: int) -> Iterator[dict[str, float]]:
    """Yields a dictionary with the peak memory of the processes that the worker starts."""
    memory, has_ended = {"peak": 0.0}, threading.Event()

    def watch() -> None:
        while not has_ended.wait(0.01):
            for task in Path(f"/proc/{worker}/task").iterdir():
                with suppress(OSError):
                    for child in (task / "children").read_text().split():
                        memory["peak"] = max(memory["peak"], _peak_mb(child))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield memory
    finally:
        has_ended.set()
        thread.join()


def _peak_mb(process: str) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+)", status)
    # Before it runs its own program, a process shows the memory of the one that has started it.
    is_parser = b"sco_cities.imports.parser" in Path(f"/proc/{process}/cmdline").read_bytes()
    return int(found[1]) / 1024 if found and is_parser else 0


if __name__ == "__main__":
    for row in checks(sys.argv[1]):
        print("reached" if row.reached else "MISSED ", *row, sep=" | ", flush=True)
