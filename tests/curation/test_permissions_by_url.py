"""Every role requests every URL of the admin with GET and POST and runs the actions."""

import re
from itertools import product

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLPattern, reverse

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.models import Initiative
from sco_cities.admin_framework.autocomplete import related_fields
from sco_cities.admin_framework.pages import ADMIN_PAGES
from sco_cities.cities.models import City, Country, CountryGroup
from sco_cities.sources.base_models import PublicationState, record_models
from sco_cities.sources.models import Passage, Report
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.curation.admin_client import admin_url, client_with_role, form_data, run_action, with_creator
from tests.extent import share

# Permissions do not depend on the engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

# The account "viewer" may view everything and change nothing.
ROLES = ("anonymous", "nobody", "viewer", "contributor", "curator", "administrator")
LOGIN, FORBIDDEN, SAVED, SHOWN, REDIRECTED = 302, 403, 302, 200, 302


def make_statement(slug="lamps-are-bright", **values):
    return make.make_statement(slug, delegate=make.make_delegate(f"speaker-of-{slug}"), **values)


def make_country_group(slug="x", **values):
    """A group of countries. Its slug is longer than a country code."""
    return make.make_country_group(f"group-{slug}", **values)


MAKERS = {
    City: make.make_city, Country: make.make_country, Delegate: make.make_delegate, Event: make.make_event,
    Initiative: make.make_initiative, Organisation: make.make_organisation, Report: make.make_report,
    Statement: make_statement, Theme: make.make_theme, CountryGroup: make_country_group,
}  # fmt: skip

