"""Publishing, sending to review and taking back from a list page."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import Initiative
from sco_cities.curation.admin import state_actions
from sco_cities.history.models import ChangeSet
from sco_cities.history.revert import revert
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import act, address, messages_in, soup, staff_client

WANTED = {
    "publish": PublicationState.PUBLISHED,
    "send_to_review": PublicationState.IN_REVIEW,
    "back_to_draft": PublicationState.DRAFT,
}


def state_of(record):
    return type(record).objects.values_list("state", flat=True).get(pk=record.pk)


# Ways that a curator does not go: back to work means to say why, and what was withdrawn is looked at again.
CLOSED = {("back_to_draft", PublicationState.IN_REVIEW), ("publish", PublicationState.WITHDRAWN)}


@pytest.mark.parametrize("action", WANTED)
@pytest.mark.parametrize("before", PublicationState)
@pytest.mark.parametrize("sourced", [True, False])
def test_an_action_brings_a_record_into_its_state_unless_evidence_is_lacking(
    action, before, sourced, curator
):
    record = make.make_initiative(state=before, sourced=sourced)
    act(curator, action, [record])
    refused = (action, before) in CLOSED or (action == "publish" and not sourced)
    assert state_of(record) == (before if refused else WANTED[action])


# What a form would refuse, and what a hand in the database may leave behind.
INVALID = [
    ({"starts_on": "soon"}, "starts on (“soon” is not a date."),
    ({"slug": "Two Lamps"}, "slug (Lower-case Latin letters"),
    ({"starts_on": "2024", "ends_on": "2023"}, "ends on (It ends before it starts.)"),
]


@pytest.mark.parametrize(("values", "told"), INVALID)
def test_what_is_not_valid_is_not_published(values, told, curator):
    record = make.make_initiative("lamps", state=PublicationState.DRAFT, sourced=True)
    Initiative.objects.update(**values)
    response = act(curator, "publish", [record])
    assert state_of(record) == PublicationState.DRAFT
    assert f"not valid: {told}" in messages_in(response)[0]


@pytest.mark.parametrize(
    "make_it", [make.make_theme, make.make_city, make.make_country, make.make_organisation]
)
def test_names_that_others_refer_to_are_published_without_evidence(make_it, curator):
    record = make_it(state=PublicationState.DRAFT)
    act(curator, "publish", [record])
    assert state_of(record) == PublicationState.PUBLISHED


@pytest.mark.parametrize("make_it", [make.make_theme, make.make_city, make.make_report])
def test_their_figures_are_not(make_it, curator):
    record = make_it(state=PublicationState.DRAFT)
    make.make_figure(record, "lamps")
    response = act(curator, "publish", [record])
    assert state_of(record) == PublicationState.DRAFT
    assert "figure: lamps" in messages_in(response)[0]


def test_what_is_sourced_is_published_and_the_rest_is_named_with_what_it_lacks(curator):
    city = make.make_city()
    ready = [make.make_initiative(state=PublicationState.DRAFT, sourced=True, lead=[city]) for _ in range(2)]
    bare = make.make_initiative("bare-lamps", state=PublicationState.DRAFT, lead=[city], ends_on="2026")
    make.make_figure(bare, "cameras")
    make.make_evidence(bare)  # about the record as a whole, which does not do for the firmness and the dates
    shown = make.make_initiative(sourced=True)

    response = act(curator, "publish", [*ready, bare, shown])

    assert [state_of(record) for record in (*ready, bare, shown)] == [
        PublicationState.PUBLISHED, PublicationState.PUBLISHED, PublicationState.DRAFT, PublicationState.PUBLISHED,
    ]  # fmt: skip
    assert messages_in(response) == [
        "2 records: now “published”.",
        "1 record: “published” already.",
        "1 record not brought to “published”: Bare lamps : no published report supports "
        "status, starts on, ends on, cities and figure: cameras",
    ]
    link = soup(response).select_one(".messagelist a")
    assert (link["href"], link.text) == (address(bare, "change"), "Bare lamps")


def test_names_in_messages_are_text_and_not_html(curator):
    record = make.make_initiative(title_en="<b>Lamps</b> & “more”", state=PublicationState.DRAFT)
    response = act(curator, "publish", [record])
    assert not soup(response).select(".messagelist b")
    assert "<b>Lamps</b> & “more” :" in messages_in(response)[0]


def test_a_message_names_only_so_many_refused_records(curator, monkeypatch):
    monkeypatch.setattr(state_actions, "MAX_NAMED", 2)
    records = [make.make_initiative(state=PublicationState.DRAFT) for _ in range(5)]
    message = soup(act(curator, "publish", records)).select_one(".messagelist")
    assert message.text.strip().startswith("5 records not brought to “published”:")
    assert [len(message.select("a")), message.select("li li")[-1].text] == [2, "and 3 more"]


def test_evidence_from_a_report_that_readers_cannot_see_supports_nothing(curator):
    hidden = make.make_report("hidden", state=PublicationState.DRAFT)
    record = make.make_initiative(state=PublicationState.DRAFT)
    make.support_everything(record, hidden.passages.get())
    act(curator, "publish", [record])
    assert state_of(record) == PublicationState.DRAFT
    act(curator, "publish", [hidden])
    act(curator, "publish", [record])
    assert state_of(record) == PublicationState.PUBLISHED


@pytest.mark.parametrize("stance", ["differs", "earlier"])
def test_only_evidence_that_supports_a_value_counts(stance, curator):
    record = make.make_initiative(state=PublicationState.DRAFT)
    for field in ("*", *Initiative.own_evidence):
        make.make_evidence(record, field, stance=stance, reported_value="something else")
    act(curator, "publish", [record])
    assert state_of(record) == PublicationState.DRAFT


def test_all_records_of_a_filtered_list_can_be_chosen(curator, monkeypatch):
    monkeypatch.setattr(state_actions, "BATCH", 7)
    records = [make.make_initiative(state=PublicationState.DRAFT, sourced=True) for _ in range(60)]
    other = make.make_initiative("other", kind="plan", state=PublicationState.DRAFT, sourced=True)
    sent = {"action": "publish", "_selected_action": [records[0].pk], "select_across": "1"}
    response = curator.post(
        f"{address(Initiative)}?kind__exact=project&state__exact=draft", sent, follow=True
    )
    assert messages_in(response) == ["60 records: now “published”."]
    assert state_of(other) == PublicationState.DRAFT


def test_a_failure_half_way_publishes_none_of_them(curator, monkeypatch):
    monkeypatch.setattr(state_actions, "BATCH", 2)
    records = [make.make_initiative(state=PublicationState.DRAFT, sourced=True) for _ in range(5)]
    write, written = state_actions._write, []

    def write_twice(model_admin, request, some, state):
        if len(written) == 2:
            raise RuntimeError("The disk is full.")
        written.append(some)
        write(model_admin, request, some, state)

    monkeypatch.setattr(state_actions, "_write", write_twice)
    with pytest.raises(RuntimeError):
        act(curator, "publish", records)
    assert len(written) == 2
    assert {state_of(record) for record in records} == {PublicationState.DRAFT}
    assert not ChangeSet.objects.exists()


def test_what_is_published_at_once_is_taken_back_at_once(curator, monkeypatch):
    monkeypatch.setattr(state_actions, "BATCH", 2)
    records = [make.make_initiative(state=PublicationState.DRAFT, sourced=True) for _ in range(5)]
    act(curator, "publish", records)
    change = ChangeSet.objects.get()
    revert(change.revisions.all(), user=None, reason="A mistake.", reverts=change)
    assert {state_of(record) for record in records} == {PublicationState.DRAFT}


def test_a_change_of_state_is_dated_and_kept_in_the_history(curator):
    record = make.make_initiative("lamps", state=PublicationState.DRAFT, sourced=True)
    act(curator, "publish", [record])
    published = Initiative.objects.get()
    assert published.updated_at > record.updated_at
    assert published.search_text == record.search_text
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.get_change_message()) == (str(record.pk), "Changed State.")
    assert "Changed State." in soup(curator.get(address(record, "history"))).text


# Session, user, permissions of user and group (4). The list that the action was chosen on: countries and
# themes on offer (twice: for the list and for the selection), number of results, the keys and the records of the
# page, and what is lacking (3 as below) (10). Keys of the selection (1). Begin, the locks (2). The batch: the
# records and what they lack (relations to many, all in one, figures, evidence); update, log, end (7). For
# the history: what the records say before and after (columns, countries, organisations, themes, cities, figures,
# evidence, rulings, former slugs; twice), the change set, the revisions (20). The message, which is kept in the
# session: begin, update, end (3).
PUBLISHING = 47


def test_publishing_30_records_asks_no_more_queries_than_publishing_3(curator):
    counts = []
    for number in (3, 30):
        records = [make.make_initiative(state=PublicationState.DRAFT, sourced=True) for _ in range(number)]
        sent = {"action": "publish", "_selected_action": [record.pk for record in records]}
        with CaptureQueriesContext(connection) as captured:
            curator.post(address(Initiative), sent)
        counts.append(len(captured))
    assert counts == [PUBLISHING, PUBLISHING]


@pytest.mark.parametrize("action", WANTED)
def test_an_action_needs_the_permission_to_change(action, db):
    record = make.make_initiative(state=PublicationState.IN_REVIEW, sourced=True)
    client = staff_client(Permission.objects.get(codename="view_initiative"))
    page = client.get(address(Initiative))
    assert page.status_code == 200
    assert not soup(page).select("select[name=action]")
    act(client, action, [record])
    assert state_of(record) == PublicationState.IN_REVIEW


# Reports hold up the records that cite them.


@pytest.mark.parametrize("action", ["send_to_review", "back_to_draft"])
def test_a_report_is_not_taken_back_from_under_published_records(action, curator):
    needed, spare = make.make_report("needed"), make.make_report("spare")
    record = make.make_initiative("lamps")
    make.support_everything(record, needed.passages.get())
    make.make_evidence(record, "kind", spare.passages.get(), stance="differs", reported_value="plan")

    response = act(curator, action, [needed, spare])

    assert (state_of(needed), state_of(spare)) == (PublicationState.PUBLISHED, WANTED[action])
    assert messages_in(response) == [
        f"1 record: now “{WANTED[action].label}”.",
        f"1 record not brought to “{WANTED[action].label}”: The Gazette: Needed : published records would "
        "lack evidence: Initiative lamps: title in English, summary in English, kind, status and starts on",
    ]


def test_two_reports_that_hold_up_a_record_together_are_not_taken_back_together(curator):
    reports = [make.make_report("first"), make.make_report("second")]
    record = make.make_initiative()
    for report in reports:
        make.support_everything(record, report.passages.get())
    act(curator, "back_to_draft", reports)
    assert [state_of(report) for report in reports] == [
        PublicationState.PUBLISHED,
        PublicationState.PUBLISHED,
    ]
    act(curator, "back_to_draft", reports[:1])
    act(curator, "back_to_draft", reports[1:])
    assert [state_of(report) for report in reports] == [PublicationState.DRAFT, PublicationState.PUBLISHED]


def test_a_report_that_only_drafts_cite_is_taken_back(curator):
    report = make.make_report()
    make.support_everything(make.make_initiative(state=PublicationState.IN_REVIEW), report.passages.get())
    act(curator, "back_to_draft", [report])
    assert state_of(report) == PublicationState.DRAFT
