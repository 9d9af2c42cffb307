"""Input in a form is kept until it is saved, and only the account that entered it can continue it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from initiatives.models import Initiative
from sco_cities.accounts.carried_form import make_key
from sco_cities.curation.models import EditingSession, UnsavedForm
from sco_cities.curation.unsaved_forms import kept_values
from sco_cities.sources.models import Evidence, Passage, Report
from tests import factories as make
from tests.curation.admin_client import (
    CITIES,
    admin_url,
    client_with_role,
    errors_in,
    form_data,
    soup,
    with_new_row,
)
from tests.form_values import form_values
from tests.history.snapshots import edit, snapshot

pytestmark = pytest.mark.django_db
KEPT = "Your input is kept until you save the form."
FORM = "#content-main form:has([name=form_key])"


@pytest.fixture
def lamps(db):
    """A draft, so tests need no evidence for changed values."""
    return make.make_initiative("lamps", state="draft", lead=[make.make_city()])


def values_of(response) -> dict:
    return form_values(response.content, FORM)


def send(client, url, page, **data):
    return client.post(f"{reverse(f'admin:{page}_form')}?form={url}", data)


def type_in(client, url, **typed) -> str:
    """Opens a form, enters values and leaves it. Returns the name of the kept input."""
    values = values_of(client.get(url)) | typed
    assert send(client, url, "keep", **values).status_code == 200
    return UnsavedForm.objects.latest("pk").name


def offers(response) -> list[str]:
    return [" ".join(each.p.text.split()) for each in soup(response).select("form.unsaved-form")]


@pytest.mark.parametrize("page", ["change", "add"])
def test_unsaved_input_is_offered_and_fills_the_form_only_if_it_is_continued(curator, lamps, page):
    url = admin_url(lamps, page)
    name = type_in(curator, url, title_en="Brighter lamps", status="completed")
    response = curator.get(url)
    assert len(offers(response)) == 1
    assert offers(response)[0].startswith("You have unsaved input from ")
    assert values_of(response)["title_en"] == ("Lamps" if page == "change" else "")
    response = curator.get(url, {"unsaved": name})
    assert (offers(response), errors_in(response)) == ([], "")
    assert {"title_en": "Brighter lamps", "status": "completed"}.items() <= values_of(response).items()
    assert snapshot(lamps)["title_en"] == "Lamps"


def test_rows_that_were_added_are_kept(curator, lamps):
    url, city = admin_url(lamps, "change"), make.make_city("osh")
    values = with_new_row(form_data(curator.get(url)), CITIES, city=str(city.pk), role="partner")
    send(curator, url, "keep", **values)
    page = soup(curator.get(url, {"unsaved": UnsavedForm.objects.get().name}))
    chosen = [option["value"] for option in page.select(f"[name^={CITIES}][name$=-city] option[selected]")]
    assert str(city.pk) in chosen


def test_nothing_is_kept_after_saving(curator, lamps):
    url = admin_url(lamps, "change")
    values = values_of(curator.get(url)) | {
        "title_en": "Brighter lamps",
        "why": "As reported.",
        "_save": "Save",
    }
    send(curator, url, "keep", **values)
    assert curator.post(url, values).status_code == 302
    assert not UnsavedForm.objects.filter(is_used=False).exists()
    assert Initiative.objects.get().title_en == "Brighter lamps"


def test_input_that_arrives_after_saving_is_not_kept(curator, lamps):
    url = admin_url(lamps, "change")
    values = values_of(curator.get(url)) | {"title_en": "Brighter lamps", "why": "As reported."}
    assert curator.post(url, values | {"_save": "Save"}).status_code == 302
    late = send(curator, url, "keep", **values)
    assert late.json()["kept"].startswith("Your input is not kept, because this form has already been saved.")
    assert offers(curator.get(url)) == []
    assert UnsavedForm.objects.get().values == {}
    assert send(curator, url, "keep", **values_of(curator.get(url))).json()["kept"] == KEPT
    UnsavedForm.objects.update(saved_at=timezone.now() - timedelta(days=2))
    call_command("housekeeping")
    assert [each.is_used for each in UnsavedForm.objects.all()] == [False]


def test_a_form_with_errors_is_kept_under_the_same_name(curator, lamps):
    url = admin_url(lamps, "change")
    values = values_of(curator.get(url)) | {"title_en": ""}
    send(curator, url, "keep", **values)
    response = curator.post(url, values)
    assert errors_in(response)
    send(curator, url, "keep", **values_of(response))
    assert UnsavedForm.objects.count() == 1


def test_unsaved_input_for_an_older_version_opens_the_conflict_page(curator, lamps):
    url = admin_url(lamps, "change")
    name = type_in(curator, url, title_en="My lamps")
    edit(lamps, title_en="Their lamps")
    values = values_of(curator.get(url, {"unsaved": name})) | {"_save": "Save", "why": "Mine"}
    response = curator.post(url, values)
    assert "Nothing has been saved yet" in response.content.decode()
    answer = values_of(response) | {"choice-title_en": "yours"}
    assert curator.post(url, answer).status_code == 302
    assert snapshot(lamps)["title_en"] == "My lamps"
    assert not UnsavedForm.objects.filter(is_used=False).exists()


def test_discarding_removes_it_and_shows_the_form_again(curator, lamps):
    url = admin_url(lamps, "change")
    name = type_in(curator, url, title_en="My lamps")
    response = curator.post(reverse("admin:discard_form"), {"name": name, "next": url}, follow=True)
    assert (response.request["PATH_INFO"], offers(response)) == (url, [])


def test_two_tabs_with_a_new_record_overwrite_nothing_of_each_other(curator):
    url = admin_url(Initiative, "add")
    type_in(curator, url, title_en="Lamps")
    type_in(curator, url, title_en="Trams")
    assert len(offers(curator.get(url))) == 2


def test_the_evidence_form_is_kept_and_forgotten_after_it_was_added(curator, lamps):
    passage = make.make_report("gazette").passages.get()
    url = reverse("admin:add_evidence", args=["initiatives", lamps.pk])
    typed = {
        "q": "gazette#1",
        "source": f"passage:{passage.pk}",
        "fields_told": "status",
        "stance": "supports",
    }
    name = type_in(curator, url, **typed, reported_value="half typed")
    response = curator.get(url, {"unsaved": name})
    values = values_of(response)
    assert (values["source"], values["fields_told"], values["reported_value"]) == (
        f"passage:{passage.pk}", "status", "half typed",
    )  # fmt: skip
    assert errors_in(response) == ""
    response = curator.post(url, values | {"reported_value": "", "_add": "Add evidence"})
    assert response.status_code == 302
    assert not UnsavedForm.objects.filter(is_used=False).exists()


def test_unsaved_input_is_available_only_to_its_account(curator, lamps):
    url = admin_url(lamps, "change")
    name = type_in(curator, url, title_en="My secret")
    other = client_with_role("administrator", "root")
    for response in (other.get(url), other.get(url, {"unsaved": name})):
        assert offers(response) == []
        assert "My secret" not in response.content.decode()
    other.post(reverse("admin:discard_form"), {"name": name})
    assert UnsavedForm.objects.get().name == name
    # The key of the other account's form is rejected.
    key = make_key(curator.user, name)
    assert send(other, url, "keep", form_key=key, title_en="Theirs").status_code == 404
    assert send(other, url, "ping", form_key=key).status_code == 404


KEEP_STATUSES = {
    "anonymous": (403, 403, 403), "": (403, 403, 403), "contributor": (200, 200, 200), "curator": (200, 200, 200),
}  # fmt: skip


@pytest.mark.parametrize(("role", "statuses"), KEEP_STATUSES.items())
def test_a_form_is_kept_for_those_who_may_save_it(role, statuses, lamps):
    client = Client() if role == "anonymous" else client_with_role(role, "eve")
    account = getattr(client, "user", None) or client_with_role("curator").user
    pages = [
        admin_url(lamps, "change"),
        admin_url(Initiative, "add"),
        reverse("admin:add_evidence", args=["initiatives", lamps.pk]),
    ]
    responses = [send(client, url, "keep", form_key=make_key(account), title_en="Mine") for url in pages]
    assert tuple(response.status_code for response in responses) == statuses
    assert UnsavedForm.objects.count() == (3 if 200 in statuses else 0)


def test_a_form_is_not_kept_any_more_when_the_permission_is_withdrawn(lamps):
    ada, url = client_with_role("contributor", "ada"), admin_url(lamps, "change")
    type_in(ada, url, title_en="My lamps")
    values = values_of(ada.get(url))
    Initiative.objects.update(state="published")
    EditingSession.objects.all().delete()
    assert send(ada, url, "keep", **values).status_code == 403
    assert send(ada, url, "ping", **values).status_code == 200
    assert not EditingSession.objects.exists()
    assert offers(ada.get(url)) == []


@pytest.mark.parametrize(
    "url", ["", "/", "x" * 300, "/admin/", "/admin/auth/user/add/", "/admin/auth/user/1/password/", "/cities/",
            "/admin/initiatives/initiative/", "/admin/initiatives/initiative/999/change/", "//x.example/admin/",
            "/admin/initiatives/initiative/x/change/", "/admin/evidence/planets/1/add/"]
)  # fmt: skip
def test_other_addresses_keep_nothing(url, curator):
    assert send(curator, url, "keep", form_key=make_key(curator.user), password="secret").status_code == 404
    assert not UnsavedForm.objects.filter(is_used=False).exists()


def test_a_form_that_is_too_large_or_has_nul_bytes_is_not_kept(curator, lamps, monkeypatch):
    url, key = admin_url(lamps, "change"), make_key(curator.user)
    response = send(curator, url, "keep", form_key=key, title_en="x" * 1_000_001)
    assert response.json()["kept"] == "This form is too large to keep your input. Save it often."
    assert send(curator, url, "keep", form_key=key, title_en="a\0b").status_code == 400
    assert send(curator, url, "keep", form_key="x" * 5000).status_code == 404
    assert not UnsavedForm.objects.filter(is_used=False).exists()
    monkeypatch.setattr(kept_values, "MAX_FORMS", 1)
    type_in(curator, url, title_en="My lamps")
    response = send(curator, url, "keep", form_key=key, title_en="Other lamps")
    assert response.json()["kept"].startswith(
        "Your input is not kept, because you have too many unsaved forms."
    )
    assert UnsavedForm.objects.get().values["title_en"] == ["My lamps"]


def test_keeping_needs_the_csrf_token_and_post(lamps):
    client = Client(enforce_csrf_checks=True)
    user = client_with_role("curator").user
    client.force_login(user)
    url = admin_url(lamps, "change")
    assert send(client, url, "keep", form_key=make_key(user)).status_code == 403
    assert client.get(f"{reverse('admin:keep_form')}?form={url}").status_code == 302
    assert not UnsavedForm.objects.filter(is_used=False).exists()


def test_housekeeping_and_the_deletion_of_an_account_remove_what_was_typed(curator, lamps):
    url = admin_url(lamps, "change")
    type_in(curator, url)
    type_in(curator, url)
    UnsavedForm.objects.filter(pk=UnsavedForm.objects.latest("pk").pk).update(
        saved_at=timezone.now() - timedelta(days=31)
    )
    EditingSession.objects.update(seen_at=timezone.now() - timedelta(minutes=3))
    call_command("housekeeping", verbosity=0)
    assert (UnsavedForm.objects.count(), EditingSession.objects.count()) == (1, 0)
    curator.user.delete()
    assert not UnsavedForm.objects.filter(is_used=False).exists()


def test_a_row_that_somebody_else_has_removed_does_not_break_the_form(curator):
    lamps = make.make_initiative("lamps", state="draft", lead=[make.make_city()])
    url = admin_url(lamps, "change")
    name = type_in(curator, url, title_en="My lamps")
    lamps.city_roles.all().delete()
    assert values_of(curator.get(url, {"unsaved": name}))["title_en"] == "My lamps"


def test_a_passage_and_a_report_are_kept(curator):
    report = make.make_report("gazette")
    passage = report.passages.get()
    for record, field in ((passage, "summary"), (report, "title")):
        url = admin_url(record, "change")
        name = type_in(curator, url, **{field: "Half typed"})
        assert values_of(curator.get(url, {"unsaved": name}))[field] == "Half typed"
    assert snapshot(report)["title"] != "Half typed"
    assert not Evidence.objects.exists()
    assert (Passage.objects.count(), Report.objects.count()) == (1, 1)


def test_my_records_lists_what_was_typed_with_its_form(curator, lamps):
    type_in(curator, admin_url(Initiative, "add"))
    name = type_in(curator, admin_url(lamps, "change"), title_en="My lamps")
    links = {
        link.text: link["href"] for link in soup(curator.get("/admin/my-records/")).select(".unsaved-form a")
    }
    assert links == {
        "Lamps": f"{admin_url(lamps, 'change')}?unsaved={name}",
        "Add initiative": f"{admin_url(Initiative, 'add')}?unsaved={UnsavedForm.objects.earliest('pk').name}",
    }
