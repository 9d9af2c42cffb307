"""One source for many records: previewed, applied at once, and taken back at once."""

import time

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import Initiative
from sco_cities.curation.admin import limits
from sco_cities.curation.evidence import bulk_action
from sco_cities.history.models import ChangeSet, Revision
from sco_cities.history.revert import revert
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence, Passage, Report
from tests import factories as make
from tests.curation.admin_client import address, errors_in, messages_in, soup, staff_client
from tests.curation.evidence_steps import NEW_REPORT, claim

PREVIEW = {"_preview": "Preview"}


@pytest.fixture
def passage(db):
    return make.make_report("gazette", passages=2).passages.first()


@pytest.fixture
def records(db):
    return [make.make_initiative(f"lamps-{number}", starts_on="2024") for number in range(3)]


def chosen(records, *, across=False) -> dict:
    keys = [record.pk for record in records]
    return {"action": "add_source", "_selected_action": keys, "select_across": "1" if across else "0"}


def told(source, *fields, **more) -> dict:
    sent = claim(source, *fields, **more)
    del sent["_add"]
    return sent


def send(client, records, sent, query="", **more):
    return client.post(address(records[0]) + query, chosen(records, **more) | sent, follow=True)


def preview_of(response) -> list[str]:
    items = soup(response).select(".preview > ul > li")
    return [" ".join(item.find(string=True, recursive=False).split()) for item in items]


def apply(client, records, sent, response, query="", **more):
    """Presses the button of the preview."""
    seen = soup(response).select_one("input[name=seen]")["value"]
    return send(client, records, sent | {"_apply": "1", "seen": seen} | more, query)


def footnotes() -> list[tuple]:
    found = Evidence.objects.values_list("object_id", "field", "stance")
    return sorted((Initiative.objects.get(pk=pk).slug, field, stance) for pk, field, stance in found)


def test_the_action_opens_a_page_with_the_fields_that_all_of_the_kind_have(curator, records):
    make.make_figure(records[0])
    page = soup(send(curator, records, {"index": "0"}))
    assert page.select_one("h1").text == "Add a source to 3 records"
    assert [box["value"] for box in page.select("input[name=fields_told]")] == [
        "*",
        *Initiative.evidence_fields,
    ]
    assert [field["value"] for field in page.select("input[name=_selected_action]")] == [
        str(record.pk) for record in records
    ]


def test_reports_which_evidence_does_not_speak_of_have_no_such_action(curator):
    make.make_report()
    options = soup(curator.get(address(Report))).select("select[name=action] option")
    assert "add_source" not in [option["value"] for option in options]


def test_the_preview_counts_what_is_added_and_what_is_there_and_writes_nothing(curator, records, passage):
    make.make_evidence(records[0], "status", passage)
    empty = make.make_initiative("empty", starts_on="")
    response = send(curator, [*records, empty], PREVIEW | told(passage, "status", "starts_on"))
    assert preview_of(response) == [
        "6 footnotes will be added (to 4 records).",
        "1 footnote is there already and stays as it is.",
        "1 value is empty: there is nothing to support.",
    ]
    assert "Empty : starts on" in soup(response).select_one(".preview .empty").text.replace(
        "Empty:", "Empty :"
    )
    assert (Evidence.objects.count(), ChangeSet.objects.count()) == (1, 0)


def test_what_was_previewed_is_applied_as_one_change_that_can_be_taken_back(curator, passage):
    records = [make.make_initiative(f"lamps-{number}", state=PublicationState.DRAFT) for number in range(3)]
    sent = told(passage, "*", "status")
    response = apply(curator, records, sent, send(curator, records, PREVIEW | sent))
    assert messages_in(response) == ["gazette#1 : 6 footnotes added to 3 records."]
    assert len(footnotes()) == 6
    change = ChangeSet.objects.get()
    assert (change.way, change.made_by_name, change.revisions.count()) == ("evidence", "curator", 3)
    revert(change.revisions.all(), user=None, reason="", reverts=change)
    assert footnotes() == []


def test_a_report_and_a_passage_can_be_written_down_for_many_records(curator, records):
    sent = told("new", "status") | NEW_REPORT
    preview = send(curator, records, PREVIEW | sent)
    assert preview_of(preview) == ["3 footnotes will be added (to 3 records)."]
    assert Report.objects.count() == 0
    apply(curator, records, sent, preview)
    assert Passage.objects.get().evidence.count() == 3
    assert {revision.slug for revision in Revision.objects.all()} == {
        "lamps-0", "lamps-1", "lamps-2", "the-gazette-2025-07-08",
    }  # fmt: skip


def test_all_records_that_match_a_filter_get_the_source_and_no_others(curator, passage):
    records = [make.make_initiative(f"lamps-{number}", kind="project") for number in range(60)]
    make.make_initiative("other", kind="plan")
    sent = told(passage, "kind") | {"select_across": "1"}
    query = "?kind__exact=project"
    preview = send(curator, records[:1], PREVIEW | sent, query)
    assert preview_of(preview) == ["60 footnotes will be added (to 60 records)."]
    apply(curator, records[:1], sent, preview, query)
    assert Evidence.objects.count() == 60
    assert "other" not in {slug for slug, _field, _stance in footnotes()}


