"""Curators who save records continuously."""

import http.client
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bs4 import BeautifulSoup

from tests.form_values import form_values

from .site_process import ROOT, environment

ADD = "/admin/themes/theme/add/"
WRITERS = 4
# The pause of a writer after an error, in seconds.
PAUSE_S = 0.2
# Logs in a superuser without a password change and prints the session key.
LOG_IN = """
import django
django.setup()
from django.contrib.auth import get_user_model
from django.test import Client
client, accounts = Client(), get_user_model().objects
client.force_login(accounts.filter(username="saver").first() or accounts.create_superuser("saver"))
print(client.cookies["sessionid"].value)
"""


def python(code: str, database_url: str) -> str:
    """Runs a program with the site's database and returns its output."""
    command = [sys.executable, "-c", code]
    env = environment(database_url)
    return subprocess.run(
        command, cwd=ROOT, env=env, check=True, capture_output=True, text=True
    ).stdout.strip()


@dataclass
class Outcome:
    """The results of the saves."""

    statuses: Counter = field(default_factory=Counter)
    confirmed: set[str] = field(default_factory=set)


class Writer(threading.Thread):
    """A curator who adds one theme after another until enough saves are confirmed."""

    def __init__(self, number: int, port: int, session: str, outcome: Outcome, wanted: int):
        super().__init__(daemon=True)
        self.number, self.port, self.session = number, port, session
        self.outcome, self.wanted = outcome, wanted
        self.form: dict = {}
        self.token = ""

    def open_form(self) -> int:
        """Opens the form, which can then be submitted repeatedly. Returns the status."""
        status, page, cookies = self.request("GET", {})
        if status == 200:
            self.token = next(part.split(";")[0] for part in cookies if part.startswith("csrftoken="))
            self.form = form_values(page, "#theme_form")
        elif status == 302:
            raise AssertionError("The form of a theme cannot be opened with this session.")
        return status

    def save(self, slug: str) -> int:
        """Adds a theme, and returns the response's status."""
        # The names are not similar, because the site asks for confirmation of similar names.
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
