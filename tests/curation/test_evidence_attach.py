"""The page that adds evidence from an existing or a new passage to a record."""

import pytest
from django.contrib.auth.models import Permission

from sco_cities.history.models import ChangeSet, Revision
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence, Passage, Report, Ruling
from tests import factories as make
from tests.curation.admin_client import SIDEBAR_QUERIES, admin_url, errors_in, messages_in, soup, staff_client
from tests.curation.evidence_steps import NEW_REPORT, add_evidence_url, claim_data

pytestmark = pytest.mark.only_on("sqlite")

REPORTED = ["reported_value", "reported_value_ru", "reported_value_zh"]


@pytest.fixture
def record(db):
    return make.make_initiative("lamps", status="agreed", starts_on="2024-05")


@pytest.fixture
def passage(db):
    return make.make_report("gazette-20250101", passages=2).passages.first()


def footnotes_of(record) -> list[tuple]:
    """The field, passage, stance and reported value of each footnote."""
    items = record.evidence.select_related("figure", "passage__report").order_by("pk")
    return [(item.field_key, str(item.passage), item.stance, item.reported_value) for item in items]


def result_values(response) -> list[str]:
    """The values of the radio buttons in the search results."""
    return [button["value"] for button in soup(response).select(".source-results input[type=radio]")]


def send(client, record, data):
    return client.post(add_evidence_url(record), data)


def test_the_page_ticks_the_fields_in_its_url_and_writes_nothing(curator, record):
    page = soup(curator.get(add_evidence_url(record, "status", "cities")))
    ticked = [box["value"] for box in page.select("input[name=fields_told][checked]")]
    assert ticked == ["status", "cities"]
    assert [button["value"] for button in page.select("input[name=stance][checked]")] == ["supports"]
    assert not page.select(".errorlist, .errornote")
    assert Evidence.objects.count() == 0


def test_one_passage_supports_several_fields_and_figures(curator, record, passage):
    make.make_figure(record, "lamps: big", 12)
    response = send(curator, record, claim_data(passage, "status", "starts_on", "figure:lamps: big"))
    assert response.headers["Location"] == admin_url(record, "change")
    assert footnotes_of(record) == [
        ("status", "gazette-20250101#1", "supports", ""),
        ("starts_on", "gazette-20250101#1", "supports", ""),
        ("figure:lamps: big", "gazette-20250101#1", "supports", ""),
    ]
    assert messages_in(curator.get(admin_url(record, "change")))[0] == (
        "Gazette 20250101 (The Gazette, 1 January 2025) ¶1 : 3 footnotes added to 1 record."
    )


def test_an_addition_is_one_change_set_and_updates_the_date_of_change(curator, record, passage):
    before = record.updated_at
    send(curator, record, claim_data(passage, "status", "starts_on"))
    [change] = ChangeSet.objects.all()
    [revision] = Revision.objects.all()
    assert (change.source, change.made_by_name, revision.slug) == ("evidence", "curator", "lamps")
    assert len(revision.changes["evidence"]["added"]) == 2
    record.refresh_from_db()
    assert record.updated_at > before


def test_the_reported_value_has_all_languages_side_by_side(curator, record):
    lines = soup(curator.get(add_evidence_url(record))).select(".evidence-form .form-multiline")
    assert [[field["name"] for field in line.select("[name]")] for line in lines] == [REPORTED]


@pytest.mark.parametrize(
    ("texts", "stored"),
    [
        (("12 lamps", "12 ламп", "12盏灯"), ("12 lamps", "12 ламп", "12盏灯")),
        (("12 lamps", "", "12盏灯"), ("12 lamps", "", "12盏灯")),
        (("12 lamps", "", ""), ("12 lamps", "", "")),
    ],
)
def test_a_reported_value_is_added_in_the_languages_that_were_entered(
    curator, record, passage, texts, stored
):
    send(curator, record, claim_data(passage, "*") | dict(zip(REPORTED, texts, strict=True)))
    assert Evidence.objects.values_list(*REPORTED, "translated_from").get() == (*stored, "")
    for language, text in zip(("", "/ru", "/zh-hans"), stored, strict=True):
        note = soup(curator.get(f"{language}/initiatives/lamps/")).select_one("#note-1 q")
        assert note.text == (text or stored[0])


def test_a_reported_value_in_other_languages_only_is_refused(curator, record, passage):
    response = send(curator, record, claim_data(passage, "status") | {"reported_value_ru": "12 ламп"})
    assert "Enter the reported value in English too." in errors_in(response)
    assert soup(response).select_one("input[name=reported_value_ru]")["value"] == "12 ламп"
    assert Evidence.objects.count() == 0