@pytest.mark.parametrize("what", ["typed", "records"])
def test_what_has_changed_since_the_preview_is_previewed_again(what, curator, records, passage):
    sent = told(passage, "status")
    preview = send(curator, records, PREVIEW | sent)
    if what == "typed":
        sent |= {"fields_told": ["status", "kind"]}
    else:
        make.make_evidence(records[0], "status", passage)
    response = apply(curator, records, sent, preview)
    assert messages_in(response) == ["This has changed since you looked at it: look again."]
    assert Evidence.objects.count() == (0 if what == "typed" else 1)
    apply(curator, records, sent, response)
    assert Evidence.objects.count() == (6 if what == "typed" else 3)


def test_what_changes_until_the_records_are_locked_is_previewed_again(curator, records, passage, monkeypatch):
    sent = told(passage, "status", reported="agreed")
    preview = send(curator, records, PREVIEW | sent)
    # Another curator is quicker, after the page has compared and before it holds the records.
    monkeypatch.setattr(
        bulk_action.BulkEvidenceView, "lock", lambda page, keys: Initiative.objects.update(status="operating")
    )
    response = apply(curator, records, sent, preview)
    assert messages_in(response) == ["This has changed since you looked at it: look again."]
    assert footnotes() == []


@pytest.mark.parametrize(
    ("answer", "stances"), [("disagrees", ["supports", "supports", "differs"]), ("agrees", ["supports"] * 3)]
)
def test_records_that_say_something_else_are_named_and_asked_about(
    answer, stances, curator, records, passage
):
    records[2].status = "operating"
    records[2].save()
    sent = told(passage, "status", reported="agreed")
    preview = send(curator, records, PREVIEW | sent)
    assert "1 value differs from what the passage reports." in preview_of(preview)
    assert "the record says “operating”" in soup(preview).select_one(".preview .differing").text
    seen = soup(preview).select_one("input[name=seen]")["value"]
    assert preview_of(send(curator, records, sent | {"_apply": "1", "seen": seen}))  # it has to be answered
    send(curator, records, sent | {"answer": answer, "seen": seen})
    assert [stance for _slug, _field, stance in footnotes()] == stances


def test_what_is_wrong_is_said_and_the_records_stay_chosen(curator, records, passage):
    response = send(curator, records, PREVIEW | told("", "status", stance="differs"))
    assert "Choose a passage" in errors_in(response)
    assert "Say what the passage reports" in errors_in(response)
    assert len(soup(response).select("input[name=_selected_action]")) == 3
    assert Evidence.objects.count() == 0


def test_records_that_a_contributor_may_not_edit_are_counted_and_left_out(passage):
    names = ["add_evidence", "change_initiative", "view_initiative"]
    client = staff_client(*Permission.objects.filter(codename__in=names))
    records = [make.make_initiative("draft", state=PublicationState.DRAFT), make.make_initiative("public")]
    sent = told(passage, "status")
    preview = send(client, records, PREVIEW | sent)
    assert preview_of(preview) == [
        "1 footnote will be added (to 1 record).", "1 record is not yours to edit and is left out.",
    ]  # fmt: skip
    response = apply(client, records, sent, preview)
    assert messages_in(response)[1] == "1 record is not yours to edit, and got no footnote."
    assert footnotes() == [("draft", "status", "supports")]


def test_who_may_not_add_evidence_has_no_such_action(records):
    client = staff_client(*Permission.objects.filter(codename="change_initiative"))
    options = soup(client.get(address(Initiative))).select("select[name=action] option")
    assert "add_source" not in [option["value"] for option in options]
    send(client, records, PREVIEW | told(make.make_report().passages.get(), "status"))
    assert Evidence.objects.count() == 0


def test_too_many_records_are_refused_with_a_sentence(curator, records, passage, monkeypatch):
    monkeypatch.setattr(limits, "MAX_RECORDS", 2)
    response = send(curator, records, PREVIEW | told(passage, "status"))
    assert messages_in(response) == ["Choose at most 2 records at once, not 3: narrow the list by a filter."]


def test_five_thousand_records_take_seconds(curator, passage):
    Initiative.objects.bulk_create(
        Initiative(
            slug=f"lamps-{n}", title_en="Lamps", summary_en="They shine.", kind="project", status="agreed"
        )
        for n in range(5_000)
    )
    records = list(Initiative.objects.all()[:1])
    sent = told(passage, "*", "status") | {"select_across": "1"}
    preview = send(curator, records, PREVIEW | sent)
    assert preview_of(preview) == ["10000 footnotes will be added (to 5000 records)."]
    start = time.process_time()
    with CaptureQueriesContext(connection) as captured:
        apply(curator, records, sent, preview)
    took = time.process_time() - start
    assert Evidence.objects.count() == 10_000
    # SQLite takes some hundred rows with each statement; nothing is asked for each record.
    assert len(captured) < 300
    assert took < 15
