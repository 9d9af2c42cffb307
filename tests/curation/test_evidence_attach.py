"""Adding evidence to a record: from a passage that is found, or that is written down with its report."""

import pytest
from django.contrib.auth.models import Permission

from sco_cities.history.models import ChangeSet, Revision
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence, Passage, Report, Ruling
from tests import factories as make
from tests.curation.admin_client import address, errors_in, messages_in, soup, staff_client
from tests.curation.evidence_steps import NEW_REPORT, adding_address, claim


@pytest.fixture
def record(db):
    return make.make_initiative("lamps", status="agreed", starts_on="2024-05")


@pytest.fixture
def passage(db):
    return make.make_report("gazette-20250101", passages=2).passages.first()


def footnotes_of(record) -> list[tuple]:
    """Field, passage, stance and reported value of each footnote."""
    items = record.evidence.select_related("figure", "passage__report").order_by("pk")
    return [(item.field_key, str(item.passage), item.stance, item.reported_value) for item in items]


def found_in(response) -> list[str]:
    """What the radio buttons of the results send."""
    return [button["value"] for button in soup(response).select(".found input[type=radio]")]


def send(client, record, sent):
    return client.post(adding_address(record), sent)


def test_the_page_ticks_the_field_that_it_was_opened_for_and_writes_nothing(curator, record):
    page = soup(curator.get(adding_address(record, "status", "cities")))
    ticked = [box["value"] for box in page.select("input[name=fields_told][checked]")]
    assert ticked == ["status", "cities"]
    assert [button["value"] for button in page.select("input[name=stance][checked]")] == ["supports"]
    assert not page.select(".errorlist, .errornote")
    assert Evidence.objects.count() == 0


def test_one_passage_supports_several_fields_and_figures_at_once(curator, record, passage):
    make.make_figure(record, "lamps: big", 12)
    response = send(curator, record, claim(passage, "status", "starts_on", "figure:lamps: big"))
    assert response.headers["Location"] == address(record, "change")
    assert footnotes_of(record) == [
        ("status", "gazette-20250101#1", "supports", ""),
        ("starts_on", "gazette-20250101#1", "supports", ""),
        ("figure:lamps: big", "gazette-20250101#1", "supports", ""),
    ]
    assert messages_in(curator.get(address(record, "change"))) == [
        "gazette-20250101#1 : 3 footnotes added to 1 record."
    ]


def test_what_is_added_is_one_change_in_the_history_and_readers_see_that_the_record_changed(
    curator, record, passage
):
    before = record.updated_at
    send(curator, record, claim(passage, "status", "starts_on"))
    [change] = ChangeSet.objects.all()
    [revision] = Revision.objects.all()
    assert (change.way, change.made_by_name, revision.slug) == ("evidence", "curator", "lamps")
    assert len(revision.changes["evidence"]["added"]) == 2
    record.refresh_from_db()
    assert record.updated_at > before


def test_a_footnote_that_is_there_already_is_not_added_again(curator, record, passage):
    make.make_evidence(record, "status", passage)
    send(curator, record, claim(passage, "status", "starts_on"))
    assert len(footnotes_of(record)) == 2
    assert messages_in(curator.get(address(record, "change"))) == [
        "gazette-20250101#1 : 1 footnote added to 1 record.",
        "gazette-20250101#1 : 1 footnote was there already.",
    ]


@pytest.mark.parametrize(
    "term",
    ["Gazette 20250101", "the gazette", "gazette.example/gazette-2025", "passage 1 of gazette", "gazette-20250101#1",
     "https://gazette.example/gazette-20250101"],
)  # fmt: skip
def test_a_search_finds_passages_by_title_publisher_address_summary_or_number(term, curator, record, passage):
    make.make_report("tribune", publisher="The Tribune", title="Trams", address="https://tribune.example/")
    response = send(curator, record, {"_search": "Search", "q": term})
    assert f"passage:{passage.pk}" in found_in(response)
    assert "Trams" not in soup(response).select_one(".found").text


def test_a_search_that_finds_more_than_it_shows_says_so(curator, record):
    make.make_report("gazette", passages=41)
    response = send(curator, record, {"_search": "Search", "q": "gazette"})
    assert len(soup(response).select("input[value^=passage]")) == 40
    assert (
        soup(response).select_one(".cut").text == "There are more than are shown: add a word to the search."
    )
    assert not soup(send(curator, record, {"_search": "Search", "q": "gazette#41"})).select(".cut")


def test_a_search_keeps_what_was_typed_and_ticked_and_asks_nothing_of_it(curator, record, passage):
    typed = claim(passage, "status", stance="differs", reported="proposed") | {"report-title": "Half a ti"}
    del typed["_add"]
    page = soup(send(curator, record, typed | {"_search": "Search", "q": "nowhere"}))
    assert not page.select(".errorlist, .errornote")
    assert [box["value"] for box in page.select("input[checked]")] == [
        f"passage:{passage.pk}", "status", "differs",
    ]  # fmt: skip
    assert page.select_one("input[name=report-title]")["value"] == "Half a ti"
    assert page.select_one("input[name=reported_value]")["value"] == "proposed"
    assert Evidence.objects.count() == 0


