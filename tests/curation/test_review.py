"""The publication workflow, with its transitions, required reasons, and evidence for changed values."""

import pytest
from django.urls import reverse

from initiatives.models import Initiative
from sco_cities.curation.permissions.object_permissions import ObjectPermissions
from sco_cities.curation.review.transitions import TRANSITIONS, available_transitions
from sco_cities.history.models import Revision
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Report
from tests import factories as make
from tests.curation.admin_client import (
    CITIES,
    EVIDENCE,
    FIGURES,
    RecordPage,
    admin_url,
    client_with_role,
    errors_in,
    form_data,
    messages_in,
    page_after_action,
    row,
    run_action,
    soup,
    with_creator,
    with_deleted_row,
    with_new_row,
)


def state_of(record):
    return type(record).objects.values_list("state", flat=True).get(pk=record.pk)


@pytest.fixture
def contributor(db):
    return client_with_role("contributor", "ada")


@pytest.fixture
def curator(db):
    return client_with_role("curator", "carl")


# Transitions

# The transitions by role, state and whether the account created the record.
TRANSITION_NAMES = [
    ("contributor", PublicationState.DRAFT, True, "send_to_review"),
    ("contributor", PublicationState.DRAFT, False, "send_to_review"),
    ("contributor", PublicationState.IN_REVIEW, True, "back_to_draft"),
    ("contributor", PublicationState.IN_REVIEW, False, ""),
    ("contributor", PublicationState.PUBLISHED, True, ""),
    ("contributor", PublicationState.WITHDRAWN, True, ""),
    ("curator", PublicationState.DRAFT, False, "publish send_to_review"),
    ("curator", PublicationState.IN_REVIEW, False, "publish send_back"),
    ("curator", PublicationState.IN_REVIEW, True, "publish send_back back_to_draft"),
    ("curator", PublicationState.PUBLISHED, False, "send_to_review withdraw back_to_draft"),
    ("curator", PublicationState.WITHDRAWN, False, "send_to_review back_to_draft"),
]


@pytest.mark.parametrize(("role", "state", "is_own", "names"), TRANSITION_NAMES)
def test_only_these_transitions_are_available(role, state, is_own, names, db):
    user = client_with_role(role).user
    record = make.make_theme(state=state)
    if is_own:
        with_creator(user, record)
    assert " ".join(available_transitions(ObjectPermissions(user), record)) == names


def test_every_transition_is_an_action_of_the_changelists(curator):
    record = make.make_theme()
    page = soup(curator.get(admin_url(record)))
    offered = {option["value"] for option in page.select("select[name=action] option")}
    assert set(TRANSITIONS) <= offered


# Reasons


def reason_form_data(response) -> dict:
    """The data of the reason form as a browser submits it."""
    return {name: value for name, value in form_data(response).items() if name != "_save"}


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("send_back", PublicationState.IN_REVIEW, PublicationState.DRAFT),
        ("withdraw", PublicationState.PUBLISHED, PublicationState.WITHDRAWN),
    ],
)
def test_a_transition_with_a_required_reason_asks_for_it_first(action, before, after, curator):
    records = [make.make_theme(f"theme-{i}", state=before) for i in range(2)]
    question = page_after_action(curator, action, records)
    assert [item.text for item in soup(question).select("#content-main li")] == [
        f"Theme 0 ({before.label})",
        f"Theme 1 ({before.label})",
    ]
    assert [state_of(record) for record in records] == [before, before]

    data = reason_form_data(question) | {"_selected_action": [record.pk for record in records]}
    again = curator.post(admin_url(records[0]), data | {"reason": "  "})
    assert errors_in(again) == "Enter a reason for the next person who works on the record."
    assert [state_of(record) for record in records] == [before, before]

    done = curator.post(admin_url(records[0]), data | {"reason": "The date is missing."}, follow=True)
    assert messages_in(done) == [f"2 records: now “{after.label}”. Theme 0 Theme 1"]
    assert [state_of(record) for record in records] == [after, after]
    revisions = Revision.objects.of(records[0])
    assert [(each.change_set.source, each.change_set.reason) for each in revisions] == [
        ("review", "The date is missing.")
    ]


