"""Actions on a changelist publish records, send them to review and return them to draft."""

import threading

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from delegates.models import Delegate
from initiatives.models import Initiative
from sco_cities.changes.revert import revert
from sco_cities.curation.record_admin import record_admin
from sco_cities.curation.review import record_edits
from sco_cities.history.models import ChangeSet
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import (
    EVIDENCE,
    RecordPage,
    admin_url,
    client_with_role,
    curator_client,
    messages_in,
    page_after_action,
    row,
    run_action,
    soup,
    staff_client,
    unrendered_form_data,
)

TARGETS = {
    "publish": PublicationState.PUBLISHED,
    "send_to_review": PublicationState.IN_REVIEW,
    "back_to_draft": PublicationState.DRAFT,
}


def state_of(record):
    return type(record).objects.values_list("state", flat=True).get(pk=record.pk)


# Curators may not use these actions, because sending back requires a reason, and a withdrawn record requires a review.
NOT_ALLOWED = {("back_to_draft", PublicationState.IN_REVIEW), ("publish", PublicationState.WITHDRAWN)}


@pytest.mark.parametrize("action", TARGETS)
@pytest.mark.parametrize("before", PublicationState)
@pytest.mark.parametrize("sourced", [True, False])
def test_an_action_sets_the_state_unless_evidence_is_missing(action, before, sourced, curator):
    record = make.make_initiative(state=before, sourced=sourced)
    run_action(curator, action, [record])
    refused = (action, before) in NOT_ALLOWED or (action == "publish" and not sourced)
    assert state_of(record) == (before if refused else TARGETS[action])


# Values that forms reject, but that direct changes of the database can leave.
INVALID = [
    ({"starts_on": "soon"}, "starts on (“soon” is not a valid date."),
    ({"slug": "Two Lamps"}, "slug (Lower-case Latin letters"),
    (
        {"starts_on": "2024", "ends_on": "2023"},
        "ends on (The end date is before the start date. Correct one of them.)",
    ),
]


@pytest.mark.parametrize(("values", "error"), INVALID)
def test_an_invalid_record_is_not_published(values, error, curator):
    record = make.make_initiative("lamps", state=PublicationState.DRAFT, sourced=True)
    Initiative.objects.update(**values)
    response = page_after_action(curator, "publish", [record])
    assert state_of(record) == PublicationState.DRAFT
    assert f"not valid: {error}" in messages_in(response)[0]


@pytest.mark.parametrize(
    "make_it", [make.make_theme, make.make_city, make.make_country, make.make_organisation]
)
def test_reference_data_is_published_without_evidence(make_it, curator):
    record = make_it(state=PublicationState.DRAFT)
    run_action(curator, "publish", [record])
    assert state_of(record) == PublicationState.PUBLISHED


@pytest.mark.parametrize("make_it", [make.make_theme, make.make_city, make.make_report])
def test_reference_data_with_a_figure_is_not_published_without_evidence(make_it, curator):
    record = make_it(state=PublicationState.DRAFT)
    make.make_figure(record, "lamps")
    response = page_after_action(curator, "publish", [record])
    assert state_of(record) == PublicationState.DRAFT
    assert "figure: lamps" in messages_in(response)[0]


def test_sourced_records_are_published_and_the_others_are_listed_with_missing_evidence(curator):
    city = make.make_city()
    ready = [make.make_initiative(state=PublicationState.DRAFT, sourced=True, lead=[city]) for _ in range(2)]
    bare = make.make_initiative("bare-lamps", state=PublicationState.DRAFT, lead=[city], ends_on="2026")
    make.make_figure(bare, "cameras")
    make.make_evidence(bare)  # evidence for the whole record, which does not cover status and dates
    published = make.make_initiative(sourced=True)

    response = page_after_action(curator, "publish", [*ready, bare, published])

    assert [state_of(record) for record in (*ready, bare, published)] == [
        PublicationState.PUBLISHED, PublicationState.PUBLISHED, PublicationState.DRAFT, PublicationState.PUBLISHED,
    ]  # fmt: skip
    assert messages_in(response) == [
        "2 records: now “published”. {} {}".format(*sorted(ready, key=lambda record: record.slug)),
        "1 record: already “published”, so nothing was changed.",
        "Could not set 1 record to “published”: Bare lamps : no published report supports "
        "status, starts on, ends on, cities and figure: cameras",
    ]
    link = soup(response).select_one(".messagelist .error a")
    assert (link["href"], link.text) == (admin_url(bare, "change"), "Bare lamps")


def test_names_in_messages_are_escaped(curator):
    record = make.make_initiative(title_en="<b>Lamps</b> & “more”", state=PublicationState.DRAFT)
    response = page_after_action(curator, "publish", [record])
    assert not soup(response).select(".messagelist b")
    assert "<b>Lamps</b> & “more” :" in messages_in(response)[0]