def test_a_report_and_its_first_passage_are_written_down_in_place(curator, record):
    curator_may_publish(curator)
    sent = claim("new", "status") | NEW_REPORT | {"report-is_published": "on"}
    assert send(curator, record, sent).status_code == 302
    report = Report.objects.get()
    assert (report.slug, report.title, report.state) == (
        "the-gazette-2025-07-08",
        "Lamps at night",
        "published",
    )
    assert footnotes_of(record) == [("status", "the-gazette-2025-07-08#1", "supports", "")]
    assert {revision.slug for revision in Revision.objects.all()} == {"lamps", report.slug}
    assert ChangeSet.objects.count() == 1


def curator_may_publish(client):
    user = client.get("/admin/").wsgi_request.user
    user.user_permissions.add(Permission.objects.get(codename="review_records"))


def test_a_new_report_is_a_draft_unless_it_is_said_to_be_published(curator, record):
    send(curator, record, claim("new", "status") | NEW_REPORT)
    assert Report.objects.get().state == PublicationState.DRAFT


def test_slugs_of_new_reports_differ_from_those_that_reports_have_or_had(curator, record):
    make.make_report("the-gazette-2025-07-08")
    renamed = make.make_report("the-gazette-2025-07-08-2")
    renamed.slug = "elsewhere"
    renamed.save()
    send(curator, record, claim("new", "status") | NEW_REPORT)
    assert Report.objects.get(title="Lamps at night").slug == "the-gazette-2025-07-08-3"


def test_a_new_passage_of_a_report_gets_the_next_number(curator, record, passage):
    sent = claim(f"report:{passage.report_id}", "status") | {"passage-number": "", "passage-summary": "Lit."}
    send(curator, record, sent)
    assert footnotes_of(record) == [("status", "gazette-20250101#3", "supports", "")]
    assert {revision.slug for revision in Revision.objects.all()} == {"lamps", "gazette-20250101"}


