"""A site to log in to, in processes of its own, and browsers that come from different addresses."""

import http.client
import json
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from scripts.bench.paths import ROOT, environment
from scripts.ports import free_port

START_S = 120
LOGIN = "/admin/login/"
PASSWORD = secrets.token_urlsafe()
# Creates accounts, {name: has an authenticator}, and prints their secrets and recovery codes as JSON.
_CREATE_ACCOUNTS = """
import json
from django.contrib.auth.models import User
from sco_cities.accounts.second_factor import devices
from django_otp.oath import totp
made = {{}}
for name, is_enrolled in {accounts}.items():
    user = User.objects.create_user(name, password={password!r}, is_staff=True, is_superuser=True)
    key = devices.new_key()
    codes = devices.set_up(user, key, f"{{totp(bytes.fromhex(key), drift=-1):06d}}", None)[1] if is_enrolled else []
    made[name] = [key, codes]
print(json.dumps(made))
"""


class Browser:
    """A browser that keeps cookies, from an address of its own of this machine (127.0.0.0/8)."""

    def __init__(self, port: int, number: int):
        self.port, self.source = port, f"127.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255 or 254}"
        self.cookies: dict[str, str] = {}
        self.token = ""

    def request(self, path: str, form: dict | None = None, *, token: bool = True) -> tuple[int, str, str]:
        """Status, Location and body of a response; a form is sent with the token of the last page."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=60, source_address=(self.source, 0)
        )
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form | ({"csrfmiddlewaretoken": self.token} if token else {}))
        try:
            connection.request("GET" if form is None else "POST", path, body, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        finally:
            connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        if match := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text):
            self.token = match[1]
        return response.status, response.getheader("Location") or "", text

    def give_password(self, name: str, password: str = PASSWORD) -> int:
        """The status of a login; 302 if the password was right."""
        self.request(LOGIN)
        status = 503
        for _attempt in range(60):
            status = self.request(LOGIN, {"username": name, "password": password})[0]
            if status != 503:
                break
            # As the page says.
            time.sleep(0.5)
        return status

    def give_code(self, code: str) -> None:
        """Sends a code on the page that asks for one, which must be open."""
        self.request("/admin/second-factor/", {"second_factor_code": code})

    def is_inside(self) -> bool:
        return self.request("/admin/")[0] == 200


def create_accounts(database_url: str, accounts: dict[str, bool]) -> dict[str, tuple[str, list[str]]]:
    """Accounts by name, with an authenticator or not: the secret and the recovery codes of each."""
    code = _CREATE_ACCOUNTS.format(accounts=accounts, password=PASSWORD)
    output = manage(database_url, "shell", "--verbosity", "0", "--command", code)
    return {name: tuple(made) for name, made in json.loads(output.splitlines()[-1]).items()}


def manage(database_url: str, *arguments: str) -> str:
    """Runs a command of the site and returns its output."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment(database_url), capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


@contextmanager
def running_site(database_url: str) -> Iterator[int]:
    """The port of the site with a second factor, under gunicorn with the project's own configuration."""
    port = free_port()
    env = environment(database_url, PORT=str(port), SECOND_FACTOR="staff")
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "sco_cities.wsgi"], cwd=ROOT, env=env, stdout=log, stderr=log
        )
        try:
            limit = time.monotonic() + START_S
            while process.poll() is None and time.monotonic() < limit:
                with suppress(OSError):
                    if Browser(port, 1).request("/initiatives/")[0] == 200:
                        break
                time.sleep(0.1)
            else:
                log.seek(0)
                raise RuntimeError(f"the site does not start: {log.read().decode()[-500:]}")
            yield port
        finally:
            process.terminate()
            process.wait(30)
