"""Logged-in clients for the admin, and form data as a browser submits it."""

from bs4 import BeautifulSoup
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from sco_cities.changes.recorder import record_changes
from sco_cities.curation.edit_conflicts.versioned_form import REASON
from sco_cities.curation.permissions.groups import CURATOR
from sco_cities.history.models import ChangeSource
from tests.accounts.roles import PASSWORD, make_account
from tests.form_values import form_values, unrendered_form_values

# The prefixes of the inline formsets on a record's page.
EVIDENCE = "sources-evidence-content_type-object_id"
FIGURES = "sources-figure-content_type-object_id"
CITIES = "city_roles"
ATTENDANCES = "attendances"
PASSAGES = "passages"
# The queries for the numbers in a curator's sidebar. They count correction requests, records in review, own drafts,
# comments, own grids and own reports.
SIDEBAR_QUERIES = 6


def curator_client() -> Client:
    """A client logged in to a new account with this name and the role "curator"."""
    return client_with_role(CURATOR)


def log_in_as_curator(page) -> None:
    """Logs in to the admin in a browser."""
    make_account("curator", CURATOR)
    page.goto("/admin/login/")
    page.get_by_label("Username").fill("curator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#user-tools")).to_be_visible()


def staff_client(*permissions) -> Client:
    """A client logged in as a staff user with these permissions only."""
    user = get_user_model().objects.create_user("helper", password="not a real one", is_staff=True)
    user.user_permissions.set(permissions)
    client = Client()
    client.force_login(user)
    return client


def client_with_role(role: str, name: str = "") -> Client:
    """A client logged in to a new account (`client.user`) with this role, or without a role if it is empty."""
    client = Client()
    client.user = make_account(name or role or "nobody", role)
    client.force_login(client.user)
    return client


def with_creator(user, record):
    """Records in the history that `user` created the record, and returns the record."""
    with record_changes(ChangeSource.EDIT, user=user) as recorder:
        recorder.note_created([record])
    return record


def curated_models() -> list:
    """Every kind of record, and the passages of reports."""
    return [model for model, model_admin in admin.site._registry.items() if hasattr(model_admin, "section")]


def admin_url(record_or_model, page="changelist") -> str:
    """The URL of an admin page.

    The page "changelist" or "add" belongs to a model, and "change", "delete" or "history" to a record.
    """
    opts = record_or_model._meta
    arguments = [record_or_model.pk] if page in {"change", "delete", "history"} else []
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=arguments)


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "lxml")


def form_data(response) -> dict:
    """The data that a browser submits for an unchanged form, with "Save" and a reason if there is a field for it."""
    return _submitted(form_values(response.content, "#content-main form"))


def unrendered_form_data(client: Client, url: str) -> dict:
    """Returns the same data as `form_data` for the form of a new or existing record, in a third of the time."""
    return _submitted(unrendered_form_values(client, url))


def _submitted(values: dict) -> dict:
    data = {"_save": "Save"} | values
    if data.get(REASON) == "":
        data[REASON] = "As the reports state."
    return data


def select_options(response, name) -> dict[str, str]:
    """The values of the options of a select, by label."""
    return {option.text: option["value"] for option in soup(response).select(f'select[name="{name}"] option')}


def row(prefix, index, /, **values) -> dict:
    """The form data of a row, such as `row(EVIDENCE, 0, stance="differs")`."""
    return {f"{prefix}-{index}-{name}": value for name, value in values.items()}


def with_new_row(data, prefix, /, **values) -> dict:
    """The form data with the blank row of the inline filled in."""
    blank = int(data[f"{prefix}-TOTAL_FORMS"]) - 1
    return data | row(prefix, blank, **values)


def with_deleted_row(data, prefix, index) -> dict:
    """The form data with the row at this index marked for deletion."""
    return data | {f"{prefix}-{index}-DELETE": "on"}


def errors_in(response) -> str:
    """All error messages of a page as one text."""
    return " ".join(item.text for item in soup(response).select(".errorlist li"))


def messages_in(response) -> list[str]:
    return [" ".join(item.get_text(" ").split()) for item in soup(response).select(".messagelist > li")]


def run_action(client, action, records, *, follow=False, **more):
    """Runs an action of the changelist on the records and returns the response."""
    data = {"action": action, "_selected_action": [record.pk for record in records], **more}
    return client.post(admin_url(records[0]), data, follow=follow)


def page_after_action(client, action, records, **more):
    """The page that a curator sees after an action."""
    return run_action(client, action, records, follow=True, **more)


class RecordPage:
    """The change page of a record. `open` returns its form data, and `send` submits changed data.

    The page itself is requested only if a test reads `response` before it sends the form.
    """

    def __init__(self, client: Client):
        self.client = client
        self.url = self._response = None

    def open(self, record) -> dict:
        self.url = admin_url(record, "change")
        return self.read()

    def read(self) -> dict:
        self._response = None
        return unrendered_form_data(self.client, self.url)

    @property
    def response(self):
        if self._response is None:
            self._response = self.client.get(self.url)
        return self._response

    def send(self, data):
        self._response = self.client.post(self.url, data)
        return self._response

    @property
    def was_saved(self) -> bool:
        return self.response.status_code == 302
