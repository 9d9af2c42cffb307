"""The way of a record through review: sending, sending back, withdrawing, and what each asks for."""

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
    Desk,
    act,
    added,
    address,
    client_of,
    errors_in,
    filled_in,
    made_by,
    messages_in,
    row,
    soup,
    without,
)


def state_of(record):
    return type(record).objects.values_list("state", flat=True).get(pk=record.pk)


@pytest.fixture
def contributor(db):
    return client_of("contributor", "ada")


@pytest.fixture
def curator(db):
    return client_of("curator", "carl")


# The moves

# By role, state and whether the record is one's own: the moves.
WAYS = [
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


@pytest.mark.parametrize(("role", "state", "is_own", "ways"), WAYS)
def test_a_record_goes_these_ways_and_no_others(role, state, is_own, ways, db):
    user = client_of(role).user
    record = make.make_theme(state=state)
    if is_own:
        made_by(user, record)
    assert " ".join(available_transitions(ObjectPermissions(user), record)) == ways


def test_every_move_is_an_action_of_the_lists(curator):
    record = make.make_theme()
    page = soup(curator.get(address(record)))
    offered = {option["value"] for option in page.select("select[name=action] option")}
    assert set(TRANSITIONS) <= offered


# Saying why


def why_form(response) -> dict:
    """The form that asks why, as a browser sends it."""
    return {name: value for name, value in filled_in(response).items() if name != "_save"}


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("send_back", PublicationState.IN_REVIEW, PublicationState.DRAFT),
        ("withdraw", PublicationState.PUBLISHED, PublicationState.WITHDRAWN),
    ],
)
def test_a_move_that_needs_a_word_asks_for_it_first(action, before, after, curator):
    records = [make.make_theme(f"theme-{i}", state=before) for i in range(2)]
    asked = act(curator, action, records)
    assert [item.text for item in soup(asked).select("#content-main li")] == [
        f"Theme 0 ({before.label})",
        f"Theme 1 ({before.label})",
    ]
    assert [state_of(record) for record in records] == [before, before]

    sent = why_form(asked) | {"_selected_action": [record.pk for record in records]}
    again = curator.post(address(records[0]), sent | {"reason": "  "})
    assert errors_in(again) == "Say why: whoever works on it next has to know."
    assert [state_of(record) for record in records] == [before, before]

    done = curator.post(address(records[0]), sent | {"reason": "The date is missing."}, follow=True)
    assert messages_in(done) == [f"2 records: now “{after.label}”."]
    assert [state_of(record) for record in records] == [after, after]
    revisions = Revision.objects.of(records[0])
    assert [(each.change_set.way, each.change_set.reason) for each in revisions] == [
        ("review", "The date is missing.")
    ]


def test_all_that_match_are_sent_back_with_one_reason(curator):
    for number in range(60):
        make.make_theme(f"theme-{number}", state=PublicationState.IN_REVIEW)
    first = make.make_theme("theme-0")
    asked = act(curator, "send_back", [first], select_across="1")
    assert "and 40 more" in asked.content.decode()
    sent = why_form(asked) | {"reason": "Wrong pillar."}
    done = curator.post(f"{address(first)}?state__exact=in_review", sent, follow=True)
    assert messages_in(done) == ["60 records: now “draft”."]


def test_what_was_said_is_shown_to_the_contributor_on_the_records_page(contributor, curator):
    record = made_by(contributor.user, make.make_theme(state=PublicationState.DRAFT))
    act(contributor, "send_to_review", [record])
    said = soup(curator.get(address(record, "change"))).select_one(".field-review .readonly").text
    assert said.startswith("Sent to review by ada on ")
    act(curator, "send_back", [record], reason="The date is missing.")
    said = soup(contributor.get(address(record, "change"))).select_one(".field-review .readonly").text
    assert said.startswith("Sent back by carl on ")
    assert ": The date is missing." in said


def test_a_report_on_which_published_records_rest_is_not_withdrawn(curator):
    report, record = make.make_report(), make.make_initiative("lamps", starts_on="")
    make.support_everything(record, report.passages.get())
    done = act(curator, "withdraw", [report], reason="Retracted by the paper.")
    assert state_of(report) == PublicationState.PUBLISHED
    assert messages_in(done)[0].endswith(
        "published records would lack evidence: Initiative lamps: title in English, summary in English, "
        "kind and status"
    )
    act(curator, "withdraw", [record], reason="It never came to be.")
    act(curator, "withdraw", [report], reason="Retracted by the paper.")
    assert (state_of(record), state_of(report)) == (PublicationState.WITHDRAWN, PublicationState.WITHDRAWN)


# What readers get of a withdrawn record


def test_a_withdrawn_record_is_gone_for_readers_and_a_preview_for_editors(client, curator):
    record = make.make_initiative("lamps", sourced=True)
    assert client.get("/initiatives/lamps/").status_code == 200
    act(curator, "withdraw", [record], reason="It never came to be.")
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


def test_the_former_address_of_a_withdrawn_record_is_gone_too(client, curator):
    record = make.make_theme("lamps")
    record.slug = "lights"
    record.save()
    act(curator, "withdraw", [record], reason="Not a theme.")
    assert client.get("/themes/lamps/").status_code == 410


# Values that change while readers see them


@pytest.fixture
def published(db):
    record = make.make_initiative("lamps", lead=[make.make_city()])
    make.make_figure(record, "lamps", 12)
    make.support_everything(record)
    return record


