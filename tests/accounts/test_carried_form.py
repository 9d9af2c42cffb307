"""A form that is submitted after its session has ended is shown after the login, to the account that filled it in."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from sco_cities.accounts.carried_form import make_key
from sco_cities.curation.models import CommentThread, UnsavedForm
from sco_cities.curation.unsaved_forms import kept_values
from tests import factories as make
from tests.curation.admin_client import admin_url, errors_in, messages_in, soup
from tests.form_values import form_values
from tests.history.snapshots import snapshot

from .login_steps import give_code, give_password, make_person
from .roles import make_account

pytestmark = pytest.mark.django_db
FORM = "#content-main form:has([name=form_key])"
TYPED = "My “lamps” <b>"
LOG_IN = "Log in in another tab."


@pytest.fixture
def lamps(db):
    return make.make_initiative("lamps", state="draft")


def heading(page) -> str:
    return soup(page).select_one("h1").text


def send_on(client, page):
    """Submits the form on the page for an ended session, as a browser does."""
    address = soup(page).select_one(FORM)["action"]
    return client.post(address, form_values(page.content, FORM))


def test_a_form_of_an_ended_session_is_shown_after_the_login_and_not_saved(lamps):
    ada, client, url = (
        make_account("ada", "curator"),
        Client(enforce_csrf_checks=True),
        admin_url(lamps, "change"),
    )
    client.force_login(ada)
    typed = form_values(client.get(url).content, FORM) | {"title_en": TYPED, "_save": "Save"}
    Session.objects.all().delete()
    page = client.post(url, typed)
    assert (page.status_code, heading(page)) == (403, "Not saved: you were logged out")
    assert LOG_IN in page.content.decode()
    # The form is not stored before the login.
    page = send_on(client, page)
    assert page.status_code == 403
    assert not (UnsavedForm.objects.exists() or Session.objects.exists())
    client.force_login(ada)
    response = send_on(client, page)
    assert response["Location"].startswith(f"{url}?unsaved=")
    values = form_values(client.get(response["Location"]).content, FORM)
    assert (values["title_en"], snapshot(lamps)["title_en"]) == (TYPED, "Lamps")
    assert client.post(url, values | {"_save": "Save"}).status_code == 302
    assert snapshot(lamps)["title_en"] == TYPED
    assert not UnsavedForm.objects.filter(is_used=False).exists()


@pytest.mark.usefixtures("second_factor")
@pytest.mark.parametrize("sent", ["the form", "the page that carries it"])
def test_a_form_that_is_sent_between_the_password_and_the_code_is_not_lost(lamps, sent):
    ada, client, url = make_person("ada", "curator"), Client(), admin_url(lamps, "change")
    typed = {"form_key": make_key(ada.user), "title_en": TYPED, "_save": "Save"}
    page = client.post(url, typed)
    give_password(client, ada)
    page = client.post(url, typed) if sent == "the form" else send_on(client, page)
    assert (page.status_code, heading(page)) == (403, "Not saved: you were logged out")
    assert form_values(page.content, FORM)["title_en"] == TYPED
    assert give_code(client, ada.code()).status_code == 302
    response = send_on(client, page)
    assert response["Location"].startswith(f"{url}?unsaved=")
    assert form_values(client.get(response["Location"]).content, FORM)["title_en"] == TYPED


def test_a_form_from_before_another_login_is_shown_and_not_lost(lamps):
    ada, client, url = (
        make_account("ada", "curator"),
        Client(enforce_csrf_checks=True),
        admin_url(lamps, "change"),
    )
    client.force_login(ada)
    typed = {"form_key": make_key(ada), "title_en": TYPED, "csrfmiddlewaretoken": "x" * 64}
    page = client.post(url, typed)
    assert (page.status_code, heading(page)) == (403, "Not saved yet")
    assert LOG_IN not in page.content.decode()
    assert form_values(page.content, FORM)["title_en"] == TYPED
    assert send_on(client, page).status_code == 302
    assert snapshot(lamps)["title_en"] == "Lamps"


def test_a_comment_of_an_ended_session_is_shown_after_the_login_and_not_sent(lamps):
    ada, client = make_account("ada", "curator"), Client(enforce_csrf_checks=True)
    client.force_login(ada)
    url = reverse("admin:record_comments", args=["initiatives", lamps.pk])
    typed = form_values(client.get(url).content, "#form-new") | {"text": TYPED, "field": "status"}
    Session.objects.all().delete()
    page = client.post(url, typed)
    assert (page.status_code, heading(page)) == (403, "Not saved: you were logged out")
    client.force_login(ada)
    page = send_on(client, page)
    assert (page.status_code, errors_in(page)) == (200, "Your comment has not been sent yet. Send it here.")
    typed = form_values(page.content, "#form-new")
    assert soup(page).select_one("#new-text").text.strip() == TYPED
    assert soup(page).select_one("#new-field [selected]")["value"] == "status"
    assert not CommentThread.objects.exists()
    assert client.post(url, typed | {"text": TYPED, "field": "status"}).status_code == 302
    assert CommentThread.objects.get().comments.get().text == TYPED


def test_another_account_cannot_send_a_carried_comment(lamps):
    url = reverse("admin:record_comments", args=["initiatives", lamps.pk])
    page = Client().post(url, {"form_key": make_key(make_account("ada", "curator")), "text": TYPED})
    client = Client()
    client.force_login(make_account("boris", "curator"))
    assert send_on(client, page).status_code == 404


def test_another_account_cannot_send_it(lamps):
    ada, client, url = make_account("ada", "curator"), Client(), admin_url(lamps, "change")
    page = client.post(url, {"form_key": make_key(ada), "title_en": TYPED})
    client.force_login(make_account("boris", "curator"))
    assert send_on(client, page).status_code == 404
    assert not UnsavedForm.objects.filter(is_used=False).exists()


def test_input_that_cannot_be_stored_stays_on_the_page(lamps, monkeypatch):
    ada, client, url = make_account("ada", "curator"), Client(), admin_url(lamps, "change")
    page = client.post(url, {"form_key": make_key(ada), "title_en": TYPED})
    client.force_login(ada)
    monkeypatch.setattr(kept_values, "MAX_FORMS", 0)
    page = send_on(client, page)
    assert messages_in(page)[0].startswith("Your input is not kept, because you have too many unsaved forms.")
    assert form_values(page.content, FORM)["title_en"] == TYPED


def test_forms_without_a_key_lead_to_the_login(lamps):
    response = Client().post(admin_url(lamps, "change"), {"title_en": TYPED})
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/admin/login/")
