"""Editing many records at once: who is refused, and why."""

import pytest

from delegates.models import Statement
from initiatives.models import Initiative
from sco_cities.curation.bulk_edit import summary
from sco_cities.curation.permissions.groups import CONTRIBUTOR
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import client_of, made_by, messages_in, soup
from tests.curation.bulk_edit_steps import edit, look, previewed, told


def themes_of(record) -> list[str]:
    return sorted(record.themes.values_list("slug", flat=True))


def test_a_published_record_keeps_evidence_behind_every_value(curator):
    bare, sourced = make.make_initiative("bare"), make.make_initiative("sourced", sourced=True)
    theme = make.make_theme()
    response = look(curator, [bare, sourced], add_themes=[theme.pk])
    assert told(response) == [
        "1 record will be changed.",
        "1 record cannot be changed so: Bare : no published report supports title in English, summary in English, "
        "kind, status, starts on and themes",
    ]
    response = edit(curator, [bare, sourced], add_themes=[theme.pk])
    assert messages_in(response)[0] == "1 record: changed."
    assert messages_in(response)[1].startswith("1 record not changed: Bare : no published report supports")
    assert (themes_of(bare), themes_of(sourced)) == ([], ["lamps"])


def test_a_published_status_changes_only_if_the_evidence_stands(curator):
    record = make.make_initiative("lamps", sourced=True)
    response = look(curator, [record], set_status="stalled")
    assert told(response) == [
        "0 records will be changed.",
        "1 record cannot be changed so: Lamps : no evidence is added for the new value of status",
    ]
    assert not soup(response).select("[name=_apply]")
    edit(curator, [record], set_status="stalled", evidence_stands="on")
    record.refresh_from_db()
    assert record.status == "stalled"


MOVED = [
    ("publish", "draft", True, "published", ""),
    ("publish", "draft", False, "draft", "no published report supports"),
    ("publish", "withdrawn", True, "withdrawn", "from “withdrawn” you cannot take it there"),
    ("withdraw", "published", True, "withdrawn", ""),
    ("withdraw", "draft", True, "draft", "from “draft” you cannot take it there"),
    ("send_back", "in_review", False, "draft", ""),
    ("back_to_draft", "published", True, "draft", ""),
]


@pytest.mark.parametrize(("move", "before", "sourced", "after", "refusal"), MOVED)
def test_the_state_goes_by_the_moves_that_are_allowed(move, before, sourced, after, refusal, curator):
    record = make.make_initiative("lamps", state=before, sourced=sourced)
    assert refusal in " ".join(told(look(curator, [record], move=move)))
    edit(curator, [record], move=move)
    record.refresh_from_db()
    assert record.state == after


def test_a_record_can_be_set_right_and_published_at_once(curator):
    record = make.make_initiative(state=PublicationState.DRAFT, sourced=True)
    edit(curator, [record], set_kind="plan", move="publish")
    record.refresh_from_db()
    assert (record.kind, record.state) == ("plan", "published")


def test_a_report_is_not_taken_from_under_published_records(curator):
    report = make.make_report("needed")
    make.support_everything(make.make_initiative("lamps"), report.passages.get())
    response = look(curator, [report], move="back_to_draft")
    assert (
        "1 record cannot be changed so: The Gazette: Needed : published records would lack evidence"
        in (told(response)[1])
    )


def test_an_event_is_not_made_a_part_of_itself(curator):
    forum = make.make_event("forum", state=PublicationState.DRAFT)
    day = make.make_event("day", state=PublicationState.DRAFT, parent=forum)
    response = look(curator, [forum, day], set_parent=day.pk)
    assert told(response) == [
        "0 records will be changed.",
        "2 records cannot be changed so: "
        "Day : not valid: part of (An event cannot be part of itself.) "
        "Forum : not valid: part of (An event cannot be part of itself.)",
    ]


def test_a_statement_keeps_an_origin(curator):
    event, delegate = make.make_event(), make.make_delegate()
    alone = make.make_statement("alone", event=event, state=PublicationState.DRAFT)
    both = make.make_statement("both", event=event, delegate=delegate, state=PublicationState.DRAFT)
    response = edit(curator, [alone, both], empty_event="on")
    assert messages_in(response)[0] == "1 record: changed."
    assert "Name the delegate who said it or the event at which it was said." in messages_in(response)[1]
    assert list(Statement.objects.filter(event=None)) == [both]


def test_contributors_edit_only_what_they_may(db):
    client = client_of(CONTRIBUTOR)
    draft = make.make_initiative("draft", state=PublicationState.DRAFT)
    own = made_by(client.user, make.make_initiative("own", state=PublicationState.IN_REVIEW))
    others = make.make_initiative("others", state=PublicationState.IN_REVIEW)
    shown = make.make_initiative("shown", sourced=True)
    records = [draft, own, others, shown]
    page = look(client, records, set_kind="plan")
    moves = [option["value"] for option in soup(page).select("select[name=move] option")]
    assert moves == ["", "send_to_review", "back_to_draft"]
    response = edit(client, records, set_kind="plan")
    assert messages_in(response) == [
        "2 records: changed.",
        "2 records not changed: Others : it is not yours to edit Shown : it is not yours to edit",
    ]
    assert set(Initiative.objects.filter(kind="plan")) == {draft, own}


def test_a_page_names_only_so_many_refused_records(curator, monkeypatch):
    monkeypatch.setattr(summary, "MAX_NAMED", 2)
    records = [make.make_initiative() for _ in range(5)]
    response = look(curator, records, set_kind="plan")
    assert len(soup(response).select(".refused li a")) == 2
    assert soup(response).select(".refused li")[-1].text == "and 3 more"


def test_names_are_text_and_not_html(curator):
    theme = make.make_theme("x", name_en="<b>Lamps</b>")
    record = make.make_initiative(title_en="<b>Poles</b>")
    response = look(
        curator, [record, make.make_initiative(state=PublicationState.DRAFT)], add_themes=[theme.pk]
    )
    assert ("Themes", "", "<b>Lamps</b>", "1") in previewed(response)
    assert "<b>Poles</b>" in told(response)[1]
