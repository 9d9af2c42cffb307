"""The review queue and a contributor's own records: what waits, in which order, and what has changed since."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sco_cities.curation.models import SeenRevision
from sco_cities.curation.review import views
from sco_cities.curation.review.queue import QueueFilters, next_after, position_of
from sco_cities.history.models import Revision
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import (
    Desk,
    act,
    address,
    client_of,
    errors_in,
    made_by,
    messages_in,
    soup,
    staff_client,
)

QUEUE, OWN = "/admin/review/", "/admin/my-records/"


@pytest.fixture
def ada(db):
    return client_of("contributor", "ada")


@pytest.fixture
def bela(db):
    return client_of("contributor", "bela")


@pytest.fixture
def carl(db):
    return client_of("curator", "carl")


def page_of(record) -> str:
    return reverse("admin:review_record", args=[record.collection, record.pk])


def sent(client, record):
    """The record, made by the client's account and sent to review."""
    made_by(client.user, record)
    act(client, "send_to_review", [record])
    return record


def waiting(response) -> list[str]:
    return [link.text for link in soup(response).select("#queue tbody th a")]


def cells(response, record) -> list[str]:
    rows = soup(response).select("#queue tbody tr")
    return next(
        [cell.text.strip() for cell in row.select("td")]
        for row in rows
        if str(record) in row.select_one("th").text
    )


def decide(client, record, decision, **more):
    """Presses a button on the record's page; the page that follows."""
    page = page_of(record)
    seen = soup(client.get(page)).select_one("input[name=seen]")["value"]
    return client.post(page, {"decision": decision, "seen": seen, **more}, follow=True)


@pytest.fixture
def three(ada, bela):
    """Three records, in the order in which they came into review; another kind between two themes."""
    lamps = make.make_theme("lamps", state=PublicationState.DRAFT)
    plan = make.make_initiative("plan", state=PublicationState.DRAFT)
    roads = make.make_theme("roads", state=PublicationState.DRAFT)
    make.make_theme("published")
    return [sent(ada, roads), sent(bela, plan), sent(ada, lamps)]


# The list


def test_what_waits_is_listed_oldest_first_with_who_sent_it_and_what_it_lacks(carl, three):
    response = carl.get(QUEUE)
    assert waiting(response) == ["Roads", "Plan", "Lamps"]
    kind, sender, _when, lacks, since = cells(response, three[1])
    assert (kind, sender, since) == ("initiative", "bela", "not looked at yet")
    assert lacks == "title in English, summary in English, kind, status and starts on"
    assert cells(response, three[0])[3] == ""


