"""Every address of the admin, walked by every role: what each may open, send and do."""

import re
from itertools import product

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import URLPattern, reverse

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.curation.admin.autocomplete import related_fields
from sco_cities.curation.admin.pages import ADMIN_PAGES
from sco_cities.sources.base_models import PublicationState, record_models
from sco_cities.sources.models import Evidence, FormerSlug, Passage, Report
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.curation.admin_client import act, address, client_of, filled_in, made_by

pytestmark = pytest.mark.django_db

# A "viewer" may look at everything, and do nothing.
ROLES = ("anonymous", "nobody", "viewer", "contributor", "curator", "administrator")
LOGIN, FORBIDDEN, SAVED, SHOWN, GONE_ON = 302, 403, 302, 200, 302


def make_statement(slug="lamps-are-bright", **values):
    return make.make_statement(slug, delegate=make.make_delegate(f"speaker-of-{slug}"), **values)


MAKERS = {
    City: make.make_city, Country: make.make_country, Delegate: make.make_delegate, Event: make.make_event,
    Initiative: make.make_initiative, Organisation: make.make_organisation, Report: make.make_report,
    Statement: make_statement, Theme: make.make_theme,
}  # fmt: skip

# What is opened (GET) by anonymous, nobody, viewer, contributor, curator, administrator.
OPENED = {
    "changelist": (LOGIN, FORBIDDEN, SHOWN, SHOWN, SHOWN, SHOWN),
    "add": (LOGIN, FORBIDDEN, FORBIDDEN, SHOWN, SHOWN, SHOWN),
    "history": (LOGIN, FORBIDDEN, SHOWN, SHOWN, SHOWN, SHOWN),
    "change": (LOGIN, FORBIDDEN, SHOWN, SHOWN, SHOWN, SHOWN),
}
# What is sent (POST), by page and by the case of the record; "own" is what the account made itself.
SENT = {
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
# What parts and accounts answer, page by page.
OTHERS = {
    (Evidence, "changelist"): (LOGIN, FORBIDDEN, SHOWN, SHOWN, SHOWN, SHOWN),
    (Evidence, "add"): (LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    (FormerSlug, "changelist"): (LOGIN, FORBIDDEN, SHOWN, SHOWN, SHOWN, SHOWN),
    (FormerSlug, "add"): (LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    (Passage, "changelist"): (LOGIN, FORBIDDEN, SHOWN, SHOWN, SHOWN, SHOWN),
    (Passage, "add"): (LOGIN, FORBIDDEN, FORBIDDEN, SHOWN, SHOWN, SHOWN),
    (get_user_model(), "changelist"): (LOGIN, FORBIDDEN, SHOWN, FORBIDDEN, FORBIDDEN, SHOWN),
    (get_user_model(), "add"): (LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, SHOWN),
    (Group, "changelist"): (LOGIN, FORBIDDEN, SHOWN, FORBIDDEN, FORBIDDEN, SHOWN),
    (Group, "add"): (LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, SHOWN),
}
# The state that an action leaves a sourced record of another account in.
DONE = {
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
# Pages that stand open: to log in and out, to choose a language, and what everybody with an account has.
OPEN_TO_ALL = {"login", "logout", "language"}
OF_EVERY_ACCOUNT = {"index", "password_change", "password_change_done", "jsi18n", "app_list", "view_on_site"}


def client_for(role):
    if role == "anonymous":
        client = Client()
        client.user = get_user_model().objects.create_user("stranger")
        return client
    if role == "viewer":
        return viewer()
    return client_of("" if role == "nobody" else role)


def viewer():
    client = client_of("", "viewer")
    client.user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    return client


@pytest.fixture(params=ROLES)
def role(request):
    return request.param


def expected(table, case, role):
    return table[case][ROLES.index(role)]


def test_the_walk_goes_through_every_kind_of_record():
    assert set(MAKERS) == set(record_models())


def test_pages_of_records_are_opened_by_those_who_may(role):
    client, wrong = client_for(role), []
    for make_it in MAKERS.values():
        record = make_it(state=PublicationState.PUBLISHED)
        for page in OPENED:
            status = client.get(address(record, page)).status_code
            if status != expected(OPENED, page, role):
                wrong.append((record, page, status))
    assert wrong == []


@pytest.mark.parametrize("model", MAKERS)
def test_what_is_sent_to_a_record_is_taken_from_those_who_may(model, role):
    client, editor, wrong = client_for(role), client_of("curator", "editor"), []
    for number, ((page, state, whose), _statuses) in enumerate(SENT.items()):
        # Countries have codes of two letters.
        record = MAKERS[model](f"x{chr(97 + number)}", state=state)
        if model.must_be_sourced:
            make.support_everything(record, make.make_report("source").passages.get())
        made_by(client.user if whose == "own" else editor.user, record)
        sent = filled_in(editor.get(address(record, page)))
        status = client.post(address(record, page), sent).status_code
        if status != expected(SENT, (page, state, whose), role):
            wrong.append((page, state, whose, status))
        is_there = model.objects.filter(pk=record.pk).exists()
        deleted = page == "delete" and status == SAVED and role != "anonymous"
        if is_there == deleted:
            wrong.append((page, state, whose, "there" if is_there else "gone"))
    assert wrong == []


def test_parts_and_accounts_are_opened_by_those_who_may(role):
    client = client_for(role)
    statuses = {case: client.get(address(*case)).status_code for case in OTHERS}
    assert statuses == {case: expected(OTHERS, case, role) for case in OTHERS}


def test_an_action_does_what_the_role_may(role):
    client, states = client_for(role), {}
    for number, (action, before) in enumerate(DONE):
        record = make.make_initiative(f"lamps-{number}", state=before, sourced=True)
        act(client, action, [record], reason="Because.", post="yes")
        found = Initiative.objects.filter(pk=record.pk).values_list("state", flat=True).first()
        states[action, before] = found or ""
    assert states == {case: expected(DONE, case, role) for case in DONE}


def test_autocompletes_answer_those_who_have_a_role(role):
    client = client_for(role)
    status = {"anonymous": LOGIN, "nobody": FORBIDDEN}.get(role, SHOWN)
    asked = [(model, field) for model in MAKERS for field in related_fields(model)]
    assert len(asked) > 10
    for model, field in asked:
        sent = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
        found = client.get("/admin/autocomplete/", sent | {"field_name": field.name, "term": "a"})
        assert found.status_code == status, (model, field.name)


def test_a_desk_opens_for_those_who_have_its_permission(role):
    client = client_for(role)
    assert len(ADMIN_PAGES) >= 2
    for desk in ADMIN_PAGES:
        status = client.get(reverse(desk.url_name)).status_code
        if role == "anonymous":
            assert status == LOGIN, desk.url_name
        else:
            assert status == (SHOWN if client.user.has_perm(desk.permission) else FORBIDDEN), desk.url_name


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("admin:review", (LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, SHOWN, SHOWN)),
        ("admin:my_records", (LOGIN, FORBIDDEN, FORBIDDEN, SHOWN, SHOWN, SHOWN)),
    ],
)
def test_the_desks_of_review_open_for_these_roles(name, statuses):
    assert tuple(client_for(role).get(reverse(name)).status_code for role in ROLES) == statuses


@pytest.mark.parametrize(
    ("method", "statuses"),
    [
        ("get", (LOGIN, FORBIDDEN, SHOWN, SHOWN, SHOWN, SHOWN)),
        ("post", (LOGIN, FORBIDDEN, SHOWN, SHOWN, GONE_ON, GONE_ON)),
    ],
)
def test_the_review_page_of_a_record_opens_for_these_roles(method, statuses):
    record = make.make_theme(state=PublicationState.IN_REVIEW)
    page = reverse("admin:review_record", args=["themes", record.pk])

    def answer(role):
        Theme.objects.update(state=PublicationState.IN_REVIEW)
        newest = record.pk and max([0, *_revisions(record)])
        sent = {"decision": "publish", "seen": newest}
        return getattr(client_for(role), method)(page, sent if method == "post" else {}).status_code

    assert tuple(map(answer, ROLES)) == statuses


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
def test_a_decision_about_a_record_does_what_the_role_may(decision, before, states):
    record = make.make_theme()
    page = reverse("admin:review_record", args=["themes", record.pk])

    def decided(role):
        Theme.objects.update(state=before)
        client_for(role).post(page, {"decision": decision, "seen": max([0, *_revisions(record)])})
        return Theme.objects.get().state

    assert tuple(map(decided, ROLES)) == states


def _revisions(record):
    from sco_cities.history.models import Revision

    return Revision.objects.of(record).values_list("pk", flat=True)


def addresses():
    """Every address of the admin by its name, with something in the place of each argument."""

    def of(patterns, prefix):
        for entry in patterns:
            path = f"{prefix}{entry.pattern}"
            if isinstance(entry, URLPattern):
                yield entry.name, path
            else:
                yield from of(entry.url_patterns, path)

    for name, path in of(admin.site.urls[0], "/admin/"):
        if name is not None and "(?" not in path:
            yield name, re.sub(r"<(\w+):\w+>", lambda found: "1" if found[1] == "int" else "themes", path)


def test_no_address_of_the_admin_opens_without_an_account_or_without_a_role():
    make.make_theme()
    anonymous, nobody, wrong, seen = client_for("anonymous"), client_for("nobody"), [], set()
    for (name, path), method in product(addresses(), ("get", "post")):
        if name in OPEN_TO_ALL:
            continue
        seen.add(name)
        answer = getattr(anonymous, method)(path)
        if answer.status_code != 405 and not answer.get("Location", "").startswith("/admin/login/"):
            wrong.append((method, path, "anonymous", answer.status_code))
        if name not in OF_EVERY_ACCOUNT:
            answer = getattr(nobody, method)(path, follow=True)
            # What is not there is told to be missing, by itself or on the index; what takes no POST says so.
            if answer.status_code not in (FORBIDDEN, 404, 405) and answer.request["PATH_INFO"] != "/admin/":
                wrong.append((method, path, "nobody", answer.status_code))
    assert len(seen) > 60
    assert wrong == []
