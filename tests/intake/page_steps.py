"""Requests that a browser sends to the pages of an intake, and parts of these pages."""

import re

from django.urls import reverse

from tests.curation.admin_client import log_in_as_curator, soup
from tests.form_values import form_values


def url(intake, name="page") -> str:
    return reverse(f"admin:intake_{name}", args=[intake.pk])


def read_in_browser(page, text: str) -> None:
    """Logs in as a curator, submits the text of a report, and waits until its page and scripts are loaded."""
    log_in_as_curator(page)
    page.goto("/admin/intake/add/")
    page.locator("[name=text]").fill(text)
    page.get_by_role("button", name="Read the report").click()
    page.wait_for_url(re.compile(r"/admin/intake/[0-9]+/"))


def save(client, intake, **sent):
    """Submits fields like the script of the page. In names, `_` stands for a hyphen."""
    fields = {re.sub(r"_(\d+)", r"-\1", name): value for name, value in sent.items()}
    return client.post(url(intake), fields, headers={"Accept": "application/json"})


def decide(client, proposal, decision, version=None, **more):
    sent = {
        f"decision-{proposal.pk}": decision,
        f"version-{proposal.pk}": proposal.version if version is None else version,
        **{f"value-{proposal.pk}-{name}": value for name, value in more.items()},
    }
    return client.post(url(proposal.intake), sent, headers={"Accept": "application/json"})


def row(page, proposal):
    return soup(page).select_one(f"#proposal-{proposal.pk}")


def form_of(page) -> dict[str, str]:
    """The data submitted by the unchanged form of the page. Its fields are outside of the form element."""
    fields = soup(page).select('[form="intake-form"][name]')
    return form_values(f"<form>{''.join(map(str, fields))}</form>", "form")


DETAILS = {
    "publisher": "The Gazette", "published_on": "2026-05-13", "language": "en",
    "address": "https://gazette.example/tourists",
}  # fmt: skip
SUMMARIES = {f"summary-{number}": f"What passage {number} tells." for number in (2, 3)}


def accept_all(client, intake, form=(), summaries=SUMMARIES) -> None:
    """Accepts every proposal in one form and submits the summaries. `form` has the other fields of the page."""
    sent = dict(form)
    for proposal in intake.proposals.open().exclude(certainty="doubtful"):
        sent |= {f"decision-{proposal.pk}": "accept", f"version-{proposal.pk}": proposal.version}
    answer = client.post(url(intake), sent | summaries | {"_write": ""})
    assert answer["Location"] == url(intake, "write")


def write(client, intake, **more):
    page = client.get(url(intake, "write"))
    return client.post(url(intake, "write"), form_values(page.content, ".write-form") | more, follow=True)
