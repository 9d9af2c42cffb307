"""A curator's desk: a client that is logged in as one, and forms sent as a browser would send them."""

from io import StringIO

from bs4 import BeautifulSoup
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from sco_cities.curation.edit_conflicts.versioned_form import WHY
from sco_cities.curation.permissions import groups
from sco_cities.history.models import ChangeSource
from sco_cities.history.recorder import record_changes

PASSWORD = "a-password-for-tests-only"
# The parts of field names that the rows of a record's page share.
EVIDENCE = "sources-evidence-content_type-object_id"
FIGURES = "sources-figure-content_type-object_id"
CITIES = "city_roles"
ATTENDANCES = "attendances"
PASSAGES = "passages"


def curator_client() -> Client:
    """A client logged in to the account that the first run makes."""
    call_command("ensure_curator", stdout=StringIO())
    client = Client()
    client.force_login(get_user_model().objects.get(username="curator"))
    return client


def log_in_as_curator(page) -> None:
    """Logs in to the admin in a browser."""
    call_command("ensure_curator", verbosity=0)
    curator = get_user_model().objects.get(username="curator")
    curator.set_password(PASSWORD)
    curator.save()
    page.goto("/admin/login/")
    page.get_by_label("Username").fill("curator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#user-tools")).to_be_visible()


def staff_client(*permissions) -> Client:
    """A client logged in as a member of staff who has these permissions and no others."""
    user = get_user_model().objects.create_user("helper", password="not a real one", is_staff=True)
    user.user_permissions.set(permissions)
    client = Client()
    client.force_login(user)
    return client


def client_of(role: str, name: str = "") -> Client:
    """A client logged in to an account, its `user`, that has the role; with none, to one without."""
    client = Client()
    client.user = get_user_model().objects.create_user(name or role or "nobody", is_staff=True)
    if role:
        groups.grant()
        client.user.groups.add(Group.objects.get(name=role))
    client.force_login(client.user)
    return client


def made_by(user, record):
    """The record, which the history now says `user` made."""
    with record_changes(ChangeSource.EDIT, user=user) as recorder:
        recorder.note_created([record])
    return record


def curated_models() -> list:
    """Every model that curators work with."""
    return [model for model, found in admin.site._registry.items() if hasattr(found, "section")]


def address(record_or_model, page="changelist") -> str:
    """The address of an admin page: a model's "changelist" or "add", a record's "change" or "delete"."""
    opts = record_or_model._meta
    arguments = [record_or_model.pk] if page in {"change", "delete", "history"} else []
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=arguments)


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def filled_in(response) -> dict:
    """What a browser sends when nothing is touched and "Save" is pressed; a reason is given where one is asked."""
    sent = {"_save": "Save"}
    form = soup(response).select_one("#content-main form")
    for field in form.select("input[name], textarea[name], select[name]"):
        name = field["name"]
        if field.name == "textarea":
            sent[name] = field.text.removeprefix("\n")
        elif field.name == "select":
            chosen = [option["value"] for option in field.select("option[selected]")]
            if field.has_attr("multiple"):
                sent[name] = chosen
            elif options := field.select("option"):
                sent[name] = (chosen or [options[0]["value"]])[0]
        elif field.get("type") in {"checkbox", "radio"}:
            if field.has_attr("checked"):
                sent[name] = field.get("value", "on")
        elif field.get("type") not in {"submit", "button"}:
            sent[name] = field.get("value", "")
    if sent.get(WHY) == "":
        sent[WHY] = "So the reports say."
    return sent


def options_of(response, name) -> dict[str, str]:
    """The choices of a select: what they say, and the value that each sends."""
    return {option.text: option["value"] for option in soup(response).select(f'select[name="{name}"] option')}


def row(prefix, place, /, **values) -> dict:
    """What is typed into a row: `row(EVIDENCE, 0, stance="differs")`."""
    return {f"{prefix}-{place}-{name}": value for name, value in values.items()}


def added(sent, prefix, /, **values) -> dict:
    """The form with the blank row that every page has filled in."""
    blank = int(sent[f"{prefix}-TOTAL_FORMS"]) - 1
    return sent | row(prefix, blank, **values)


def without(sent, prefix, place) -> dict:
    """The form with the row at that place, from 0, ticked for deletion."""
    return sent | {f"{prefix}-{place}-DELETE": "on"}


def errors_in(response) -> str:
    """All error messages of a page that came back."""
    return " ".join(item.text for item in soup(response).select(".errorlist li"))


def messages_in(response) -> list[str]:
    return [" ".join(item.get_text(" ").split()) for item in soup(response).select(".messagelist > li")]


def act(client, action, records, **more):
    """Runs an action of the list page on the records; the page that follows."""
    sent = {"action": action, "_selected_action": [record.pk for record in records], **more}
    return client.post(address(records[0]), sent, follow=True)


class Desk:
    """One record's page: `open` it, change what a browser would send, `send` it back."""

    def __init__(self, client: Client):
        self.client = client
        self.address = self.response = None

    def open(self, record) -> dict:
        self.address = address(record, "change")
        return self.read()

    def read(self) -> dict:
        self.response = self.client.get(self.address)
        return filled_in(self.response)

    def send(self, sent):
        self.response = self.client.post(self.address, sent)
        return self.response

    @property
    def was_saved(self) -> bool:
        return self.response.status_code == 302
