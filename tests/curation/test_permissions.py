"""Object permissions of contributors, curators and administrators on single records."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection

from initiatives.models import Initiative
from sco_cities.curation.permissions.object_permissions import ObjectPermissions, editable_records
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Passage, Report
from tests import factories as make
from tests.curation.admin_client import (
    ATTENDANCES,
    CITIES,
    EVIDENCE,
    RecordPage,
    admin_url,
    client_with_role,
    errors_in,
    form_data,
    messages_in,
    page_after_action,
    run_action,
    select_options,
    soup,
    unrendered_form_data,
    with_creator,
    with_new_row,
)

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

ROLES = ("contributor", "curator", "administrator")
RECORDS = ("cities", "delegates", "initiatives", "sources", "themes")


def permissions_of(role) -> set[str]:
    rows = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


@pytest.fixture
def contributor():
    return client_with_role("contributor")


# The groups


@pytest.fixture
def migration():
    """The groups as the migration creates them in a database without groups.

    Tests that flush the database also delete the groups that the migration had created.
    """
    Group.objects.all().delete()
    migration = import_module("sco_cities.curation.migrations.0001_initial")
    migration.make_groups(apps, SimpleNamespace(connection=connection))


@pytest.mark.usefixtures("migration")
def test_a_new_database_has_the_groups_with_their_permissions():
    apps_of = {role: {name.split(".")[0] for name in permissions_of(role)} for role in ROLES}
    assert apps_of == {
        "contributor": {*RECORDS, "intake"},
        "curator": {*RECORDS, "curation", "history", "correction_requests", "intake"},
        "administrator": {
            *RECORDS,
            "curation",
            "history",
            "correction_requests",
            "intake",
            "auth",
            "accounts",
        },
    }


@pytest.mark.usefixtures("migration")
@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("initiatives.change_initiative", ROLES),
        ("sources.view_ruling", ROLES),
        ("sources.add_ruling", ROLES[1:]),
        ("sources.add_evidence", ROLES),
        ("intake.use_intake", ROLES),
        ("history.review_records", ROLES[1:]),
        ("history.import_records", ROLES[1:]),
        ("history.merge_records", ROLES[1:]),
        ("history.revert_changes", ROLES[1:]),
        ("history.delete_changeset", ()),
        ("correction_requests.view_correctionrequest", ROLES[1:]),
        ("correction_requests.change_correctionrequest", ROLES[1:]),
        ("correction_requests.delete_correctionrequest", ROLES[1:]),
        ("auth.change_user", ROLES[2:]),
        ("auth.delete_group", ROLES[2:]),
        ("auth.change_permission", ()),
    ],
)
def test_a_permission_belongs_to_these_roles(permission, roles):
    assert tuple(role for role in ROLES if permission in permissions_of(role)) == roles


# Single records

# A contributor's permissions (to edit, to delete), by state of the record and by whether the contributor created it.
CONTRIBUTOR_PERMISSIONS = {
    (PublicationState.DRAFT, True): (True, True),
    (PublicationState.DRAFT, False): (True, False),
    (PublicationState.IN_REVIEW, True): (True, False),
    (PublicationState.IN_REVIEW, False): (False, False),
    (PublicationState.PUBLISHED, True): (False, False),
    (PublicationState.PUBLISHED, False): (False, False),
    (PublicationState.WITHDRAWN, True): (False, False),
    (PublicationState.WITHDRAWN, False): (False, False),
}


@pytest.mark.parametrize(("case", "allowed"), CONTRIBUTOR_PERMISSIONS.items())
def test_a_contributor_edits_drafts_and_own_records_in_review(case, allowed, contributor):
    state, is_own = case
    record = make.make_theme(state=state)
    if is_own:
        with_creator(contributor.user, record)
    permissions = ObjectPermissions(contributor.user)
    assert (permissions.can_edit(record), permissions.can_delete(record)) == allowed
    assert list(editable_records(permissions, type(record).objects.all())) == ([record] if allowed[0] else [])


@pytest.mark.parametrize("role", ROLES[1:])
@pytest.mark.parametrize("state", PublicationState)
def test_a_curator_edits_and_deletes_every_record(role, state):
    record, permissions = make.make_theme(state=state), ObjectPermissions(client_with_role(role).user)
    assert (permissions.can_edit(record), permissions.can_delete(record)) == (True, True)


def test_ownership_of_many_records_needs_one_query(contributor, django_assert_num_queries):
    records = [make.make_theme(f"theme-{i}", state=PublicationState.IN_REVIEW) for i in range(20)]
    with_creator(contributor.user, records[3])
    permissions = ObjectPermissions(contributor.user)
    with django_assert_num_queries(1):
        permissions.load_ownership(records)
        assert [record.slug for record in records if permissions.can_edit(record)] == ["theme-3"]


# The form of a record


@pytest.mark.parametrize(
    "state", [PublicationState.PUBLISHED, PublicationState.IN_REVIEW, PublicationState.WITHDRAWN]
)
def test_a_record_without_edit_permission_is_shown_without_fields(state, contributor):
    record = make.make_initiative(
        "lamps", state=state, lead=[make.make_city()], sourced=True, summary_en="They shine."
    )
    page = contributor.get(admin_url(record, "change"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "They shine." in text
    assert "Alphaville" in text
    assert "gazette-20250101#1" in text
    fields = soup(page).select("#content-main form :is(input:not([type=hidden]), select, textarea)")
    assert [field.get("name") for field in fields] == []
    assert contributor.post(admin_url(record, "change"), {"title_en": "Mine"}).status_code == 403


# The states that a form offers, by role, current state, and whether the account created the record.
OFFERED_STATES = [
    ("contributor", None, False, "draft, in review"),
    ("contributor", PublicationState.DRAFT, False, "draft, in review"),
    ("contributor", PublicationState.IN_REVIEW, True, "draft, in review"),
    ("curator", None, False, "draft, in review, published"),
    ("curator", PublicationState.DRAFT, False, "draft, in review, published"),
    ("curator", PublicationState.IN_REVIEW, False, "in review, published"),
    ("curator", PublicationState.IN_REVIEW, True, "draft, in review, published"),
    ("curator", PublicationState.PUBLISHED, False, "draft, in review, published"),
    ("curator", PublicationState.WITHDRAWN, False, "draft, in review, withdrawn"),
]


@pytest.mark.parametrize(("role", "state", "is_own", "offered"), OFFERED_STATES)
def test_a_form_offers_and_accepts_permitted_states_only(role, state, is_own, offered):
    client = client_with_role(role)
    if state is None:
        page = admin_url(Report, "add")
    else:
        record = make.make_report(state=state)
        if is_own:
            with_creator(client.user, record)
        page = admin_url(record, "change")
    response = client.get(page)
    assert ", ".join(select_options(response, "state")) == offered
    for each in PublicationState:
        if str(each.label) not in offered:
            again = client.post(page, form_data(response) | {"state": each.value})
            assert "Select a valid choice" in errors_in(again)


def test_a_draft_of_another_user_can_still_be_edited_after_an_error(contributor):
    record = make.make_theme(state=PublicationState.DRAFT)
    record_page = RecordPage(contributor)
    record_page.send(record_page.open(record) | {"state": "in_review", "name_en": ""})
    assert "required" in errors_in(record_page.response)
    assert soup(record_page.response).select_one("[name=name_en]")


def test_a_record_belongs_to_the_contributor_who_adds_it(contributor):
    data = unrendered_form_data(contributor, admin_url(Initiative, "add")) | {
        "title_en": "Lamps", "summary_en": "Lamps are put up.", "slug": "lamps", "kind": "project",
        "status": "agreed", "state": "in_review",
    }  # fmt: skip
    assert contributor.post(admin_url(Initiative, "add"), data).status_code == 302
    record = Initiative.objects.get()
    assert record.state == PublicationState.IN_REVIEW
    assert ObjectPermissions(contributor.user).can_edit(record)
    record_page = RecordPage(contributor)
    data = record_page.open(record) | {"summary_en": "Lamps shine."}
    note = make.make_report().passages.get()
    data = with_new_row(data, CITIES, city=make.make_city().pk, role="lead")
    record_page.send(with_new_row(data, EVIDENCE, field="*", passage=note.pk, stance="supports"))
    assert record_page.was_saved
    assert Initiative.objects.get().summary_en == "Lamps shine."
    assert (record.city_roles.count(), record.evidence.count()) == (1, 1)


def test_a_contributor_cannot_change_a_published_event_on_the_page_of_a_delegate(contributor):
    event = make.make_event()
    make.make_evidence(event)
    delegate = make.make_delegate(state=PublicationState.DRAFT)
    record_page = RecordPage(contributor)
    record_page.send(
        with_new_row(record_page.open(delegate), ATTENDANCES, event=event.pk, role_at_event="speaker")
    )
    assert "You do not have permission to change: Lamp forum 2025." in errors_in(record_page.response)
    assert not event.attendances.exists()
    draft = make.make_event("draft-forum", state=PublicationState.DRAFT)
    record_page.send(
        with_new_row(record_page.open(delegate), ATTENDANCES, event=draft.pk, role_at_event="speaker")
    )
    assert record_page.was_saved


# Passages


def add_passage(client, report):
    data = unrendered_form_data(client, admin_url(Passage, "add")) | {"number": "9", "summary": "Lamps."}
    return client.post(admin_url(Passage, "add"), data | {"report": report.pk})


def test_a_contributor_adds_passages_to_editable_reports_only(contributor):
    draft = make.make_report("draft", state=PublicationState.DRAFT)
    own = with_creator(contributor.user, make.make_report("own", state=PublicationState.IN_REVIEW))
    for report in (draft, own):
        assert add_passage(contributor, report).status_code == 302
        assert report.passages.filter(number=9).exists()
    for report in (
        make.make_report("published"),
        make.make_report("other", state=PublicationState.IN_REVIEW),
    ):
        assert "Choose a record that you can edit" in errors_in(add_passage(contributor, report))
        passage = report.passages.get()
        assert contributor.get(admin_url(passage, "change")).status_code == 200
        assert contributor.post(admin_url(passage, "change"), {"summary": "Mine."}).status_code == 403
        assert contributor.post(admin_url(passage, "delete"), {"post": "yes"}).status_code == 403
        assert run_action(contributor, "delete_selected", [passage], post="yes").status_code == 403


def test_a_curator_adds_passages_to_every_report(curator):
    report = make.make_report()
    assert add_passage(curator, report).status_code == 302


# Actions

# Each row contains an action, a state, whether the contributor created the record, the new state and the message.
ACTIONS = [
    (
        "send_to_review",
        PublicationState.DRAFT,
        False,
        PublicationState.IN_REVIEW,
        "1 record: now “in review”.",
    ),
    (
        "send_to_review",
        PublicationState.PUBLISHED,
        True,
        PublicationState.PUBLISHED,
        "not possible in the state “published”",
    ),
    (
        "send_to_review",
        PublicationState.WITHDRAWN,
        True,
        PublicationState.WITHDRAWN,
        "not possible in the state “withdrawn”",
    ),
    ("back_to_draft", PublicationState.IN_REVIEW, True, PublicationState.DRAFT, "1 record: now “draft”."),
    (
        "back_to_draft",
        PublicationState.IN_REVIEW,
        False,
        PublicationState.IN_REVIEW,
        "not possible in the state “in review”",
    ),
    (
        "back_to_draft",
        PublicationState.PUBLISHED,
        True,
        PublicationState.PUBLISHED,
        "not possible in the state “published”",
    ),
    ("publish", PublicationState.DRAFT, True, PublicationState.DRAFT, "No action selected."),
    ("publish", PublicationState.IN_REVIEW, True, PublicationState.IN_REVIEW, "No action selected."),
    ("send_back", PublicationState.IN_REVIEW, True, PublicationState.IN_REVIEW, "No action selected."),
    ("withdraw", PublicationState.PUBLISHED, True, PublicationState.PUBLISHED, "No action selected."),
]


@pytest.mark.parametrize(("action", "before", "is_own", "after", "message"), ACTIONS)
def test_an_action_of_a_contributor_does_permitted_transitions_only(
    action, before, is_own, after, message, contributor
):
    record = make.make_report(state=before)
    if is_own:
        with_creator(contributor.user, record)
    response = page_after_action(contributor, action, [record], reason="Because.")
    assert Report.objects.get().state == after
    assert message in " ".join(messages_in(response))


def test_the_action_menu_has_only_the_actions_of_contributors(contributor):
    make.make_initiative()
    offered = select_options(contributor.get(admin_url(Initiative)), "action").values()
    assert {"publish", "withdraw", "send_back"} & set(offered) == set()
    assert {"send_to_review", "back_to_draft"} <= set(offered)