def test_a_message_lists_a_limited_number_of_refused_records(curator, monkeypatch):
    monkeypatch.setattr(record_edits, "MAX_NAMED", 2)
    records = [make.make_initiative(state=PublicationState.DRAFT) for _ in range(5)]
    message = soup(page_after_action(curator, "publish", records)).select_one(".messagelist")
    assert message.text.strip().startswith("Could not set 5 records to “published”:")
    assert [len(message.select("a")), message.select("li li")[-1].text] == [2, "and 3 more"]


def test_evidence_from_an_unpublished_report_does_not_count(curator):
    hidden = make.make_report("hidden", state=PublicationState.DRAFT)
    record = make.make_initiative(state=PublicationState.DRAFT)
    make.support_everything(record, hidden.passages.get())
    run_action(curator, "publish", [record])
    assert state_of(record) == PublicationState.DRAFT
    run_action(curator, "publish", [hidden])
    run_action(curator, "publish", [record])
    assert state_of(record) == PublicationState.PUBLISHED


@pytest.mark.parametrize("stance", ["differs", "earlier"])
def test_only_supporting_evidence_counts(stance, curator):
    record = make.make_initiative(state=PublicationState.DRAFT)
    for field in ("*", *Initiative.own_evidence):
        make.make_evidence(record, field, stance=stance, reported_value="something else")
    run_action(curator, "publish", [record])
    assert state_of(record) == PublicationState.DRAFT


def test_all_records_of_a_filtered_list_can_be_published(curator, monkeypatch):
    monkeypatch.setattr(record_edits, "BATCH", 7)
    records = [make.make_initiative(state=PublicationState.DRAFT, sourced=True) for _ in range(60)]
    other = make.make_initiative("other", kind="plan", state=PublicationState.DRAFT, sourced=True)
    data = {"action": "publish", "_selected_action": [records[0].pk], "select_across": "1"}
    response = curator.post(
        f"{admin_url(Initiative)}?kind__exact=project&state__exact=draft", data, follow=True
    )
    [message] = messages_in(response)
    assert message.startswith("60 records: now “published”. ")
    assert message.endswith(" and 55 more")
    assert state_of(other) == PublicationState.DRAFT


def test_a_failure_in_a_later_batch_publishes_no_record(curator, monkeypatch):
    monkeypatch.setattr(record_edits, "BATCH", 2)
    records = [make.make_initiative(state=PublicationState.DRAFT, sourced=True) for _ in range(5)]
    write, written = record_edits._write, []

    def write_twice(*arguments):
        if len(written) == 2:
            raise RuntimeError("The disk is full.")
        written.append(arguments)
        write(*arguments)

    monkeypatch.setattr(record_edits, "_write", write_twice)
    with pytest.raises(RuntimeError):
        run_action(curator, "publish", records)
    assert len(written) == 2
    assert {state_of(record) for record in records} == {PublicationState.DRAFT}
    assert not ChangeSet.objects.exists()


def test_records_published_by_one_action_are_reverted_as_one_change(curator, monkeypatch):
    monkeypatch.setattr(record_edits, "BATCH", 2)
    records = [make.make_initiative(state=PublicationState.DRAFT, sourced=True) for _ in range(5)]
    run_action(curator, "publish", records)
    change = ChangeSet.objects.get()
    revert(change.revisions.all(), user=None, reason="A mistake.", reverts=change)
    assert {state_of(record) for record in records} == {PublicationState.DRAFT}


def test_a_transition_updates_the_timestamp_and_the_history(curator):
    record = make.make_initiative("lamps", state=PublicationState.DRAFT, sourced=True)
    run_action(curator, "publish", [record])
    published = Initiative.objects.get()
    assert published.updated_at > record.updated_at
    assert published.search_text == record.search_text
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.get_change_message()) == (str(record.pk), "Changed Publication state.")
    assert "Changed Publication state." in soup(curator.get(admin_url(record, "history"))).text


# The queries of publishing records:
# - Session, user, permissions of user and group (4).
# - The list with the action (10): choices of countries and themes (twice, for the list and for the selection), number
#   of results, keys and records of the page, fields without evidence (3 as below).
# - Keys of the selection (1). Begin, cited reports, locks (4).
# - The batch (8): records, fields without evidence (many-to-many relations in one query, figures, evidence), whether
#   readers saw the records before, update, log, end.
# - The history (21): documents before and after (columns, countries, organisations, themes, cities, figures, evidence,
#   rulings, former slugs), whether readers saw the records before, change set, revisions.
# - The message in the session (3): begin, update, end.
PUBLISH_QUERIES = 51


def test_publishing_30_records_needs_no_more_queries_than_publishing_3(curator):
    counts = []
    for number in (3, 30):
        records = [make.make_initiative(state=PublicationState.DRAFT, sourced=True) for _ in range(number)]
        data = {"action": "publish", "_selected_action": [record.pk for record in records]}
        with CaptureQueriesContext(connection) as captured:
            curator.post(admin_url(Initiative), data)
        counts.append(len(captured))
    # PostgreSQL also stores the horizon of the change set, with an update in a savepoint and a second update.
    expected = PUBLISH_QUERIES + (4 if connection.vendor == "postgresql" else 0)
    assert counts == [expected, expected]


