"""The content and order of the review queue and of a contributor's records, with changes since the last view."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sco_cities.curation.comments import views as comments
from sco_cities.curation.models import SeenRevision
from sco_cities.curation.review import views
from sco_cities.curation.review.queue import QueueFilters, next_after, position_of
from sco_cities.history.models import Revision
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import (
    SIDEBAR_QUERIES,
    RecordPage,
    admin_url,
    errors_in,
    messages_in,
    run_action,
    soup,
    staff_client,
    with_creator,
)

pytestmark = pytest.mark.only_on("sqlite")

QUEUE, OWN = "/admin/review/", "/admin/my-records/"


def page_of(record) -> str:
    return reverse("admin:review_record", args=[record.collection, record.pk])


def send_to_review(client, record):
    """Makes the user of the client the creator of the record, sends it to review and returns it."""
    with_creator(client.user, record)
    run_action(client, "send_to_review", [record])
    return record


def queued(response) -> list[str]:
    return [link.text for link in soup(response).select("#queue th[scope=row] a")]


def cells(response, record) -> list[str]:
    rows = soup(response).select("#queue tbody tr:not(.group)")
    return next(
        [cell.text.strip() for cell in row.select("td")]
        for row in rows
        if str(record) in row.select_one("th").text
    )


def decide(client, record, decision, **more):
    """Submits a decision on the review page of a record and returns the page that follows."""
    page = page_of(record)
    seen = soup(client.get(page)).select_one("input[name=seen]")["value"]
    return client.post(page, {"decision": decision, "seen": seen, **more}, follow=True)


@pytest.fixture
def three(ada, bela):
    """A theme, an initiative and a theme, which were sent to review in this order."""
    lamps = make.make_theme("lamps", state=PublicationState.DRAFT)
    plan = make.make_initiative("plan", state=PublicationState.DRAFT)
    roads = make.make_theme("roads", state=PublicationState.DRAFT)
    make.make_theme("published")
    return [send_to_review(ada, roads), send_to_review(bela, plan), send_to_review(ada, lamps)]


# The list


def test_the_queue_is_oldest_first_with_sender_and_missing_evidence(carl, three):
    response = carl.get(QUEUE)
    assert queued(response) == ["Roads", "Plan", "Lamps"]
    kind, sender, _when, unsourced, since = cells(response, three[1])
    assert (kind, sender, since) == ("initiative", "bela", "not viewed yet")
    assert unsourced == "title in English, summary in English, kind, status and starts on"
    assert cells(response, three[0])[3] == ""
    (link,) = soup(response).select("#queue td a")
    assert "?field=title_en&field=summary_en&" in link["href"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=themes", ["Roads", "Lamps"]),
        ("by=bela", ["Plan"]),
        ("kind=themes&by=bela", []),
        ("kind=cities", []),
        ("by=carl", []),
        ("kind=&by=", ["Roads", "Plan", "Lamps"]),
        ("page=99", ["Roads", "Plan", "Lamps"]),
    ],
)
def test_the_queue_is_filtered_by_kind_and_by_sender(query, expected, carl, three):
    response = carl.get(f"{QUEUE}?{query}")
    assert queued(response) == expected
    assert errors_in(response) == ""


@pytest.mark.parametrize("query", ["kind=lamps", "by=nobody", "kind=themes&by=nobody", "by=" + "x" * 5000])
def test_an_invalid_filter_shows_an_error_and_no_rows(query, carl, three):
    response = carl.get(f"{QUEUE}?{query}")
    assert response.status_code == 200
    assert queued(response) == []
    assert "Select a valid choice" in errors_in(response)


def test_a_record_in_review_without_a_history_comes_first(carl, three):
    make.make_city("old-town", state=PublicationState.IN_REVIEW)
    response = carl.get(QUEUE)
    assert queued(response) == ["Old town", "Roads", "Plan", "Lamps"]
    assert cells(response, "Old town")[1:3] == ["", ""]


def test_a_record_that_is_sent_again_moves_to_the_end(ada, carl, three):
    decide(carl, three[0], "send_back", **{"send_back-reason": "Correct it."})
    assert queued(carl.get(QUEUE)) == ["Plan", "Lamps"]
    run_action(ada, "send_to_review", [three[0]])
    assert queued(carl.get(QUEUE)) == ["Plan", "Lamps", "Roads"]


def test_the_queue_is_paginated(carl, ada, monkeypatch):
    monkeypatch.setattr(views, "PER_PAGE", 3)
    for number in range(5):
        send_to_review(ada, make.make_theme(f"theme-{number}", state=PublicationState.DRAFT))
    first, second = carl.get(f"{QUEUE}?kind=themes"), carl.get(f"{QUEUE}?kind=themes&page=2")
    assert queued(first) == ["Theme 0", "Theme 1", "Theme 2"]
    assert queued(second) == ["Theme 3", "Theme 4"]
    assert soup(first).select_one(".paginator a")["href"] == "?kind=themes&page=2"


# From record to record


def test_the_next_record_after_the_last_is_the_first(carl, three):
    roads, plan, lamps = three

    def next_of(record, filters=QueueFilters()):  # noqa: B008 - immutable
        position = next_after(position_of(record), filters)
        return position and position[2], position and position[1]

    positions = [position_of(record) for record in three]
    assert positions == sorted(positions)
    assert [next_of(record)[0] for record in three] == [plan.pk, lamps.pk, roads.pk]
    assert next_of(roads, QueueFilters(kind="themes"))[0] == lamps.pk
    assert next_of(plan, QueueFilters(by="bela")) == (None, None)
    assert position_of(make.make_theme("published")) is None


def test_a_decision_redirects_to_the_next_record_and_the_last_one_to_the_queue(carl, three):
    roads, _plan, lamps = three
    query = "?kind=themes"
    page = carl.get(page_of(roads) + query)
    assert soup(page).select_one("a[rel=next]")["href"] == page_of(lamps) + query
    seen = {"seen": soup(page).select_one("input[name=seen]")["value"]}
    done = carl.post(page_of(roads) + query, {"decision": "publish", **seen})
    assert done["Location"] == page_of(lamps) + query
    assert messages_in(carl.get(QUEUE)) == ["1 record: now “published”. Roads"]
    seen = {"seen": soup(carl.get(page_of(lamps))).select_one("input[name=seen]")["value"]}
    done = carl.post(page_of(lamps) + query, {"decision": "publish", **seen})
    assert done["Location"] == QUEUE + query


# One record


def changed_fields(response) -> list[str]:
    return [label.text for label in soup(response).select(".diff dt")]


def test_a_reviewer_first_sees_the_whole_content_and_later_the_changes_since(ada, carl, three):
    lamps = three[2]
    first = carl.get(page_of(lamps))
    assert "All about lamps" in first.content.decode()
    assert "not viewed yet" in first.content.decode()
    assert soup(first).select(".diff :is(del, ins)") == []
    decide(carl, lamps, "seen")
    assert changed_fields(carl.get(page_of(lamps))) == []
    assert cells(carl.get(QUEUE), lamps)[-1] == "unchanged"

    record_page = RecordPage(ada)
    record_page.send(record_page.open(lamps) | {"description": "All about lights"})
    assert record_page.was_saved
    assert cells(carl.get(QUEUE), lamps)[-1] == "changed or sent again"
    again = carl.get(page_of(lamps))
    assert changed_fields(again) == ["description"]
    assert [mark.text for mark in soup(again).select(".diff :is(del, ins)")] == [
        "removed: All about lamps",
        "added: All about lights",
    ]


def test_opening_pages_marks_nothing_as_seen(carl, three):
    with CaptureQueriesContext(connection) as captured:
        for page in (QUEUE, OWN, *map(page_of, three)):
            assert carl.get(page).status_code == 200
    # PostgreSQL reads long results with cursors.
    reads = ("SELECT", "DECLARE")
    queries = [query["sql"].lstrip("( \n") for query in captured.captured_queries]
    assert [sql for sql in queries if not sql.startswith(reads)] == []
    assert not SeenRevision.objects.exists()


def test_a_decision_marks_the_record_as_seen(carl, three):
    decide(carl, three[2], "publish")
    seen = SeenRevision.objects.get()
    assert (seen.seen_by, seen.record) == (carl.user, three[2])
    assert seen.revision == Revision.objects.of(three[2]).first().pk


def test_publishing_from_the_queue_is_refused_with_the_missing_evidence(carl, three):
    plan = three[1]
    page = carl.get(page_of(plan))
    reason = "no published report supports title in English, summary in English, kind, status and starts on"
    assert f"Cannot be published yet: {reason}." in soup(page).select_one(".publish-error").text
    done = decide(carl, plan, "publish")
    assert messages_in(done) == [f"Could not set 1 record to “published”: Plan : {reason}"]
    plan.refresh_from_db()
    assert plan.state == PublicationState.IN_REVIEW


def test_sending_back_from_the_queue_requires_a_reason(carl, three):
    lamps = three[2]
    assert "Enter a reason" in errors_in(decide(carl, lamps, "send_back"))
    lamps.refresh_from_db()
    assert lamps.state == PublicationState.IN_REVIEW
    decide(carl, lamps, "send_back", **{"send_back-reason": "Which lamps?"})
    lamps.refresh_from_db()
    assert lamps.state == PublicationState.DRAFT


def test_a_decision_on_a_stale_page_is_refused(ada, carl, three):
    lamps = three[2]
    seen = soup(carl.get(page_of(lamps))).select_one("input[name=seen]")["value"]
    record_page = RecordPage(ada)
    record_page.send(record_page.open(lamps) | {"description": "Something else"})
    for decision in ("publish", "seen"):
        response = carl.post(page_of(lamps), {"decision": decision, "seen": seen})
        assert messages_in(response) == ["The record has changed since you opened this page. Check it again."]
    lamps.refresh_from_db()
    assert lamps.state == PublicationState.IN_REVIEW
    assert not SeenRevision.objects.exists()


@pytest.mark.parametrize("data", [{}, {"decision": "publish"}, {"decision": "publish", "seen": "x\0"}])
def test_a_decision_without_a_valid_version_is_refused(data, carl, three):
    response = carl.post(page_of(three[2]), data)
    assert response.status_code == 200
    assert messages_in(response) == ["The record has changed since you opened this page. Check it again."]


@pytest.mark.parametrize("decision", ["", "withdraw", "back_to_draft", "delete", "x" * 500])
def test_an_unavailable_transition_is_refused(decision, carl, three):
    response = decide(carl, three[2], decision)
    assert messages_in(response) == [
        "This action is not available for this record, or you do not have permission."
    ]


@pytest.mark.parametrize(
    "page", ["lamps/1/", "themes/0/", "themes/99999999/", f"themes/{'9' * 40}/", f"themes/{2**63}/"]
)
def test_a_page_without_a_record_is_a_404(page, carl, three):
    assert carl.get(f"{QUEUE}{page}").status_code == 404


# A contributor's own records


def test_contributors_see_their_records_and_the_reason_of_those_sent_back(ada, carl, three):
    draft = with_creator(ada.user, make.make_city("draft-town", state=PublicationState.DRAFT))
    make.make_city("not-mine", state=PublicationState.DRAFT)
    decide(carl, three[2], "send_back", **{"send_back-reason": "Which lamps?"})
    decide(carl, three[0], "publish")
    page = soup(ada.get(OWN))
    last_actions = {row.th.text: row.select("td")[2].text for row in page.select("#my-records tbody tr")}
    assert list(last_actions) == ["Lamps", "Draft town"]
    assert last_actions["Draft town"] == ""
    assert last_actions["Lamps"].startswith("Sent back by carl on ")
    assert last_actions["Lamps"].endswith(": Which lamps?")
    assert page.select_one(".sent-back").text == last_actions["Lamps"]
    assert ada.get(page_of(draft)).status_code == 200


def test_a_record_that_its_creator_sends_back_is_not_marked_as_sent_back(carl):
    lamps = send_to_review(carl, make.make_theme("lamps", state=PublicationState.DRAFT))
    decide(carl, lamps, "send_back", **{"send_back-reason": "I know better now."})
    lamps.refresh_from_db()
    assert lamps.state == PublicationState.DRAFT
    page = soup(carl.get(OWN))
    assert page.select_one("#my-records tbody tr").select("td")[2].text == ""
    assert not page.select(".sent-back")


def test_a_contributor_sends_a_record_again_from_its_page(ada, carl, three):
    lamps = three[2]
    decide(carl, lamps, "send_back", **{"send_back-reason": "Which lamps?"})
    buttons = [button["value"] for button in soup(ada.get(page_of(lamps))).select("button[name=decision]")]
    assert buttons == ["send_to_review", "seen"]
    done = decide(ada, lamps, "send_to_review")
    assert done.redirect_chain[-1][0] == OWN
    lamps.refresh_from_db()
    assert lamps.state == PublicationState.IN_REVIEW


def test_a_contributor_makes_no_decision_about_records_of_others(bela, three):
    lamps = three[2]
    buttons = [button["value"] for button in soup(bela.get(page_of(lamps))).select("button[name=decision]")]
    assert buttons == ["seen"]
    for decision in ("publish", "send_back", "back_to_draft", "withdraw"):
        decide(bela, lamps, decision, **{f"{decision}-reason": "Because."})
    lamps.refresh_from_db()
    assert lamps.state == PublicationState.IN_REVIEW


def test_a_user_with_view_permission_makes_no_decision(db):
    client = staff_client(Permission.objects.get(codename="view_theme"))
    lamps = make.make_theme("lamps", state=PublicationState.DRAFT)
    response = decide(client, lamps, "send_to_review")
    assert messages_in(response) == [
        "This action is not available for this record, or you do not have permission."
    ]
    lamps.refresh_from_db()
    assert lamps.state == PublicationState.DRAFT


def test_a_decision_on_a_deleted_record_is_a_404(carl, three, monkeypatch):
    page = page_of(three[2])
    monkeypatch.setattr(comments, "lock", lambda model, keys: model.objects.filter(pk__in=keys).delete())
    assert carl.post(page, {"decision": "publish", "seen": "0"}).status_code == 404


# Queries

# The queries of the review queue:
# - Session, user, permissions of user and group (4). Senders, number of records, page (3).
# - Records and last transitions of each of the two kinds (2 + 2).
# - Fields without evidence: figures and evidence of themes (2), and many-to-many relations (in one query), figures and
#   evidence of initiatives (3).
# - Newest and seen revisions (2).
QUEUE_OF_TWO_KINDS = 19 + SIDEBAR_QUERIES
# The first four are the same. Number of records and page (2). Records, last transitions, figures and evidence of the
# one kind (4). Newest and seen revisions (2). Numbers of own drafts and own reports in the sidebar (2). Unsaved forms
# (1).
OWN_OF_ONE_KIND = 17


def test_the_queue_needs_the_same_queries_for_2_records_and_for_40(carl, ada):
    ContentType.objects.clear_cache()
    counts = []
    for numbers in (range(1), range(1, 20)):
        for number in numbers:
            send_to_review(ada, make.make_theme(f"theme-{number}", state=PublicationState.DRAFT))
            send_to_review(ada, make.make_initiative(f"plan-{number}", state=PublicationState.DRAFT))
        carl.get(QUEUE)
        with CaptureQueriesContext(connection) as captured:
            response = carl.get(QUEUE)
        counts.append(len(captured))
    assert len(queued(response)) == 40
    assert counts == [QUEUE_OF_TWO_KINDS, QUEUE_OF_TWO_KINDS]


def test_own_records_need_the_same_queries_for_2_records_and_for_40(ada):
    counts = []
    for numbers in (range(2), range(2, 40)):
        for number in numbers:
            with_creator(ada.user, make.make_theme(f"theme-{number}", state=PublicationState.DRAFT))
        ada.get(OWN)
        with CaptureQueriesContext(connection) as captured:
            response = ada.get(OWN)
        counts.append(len(captured))
    assert len(soup(response).select("#my-records tbody tr")) == 40
    assert counts == [OWN_OF_ONE_KIND, OWN_OF_ONE_KIND]


def test_the_form_of_a_record_in_review_links_to_its_review_page(carl, three):
    page = soup(carl.get(admin_url(three[2], "change")))
    assert page.select(f'.field-review a[href="{page_of(three[2])}"]')