def test_all_records_of_a_filtered_list_are_sent_back_with_one_reason(curator):
    for number in range(60):
        make.make_theme(f"theme-{number}", state=PublicationState.IN_REVIEW)
    first = make.make_theme("theme-0")
    question = page_after_action(curator, "send_back", [first], select_across="1")
    assert "and 40 more" in question.content.decode()
    data = reason_form_data(question) | {"reason": "Wrong pillar."}
    done = curator.post(f"{admin_url(first)}?state__exact=in_review", data, follow=True)
    [message] = messages_in(done)
    assert message.startswith("60 records: now “draft”. Theme 0 Theme 1 ")


def form_review(client, record) -> str:
    """The text of the section "Review" of the form."""
    text = soup(client.get(admin_url(record, "change"))).select_one(".field-review .readonly").text
    return " ".join(text.split())


@pytest.mark.parametrize(("state", "section"), [("draft", "Review"), ("published", "Publication")])
def test_the_last_transition_of_a_published_record_is_below_its_fields(state, section, curator):
    page = soup(curator.get(admin_url(make.make_theme("lamps", state=state), "change")))
    assert page.select_one(".field-review").find_parent("fieldset").h2.text.strip() == section


def review_page(client, record):
    return soup(client.get(reverse("admin:review_record", args=[record.collection, record.pk])))


def notice(client, record) -> str:
    """The notice on the review page about the last time that the record was sent back, or "" if there is none."""
    found = review_page(client, record).select_one(".send-back")
    return " ".join(found.text.split()) if found else ""


UNCHANGED = "The date is missing. Nothing in this record has changed since then."
CHANGED = "The date is missing. Changed since then: description"


@pytest.fixture
def sent_back(contributor, curator):
    record = with_creator(contributor.user, make.make_theme(state=PublicationState.DRAFT))
    run_action(contributor, "send_to_review", [record])
    assert form_review(curator, record).startswith("Sent for review by ada on ")
    run_action(curator, "send_back", [record], reason="The date is missing.")
    return record


def change(client, record, **values):
    page = RecordPage(client)
    page.send(page.open(record) | values)
    assert page.was_saved


def test_the_reason_of_a_send_back_is_in_sight_until_the_record_is_changed_and_sent_again(
    sent_back, contributor, curator
):
    assert form_review(contributor, sent_back).startswith("Sent back by carl on ")
    assert UNCHANGED in form_review(contributor, sent_back)
    change(contributor, sent_back, description="New.")
    assert CHANGED in form_review(contributor, sent_back)
    run_action(contributor, "send_to_review", [sent_back])
    assert form_review(contributor, sent_back).startswith("Sent for review by ada on ")
    # The reviewer compares the change with the reason.
    assert notice(curator, sent_back).startswith("Sent back by carl on ")
    assert notice(curator, sent_back).endswith(CHANGED)


def test_the_reviewer_sees_that_a_record_was_sent_again_without_a_change(sent_back, contributor, curator):
    run_action(contributor, "send_to_review", [sent_back])
    assert notice(curator, sent_back).endswith(UNCHANGED)
    assert UNCHANGED in form_review(contributor, sent_back)
    assert "Sent for review by ada on " in form_review(contributor, sent_back)


@pytest.mark.parametrize("role", ["contributor", "curator"])
def test_the_reason_stays_in_sight_after_an_edit_in_review_with_a_reason_of_its_own(
    role, sent_back, contributor, curator
):
    run_action(contributor, "send_to_review", [sent_back])
    editor = contributor if role == "contributor" else curator
    change(editor, sent_back, description="New.", why="A better text")
    assert notice(curator, sent_back).endswith(CHANGED)