@pytest.mark.parametrize("action", TARGETS)
def test_an_action_needs_the_permission_to_change(action, db):
    record = make.make_initiative(state=PublicationState.IN_REVIEW, sourced=True)
    client = staff_client(Permission.objects.get(codename="view_initiative"))
    page = client.get(admin_url(Initiative))
    assert page.status_code == 200
    assert not soup(page).select("select[name=action]")
    run_action(client, action, [record])
    assert state_of(record) == PublicationState.IN_REVIEW


# Published records depend on the reports that they cite.


@pytest.mark.parametrize("action", ["send_to_review", "back_to_draft"])
def test_a_report_that_published_records_depend_on_stays_published(action, curator):
    needed, spare = make.make_report("needed"), make.make_report("spare")
    record = make.make_initiative("lamps")
    make.support_everything(record, needed.passages.get())
    make.make_evidence(record, "kind", spare.passages.get(), stance="differs", reported_value="plan")

    response = page_after_action(curator, action, [needed, spare])

    assert (state_of(needed), state_of(spare)) == (PublicationState.PUBLISHED, TARGETS[action])
    assert messages_in(response) == [
        f"1 record: now “{TARGETS[action].label}”. {spare}",
        f"Could not set 1 record to “{TARGETS[action].label}”: The Gazette: Needed : published records would "
        "lack evidence: Initiative lamps: title in English, summary in English, kind, status and starts on",
    ]


def test_two_reports_that_support_the_same_record_cannot_both_be_returned_to_draft(curator):
    reports = [make.make_report("first"), make.make_report("second")]
    record = make.make_initiative()
    for report in reports:
        make.support_everything(record, report.passages.get())
    run_action(curator, "back_to_draft", reports)
    assert [state_of(report) for report in reports] == [
        PublicationState.PUBLISHED,
        PublicationState.PUBLISHED,
    ]
    run_action(curator, "back_to_draft", reports[:1])
    run_action(curator, "back_to_draft", reports[1:])
    assert [state_of(report) for report in reports] == [PublicationState.DRAFT, PublicationState.PUBLISHED]


def test_a_report_cited_by_drafts_only_can_be_returned_to_draft(curator):
    report = make.make_report()
    make.support_everything(make.make_initiative(state=PublicationState.IN_REVIEW), report.passages.get())
    run_action(curator, "back_to_draft", [report])
    assert state_of(report) == PublicationState.DRAFT


def publish_by_action(client, record, _report):
    run_action(client, "publish", [record])


def publish_by_form(client, record, _report):
    page = RecordPage(client)
    page.send(page.open(record) | {"state": "published"})


def with_evidence(data, report) -> dict:
    """The form data with new evidence for all values of a delegate."""
    blank = int(data[f"{EVIDENCE}-TOTAL_FORMS"]) - 1
    cited = {"passage": report.passages.get().pk, "stance": "supports", "reported_value": ""}
    new = row(EVIDENCE, blank, field="*", **cited) | row(EVIDENCE, blank + 1, field="role", **cited)
    return data | new | {f"{EVIDENCE}-TOTAL_FORMS": blank + 2}


def publish_with_new_evidence(client, record, report):
    record.evidence.all().delete()
    page = RecordPage(client)
    page.send(with_evidence(page.open(record), report) | {"state": "published"})


def publish_a_new_record(client, record, report):
    record.delete()
    page = unrendered_form_data(client, admin_url(Delegate, "add"))
    values = {"name_en": "Ada", "slug": "ada", "role": "Mayor", "state": "published"}
    client.post(admin_url(Delegate, "add"), with_evidence(page, report) | values)


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("publish", "owner", "name"),
    [
        (publish_by_action, record_edits, "publish_errors"),
        (publish_by_form, record_admin, "check_saved_evidence"),
        (publish_with_new_evidence, record_admin, "check_saved_evidence"),
        (publish_a_new_record, record_admin, "check_saved_evidence"),
    ],
    ids=["action", "form", "form with new evidence", "form of a new record"],
)
def test_a_report_is_not_withdrawn_while_a_record_that_cites_it_is_published(
    publish, owner, name, monkeypatch
):
    client, colleague = curator_client(), client_with_role("curator", "colleague")
    delegate = make.make_delegate("ada", state="draft")
    make.support_everything(delegate)
    report = delegate.evidence.first().passage.report
    withdrawal = threading.Thread(target=withdrawn_by, args=[colleague, report])
    check = getattr(owner, name)

    def checked(*arguments, **options):
        result = check(*arguments, **options)
        withdrawal.start()
        # Without a lock, the withdrawal would end at this point.
        withdrawal.join(1)
        return result

    monkeypatch.setattr(owner, name, checked)
    publish(client, delegate, report)
    withdrawal.join()
    report.refresh_from_db()
    assert (Delegate.objects.get().state, report.state) == ("published", "published")


def withdrawn_by(client, report):
    try:
        run_action(client, "withdraw", [report], reason="Wrong.")
    finally:
        connections.close_all()
