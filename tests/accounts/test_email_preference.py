"""The choice of e-mails on the user's account page."""

import pytest
from django.test import Client
from django.utils import timezone

from sco_cities.accounts import views
from sco_cities.accounts.models import EmailPreference
from tests.curation.admin_client import client_with_role, messages_in, soup
from tests.form_values import form_values

pytestmark = pytest.mark.only_on("sqlite")

ACCOUNT = "/admin/account/"
FORM = "form[action='/admin/account/e-mail/']"


@pytest.fixture
def ada(db, settings):
    settings.SENDS_EMAIL = True
    client = client_with_role("contributor", "ada")
    client.user.email = "ada@example.org"
    client.user.save()
    return client


def stored() -> list[tuple]:
    return list(EmailPreference.objects.values_list("user__username", "is_wanted", "language"))


def test_at_first_e_mails_are_wanted_in_the_language_of_the_page_and_nothing_is_stored(ada):
    ada.cookies["django_language"] = "ru"
    page = ada.get(ACCOUNT)
    assert form_values(page.content, FORM).items() >= {"is_wanted": "on", "language": "ru"}.items()
    assert "ada@example.org" in soup(page).select_one(FORM).text
    assert stored() == []


@pytest.mark.parametrize(("data", "expected"), [({}, False), ({"is_wanted": "on"}, True)])
def test_a_choice_is_saved_for_the_own_account(data, expected, ada):
    response = ada.post("/admin/account/e-mail/", {"language": "zh-hans", "user": "1", **data}, follow=True)
    assert messages_in(response) == ["Your e-mail settings were saved."]
    assert stored() == [("ada", expected, "zh-hans")]
    shown = form_values(response.content, FORM)
    assert (shown.get("is_wanted") == "on", shown["language"]) == (expected, "zh-hans")


def test_saving_a_choice_keeps_what_the_worker_has_noted(ada, monkeypatch):
    EmailPreference.objects.create(user=ada.user)
    now = timezone.now()

    class SlowForm(views.EmailPreferenceForm):
        def clean(self):
            EmailPreference.objects.update(sent_at=now, told_until=now)
            return super().clean()

    monkeypatch.setattr(views, "EmailPreferenceForm", SlowForm)
    ada.post("/admin/account/e-mail/", {"language": "ru"})
    assert stored() == [("ada", False, "ru")]
    assert EmailPreference.objects.filter(sent_at=now, told_until=now).exists()


@pytest.mark.parametrize("data", [{}, {"language": "xx"}, {"language": "en\0"}, {"language": "e" * 5000}])
def test_an_invalid_language_is_rejected(data, ada):
    response = ada.post("/admin/account/e-mail/", data, follow=True)
    assert messages_in(response) == ["Your e-mail settings were not saved. Choose a language from the list."]
    assert stored() == []


def test_the_page_of_an_account_without_an_email_address_names_who_can_enter_it(ada):
    ada.user.email = ""
    ada.user.save()
    page = soup(ada.get(ACCOUNT))
    assert page.select_one(FORM) is None
    assert "Ask an administrator to enter one" in page.text


def test_a_site_without_e_mail_does_not_mention_e_mail(ada, settings):
    settings.SENDS_EMAIL = False
    page = soup(ada.get(ACCOUNT))
    assert "E-mail" not in [heading.text for heading in page.select("h2")]


def test_the_choice_is_for_accounts_and_only_posted(ada):
    assert ada.get("/admin/account/e-mail/")["Location"] == "/admin/account/"
    assert Client().post("/admin/account/e-mail/", {"language": "en"}).status_code == 302
    assert stored() == []