# The status of GET for anonymous, nobody, viewer, contributor, curator and administrator.
GET_STATUSES = {
    "changelist": (LOGIN, FORBIDDEN, SHOWN, SHOWN, SHOWN, SHOWN),
    "add": (LOGIN, FORBIDDEN, FORBIDDEN, SHOWN, SHOWN, SHOWN),
    "history": (LOGIN, FORBIDDEN, SHOWN, SHOWN, SHOWN, SHOWN),
    "change": (LOGIN, FORBIDDEN, SHOWN, SHOWN, SHOWN, SHOWN),
}
# The status of POST by page, state, and whether the account created the record ("own").
POST_STATUSES = {
    ("change", PublicationState.DRAFT, "own"): (LOGIN, FORBIDDEN, FORBIDDEN, SAVED, SAVED, SAVED),
    ("change", PublicationState.DRAFT, "other"): (LOGIN, FORBIDDEN, FORBIDDEN, SAVED, SAVED, SAVED),
    ("change", PublicationState.IN_REVIEW, "own"): (LOGIN, FORBIDDEN, FORBIDDEN, SAVED, SAVED, SAVED),
    ("change", PublicationState.IN_REVIEW, "other"): (LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, SAVED, SAVED),
    ("change", PublicationState.PUBLISHED, "own"): (LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, SAVED, SAVED),
    ("change", PublicationState.PUBLISHED, "other"): (LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, SAVED, SAVED),
    ("change", PublicationState.WITHDRAWN, "own"): (LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, SAVED, SAVED),
    ("delete", PublicationState.DRAFT, "own"): (LOGIN, FORBIDDEN, FORBIDDEN, SAVED, SAVED, SAVED),
    ("delete", PublicationState.DRAFT, "other"): (LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, SAVED, SAVED),
    ("delete", PublicationState.IN_REVIEW, "own"): (LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, SAVED, SAVED),
    ("delete", PublicationState.PUBLISHED, "own"): (LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, SAVED, SAVED),
    ("delete", PublicationState.WITHDRAWN, "own"): (LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, SAVED, SAVED),
}
# The status of GET on the pages of child rows and accounts.
OTHER_STATUSES = {
    (Passage, "changelist"): (LOGIN, FORBIDDEN, SHOWN, SHOWN, SHOWN, SHOWN),
    (Passage, "add"): (LOGIN, FORBIDDEN, FORBIDDEN, SHOWN, SHOWN, SHOWN),
    (get_user_model(), "changelist"): (LOGIN, FORBIDDEN, SHOWN, FORBIDDEN, FORBIDDEN, SHOWN),
    (get_user_model(), "add"): (LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, SHOWN),
    (Group, "changelist"): (LOGIN, FORBIDDEN, SHOWN, FORBIDDEN, FORBIDDEN, SHOWN),
    (Group, "add"): (LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, SHOWN),
}
# The state of a sourced record of another account after an action, or "" if it is deleted.
STATES_AFTER = {
    ("publish", PublicationState.DRAFT): ("draft", "draft", "draft", "draft", "published", "published"),
    ("publish", PublicationState.IN_REVIEW): (
        "in_review",
        "in_review",
        "in_review",
        "in_review",
        "published",
        "published",
    ),
    ("publish", PublicationState.WITHDRAWN): ("withdrawn",) * 6,
    ("send_to_review", PublicationState.DRAFT): (
        "draft",
        "draft",
        "draft",
        "in_review",
        "in_review",
        "in_review",
    ),
    ("send_to_review", PublicationState.PUBLISHED): (
        "published",
        "published",
        "published",
        "published",
        "in_review",
        "in_review",
    ),
    ("send_back", PublicationState.IN_REVIEW): (
        "in_review",
        "in_review",
        "in_review",
        "in_review",
        "draft",
        "draft",
    ),
    ("send_back", PublicationState.PUBLISHED): ("published",) * 6,
    ("withdraw", PublicationState.PUBLISHED): (
        "published",
        "published",
        "published",
        "published",
        "withdrawn",
        "withdrawn",
    ),
    ("withdraw", PublicationState.DRAFT): ("draft",) * 6,
    ("back_to_draft", PublicationState.PUBLISHED): (
        "published",
        "published",
        "published",
        "published",
        "draft",
        "draft",
    ),
    ("back_to_draft", PublicationState.IN_REVIEW): ("in_review",) * 6,
    ("delete_selected", PublicationState.PUBLISHED): (
        "published",
        "published",
        "published",
        "published",
        "",
        "",
    ),
    ("delete_selected", PublicationState.DRAFT): ("draft", "draft", "draft", "draft", "", ""),
}
# Pages that require no permission (login, logout, language), and pages that every account may open.
PUBLIC_PAGES = {"login", "logout", "language"}
PAGES_OF_EVERY_ACCOUNT = {
    "account",
    "email_preference",
    "log_out_everywhere",
    "index",
    "password_change",
    "password_change_done",
    "jsi18n",
    "app_list",
}


def client_for(role):
    if role == "anonymous":
        client = Client()
        client.user = get_user_model().objects.create_user("stranger")
        return client
    if role == "viewer":
        return viewer()
    return client_with_role("" if role == "nobody" else role)


def viewer():
    client = client_with_role("", "viewer")
    client.user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    return client


@pytest.fixture(params=ROLES)
def role(request):
    return request.param


def expected(table, case, role):
    return table[case][ROLES.index(role)]


def test_every_kind_of_record_is_tested():
    assert set(MAKERS) == set(record_models())


def test_get_of_record_pages_by_role(role):
    client, wrong = client_for(role), []
    for make_it in MAKERS.values():
        record = make_it(state=PublicationState.PUBLISHED)
        for page in GET_STATUSES:
            status = client.get(admin_url(record, page)).status_code
            if status != expected(GET_STATUSES, page, role):
                wrong.append((record, page, status))
    assert wrong == []