def test_a_change_that_was_taken_back_is_none(sent_back, contributor, curator):
    before = sent_back.description
    change(contributor, sent_back, description="New.")
    change(contributor, sent_back, description=before)
    assert notice(curator, sent_back).endswith(UNCHANGED)


def test_the_reason_of_a_send_back_is_no_longer_shown_after_publication(sent_back, contributor, curator):
    change(contributor, sent_back, description="New.")
    run_action(contributor, "send_to_review", [sent_back])
    run_action(curator, "publish", [sent_back])
    assert notice(curator, sent_back) == ""
    run_action(curator, "back_to_draft", [sent_back])
    assert notice(curator, sent_back) == ""
    assert "The date is missing." not in form_review(curator, sent_back)


def test_the_last_of_several_reasons_is_shown(sent_back, contributor, curator):
    run_action(contributor, "send_to_review", [sent_back])
    run_action(curator, "send_back", [sent_back], reason="Still missing.")
    assert "Still missing." in notice(contributor, sent_back)
    assert "The date is missing." not in notice(contributor, sent_back)


def test_a_report_that_published_records_depend_on_cannot_be_withdrawn(curator):
    report, record = make.make_report(), make.make_initiative("lamps", starts_on="")
    make.support_everything(record, report.passages.get())
    done = page_after_action(curator, "withdraw", [report], reason="Retracted by the paper.")
    assert state_of(report) == PublicationState.PUBLISHED
    assert messages_in(done)[0].endswith(
        "published records would lack evidence: Initiative lamps: title in English, summary in English, "
        "kind and status"
    )
    run_action(curator, "withdraw", [record], reason="It never came to be.")
    run_action(curator, "withdraw", [report], reason="Retracted by the paper.")
    assert (state_of(record), state_of(report)) == (PublicationState.WITHDRAWN, PublicationState.WITHDRAWN)


# The public page of a withdrawn record


def test_a_withdrawn_record_is_a_410_for_readers_and_a_preview_for_editors(client, curator):
    record = make.make_initiative("lamps", sourced=True)
    assert client.get("/initiatives/lamps/").status_code == 200
    run_action(curator, "withdraw", [record], reason="It never came to be.")
    gone = client.get("/initiatives/lamps/")
    assert (gone.status_code, soup(gone).h1.text) == (410, "This record has been withdrawn")
    assert "It never came to be." not in gone.content.decode()
    assert soup(gone).select_one("meta[name=robots]")["content"] == "noindex"
    assert client.get("/ru/initiatives/lamps/").status_code == 410
    assert client.get("/initiatives/no-such-thing/").status_code == 404
    preview = curator.get("/initiatives/lamps/")
    assert preview.status_code == 200
    assert "Not published: withdrawn." in preview.content.decode()
    assert "/initiatives/lamps/" not in client.get("/initiatives/").content.decode()
    assert b"lamps" not in client.get("/initiatives.csv").getvalue()


def test_the_former_slug_of_a_withdrawn_record_is_a_410_too(client, curator):
    record = make.make_theme("lamps")
    record.slug = "lights"
    record.save()
    run_action(curator, "withdraw", [record], reason="Not a theme.")
    assert client.get("/themes/lamps/").status_code == 410


# Changed values of a published record


@pytest.fixture
def published(db):
    record = make.make_initiative("lamps", lead=[make.make_city()])
    make.make_figure(record, "lamps", 12)
    make.support_everything(record)
    return record


CHANGES = [
    ({"status": "completed"}, "status"),
    ({"starts_on": "2023"}, "starts on"),
    ({"ends_on": "2026"}, "ends on"),  # the field was empty, but there is evidence for it
    ({"status": "completed", "starts_on": "2023"}, "status and starts on"),
    (row(FIGURES, 0, value="13"), "figure: lamps"),
    (row(CITIES, 0, role="partner"), "cities"),
]
EVIDENCE_ERROR = "These values were changed without new evidence: "