def test_an_existing_footnote_is_not_added_again(curator, record, passage):
    make.make_evidence(record, "status", passage)
    send(curator, record, claim_data(passage, "status", "starts_on"))
    assert len(footnotes_of(record)) == 2
    assert messages_in(curator.get(admin_url(record, "change")))[:2] == [
        "Gazette 20250101 (The Gazette, 1 January 2025) ¶1 : 1 footnote added to 1 record.",
        "Gazette 20250101 (The Gazette, 1 January 2025) ¶1 : 1 footnote already existed.",
    ]


@pytest.mark.parametrize(
    "term",
    ["Gazette 20250101", "the gazette", "gazette.example/gazette-2025", "passage 1 of gazette", "gazette-20250101#1",
     "https://gazette.example/gazette-20250101"],
)  # fmt: skip
def test_a_search_finds_passages_by_title_publisher_address_summary_or_number(term, curator, record, passage):
    make.make_report("tribune", publisher="The Tribune", title="Trams", address="https://tribune.example/")
    response = send(curator, record, {"_search": "Search", "q": term})
    assert f"passage:{passage.pk}" in result_values(response)
    assert "Trams" not in soup(response).select_one(".source-results").text


def test_a_search_with_more_results_than_shown_has_a_note(curator, record):
    make.make_report("gazette", passages=41)
    response = send(curator, record, {"_search": "Search", "q": "gazette"})
    assert len(soup(response).select("input[value^=passage]")) == 40
    assert (
        soup(response).select_one(".more-results").text
        == "Not all results are shown. Add a word to the search."
    )
    assert not soup(send(curator, record, {"_search": "Search", "q": "gazette#41"})).select(".more-results")


def test_a_search_keeps_the_typed_values_without_validating_them(curator, record, passage):
    typed = claim_data(passage, "status", stance="differs", reported="proposed") | {
        "report-title": "Half a ti"
    }
    del typed["_add"]
    page = soup(send(curator, record, typed | {"_search": "Search", "q": "nowhere"}))
    assert not page.select(".errorlist, .errornote")
    assert [box["value"] for box in page.select("input[checked]")] == [
        f"passage:{passage.pk}", "status", "differs",
    ]  # fmt: skip
    assert page.select_one("input[name=report-title]")["value"] == "Half a ti"
    assert page.select_one("input[name=reported_value]")["value"] == "proposed"
    assert Evidence.objects.count() == 0


def test_a_new_report_with_its_first_passage_is_added_on_the_page(curator, record):
    grant_review_permission(curator)
    data = claim_data("new", "status") | NEW_REPORT | {"report-is_published": "on"}
    assert send(curator, record, data).status_code == 302
    report = Report.objects.get()
    assert (report.slug, report.title, report.state) == (
        "the-gazette-2025-07-08",
        "Lamps at night",
        "published",
    )
    assert footnotes_of(record) == [("status", "the-gazette-2025-07-08#1", "supports", "")]
    assert {revision.slug for revision in Revision.objects.all()} == {"lamps", report.slug}
    assert ChangeSet.objects.count() == 1


def grant_review_permission(client):
    user = client.get("/admin/").wsgi_request.user
    user.user_permissions.add(Permission.objects.get(codename="review_records"))


def test_a_new_report_is_a_draft_unless_it_is_published_explicitly(curator, record):
    send(curator, record, claim_data("new", "status") | NEW_REPORT)
    assert Report.objects.get().state == PublicationState.DRAFT


def test_slugs_of_new_reports_differ_from_current_and_former_slugs(curator, record):
    make.make_report("the-gazette-2025-07-08")
    renamed = make.make_report("the-gazette-2025-07-08-2")
    renamed.slug = "elsewhere"
    renamed.save()
    send(curator, record, claim_data("new", "status") | NEW_REPORT)
    assert Report.objects.get(title="Lamps at night").slug == "the-gazette-2025-07-08-3"


def test_a_new_passage_can_have_its_original_wording_and_an_archived_copy(curator, record, passage):
    more = {
        "passage-number": "", "passage-summary": "Lit.", "passage-quotation": "Es werde Licht.",
        "passage-archive_address": "archive.example/lit",
    }  # fmt: skip
    send(curator, record, claim_data(f"report:{passage.report_id}", "status", **more))
    new = Passage.objects.latest("pk")
    assert (new.quotation, new.archive_address) == ("Es werde Licht.", "https://archive.example/lit")


def test_a_new_passage_of_a_report_gets_the_next_number(curator, record, passage):
    data = claim_data(f"report:{passage.report_id}", "status") | {
        "passage-number": "",
        "passage-summary": "Lit.",
    }
    send(curator, record, data)
    assert footnotes_of(record) == [("status", "gazette-20250101#3", "supports", "")]
    assert {revision.slug for revision in Revision.objects.all()} == {"lamps", "gazette-20250101"}


