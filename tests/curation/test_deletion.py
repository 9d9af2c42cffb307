"""The records and rows that contributors may delete."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import (
    admin_url,
    client_with_role,
    form_data,
    run_action,
    soup,
    with_creator,
)
from tests.history.snapshots import edit

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture
def contributor():
    return client_with_role("contributor")


def test_a_contributor_deletes_own_drafts_only(contributor):
    own, other = (
        make.make_theme("own", state=PublicationState.DRAFT),
        make.make_theme("other", state=PublicationState.DRAFT),
    )
    with_creator(contributor.user, own)
    assert contributor.post(admin_url(other, "delete"), {"post": "yes"}).status_code == 403
    assert run_action(contributor, "delete_selected", [own, other], post="yes").status_code == 403
    page = admin_url(own, "delete")
    assert contributor.post(page, form_data(contributor.get(page))).status_code == 302
    assert [theme.slug for theme in type(own).objects.all()] == ["other"]


def test_the_confirmation_of_a_deletion_lists_the_kept_data(curator, client):
    """The deletion keeps and deletes what the page lists."""
    theme, twin = make.make_theme("lamps"), make.make_theme("twin")
    edit(theme, name_en="Brighter lamps")
    today = timezone.now().date().isoformat()
    kept = (
        "Readers can no longer find the deleted record, not even on pages as of earlier dates. Only its slug stays in "
        "the list of changes. Existing releases and backups keep the record until the operators delete them. "
        "Deleted records can be "
        "restored from the history."
    )
    page = curator.get(admin_url(theme, "delete"))
    for asked in (page, run_action(curator, "delete_selected", [theme, twin])):
        assert kept in " ".join(soup(asked).select_one("#content-main").text.split())
    curator.post(admin_url(theme, "delete"), form_data(page))
    assert (
        client.get(f"/themes/lamps/?as_of={today}").status_code
        == client.get("/themes/lamps/").status_code
        == 404
    )
    changes = client.get("/api/changes/").text
    assert "lamps" in changes
    assert "Brighter" not in changes


def used_by_an_initiative(record, state):
    make.make_initiative("lamps", themes=[record], state=state)


def used_by_an_event(record, state):
    make.make_attendance(make.make_event("forum", state=state), record)


@pytest.mark.parametrize(
    ("create", "use", "user"),
    [
        (make.make_theme, used_by_an_initiative, "Initiative: "),
        (make.make_delegate, used_by_an_event, "Event: "),
    ],
    ids=["a value", "a row"],
)
def test_a_contributor_deletes_no_draft_that_a_published_record_names(create, use, user, contributor):
    own = with_creator(contributor.user, create("own", state=PublicationState.DRAFT))
    page = admin_url(own, "delete")
    confirmed = form_data(contributor.get(page))
    use(own, PublicationState.PUBLISHED)
    assert user in soup(contributor.post(page, confirmed)).select_one("#content").text
    run_action(contributor, "delete_selected", [own], post="yes")
    assert type(own).objects.filter(pk=own.pk).exists()


def test_a_contributor_deletes_a_draft_that_a_draft_names(contributor):
    own = with_creator(contributor.user, make.make_theme("own", state=PublicationState.DRAFT))
    used_by_an_initiative(own, PublicationState.DRAFT)
    page = admin_url(own, "delete")
    assert contributor.post(page, form_data(contributor.get(page))).status_code == 302
    assert not type(own).objects.filter(pk=own.pk).exists()


def test_deleting_needs_the_same_queries_for_3_drafts_and_for_30(contributor):
    counts = []
    for number in (3, 30):
        records = [
            with_creator(
                contributor.user, make.make_theme(f"theme-{number}-{i}", state=PublicationState.DRAFT)
            )
            for i in range(number)
        ]
        data = {"action": "delete_selected", "_selected_action": [record.pk for record in records]}
        with CaptureQueriesContext(connection) as captured:
            assert contributor.post(admin_url(records[0]), data).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