@pytest.mark.parametrize(
    ("query", "found"),
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
def test_the_queue_is_narrowed_by_kind_and_by_who_sent_it(query, found, carl, three):
    response = carl.get(f"{QUEUE}?{query}")
    assert waiting(response) == found
    assert errors_in(response) == ""


@pytest.mark.parametrize("query", ["kind=lamps", "by=nobody", "kind=themes&by=nobody", "by=" + "x" * 5000])
def test_a_wrong_filter_shows_an_error_and_no_rows(query, carl, three):
    response = carl.get(f"{QUEUE}?{query}")
    assert response.status_code == 200
    assert waiting(response) == []
    assert "Select a valid choice" in errors_in(response)


def test_what_came_into_review_without_a_history_comes_first(carl, three):
    make.make_city("old-town", state=PublicationState.IN_REVIEW)
    response = carl.get(QUEUE)
    assert waiting(response) == ["Old town", "Roads", "Plan", "Lamps"]
    assert cells(response, "Old town")[1:3] == ["", ""]


def test_a_record_that_is_sent_again_goes_to_the_end(ada, carl, three):
    decide(carl, three[0], "send_back", **{"send_back-reason": "Mend it."})
    assert waiting(carl.get(QUEUE)) == ["Plan", "Lamps"]
    act(ada, "send_to_review", [three[0]])
    assert waiting(carl.get(QUEUE)) == ["Plan", "Lamps", "Roads"]


def test_the_queue_is_read_page_by_page(carl, ada):
    for number in range(60):
        sent(ada, make.make_theme(f"theme-{number}", state=PublicationState.DRAFT))
    first, second = carl.get(f"{QUEUE}?kind=themes"), carl.get(f"{QUEUE}?kind=themes&page=2")
    assert waiting(first) + waiting(second) == [f"Theme {number}" for number in range(60)]
    assert soup(first).select_one(".paginator a")["href"] == "?kind=themes&page=2"


def test_the_index_says_how_many_records_wait(carl, three):
    desks = {link.text: link.parent for link in soup(carl.get("/admin/")).select(".desks a")}
    assert desks["Review"].select_one(".waiting").text == "3"


# From record to record


def test_each_record_is_followed_by_the_next_and_the_last_by_the_first(carl, three):
    roads, plan, lamps = three

    def following(record, narrowing=QueueFilters()):  # noqa: B008 - it cannot change
        place = next_after(position_of(record), narrowing)
        return place and place.key, place and place.kind

    places = [position_of(record) for record in three]
    assert places == sorted(places)
    assert [following(record)[0] for record in three] == [plan.pk, lamps.pk, roads.pk]
    assert following(roads, QueueFilters(kind="themes"))[0] == lamps.pk
    assert following(plan, QueueFilters(by="bela")) == (None, None)
    assert position_of(make.make_theme("published")) is None


def test_a_decision_leads_to_the_next_record_and_the_last_one_to_the_queue(carl, three):
    roads, _plan, lamps = three
    query = "?kind=themes"
    page = carl.get(page_of(roads) + query)
    assert soup(page).select_one("a[rel=next]")["href"] == page_of(lamps) + query
    seen = {"seen": soup(page).select_one("input[name=seen]")["value"]}
    done = carl.post(page_of(roads) + query, {"decision": "publish", **seen})
    assert done["Location"] == page_of(lamps) + query
    assert messages_in(carl.get(QUEUE)) == ["1 record: now “published”."]
    seen = {"seen": soup(carl.get(page_of(lamps))).select_one("input[name=seen]")["value"]}
    done = carl.post(page_of(lamps) + query, {"decision": "publish", **seen})
    assert done["Location"] == QUEUE + query


# One record


def changed_fields(response) -> list[str]:
    return [label.text for label in soup(response).select(".diff dt")]


def test_a_reviewer_sees_all_at_first_and_then_what_has_changed_since(ada, carl, three):
    lamps = three[2]
    first = carl.get(page_of(lamps))
    assert "All about lamps" in first.content.decode()
    assert "you have not looked at it yet" in first.content.decode()
    decide(carl, lamps, "seen")
    assert changed_fields(carl.get(page_of(lamps))) == []
    assert cells(carl.get(QUEUE), lamps)[-1] == "as you saw it"

    desk = Desk(ada)
    desk.send(desk.open(lamps) | {"description": "All about lights"})
    assert desk.was_saved
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
    # PostgreSQL reads long answers by cursors.
    reading = ("SELECT", "DECLARE")
    asked = [query["sql"].lstrip("(") for query in captured.captured_queries]
    assert [sql for sql in asked if not sql.startswith(reading)] == []
    assert not SeenRevision.objects.exists()


def test_a_decision_counts_as_a_look(carl, three):
    decide(carl, three[2], "publish")
    look = SeenRevision.objects.get()
    assert (look.seen_by, look.record) == (carl.user, three[2])
    assert look.revision == Revision.objects.of(three[2]).first().pk


def test_publishing_from_the_queue_is_refused_with_what_is_lacking(carl, three):
    plan = three[1]
    page = carl.get(page_of(plan))
    lacking = "no published report supports title in English, summary in English, kind, status and starts on"
    assert f"Not fit to be published: {lacking}." in soup(page).select_one(".against").text
    done = decide(carl, plan, "publish")
    assert messages_in(done) == [f"1 record not brought to “published”: Plan : {lacking}"]
    plan.refresh_from_db()
    assert plan.state == PublicationState.IN_REVIEW


def test_sending_back_from_the_queue_needs_a_comment(carl, three):
    lamps = three[2]
    assert "Say why" in errors_in(decide(carl, lamps, "send_back"))
    lamps.refresh_from_db()
    assert lamps.state == PublicationState.IN_REVIEW
    decide(carl, lamps, "send_back", **{"send_back-reason": "Which lamps?"})
    lamps.refresh_from_db()
    assert lamps.state == PublicationState.DRAFT


def test_what_has_changed_while_a_reviewer_looked_is_not_decided_on(ada, carl, three):
    lamps = three[2]
    seen = soup(carl.get(page_of(lamps))).select_one("input[name=seen]")["value"]
    desk = Desk(ada)
    desk.send(desk.open(lamps) | {"description": "Something else"})
    for decision in ("publish", "seen"):
        response = carl.post(page_of(lamps), {"decision": decision, "seen": seen})
        assert messages_in(response) == [
            "The record has changed since you opened this page. Look at it again."
        ]
    lamps.refresh_from_db()
    assert lamps.state == PublicationState.IN_REVIEW
    assert not SeenRevision.objects.exists()


@pytest.mark.parametrize("sent_along", [{}, {"decision": "publish"}, {"decision": "publish", "seen": "x\0"}])
def test_a_decision_without_what_was_seen_is_refused(sent_along, carl, three):
    response = carl.post(page_of(three[2]), sent_along)
    assert response.status_code == 200
    assert messages_in(response) == ["The record has changed since you opened this page. Look at it again."]


@pytest.mark.parametrize("decision", ["", "withdraw", "back_to_draft", "delete", "x" * 500])
def test_what_is_no_move_of_the_record_is_refused(decision, carl, three):
    response = decide(carl, three[2], decision)
    assert messages_in(response) == ["That cannot be done with this record, or not by you."]


@pytest.mark.parametrize(
    "page", ["lamps/1/", "themes/0/", "themes/99999999/", f"themes/{'9' * 40}/", f"themes/{2**63}/"]
)
def test_a_page_of_no_record_is_not_found(page, carl, three):
    assert carl.get(f"{QUEUE}{page}").status_code == 404


# A contributor's own


def test_contributors_see_what_is_theirs_and_what_was_sent_back_and_why(ada, carl, three):
    draft = made_by(ada.user, make.make_city("draft-town", state=PublicationState.DRAFT))
    make.make_city("not-mine", state=PublicationState.DRAFT)
    decide(carl, three[2], "send_back", **{"send_back-reason": "Which lamps?"})
    decide(carl, three[0], "publish")
    page = soup(ada.get(OWN))
    said = {row.th.text: row.select("td")[2].text for row in page.select("#own tbody tr")}
    assert list(said) == ["Lamps", "Draft town"]
    assert said["Draft town"] == ""
    assert said["Lamps"].startswith("Sent back by carl on ")
    assert said["Lamps"].endswith(": Which lamps?")
    assert page.select_one(".sent-back").text == said["Lamps"]
    assert ada.get(page_of(draft)).status_code == 200


def test_what_its_maker_takes_back_is_not_sent_back(carl):
    lamps = sent(carl, make.make_theme("lamps", state=PublicationState.DRAFT))
    decide(carl, lamps, "send_back", **{"send_back-reason": "I know better now."})
    lamps.refresh_from_db()
    assert lamps.state == PublicationState.DRAFT
    page = soup(carl.get(OWN))
    assert page.select_one("#own tbody tr").select("td")[2].text == ""
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


def test_a_contributor_decides_nothing_about_records_of_others(bela, three):
    lamps = three[2]
    buttons = [button["value"] for button in soup(bela.get(page_of(lamps))).select("button[name=decision]")]
    assert buttons == ["seen"]
    for decision in ("publish", "send_back", "back_to_draft", "withdraw"):
        decide(bela, lamps, decision, **{f"{decision}-reason": "Because."})
    lamps.refresh_from_db()
    assert lamps.state == PublicationState.IN_REVIEW


def test_who_may_only_look_decides_nothing(db):
    client = staff_client(Permission.objects.get(codename="view_theme"))
    lamps = make.make_theme("lamps", state=PublicationState.DRAFT)
    response = decide(client, lamps, "send_to_review")
    assert messages_in(response) == ["That cannot be done with this record, or not by you."]
    lamps.refresh_from_db()
    assert lamps.state == PublicationState.DRAFT


def test_what_is_deleted_while_a_reviewer_looks_is_not_found(carl, three, monkeypatch):
    page = page_of(three[2])
    monkeypatch.setattr(views, "lock", lambda model, keys: model.objects.filter(pk__in=keys).delete())
    assert carl.post(page, {"decision": "publish", "seen": "0"}).status_code == 404


# Queries

# Session, user, permissions of user and group (4); the senders, the number of records, the page (3); of each of the
# two kinds: records, last steps (2 + 2); what they lack: figures and evidence of themes; relations to many (all
# in one), figures and evidence of initiatives (2 + 3); newest revisions, looks (2).
QUEUE_OF_TWO_KINDS = 18
# The same four; the number of records, the page (2); of the one kind: records, last steps, figures, evidence (4);
# newest revisions, looks (2).
OWN_OF_ONE_KIND = 12


def test_the_queue_asks_the_same_queries_for_2_records_and_for_40(carl, ada):
    ContentType.objects.clear_cache()
    counts = []
    for numbers in (range(1), range(1, 20)):
        for number in numbers:
            sent(ada, make.make_theme(f"theme-{number}", state=PublicationState.DRAFT))
            sent(ada, make.make_initiative(f"plan-{number}", state=PublicationState.DRAFT))
        carl.get(QUEUE)
        with CaptureQueriesContext(connection) as captured:
            response = carl.get(QUEUE)
        counts.append(len(captured))
    assert len(waiting(response)) == 40
    assert counts == [QUEUE_OF_TWO_KINDS, QUEUE_OF_TWO_KINDS]


def test_own_records_ask_the_same_queries_for_2_records_and_for_40(ada):
    counts = []
    for numbers in (range(2), range(2, 40)):
        for number in numbers:
            made_by(ada.user, make.make_theme(f"theme-{number}", state=PublicationState.DRAFT))
        ada.get(OWN)
        with CaptureQueriesContext(connection) as captured:
            response = ada.get(OWN)
        counts.append(len(captured))
    assert len(soup(response).select("#own tbody tr")) == 40
    assert counts == [OWN_OF_ONE_KIND, OWN_OF_ONE_KIND]


def test_the_form_of_a_sent_record_leads_to_its_review_page(carl, three):
    page = soup(carl.get(address(three[2], "change")))
    assert page.select(f'.field-review a[href="{page_of(three[2])}"]')
