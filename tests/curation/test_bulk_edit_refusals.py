"""Records that a bulk edit rejects, and the reasons."""

import pytest

from delegates.models import Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City
from sco_cities.curation.permissions.groups import CONTRIBUTOR
from sco_cities.curation.review import publish_checks, record_edits
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import client_with_role, messages_in, soup, with_creator
from tests.curation.bulk_edit_steps import edit, preview_edit, preview_sentences, previewed_changes

pytestmark = pytest.mark.only_on("sqlite")


def themes_of(record) -> list[str]:
    return sorted(record.themes.values_list("slug", flat=True))


def test_a_published_record_without_evidence_is_refused(curator):
    bare, sourced = make.make_initiative("bare"), make.make_initiative("sourced", sourced=True)
    theme = make.make_theme()
    response = preview_edit(curator, [bare, sourced], add_themes=[theme.pk])
    assert preview_sentences(response) == [
        "1 record will be changed.",
        "1 record cannot be changed: Bare : no published report supports title in English, summary in English, "
        "kind, status, starts on and themes",
    ]
    response = edit(curator, [bare, sourced], add_themes=[theme.pk])
    assert messages_in(response)[0] == "1 record: changed."
    assert messages_in(response)[1].startswith("1 record not changed: Bare : no published report supports")
    assert (themes_of(bare), themes_of(sourced)) == ([], ["lamps"])


def test_a_published_status_changes_only_if_the_evidence_is_confirmed(curator):
    record = make.make_initiative("lamps", sourced=True)
    response = preview_edit(curator, [record], set_status="stalled")
    assert preview_sentences(response) == [
        "0 records will be changed.",
        "1 record cannot be changed: Lamps : no evidence is added for the new value of status",
    ]
    assert not soup(response).select("[name=_apply]")
    edit(curator, [record], set_status="stalled", evidence_stands="on")
    record.refresh_from_db()
    assert record.status == "stalled"


TRANSITIONS = [
    ("publish", "draft", True, "published", ""),
    ("publish", "draft", False, "draft", "no published report supports"),
    ("publish", "withdrawn", True, "withdrawn", "not possible in the state “withdrawn”"),
    ("withdraw", "published", True, "withdrawn", ""),
    ("withdraw", "draft", True, "draft", "not possible in the state “draft”"),
    ("send_back", "in_review", False, "draft", ""),
    ("back_to_draft", "published", True, "draft", ""),
]


@pytest.mark.parametrize(("move", "before", "sourced", "after", "refusal"), TRANSITIONS)
def test_the_state_changes_by_allowed_transitions_only(move, before, sourced, after, refusal, curator):
    record = make.make_initiative("lamps", state=before, sourced=sourced)
    assert refusal in " ".join(preview_sentences(preview_edit(curator, [record], move=move)))
    edit(curator, [record], move=move)
    record.refresh_from_db()
    assert record.state == after


def test_a_record_can_be_corrected_and_published_in_one_edit(curator):
    record = make.make_initiative(state=PublicationState.DRAFT, sourced=True)
    edit(curator, [record], set_kind="plan", move="publish")
    record.refresh_from_db()
    assert (record.kind, record.state) == ("plan", "published")


def test_a_report_that_published_records_depend_on_stays_published(curator):
    report = make.make_report("needed")
    make.support_everything(make.make_initiative("lamps"), report.passages.get())
    response = preview_edit(curator, [report], move="back_to_draft")
    assert (
        "1 record cannot be changed: The Gazette: Needed : published records would lack evidence"
        in (preview_sentences(response)[1])
    )


def test_an_event_cannot_become_part_of_itself(curator):
    forum = make.make_event("forum", state=PublicationState.DRAFT)
    day = make.make_event("day", state=PublicationState.DRAFT, parent=forum)
    response = preview_edit(curator, [forum, day], set_parent=day.pk)
    assert preview_sentences(response) == [
        "0 records will be changed.",
        "2 records cannot be changed: "
        "Day : not valid: part of (An event cannot be part of itself.) "
        "Forum : not valid: part of (An event cannot be part of itself.)",
    ]


def test_a_statement_needs_a_delegate_or_an_event(curator):
    event, delegate = make.make_event(), make.make_delegate()
    alone = make.make_statement("alone", event=event, state=PublicationState.DRAFT)
    both = make.make_statement("both", event=event, delegate=delegate, state=PublicationState.DRAFT)
    response = edit(curator, [alone, both], empty_event="on")
    assert messages_in(response)[0] == "1 record: changed."
    assert (
        "Enter the delegate who made the statement or the event where it was made."
        in messages_in(response)[1]
    )
    assert list(Statement.objects.filter(event=None)) == [both]


def test_contributors_edit_only_permitted_records(db):
    client = client_with_role(CONTRIBUTOR)
    draft = make.make_initiative("draft", state=PublicationState.DRAFT)
    own = with_creator(client.user, make.make_initiative("own", state=PublicationState.IN_REVIEW))
    others = make.make_initiative("others", state=PublicationState.IN_REVIEW)
    published = make.make_initiative("published", sourced=True)
    records = [draft, own, others, published]
    page = preview_edit(client, records, set_kind="plan")
    transitions = [option["value"] for option in soup(page).select("select[name=move] option")]
    assert transitions == ["", "send_to_review", "back_to_draft"]
    response = edit(client, records, set_kind="plan")
    assert messages_in(response) == [
        "2 records: changed.",
        "2 records not changed: Others : you do not have permission to edit it "
        "Published : you do not have permission to edit it",
    ]
    assert set(Initiative.objects.filter(kind="plan")) == {draft, own}


def test_the_page_lists_a_limited_number_of_refused_records(curator, monkeypatch):
    monkeypatch.setattr(record_edits, "MAX_NAMED", 2)
    records = [make.make_initiative() for _ in range(5)]
    response = preview_edit(curator, records, set_kind="plan")
    assert len(soup(response).select(".refused li a")) == 2
    assert soup(response).select(".refused li")[-1].text == "and 3 more"


def test_names_are_escaped(curator):
    theme = make.make_theme("x", name_en="<b>Lamps</b>")
    record = make.make_initiative(title_en="<b>Poles</b>")
    response = preview_edit(
        curator, [record, make.make_initiative(state=PublicationState.DRAFT)], add_themes=[theme.pk]
    )
    assert ("Themes", "", "<b>Lamps</b>", "1") in previewed_changes(response)
    assert "<b>Poles</b>" in preview_sentences(response)[1]


def test_each_kind_of_record_has_its_own_limit_of_named_refusals(monkeypatch):
    monkeypatch.setattr(record_edits, "MAX_NAMED", 1)
    summary = record_edits.BulkEditSummary(record_edits.BulkEdit())
    records = (Initiative(pk=1), Initiative(pk=2), City(pk=1), City(pk=2))
    summary.add([publish_checks.RecordEdit(record, refusal="incomplete") for record in records])
    assert [record for record, _reason in summary.refusals] == [Initiative(pk=1), City(pk=1)]
    assert summary.more_refused == 2
