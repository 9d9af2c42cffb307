"""The list action that adds one source to many records, with its preview, application and revert."""

import time

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import Initiative
from sco_cities.admin_framework import site
from sco_cities.changes import recorder
from sco_cities.changes.revert import revert
from sco_cities.history.models import ChangeSet, Revision
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence, Passage, Report
from tests import factories as make
from tests.curation.admin_client import admin_url, errors_in, messages_in, soup, staff_client
from tests.curation.evidence_steps import NEW_REPORT, claim_data

pytestmark = pytest.mark.only_on("sqlite")

PREVIEW = {"_preview": "Preview"}


@pytest.fixture
def passage(db):
    return make.make_report("gazette", passages=2).passages.first()


@pytest.fixture
def records(db):
    return [make.make_initiative(f"lamps-{number}", starts_on="2024") for number in range(3)]


def selection_data(records, *, across=False) -> dict:
    keys = [record.pk for record in records]
    return {"action": "add_source", "_selected_action": keys, "select_across": "1" if across else "0"}


def bulk_claim_data(source, *fields, **more) -> dict:
    data = claim_data(source, *fields, **more)
    del data["_add"]
    return data


def send(client, records, data, query="", **more):
    return client.post(admin_url(records[0]) + query, selection_data(records, **more) | data, follow=True)


def preview_items(response) -> list[str]:
    items = soup(response).select(".preview > ul > li")
    return [" ".join(item.find(string=True, recursive=False).split()) for item in items]


def apply(client, records, data, response, query="", **more):
    """Submits the form of the preview."""
    seen = soup(response).select_one("input[name=seen]")["value"]
    return send(client, records, data | {"_apply": "1", "seen": seen} | more, query)


def footnotes() -> list[tuple]:
    rows = Evidence.objects.values_list("object_id", "field", "stance")
    return sorted((Initiative.objects.get(pk=pk).slug, field, stance) for pk, field, stance in rows)


def test_the_action_opens_a_page_with_the_evidence_fields_of_the_kind(curator, records):
    make.make_figure(records[0])
    page = soup(send(curator, records, {"index": "0"}))
    assert page.select_one("h1").text == "Add evidence to 3 records"
    assert [box["value"] for box in page.select("input[name=fields_told]")] == [
        "*",
        *Initiative.evidence_fields,
    ]
    assert [field["value"] for field in page.select("input[name=_selected_action]")] == [
        str(record.pk) for record in records
    ]


def test_reports_which_have_no_evidence_fields_have_no_such_action(curator):
    make.make_report()
    options = soup(curator.get(admin_url(Report))).select("select[name=action] option")
    assert "add_source" not in [option["value"] for option in options]


def test_the_preview_counts_new_and_existing_footnotes_and_writes_nothing(curator, records, passage):
    make.make_evidence(records[0], "status", passage)
    empty = make.make_initiative("empty", starts_on="")
    response = send(curator, [*records, empty], PREVIEW | bulk_claim_data(passage, "status", "starts_on"))
    assert preview_items(response) == [
        "6 footnotes will be added to 4 records.",
        "1 footnote already exists and will not change.",
        "1 value is empty, so no footnote will be added.",
    ]
    assert "Empty : starts on" in soup(response).select_one(".preview .empty").text.replace(
        "Empty:", "Empty :"
    )
    assert (Evidence.objects.count(), ChangeSet.objects.count()) == (1, 0)


def test_the_previewed_footnotes_are_added_as_one_change_that_can_be_reverted(curator, passage):
    records = [make.make_initiative(f"lamps-{number}", state=PublicationState.DRAFT) for number in range(3)]
    data = bulk_claim_data(passage, "*", "status")
    response = apply(curator, records, data, send(curator, records, PREVIEW | data))
    assert messages_in(response) == [
        "Gazette (The Gazette, 1 January 2025) ¶1 : 6 footnotes added to 3 records."
    ]
    assert len(footnotes()) == 6
    change = ChangeSet.objects.get()
    assert (change.source, change.made_by_name, change.revisions.count()) == ("evidence", "curator", 3)
    revert(change.revisions.all(), user=None, reason="", reverts=change)
    assert footnotes() == []


def test_a_new_report_and_passage_can_be_added_for_many_records(curator, records):
    data = bulk_claim_data("new", "status") | NEW_REPORT
    preview = send(curator, records, PREVIEW | data)
    assert preview_items(preview) == ["3 footnotes will be added to 3 records."]
    assert Report.objects.count() == 0
    apply(curator, records, data, preview)
    assert Passage.objects.get().evidence.count() == 3
    assert {revision.slug for revision in Revision.objects.all()} == {
        "lamps-0", "lamps-1", "lamps-2", "the-gazette-2025-07-08",
    }  # fmt: skip


def test_all_records_that_match_a_filter_get_the_source_and_no_others(curator, passage):
    records = [make.make_initiative(f"lamps-{number}", kind="project") for number in range(60)]
    make.make_initiative("other", kind="plan")
    data = bulk_claim_data(passage, "kind") | {"select_across": "1"}
    query = "?kind__exact=project"
    preview = send(curator, records[:1], PREVIEW | data, query)
    assert preview_items(preview) == ["60 footnotes will be added to 60 records."]
    apply(curator, records[:1], data, preview, query)
    assert Evidence.objects.count() == 60
    assert "other" not in {slug for slug, _field, _stance in footnotes()}