CHANGED = [
    ({"status": "completed"}, "status"),
    ({"starts_on": "2023"}, "starts on"),
    ({"ends_on": "2026"}, "ends on"),  # it had none, and yet there is evidence for one
    ({"status": "completed", "starts_on": "2023"}, "status and starts on"),
    (row(FIGURES, 0, value="13"), "figure: lamps"),
    (row(CITIES, 0, role="partner"), "cities"),
]
FRESH = "Changed without evidence for the new value: "


@pytest.mark.parametrize(("values", "named"), CHANGED)
def test_a_value_that_changes_while_published_asks_for_its_evidence_again(values, named, curator, published):
    desk = Desk(curator)
    sent = desk.open(published) | values
    desk.send(sent)
    assert not desk.was_saved
    assert f"{FRESH}{named}." in errors_in(desk.response)
    desk.send(sent | {"evidence_stands": "on"})
    assert desk.was_saved


def test_new_evidence_for_the_value_does_instead_of_the_tick(curator, published):
    passage, desk = make.make_report("herald").passages.get(), Desk(curator)
    sent = desk.open(published) | {"status": "completed"}
    desk.send(added(sent, EVIDENCE, field="kind", passage=passage.pk, stance="supports"))
    assert FRESH in errors_in(desk.response)
    differing = {"passage": passage.pk, "stance": "differs", "reported_value": "agreed"}
    desk.send(added(sent, EVIDENCE, field="status", **differing))
    assert FRESH in errors_in(desk.response)
    hidden = make.make_report("hidden", state=PublicationState.DRAFT).passages.get()
    desk.send(added(sent, EVIDENCE, field="status", passage=hidden.pk, stance="supports"))
    assert FRESH in errors_in(desk.response)
    desk.send(added(sent, EVIDENCE, field="status", passage=passage.pk, stance="supports"))
    assert desk.was_saved
    assert Initiative.objects.get().status == "completed"


UNASKED = [
    {"title_en": "Brighter lamps"},  # covered by evidence on the record as a whole
    {"starts_on": ""},  # claims nothing
    {"status": "completed", "state": "in_review"},  # readers do not see it: review does the asking
]


@pytest.mark.parametrize("values", UNASKED)
def test_other_changes_ask_for_nothing(values, curator, published):
    desk = Desk(curator)
    desk.send(desk.open(published) | values)
    assert desk.was_saved


def test_a_city_that_is_taken_out_asks_for_nothing(curator, published):
    make.InitiativeCity.objects.create(initiative=published, city=make.make_city("betatown"), role="lead")
    desk = Desk(curator)
    desk.send(without(desk.open(published), CITIES, 0))
    assert desk.was_saved


@pytest.mark.parametrize(
    ("state", "shown"),
    [(PublicationState.PUBLISHED, 1), (PublicationState.DRAFT, 0), (PublicationState.IN_REVIEW, 0)],
)
def test_the_tick_is_there_for_published_records_only(state, shown, curator):
    record = make.make_initiative(state=state)
    page = soup(curator.get(address(record, "change")))
    assert len(page.select("[name=evidence_stands]")) == shown
    assert not soup(curator.get(address(Report, "add"))).select("[name=evidence_stands]")


def test_the_review_page_of_a_record_leads_back_to_its_form(curator):
    record = make.make_theme()
    page = soup(curator.get(reverse("admin:review_record", args=["themes", record.pk])))
    assert page.select(f'a[href="{address(record, "change")}"]')


def test_the_page_of_a_record_that_lacks_evidence_leads_to_where_it_is_added(curator):
    lamps = make.make_initiative("lamps", state="in_review")
    page = soup(curator.get(reverse("admin:review_record", args=["initiatives", lamps.pk])))
    [link] = page.select(".against a")
    assert "no published report supports" in page.select_one(".against").text
    assert soup(curator.get(link["href"])).h1.text == "Add evidence: Lamps"


@pytest.mark.parametrize(
    ("role", "state", "leads"),
    [
        ("contributor", PublicationState.DRAFT, True),
        ("contributor", PublicationState.WITHDRAWN, False),
        ("curator", PublicationState.WITHDRAWN, True),
    ],
)
def test_whoever_may_edit_a_record_is_led_to_where_its_evidence_is_added(role, state, leads, db):
    record = make.make_initiative(state=state)
    page = soup(client_of(role).get(reverse("admin:review_record", args=["initiatives", record.pk])))
    assert bool(page.select(".against a")) == leads


@pytest.mark.parametrize(
    ("state", "named"),
    [
        (PublicationState.DRAFT, ["draft"]),
        (PublicationState.IN_REVIEW, ["in review"]),
        (PublicationState.PUBLISHED, []),
    ],
)
def test_the_review_page_names_the_reports_that_have_to_be_published_first(state, named, curator):
    record, report = (
        make.make_initiative(state=PublicationState.DRAFT),
        make.make_report("gazette-1", passages=2, state=state),
    )
    for passage in report.passages.all():
        make.make_evidence(record, passage=passage)
    other = make.make_report("other", state=PublicationState.DRAFT).passages.get()
    make.make_evidence(record, "kind", other, stance="differs", reported_value="plan")
    page = soup(curator.get(reverse("admin:review_record", args=["initiatives", record.pk])))
    leading = page.select("a[href*='/review/reports/']:not([rel])")
    assert [link.next_sibling.strip(" ()\n") for link in leading] == named
    assert {link["href"] for link in leading} <= {reverse("admin:review_record", args=["reports", report.pk])}