@pytest.mark.parametrize(
    "url",
    ["https://gazette.example/night", "http://gazette.example/night", "https://gazette.example/night/",
     "gazette.example/night#top", "https://www.gazette.example/night?utm_source=letter"],
)  # fmt: skip
def test_a_report_with_a_known_address_is_offered_and_not_added_twice(url, curator, record):
    known = make.make_report("known", address="https://gazette.example/night")
    data = claim_data("new", "status") | NEW_REPORT | {"report-address": url}
    response = send(curator, record, data)
    assert "A report with this address already exists: “The Gazette: Known”." in errors_in(response)
    page = soup(response)
    [selected] = page.select("input[name=source][checked]")
    assert selected["value"] == f"report:{known.pk}"
    assert f"passage:{known.passages.get().pk}" in result_values(response)
    assert page.select_one("textarea[name=passage-summary]").text.strip() == "The lamps are lit."
    assert (Report.objects.count(), Evidence.objects.count()) == (1, 0)

    send(curator, record, data | {"source": selected["value"]})
    assert footnotes_of(record) == [("status", "known#2", "supports", "")]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"source": ""}, "Choose a passage: search for an existing one or enter a new one."),
        ({"source": "passage:99999999999999999999999"}, "Choose a passage"),
        ({"source": "passage:x"}, "Choose a passage"),
        ({"source": "report:999999"}, "Choose a passage"),
        ({"fields_told": []}, "Tick at least one field that the passage is about."),
        ({"fields_told": ["slug"]}, "slug is not one of the available choices."),
        ({"fields_told": ["ends_on"]}, "These fields of the record are empty: ends on."),
        ({"stance": "differs"}, "Enter the value that the passage reports, because it differs from the record."),
        ({"stance": "likes"}, "likes is not one of the available choices."),
        ({"reported_value": "x" * 301}, "at most 300 characters"),
        ({"reported_value": "nul\x00"}, "Null characters are not allowed."),
        ({"source": "new"} | NEW_REPORT | {"report-language": "english"}, "Did you mean “en”?"),
        ({"source": "new"} | NEW_REPORT | {"report-published_on": "soon"}, "is not a valid date"),
        ({"source": "new"} | NEW_REPORT | {"report-title": ""}, "This field is required."),
        ({"source": "new"} | NEW_REPORT | {"passage-summary": ""}, "This field is required."),
        ({"source": "new"} | NEW_REPORT | {"passage-number": "40000"}, "less than or equal to 32767"),
        ({"source": "new"} | NEW_REPORT | {"report-address": "https://a.example/\x00"}, "Null characters"),
        ({"q": "nul\x00", "source": ""}, "Choose a passage"),
        ({"ruling": "Because."}, "No report contradicts these fields, so no reason is needed."),
    ],
)  # fmt: skip
def test_invalid_data_shows_errors_and_writes_nothing(data, error, curator, record, passage):
    response = send(curator, record, claim_data(passage, "status") | data)
    assert response.status_code == 200
    assert error in errors_in(response)
    assert (Evidence.objects.count(), Report.objects.count(), ChangeSet.objects.count()) == (0, 1, 0)


def test_a_used_passage_number_shows_an_error(curator, record, passage):
    data = claim_data(f"report:{passage.report_id}", "status") | {
        "passage-number": "2",
        "passage-summary": "Lit.",
    }
    assert "This report already has a passage with this number." in errors_in(send(curator, record, data))
    assert Passage.objects.count() == 2


# The field, the reported value, and the value of the record. The record has been agreed since May 2024, with 12 lamps.
DIFFERENT = [
    ("status", "under_way", "agreed"),
    ("status", "Operating", "agreed"),
    ("starts_on", "2023", "May 2024"),
    ("figure:lamps", "over 900 lamps", "12 lamps"),
    ("title_en", "Lanterns", "Lamps"),
]
MATCHING = [
    ("status", "agreed"),
    ("status", "agreed (signed)"),
    ("starts_on", "2024-05-08"),
    ("starts_on", "2024"),
    ("figure:lamps", "exactly 12"),
    ("figure:lamps", "twelve lamps"),
    ("title_en", "lamps"),
    ("summary_en", "They put up lamps"),
    ("*", "All of it"),
    ("status", "as of 2015: interest"),
]