@pytest.mark.parametrize(("values", "fields"), CHANGES)
def test_a_changed_value_of_a_published_record_needs_evidence_or_confirmation(
    values, fields, curator, published
):
    record_page = RecordPage(curator)
    data = record_page.open(published) | values
    record_page.send(data)
    assert not record_page.was_saved
    assert f"{EVIDENCE_ERROR}{fields}." in errors_in(record_page.response)
    record_page.send(data | {"evidence_stands": "on"})
    assert record_page.was_saved


def test_new_evidence_for_the_changed_value_replaces_the_confirmation(curator, published):
    passage, record_page = make.make_report("herald").passages.get(), RecordPage(curator)
    data = record_page.open(published) | {"status": "completed"}
    record_page.send(with_new_row(data, EVIDENCE, field="kind", passage=passage.pk, stance="supports"))
    assert EVIDENCE_ERROR in errors_in(record_page.response)
    differing = {"passage": passage.pk, "stance": "differs", "reported_value": "agreed"}
    record_page.send(with_new_row(data, EVIDENCE, field="status", **differing))
    assert EVIDENCE_ERROR in errors_in(record_page.response)
    hidden = make.make_report("hidden", state=PublicationState.DRAFT).passages.get()
    record_page.send(with_new_row(data, EVIDENCE, field="status", passage=hidden.pk, stance="supports"))
    assert EVIDENCE_ERROR in errors_in(record_page.response)
    record_page.send(with_new_row(data, EVIDENCE, field="status", passage=passage.pk, stance="supports"))
    assert record_page.was_saved
    assert Initiative.objects.get().status == "completed"


CHANGES_WITHOUT_ERROR = [
    {"title_en": "Brighter lamps"},  # supported by evidence on the record as a whole
    {"starts_on": ""},  # no value, no evidence needed
    {"status": "completed", "state": "in_review"},  # no longer published, so the review checks the evidence
]


@pytest.mark.parametrize("values", CHANGES_WITHOUT_ERROR)
def test_other_changes_need_no_evidence(values, curator, published):
    record_page = RecordPage(curator)
    record_page.send(record_page.open(published) | values)
    assert record_page.was_saved


def test_a_removed_city_needs_no_evidence(curator, published):
    make.InitiativeCity.objects.create(initiative=published, city=make.make_city("betatown"), role="lead")
    record_page = RecordPage(curator)
    record_page.send(with_deleted_row(record_page.open(published), CITIES, 0))
    assert record_page.was_saved


@pytest.mark.parametrize(
    ("state", "count"),
    [(PublicationState.PUBLISHED, 1), (PublicationState.DRAFT, 0), (PublicationState.IN_REVIEW, 0)],
)
def test_only_published_records_have_the_confirmation(state, count, curator):
    record = make.make_initiative(state=state)
    page = soup(curator.get(admin_url(record, "change")))
    assert len(page.select("[name=evidence_stands]")) == count
    assert not soup(curator.get(admin_url(Report, "add"))).select("[name=evidence_stands]")


STATE_HELP = [
    ("curator", PublicationState.PUBLISHED, "Withdraw You enter the reason on the next page."),
    ("curator", PublicationState.IN_REVIEW, "Send back You enter the reason on the next page."),
    ("curator", PublicationState.DRAFT, ""),
    ("contributor", PublicationState.DRAFT, ""),
]


@pytest.mark.parametrize(("role", "state", "text"), STATE_HELP)
def test_the_form_links_to_the_states_that_need_a_reason(role, state, text, db):
    client, record = client_with_role(role), make.make_theme(state=state)
    help_text = soup(client.get(admin_url(record, "change"))).select_one("#id_state_helptext")
    assert (help_text.text.strip() if help_text else "") == text
    if text:
        assert help_text.a["class"] == ["button"]
        assert help_text.a["href"] == reverse("admin:review_record", args=["themes", record.pk])
