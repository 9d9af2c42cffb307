"""A form that is submitted twice at the same time, as by a double click on Save."""

import threading

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connections

from delegates.models import Organisation
from initiatives.models import Initiative
from sco_cities.sources.models import Report
from sco_cities.themes.models import Theme
from tests.accounts.roles import make_account

from .admin_client import admin_url, errors_in, form_data

PASSWORD = "a long password of tests"
FORMS = {
    Initiative: {
        "slug": "bright-lamps", "title_en": "Bright lamps", "summary_en": "Lamps are lit.", "kind": "project",
        "status": "agreed",
    },
    Organisation: {"slug": "lamp-union", "name_en": "Lamp union", "kind": "other"},
    Theme: {"slug": "lamps", "name_en": "Lamps", "description": "Street lamps.", "pillar": "governance"},
    Report: {
        "slug": "lamps-lit", "title": "Lamps lit", "publisher": "The Gazette", "language": "en",
        "address": "https://gazette.example/1", "published_on": "2026", "accessed_on": "2026-02-01",
    },
    Group: {"name": "lamplighters"},
    User: {"username": "ada", "password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"},
}  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize(("model", "values"), FORMS.items())
def test_of_two_equal_forms_one_is_saved_and_the_other_comes_back_with_an_error(
    admin_client, monkeypatch, model, values
):
    page = admin_url(model, "add")
    if model is User:
        make_account("colleague", "curator")
        values = values | {"role": Group.objects.get(name="curator").pk}
    data = form_data(admin_client.get(page)) | values
    both_are_valid, saves, save_form = threading.Barrier(2), [], admin.ModelAdmin.save_form

    def save_together(*args, **kwargs):
        if len(saves) < 2:
            saves.append(model)
            both_are_valid.wait(20)
        return save_form(*args, **kwargs)

    monkeypatch.setattr(admin.ModelAdmin, "save_form", save_together)
    responses = []

    def send():
        try:
            responses.append(admin_client.post(page, data))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _click in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(response.status_code for response in responses) == [200, 302]
    assert "already" in errors_in(next(each for each in responses if each.status_code == 200))
    unique = next(name for name in ("slug", "name", "username") if name in values)
    assert model.objects.filter(**{unique: values[unique]}).count() == 1
