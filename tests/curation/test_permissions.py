"""Who may do what with single records: contributors, curators, administrators."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import Initiative
from sco_cities.curation.permissions.object_permissions import ObjectPermissions, editable
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence, Passage, Report
from tests import factories as make
from tests.curation.admin_client import (
    ATTENDANCES,
    CITIES,
    EVIDENCE,
    Desk,
    act,
    added,
    address,
    client_of,
    errors_in,
    filled_in,
    made_by,
    messages_in,
    options_of,
    soup,
)

pytestmark = pytest.mark.django_db

ROLES = ("contributor", "curator", "administrator")
RECORDS = ("cities", "delegates", "initiatives", "sources", "themes")


def permissions_of(role) -> set[str]:
    rows = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


@pytest.fixture
def contributor():
    return client_of("contributor")


# The groups


@pytest.fixture
def migration():
    """The migration, when it has made the groups on a database without any.

    Tests that empty the database for good take away what it made in the first place.
    """
    Group.objects.all().delete()
    migration = import_module("sco_cities.curation.migrations.0002_roles")
    migration.make_groups(apps, SimpleNamespace(connection=connection))
    return migration


@pytest.mark.usefixtures("migration")
def test_a_new_database_has_the_groups_with_their_permissions():
    by_room = {role: {name.split(".")[0] for name in permissions_of(role)} for role in ROLES}
    assert by_room == {
        "contributor": set(RECORDS),
        "curator": {*RECORDS, "curation"},
        "administrator": {*RECORDS, "curation", "auth"},
    }


@pytest.mark.usefixtures("migration")
@pytest.mark.parametrize(
    ("permission", "holders"),
    [
        ("initiatives.change_initiative", ROLES),
        ("sources.view_ruling", ROLES),
        ("sources.add_ruling", ROLES[1:]),
        ("sources.add_evidence", ROLES),
        ("curation.review_records", ROLES[1:]),
        ("curation.import_records", ROLES[1:]),
        ("curation.merge_records", ROLES[1:]),
        ("curation.revert_changes", ROLES[1:]),
        ("curation.delete_changeset", ()),
        ("auth.change_user", ROLES[2:]),
        ("auth.delete_group", ROLES[2:]),
        ("auth.change_permission", ()),
    ],
)
def test_a_permission_is_held_by_these_roles(permission, holders):
    assert tuple(role for role in ROLES if permission in permissions_of(role)) == holders


def test_members_of_the_former_group_of_curators_are_curators_now(migration):
    former = Group.objects.create(name="curators")
    ada = get_user_model().objects.create_user("ada")
    ada.groups.add(former)
    migration.move_curators(apps, SimpleNamespace(connection=connection))
    assert [group.name for group in ada.groups.all()] == ["curator"]
    assert not Group.objects.filter(name="curators").exists()


# Single records

# What a contributor may do with a record: (edit, delete), by its state and whether it is the contributor's own.
OF_CONTRIBUTORS = {
    (PublicationState.DRAFT, True): (True, True),
    (PublicationState.DRAFT, False): (True, False),
    (PublicationState.IN_REVIEW, True): (True, False),
    (PublicationState.IN_REVIEW, False): (False, False),
    (PublicationState.PUBLISHED, True): (False, False),
    (PublicationState.PUBLISHED, False): (False, False),
    (PublicationState.WITHDRAWN, True): (False, False),
    (PublicationState.WITHDRAWN, False): (False, False),
}


@pytest.mark.parametrize(("case", "allowed"), OF_CONTRIBUTORS.items())
def test_a_contributor_edits_drafts_and_own_records_in_review(case, allowed, contributor):
    state, is_own = case
    record = make.make_theme(state=state)
    if is_own:
        made_by(contributor.user, record)
    rights = ObjectPermissions(contributor.user)
    assert (rights.may_edit(record), rights.may_delete(record)) == allowed
    assert list(editable(rights, type(record).objects.all())) == ([record] if allowed[0] else [])


@pytest.mark.parametrize("role", ROLES[1:])
@pytest.mark.parametrize("state", PublicationState)
def test_a_curator_edits_and_deletes_every_record(role, state):
    record, rights = make.make_theme(state=state), ObjectPermissions(client_of(role).user)
    assert (rights.may_edit(record), rights.may_delete(record)) == (True, True)


def test_whose_many_records_are_is_asked_once(contributor, django_assert_num_queries):
    records = [make.make_theme(f"theme-{i}", state=PublicationState.IN_REVIEW) for i in range(20)]
    made_by(contributor.user, records[3])
    rights = ObjectPermissions(contributor.user)
    with django_assert_num_queries(1):
        rights.look_up(records)
        assert [record.slug for record in records if rights.may_edit(record)] == ["theme-3"]


# The form of a record


@pytest.mark.parametrize(
    "state", [PublicationState.PUBLISHED, PublicationState.IN_REVIEW, PublicationState.WITHDRAWN]
)
def test_what_a_contributor_may_not_edit_is_shown_and_has_no_fields(state, contributor):
    record = make.make_initiative(
        "lamps", state=state, lead=[make.make_city()], sourced=True, summary_en="They shine."
    )
    page = contributor.get(address(record, "change"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "They shine." in text
    assert "Alphaville" in text
    assert "gazette-20250101#1" in text
    fields = soup(page).select("#content-main form :is(input:not([type=hidden]), select, textarea)")
    assert [field.get("name") for field in fields] == []
    assert contributor.post(address(record, "change"), {"title_en": "Mine"}).status_code == 403


# The states that a form offers, by role, state and whether the record is one's own.
OFFERED = [
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


@pytest.mark.parametrize(("role", "state", "is_own", "offered"), OFFERED)
def test_a_form_offers_the_states_that_may_be_chosen_and_takes_no_others(role, state, is_own, offered):
    client = client_of(role)
    if state is None:
        page = address(Report, "add")
    else:
        record = make.make_report(state=state)
        if is_own:
            made_by(client.user, record)
        page = address(record, "change")
    response = client.get(page)
    assert ", ".join(options_of(response, "state")) == offered
    for each in PublicationState:
        if str(each.label) not in offered:
            again = client.post(page, filled_in(response) | {"state": each.value})
            assert "Select a valid choice" in errors_in(again)


def test_a_draft_of_another_that_came_back_with_an_error_can_still_be_edited(contributor):
    record = make.make_theme(state=PublicationState.DRAFT)
    desk = Desk(contributor)
    desk.send(desk.open(record) | {"state": "in_review", "name_en": ""})
    assert "required" in errors_in(desk.response)
    assert soup(desk.response).select_one("[name=name_en]")


def test_what_a_contributor_adds_is_the_contributors_own(contributor):
    sent = filled_in(contributor.get(address(Initiative, "add"))) | {
        "title_en": "Lamps", "summary_en": "Lamps are put up.", "slug": "lamps", "kind": "project",
        "status": "agreed", "state": "in_review",
    }  # fmt: skip
    assert contributor.post(address(Initiative, "add"), sent).status_code == 302
    record = Initiative.objects.get()
    assert record.state == PublicationState.IN_REVIEW
    assert ObjectPermissions(contributor.user).may_edit(record)
    desk = Desk(contributor)
    sent = desk.open(record) | {"summary_en": "Lamps shine."}
    note = make.make_report().passages.get()
    sent = added(sent, CITIES, city=make.make_city().pk, role="lead")
    desk.send(added(sent, EVIDENCE, field="*", passage=note.pk, stance="supports"))
    assert desk.was_saved
    assert Initiative.objects.get().summary_en == "Lamps shine."
    assert (record.city_roles.count(), record.evidence.count()) == (1, 1)


def test_a_contributor_does_not_change_a_published_event_by_way_of_a_delegate(contributor):
    event = make.make_event()
    make.make_evidence(event)
    delegate = make.make_delegate(state=PublicationState.DRAFT)
    desk = Desk(contributor)
    desk.send(added(desk.open(delegate), ATTENDANCES, event=event.pk, role_at_event="speaker"))
    assert "You may not change what these say: Lamp forum 2025." in errors_in(desk.response)
    assert not event.attendances.exists()
    draft = make.make_event("draft-forum", state=PublicationState.DRAFT)
    desk.send(added(desk.open(delegate), ATTENDANCES, event=draft.pk, role_at_event="speaker"))
    assert desk.was_saved


# Deleting


def test_a_contributor_deletes_own_drafts_only(contributor):
    own, other = (
        make.make_theme("own", state=PublicationState.DRAFT),
        make.make_theme("other", state=PublicationState.DRAFT),
    )
    made_by(contributor.user, own)
    assert contributor.post(address(other, "delete"), {"post": "yes"}).status_code == 403
    assert act(contributor, "delete_selected", [own, other], post="yes").status_code == 403
    page = address(own, "delete")
    assert contributor.post(page, filled_in(contributor.get(page))).status_code == 302
    assert [theme.slug for theme in type(own).objects.all()] == ["other"]


def test_deleting_asks_the_same_queries_for_3_drafts_and_for_30(contributor):
    counts = []
    for number in (3, 30):
        records = [
            made_by(contributor.user, make.make_theme(f"theme-{number}-{i}", state=PublicationState.DRAFT))
            for i in range(number)
        ]
        sent = {"action": "delete_selected", "_selected_action": [record.pk for record in records]}
        with CaptureQueriesContext(connection) as captured:
            assert contributor.post(address(records[0]), sent).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


# Passages


def add_passage(client, report):
    sent = filled_in(client.get(address(Passage, "add"))) | {"number": "9", "summary": "Lamps."}
    return client.post(address(Passage, "add"), sent | {"report": report.pk})


def test_a_contributor_adds_passages_to_reports_that_can_be_edited_and_to_no_others(contributor):
    draft = make.make_report("draft", state=PublicationState.DRAFT)
    own = made_by(contributor.user, make.make_report("own", state=PublicationState.IN_REVIEW))
    for report in (draft, own):
        assert add_passage(contributor, report).status_code == 302
        assert report.passages.filter(number=9).exists()
    for report in (
        make.make_report("published"),
        make.make_report("other", state=PublicationState.IN_REVIEW),
    ):
        assert "Choose one that you may edit" in errors_in(add_passage(contributor, report))
        passage = report.passages.get()
        assert contributor.get(address(passage, "change")).status_code == 200
        assert contributor.post(address(passage, "change"), {"summary": "Mine."}).status_code == 403
        assert contributor.post(address(passage, "delete"), {"post": "yes"}).status_code == 403
        assert act(contributor, "delete_selected", [passage], post="yes").status_code == 403


def test_a_curator_adds_passages_to_every_report(curator):
    report = make.make_report()
    assert add_passage(curator, report).status_code == 302


# Actions

# By action and case, what comes of it for a contributor: the state, and what is said.
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
        "from “published” you cannot take it there",
    ),
    (
        "send_to_review",
        PublicationState.WITHDRAWN,
        True,
        PublicationState.WITHDRAWN,
        "from “withdrawn” you cannot take it there",
    ),
    ("back_to_draft", PublicationState.IN_REVIEW, True, PublicationState.DRAFT, "1 record: now “draft”."),
    (
        "back_to_draft",
        PublicationState.IN_REVIEW,
        False,
        PublicationState.IN_REVIEW,
        "from “in review” you cannot take it there",
    ),
    (
        "back_to_draft",
        PublicationState.PUBLISHED,
        True,
        PublicationState.PUBLISHED,
        "from “published” you cannot take it there",
    ),
    ("publish", PublicationState.DRAFT, True, PublicationState.DRAFT, "No action selected."),
    ("publish", PublicationState.IN_REVIEW, True, PublicationState.IN_REVIEW, "No action selected."),
    ("send_back", PublicationState.IN_REVIEW, True, PublicationState.IN_REVIEW, "No action selected."),
    ("withdraw", PublicationState.PUBLISHED, True, PublicationState.PUBLISHED, "No action selected."),
]


@pytest.mark.parametrize(("action", "before", "is_own", "after", "said"), ACTIONS)
def test_an_action_of_a_contributor_does_what_contributors_may(
    action, before, is_own, after, said, contributor
):
    record = make.make_report(state=before)
    if is_own:
        made_by(contributor.user, record)
    response = act(contributor, action, [record], reason="Because.")
    assert Report.objects.get().state == after
    assert said in " ".join(messages_in(response))


def test_a_contributor_is_offered_the_actions_of_contributors(contributor):
    make.make_initiative()
    offered = options_of(contributor.get(address(Initiative)), "action").values()
    assert {"publish", "withdraw", "send_back"} & set(offered) == set()
    assert {"send_to_review", "back_to_draft"} <= set(offered)


# Parts


def test_parts_are_looked_up_by_contributors_and_edited_nowhere_but_with_their_record(contributor):
    evidence = make.make_evidence(make.make_initiative(state=PublicationState.DRAFT))
    assert contributor.get(address(Evidence)).status_code == 200
    assert contributor.get(address(evidence, "change")).status_code == 200
    assert contributor.post(address(evidence, "change"), {}).status_code == 403
    assert contributor.post(address(evidence, "delete"), {"post": "yes"}).status_code == 403