@pytest.mark.parametrize(
    "written",
    ["https://gazette.example/night", "http://gazette.example/night", "https://gazette.example/night/",
     "gazette.example/night#top", "https://www.gazette.example/night?utm_source=letter"],
)  # fmt: skip
def test_a_report_whose_address_is_here_is_offered_and_not_written_down_twice(written, curator, record):
    known = make.make_report("known", address="https://gazette.example/night")
    sent = claim("new", "status") | NEW_REPORT | {"report-address": written}
    response = send(curator, record, sent)
    assert "This address is that of a report that is here already, “The Gazette: Known”." in errors_in(
        response
    )
    page = soup(response)
    [chosen] = page.select("input[name=source][checked]")
    assert chosen["value"] == f"report:{known.pk}"
    assert f"passage:{known.passages.get().pk}" in found_in(response)
    assert page.select_one("textarea[name=passage-summary]").text.strip() == "The lamps are lit."
    assert (Report.objects.count(), Evidence.objects.count()) == (1, 0)

    send(curator, record, sent | {"source": chosen["value"]})
    assert footnotes_of(record) == [("status", "known#2", "supports", "")]


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"source": ""}, "Choose a passage: search for it, or write it down as a new one."),
        ({"source": "passage:99999999999999999999999"}, "Choose a passage"),
        ({"source": "passage:x"}, "Choose a passage"),
        ({"source": "report:999999"}, "Choose a passage"),
        ({"fields_told": []}, "Tick at least one field that the passage speaks of."),
        ({"fields_told": ["slug"]}, "slug is not one of the available choices."),
        ({"fields_told": ["ends_on"]}, "The record says nothing there yet: ends on."),
        ({"stance": "differs"}, "Say what the passage reports, since it is not the record's value."),
        ({"stance": "likes"}, "likes is not one of the available choices."),
        ({"reported_value": "x" * 301}, "at most 300 characters"),
        ({"reported_value": "nul\x00"}, "Null characters are not allowed."),
        ({"source": "new"} | NEW_REPORT | {"report-language": "english"}, "Did you mean “en”?"),
        ({"source": "new"} | NEW_REPORT | {"report-published_on": "soon"}, "is not a date"),
        ({"source": "new"} | NEW_REPORT | {"report-title": ""}, "This field is required."),
        ({"source": "new"} | NEW_REPORT | {"passage-summary": ""}, "This field is required."),
        ({"source": "new"} | NEW_REPORT | {"passage-number": "40000"}, "less than or equal to 32767"),
        ({"source": "new"} | NEW_REPORT | {"report-address": "https://a.example/\x00"}, "Null characters"),
        ({"q": "nul\x00", "source": ""}, "Choose a passage"),
        ({"ruling": "Because."}, "No report differs on these fields: there is nothing to rule on."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_written(sent, error, curator, record, passage):
    response = send(curator, record, claim(passage, "status") | sent)
    assert response.status_code == 200
    assert error in errors_in(response)
    assert (Evidence.objects.count(), Report.objects.count(), ChangeSet.objects.count()) == (0, 1, 0)


def test_a_passage_that_is_not_there_and_a_number_that_is_taken_are_told(curator, record, passage):
    taken = claim(f"report:{passage.report_id}", "status") | {
        "passage-number": "2",
        "passage-summary": "Lit.",
    }
    assert "This report has a passage of this number already." in errors_in(send(curator, record, taken))
    assert Passage.objects.count() == 2


# The record is agreed, since May 2024; 12 lamps; in the country XA.
DIFFERENT = [
    ("status", "under_way", "agreed"),
    ("status", "Operating", "agreed"),
    ("starts_on", "2023", "May 2024"),
    ("figure:lamps", "over 900 lamps", "12 lamps"),
    ("title_en", "Lanterns", "Lamps"),
]
ALIKE = [
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


@pytest.mark.parametrize(("field", "reported", "says"), DIFFERENT)
def test_another_value_is_asked_about_and_can_be_written_down_as_a_disagreement(
    field, reported, says, curator, record, passage
):
    make.make_figure(record, "lamps", 12)
    sent = claim(passage, field, reported=reported)
    response = send(curator, record, sent)
    question = soup(response).select_one(".question")
    assert f"this passage reports “{reported}”, the record says “{says}”" in question.text
    assert footnotes_of(record) == []

    del sent["_add"]
    send(curator, record, sent | {"answer": "disagrees"})
    assert footnotes_of(record) == [(field, "gazette-20250101#1", "differs", reported)]


def test_another_wording_can_be_kept_as_support(curator, record, passage):
    send(curator, record, claim(passage, "title_en", reported="Lanterns") | {"answer": "agrees"})
    assert footnotes_of(record) == [("title_en", "gazette-20250101#1", "supports", "Lanterns")]


@pytest.mark.parametrize(("field", "reported"), ALIKE)
def test_the_same_value_and_what_only_a_reader_can_compare_is_not_asked_about(
    field, reported, curator, record, passage
):
    make.make_figure(record, "lamps", 12)
    send(curator, record, claim(passage, field, reported=reported))
    assert footnotes_of(record) == [(field, "gazette-20250101#1", "supports", reported)]


def test_of_several_fields_only_those_that_differ_become_disputed(curator, record, passage):
    sent = claim(passage, "status", "starts_on", reported="2023") | {"answer": "disagrees"}
    send(curator, record, sent)
    assert [(field, stance) for field, _passage, stance, _value in footnotes_of(record)] == [
        ("status", "supports"), ("starts_on", "differs"),
    ]  # fmt: skip


def test_a_disagreement_can_be_ruled_on_at_once_and_the_ruling_changed_later(curator, record, passage):
    sent = claim(passage, "status", stance="differs", reported="proposed", ruling="The contract is signed.")
    send(curator, record, sent)
    assert Ruling.objects.values_list("field", "reason").get() == ("status", "The contract is signed.")
    send(curator, record, sent | {"ruling": "Two ministries say so."})
    assert Ruling.objects.values_list("field", "reason").get() == ("status", "Two ministries say so.")
    [revision, _first] = Revision.objects.all()
    assert list(revision.changes) == ["rulings"]


# Rights


@pytest.mark.parametrize("name", ["add_evidence", "change_initiative"])
def test_only_who_may_change_the_record_and_add_evidence_may_open_the_page(name, record, passage):
    client = staff_client(Permission.objects.get(codename=name))
    assert client.get(adding_address(record)).status_code == 403
    assert send(client, record, claim(passage, "status")).status_code == 403
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
    assert send(client, record, claim(passage, "status")).status_code == 403
    assert send(client, draft, claim(passage, "status")).status_code == 302
    assert [len(footnotes_of(each)) for each in (record, draft)] == [0, 1]
    # Nor to a report that readers see, nor can a new one be published by them.
    page = soup(client.post(adding_address(draft), {"_search": "Search", "q": "gazette"}))
    assert not page.select(f'input[value="report:{passage.report_id}"], [name=report-is_published]')
    new_passage = claim(f"report:{passage.report_id}", "status") | {"passage-summary": "Lit."}
    assert "Choose a passage" in errors_in(send(client, draft, new_passage))
    sent = claim("new", "status") | NEW_REPORT | {"report-is_published": "on"}
    send(client, draft, sent)
    assert Report.objects.get(title="Lamps at night").state == PublicationState.DRAFT


@pytest.mark.parametrize("place", ["initiatives/999", "nothing/1", f"initiatives/{2**70}"])
def test_a_record_that_is_not_there_is_not_found(place, curator):
    assert curator.get(f"/admin/evidence/{place}/add/").status_code == 404


def test_the_page_asks_the_same_queries_for_one_result_and_for_thirty(
    curator, record, django_assert_max_num_queries
):
    curator.get(adding_address(record))
    sent = {"_search": "Search", "q": "gazette"}
    for numbers in (range(1), range(1, 10)):
        for number in numbers:
            make.make_report(f"gazette-{number}", passages=3)
        with django_assert_max_num_queries(12):
            response = send(curator, record, sent)
        assert response.status_code == 200