# In `make test`, each role sends a third of the requests for each of three kinds of record.
POSTS = [
    (model, role, list(MAKERS).index(model) // 3 % 3)
    for number, role in enumerate(ROLES)
    for model in share(list(MAKERS), number, 3)
]


@pytest.mark.parametrize(("model", "role", "variant"), POSTS)
def test_post_to_record_pages_by_role(model, role, variant):
    client, editor, wrong = client_for(role), client_with_role("curator", "editor"), []
    for number, (page, state, owner) in enumerate(share(list(POST_STATUSES), variant, 3)):
        # Country codes have two letters.
        record = MAKERS[model](f"x{chr(97 + number)}", state=state)
        if model.must_be_sourced:
            make.support_everything(record, make.make_report("source").passages.get())
        with_creator(client.user if owner == "own" else editor.user, record)
        expected_status = expected(POST_STATUSES, (page, state, owner), role)
        is_allowed = expected_status == SAVED and role != "anonymous"
        # Without access, the view must not read the form. Otherwise, the status for an empty form would be neither 302
        # nor 403.
        needs_data = is_allowed or page == "delete"
        data = form_data(editor.get(admin_url(record, page))) if needs_data else {}
        status = client.post(admin_url(record, page), data).status_code
        if status != expected_status:
            wrong.append((page, state, owner, status))
        is_there = model.objects.filter(pk=record.pk).exists()
        deleted = page == "delete" and is_allowed
        if is_there == deleted:
            wrong.append((page, state, owner, "there" if is_there else "gone"))
    assert wrong == []


def test_get_of_child_row_and_account_pages_by_role(role):
    client = client_for(role)
    statuses = {case: client.get(admin_url(*case)).status_code for case in OTHER_STATUSES}
    assert statuses == {case: expected(OTHER_STATUSES, case, role) for case in OTHER_STATUSES}


def test_actions_by_role(role):
    client, states = client_for(role), {}
    for number, (action, before) in enumerate(STATES_AFTER):
        record = make.make_initiative(f"lamps-{number}", state=before, sourced=True)
        run_action(client, action, [record], reason="Because.", post="yes")
        state = Initiative.objects.filter(pk=record.pk).values_list("state", flat=True).first()
        states[action, before] = state or ""
    assert states == {case: expected(STATES_AFTER, case, role) for case in STATES_AFTER}


def test_autocompletes_answer_users_with_a_role(role):
    client = client_for(role)
    status = {"anonymous": LOGIN, "nobody": FORBIDDEN}.get(role, SHOWN)
    fields = [(model, field) for model in MAKERS for field in related_fields(model)]
    assert len(fields) > 10
    for model, field in fields:
        data = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
        response = client.get("/admin/autocomplete/", data | {"field_name": field.name, "term": "a"})
        assert response.status_code == status, (model, field.name)


def test_an_admin_page_opens_for_users_with_its_permission(role):
    client = client_for(role)
    assert len(ADMIN_PAGES) >= 2
    for page in ADMIN_PAGES:
        status = client.get(reverse(page.url_name)).status_code
        if role == "anonymous":
            assert status == LOGIN, page.url_name
        else:
            assert status == (SHOWN if client.user.has_perm(page.permission) else FORBIDDEN), page.url_name


def test_the_link_to_a_record_leads_those_who_may_see_it_and_nobody_to_the_page_of_a_draft(role):
    client, keys = client_for(role), {}
    for model, make_it in MAKERS.items():
        for state in (PublicationState.DRAFT, PublicationState.PUBLISHED):
            record = make_it(f"x{state[0]}", state=state)
            response = client.get(reverse("admin:view_on_site", args=[_kind(model), record.pk]))
            keys[record] = response.get("Location", response.status_code)
    if role == "anonymous":
        assert all(location.startswith("/admin/login/") for location in keys.values())
    elif role == "nobody":
        assert set(keys.values()) == {FORBIDDEN}
    else:
        pages = {
            record: record.get_absolute_url() if record.is_published else admin_url(record, "change")
            for record in keys
        }
        assert keys == pages


@pytest.mark.parametrize(
    ("kind", "key"), [("0", "1"), ("{}", "0"), ("{}", "+1"), ("+{}", "1"), ("x", "9" * 30)]
)
def test_the_link_to_no_record_is_not_found(kind, key):
    record = make.make_theme(state=PublicationState.DRAFT)
    address = f"/admin/r/{kind.format(_kind(Theme))}/{key.replace('1', str(record.pk))}/"
    assert client_for("curator").get(address).status_code == 404


def _kind(model) -> int:
    return ContentType.objects.get_for_model(model).pk


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("admin:review", (LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, SHOWN, SHOWN)),
        ("admin:my_records", (LOGIN, FORBIDDEN, FORBIDDEN, SHOWN, SHOWN, SHOWN)),
    ],
)
def test_the_review_pages_open_for_these_roles(name, statuses):
    assert tuple(client_for(role).get(reverse(name)).status_code for role in ROLES) == statuses