@pytest.mark.parametrize("what", ["typed", "records"])
def test_a_change_after_the_preview_requires_a_new_preview(what, curator, records, passage):
    data = bulk_claim_data(passage, "status")
    preview = send(curator, records, PREVIEW | data)
    if what == "typed":
        data |= {"fields_told": ["status", "kind"]}
    else:
        make.make_evidence(records[0], "status", passage)
    response = apply(curator, records, data, preview)
    assert messages_in(response) == ["The data has changed since the preview. Check it again."]
    assert Evidence.objects.count() == (0 if what == "typed" else 1)
    apply(curator, records, data, response)
    assert Evidence.objects.count() == (6 if what == "typed" else 3)


def test_a_change_before_the_records_are_locked_requires_a_new_preview(
    curator, records, passage, monkeypatch
):
    data = bulk_claim_data(passage, "status", reported="agreed")
    preview = send(curator, records, PREVIEW | data)
    # Another curator saves after the comparison and before the lock.
    monkeypatch.setattr(recorder, "lock_all", lambda records: Initiative.objects.update(status="operating"))
    response = apply(curator, records, data, preview)
    assert messages_in(response) == ["The data has changed since the preview. Check it again."]
    assert footnotes() == []


@pytest.mark.parametrize(
    ("answer", "stances"), [("disagrees", ["supports", "supports", "differs"]), ("agrees", ["supports"] * 3)]
)
def test_records_with_different_values_are_listed_and_need_an_answer(
    answer, stances, curator, records, passage
):
    records[2].status = "operating"
    records[2].save()
    data = bulk_claim_data(passage, "status", reported="agreed")
    preview = send(curator, records, PREVIEW | data)
    assert "1 value differs from what the passage reports." in preview_items(preview)
    assert "the record states “operating”" in soup(preview).select_one(".preview .differences").text
    seen = soup(preview).select_one("input[name=seen]")["value"]
    assert preview_items(
        send(curator, records, data | {"_apply": "1", "seen": seen})
    )  # an answer is required
    send(curator, records, data | {"answer": answer, "seen": seen})
    assert [stance for _slug, _field, stance in footnotes()] == stances


def test_invalid_data_shows_errors_and_the_records_stay_selected(curator, records, passage):
    response = send(curator, records, PREVIEW | bulk_claim_data("", "status", stance="differs"))
    assert "Choose a passage" in errors_in(response)
    assert "Enter the value that the passage reports" in errors_in(response)
    assert len(soup(response).select("input[name=_selected_action]")) == 3
    assert Evidence.objects.count() == 0


def test_records_that_a_contributor_may_not_edit_are_counted_and_skipped(passage):
    names = ["add_evidence", "change_initiative", "view_initiative"]
    client = staff_client(*Permission.objects.filter(codename__in=names))
    records = [make.make_initiative("draft", state=PublicationState.DRAFT), make.make_initiative("public")]
    data = bulk_claim_data(passage, "status")
    preview = send(client, records, PREVIEW | data)
    assert preview_items(preview) == [
        "1 footnote will be added to 1 record.", "1 record will be skipped because you cannot edit it.",
    ]  # fmt: skip
    response = apply(client, records, data, preview)
    assert (
        messages_in(response)[1]
        == "You do not have permission to edit 1 record; no footnote was added to it."
    )
    assert footnotes() == [("draft", "status", "supports")]


def test_without_permission_to_add_evidence_there_is_no_such_action(records):
    client = staff_client(*Permission.objects.filter(codename="change_initiative"))
    options = soup(client.get(admin_url(Initiative))).select("select[name=action] option")
    assert "add_source" not in [option["value"] for option in options]
    send(client, records, PREVIEW | bulk_claim_data(make.make_report().passages.get(), "status"))
    assert Evidence.objects.count() == 0


def test_too_many_records_are_refused_with_a_message(curator, records, passage, monkeypatch):
    monkeypatch.setattr(site, "MAX_RECORDS", 2)
    response = send(curator, records, PREVIEW | bulk_claim_data(passage, "status"))
    assert messages_in(response) == [
        "You have selected too many records: 3. Filter the list, and select at most 2 at a time."
    ]


@pytest.mark.thorough
def test_five_thousand_records_take_seconds(curator, passage):
    Initiative.objects.bulk_create(
        Initiative(
            slug=f"lamps-{n}", title_en="Lamps", summary_en="They shine.", kind="project", status="agreed"
        )
        for n in range(5_000)
    )
    records = list(Initiative.objects.all()[:1])
    data = bulk_claim_data(passage, "*", "status") | {"select_across": "1"}
    preview = send(curator, records, PREVIEW | data)
    assert preview_items(preview) == ["10000 footnotes will be added to 5000 records."]
    start = time.process_time()
    with CaptureQueriesContext(connection) as captured:
        apply(curator, records, data, preview)
    took = time.process_time() - start
    assert Evidence.objects.count() == 10_000
    # SQLite accepts a few hundred rows per statement. There is no query per record.
    assert len(captured) < 300
    assert took < 15