@pytest.mark.parametrize(("field", "reported", "record_value"), DIFFERENT)
def test_a_different_value_needs_an_answer_and_can_be_marked_as_disputed(
    field, reported, record_value, curator, record, passage
):
    make.make_figure(record, "lamps", 12)
    data = claim_data(passage, field, reported=reported)
    response = send(curator, record, data)
    question = soup(response).select_one(".question")
    assert f"this passage reports “{reported}”, but the record states “{record_value}”" in question.text
    assert footnotes_of(record) == []

    del data["_add"]
    send(curator, record, data | {"answer": "disagrees"})
    assert footnotes_of(record) == [(field, "gazette-20250101#1", "differs", reported)]


def test_a_different_wording_can_be_kept_as_support(curator, record, passage):
    send(curator, record, claim_data(passage, "title_en", reported="Lanterns") | {"answer": "agrees"})
    assert footnotes_of(record) == [("title_en", "gazette-20250101#1", "supports", "Lanterns")]


@pytest.mark.parametrize(("field", "reported"), MATCHING)
def test_equal_values_and_values_that_only_a_person_can_compare_need_no_answer(
    field, reported, curator, record, passage
):
    make.make_figure(record, "lamps", 12)
    send(curator, record, claim_data(passage, field, reported=reported))
    assert footnotes_of(record) == [(field, "gazette-20250101#1", "supports", reported)]


def test_of_several_fields_only_those_that_differ_become_disputed(curator, record, passage):
    data = claim_data(passage, "status", "starts_on", reported="2023") | {"answer": "disagrees"}
    send(curator, record, data)
    assert [(field, stance) for field, _passage, stance, _value in footnotes_of(record)] == [
        ("status", "supports"), ("starts_on", "differs"),
    ]  # fmt: skip


def test_a_ruling_on_a_disputed_value_can_be_added_and_changed_on_the_page(curator, record, passage):
    data = claim_data(
        passage, "status", stance="differs", reported="proposed", ruling="The contract is signed."
    )
    send(curator, record, data)
    assert Ruling.objects.values_list("field", "reason").get() == ("status", "The contract is signed.")
    send(curator, record, data | {"ruling": "Two ministries say so."})
    assert Ruling.objects.values_list("field", "reason").get() == ("status", "Two ministries say so.")
    [revision, _first] = Revision.objects.all()
    assert list(revision.changes) == ["rulings"]


# Permissions


@pytest.mark.parametrize("name", ["add_evidence", "change_initiative"])
def test_the_page_requires_permission_to_change_the_record_and_to_add_evidence(name, record, passage):
    client = staff_client(Permission.objects.get(codename=name))
    assert client.get(add_evidence_url(record)).status_code == 403
    assert send(client, record, claim_data(passage, "status")).status_code == 403
    assert footnotes_of(record) == []


def test_a_contributor_adds_evidence_to_drafts_and_not_to_published_records(record, passage):
    names = [
        "add_evidence",
        "change_initiative",
        "view_initiative",
        "add_report",
        "add_passage",
        "change_report",
    ]
    client = staff_client(*Permission.objects.filter(codename__in=names))
    draft = make.make_initiative("draft", state=PublicationState.DRAFT)
    assert send(client, record, claim_data(passage, "status")).status_code == 403
    assert send(client, draft, claim_data(passage, "status")).status_code == 302
    assert [len(footnotes_of(each)) for each in (record, draft)] == [0, 1]
    # Contributors cannot add a passage to a published report or publish a new report.
    page = soup(client.post(add_evidence_url(draft), {"_search": "Search", "q": "gazette"}))
    assert not page.select(f'input[value="report:{passage.report_id}"], [name=report-is_published]')
    new_passage = claim_data(f"report:{passage.report_id}", "status") | {"passage-summary": "Lit."}
    assert "Choose a passage" in errors_in(send(client, draft, new_passage))
    data = claim_data("new", "status") | NEW_REPORT | {"report-is_published": "on"}
    send(client, draft, data)
    assert Report.objects.get(title="Lamps at night").state == PublicationState.DRAFT


@pytest.mark.parametrize("path", ["initiatives/999", "nothing/1", f"initiatives/{2**70}"])
def test_an_unknown_record_is_not_found(path, curator):
    assert curator.get(f"/admin/evidence/{path}/add/").status_code == 404


def test_the_page_needs_the_same_queries_for_one_result_and_for_thirty(
    curator, record, django_assert_max_num_queries
):
    curator.get(add_evidence_url(record))
    data = {"_search": "Search", "q": "gazette"}
    for numbers in (range(1), range(1, 10)):
        for number in numbers:
            make.make_report(f"gazette-{number}", passages=3)
        with django_assert_max_num_queries(8 + SIDEBAR_QUERIES):
            response = send(curator, record, data)
        assert response.status_code == 200