@pytest.mark.parametrize(
    ("method", "statuses"),
    [
        ("get", (LOGIN, FORBIDDEN, SHOWN, SHOWN, SHOWN, SHOWN)),
        ("post", (LOGIN, FORBIDDEN, SHOWN, SHOWN, REDIRECTED, REDIRECTED)),
    ],
)
def test_the_review_page_of_a_record_opens_for_these_roles(method, statuses):
    record = make.make_theme(state=PublicationState.IN_REVIEW)
    page = reverse("admin:review_record", args=["themes", record.pk])

    def status(role):
        Theme.objects.update(state=PublicationState.IN_REVIEW)
        newest = record.pk and max([0, *_revisions(record)])
        data = {"decision": "publish", "seen": newest}
        return getattr(client_for(role), method)(page, data if method == "post" else {}).status_code

    assert tuple(map(status, ROLES)) == statuses


@pytest.mark.parametrize(
    ("decision", "before", "states"),
    [
        (
            "send_to_review",
            PublicationState.DRAFT,
            ("draft", "draft", "draft", "in_review", "in_review", "in_review"),
        ),
        ("publish", PublicationState.DRAFT, ("draft", "draft", "draft", "draft", "published", "published")),
        ("back_to_draft", PublicationState.PUBLISHED, (*("published",) * 4, "draft", "draft")),
    ],
)
def test_a_decision_about_a_record_by_role(decision, before, states):
    record = make.make_theme()
    page = reverse("admin:review_record", args=["themes", record.pk])

    def state_after(role):
        Theme.objects.update(state=before)
        client_for(role).post(page, {"decision": decision, "seen": max([0, *_revisions(record)])})
        return Theme.objects.get().state

    assert tuple(map(state_after, ROLES)) == states


def _revisions(record):
    from sco_cities.history.models import Revision

    return Revision.objects.of(record).values_list("pk", flat=True)


def url_paths():
    """The name and path of every URL of the admin, with sample values as arguments."""

    def paths_of(patterns, prefix):
        for entry in patterns:
            path = f"{prefix}{entry.pattern}"
            if isinstance(entry, URLPattern):
                yield entry.name, path
            else:
                yield from paths_of(entry.url_patterns, path)

    for name, path in paths_of(admin.site.urls[0], "/admin/"):
        if name is not None and "(?" not in path:
            yield name, re.sub(r"<(\w+):\w+>", lambda match: "1" if match[1] == "int" else "themes", path)


def test_no_url_of_the_admin_opens_without_an_account_or_without_a_role():
    make.make_theme()
    anonymous, nobody, wrong, seen = client_for("anonymous"), client_for("nobody"), [], set()
    for (name, path), method in product(url_paths(), ("get", "post")):
        if name in PUBLIC_PAGES:
            continue
        seen.add(name)
        # The URL of a form redirects to the page of the form, which redirects to the login.
        response = getattr(anonymous, method)(path, follow=True)
        if response.status_code != 405 and response.request["PATH_INFO"] != "/admin/login/":
            wrong.append((method, path, "anonymous", response.status_code))
        if name not in PAGES_OF_EVERY_ACCOUNT:
            response = getattr(nobody, method)(path, follow=True)
            # A missing record gives a 404 or a message on the index, and a page without POST gives a 405. The URL of a
            # form on the account page redirects to that page.
            if response.status_code not in (FORBIDDEN, 404, 405) and (
                response.request["PATH_INFO"] not in ("/admin/", "/admin/account/")
            ):
                wrong.append((method, path, "nobody", response.status_code))
    assert len(seen) > 60
    assert wrong == []
