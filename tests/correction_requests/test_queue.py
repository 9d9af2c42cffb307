"""The queue of correction requests in the admin, with its permissions, the answers and the stored data."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sco_cities.admin_framework.admin_urls import returning_to
from sco_cities.correction_requests.models import CorrectionRequest, RequestState
from tests import factories as make
from tests.curation.admin_client import (
    admin_url,
    client_with_role,
    errors_in,
    form_data,
    messages_in,
    run_action,
    soup,
    staff_client,
    unrendered_form_data,
    with_creator,
)

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:correction_requests_correctionrequest_changelist")


@pytest.fixture
def lamps():
    return make.make_initiative("bright-lamps", lead=[make.make_city()], sourced=True)


@pytest.fixture
def correction(lamps):
    return make.make_correction_request(
        lamps, value="status", value_label="Status", address="https://gazette.example/lamps?a=1&b=2"
    )


def listed(client, query="") -> list[str]:
    """The reference numbers of the requests in the list."""
    return [cell.text for cell in soup(client.get(f"{QUEUE}{query}")).select("#result_list .field-reference")]


def answer(client, correction, **values):
    page = admin_url(correction, "change")
    return client.post(page, form_data(client.get(page)) | values)


@pytest.mark.parametrize(
    ("role", "status"), [("", 403), ("contributor", 403), ("curator", 200), ("administrator", 200)]
)
def test_only_curators_and_administrators_see_requests(client, correction, role, status):
    pages = [QUEUE, *(admin_url(correction, page) for page in ("change", "delete", "history"))]
    staff = client_with_role(role)
    assert [staff.get(page).status_code for page in pages] == [status] * 4
    assert [client.get(page).status_code for page in pages] == [302] * 4
    posted = staff.post(pages[1], {"state": "declined", "answer": "No.", "seen": ""}).status_code
    assert posted == status
    assert CorrectionRequest.objects.get().state == RequestState.NEW


def test_requests_cannot_be_added_in_the_admin(curator):
    assert curator.get(admin_url(CorrectionRequest, "add")).status_code == 403


def test_an_empty_queue_has_a_message_and_a_link_to_all_requests(curator, lamps):
    make.make_correction_request(lamps, state="declined")
    link = next(
        a
        for a in soup(curator.get(QUEUE)).select("#changelist-form a, #changelist p a")
        if a.text == "Show all"
    )
    assert "No open requests." in link.parent.text
    assert "No open requests." not in soup(curator.get(QUEUE + link["href"])).text


def test_the_start_page_shows_open_requests(curator, lamps):
    for state in ("new", "new", "in_progress", "corrected", "declined"):
        make.make_correction_request(lamps, state=state)
    index = soup(curator.get(reverse("admin:index")))
    heading = index.select_one(".queues h3")
    assert " ".join(heading.text.split()) == "Correction requests 3"
    assert heading.a["href"] == QUEUE
    entries = heading.find_next_sibling("ul").select("li")
    assert [entry.a.text for entry in entries] == ["Bright lamps"] * 3
    oldest = CorrectionRequest.objects.order_by("pk").first()
    assert entries[0].a["href"] == admin_url(oldest, "change")
    assert entries[0].select_one(".help").text.endswith(" · The lamps are not lit.")


def test_the_queue_lists_open_requests_newest_first_and_filters_by_state(curator, lamps):
    by_state = {state: make.make_correction_request(lamps, state=state) for state in RequestState.values}
    references = {state: correction.reference for state, correction in by_state.items()}
    assert listed(curator) == [references["in_progress"], references["new"]]
    for state, reference in references.items():
        assert listed(curator, f"?state={state}") == [reference]
    assert len(listed(curator, "?state=all")) == 4
    assert listed(curator, "?state=nothing") == []
    filters = soup(curator.get(QUEUE)).select("#changelist-filter li a")
    assert [link.text for link in filters][:2] == ["open", "new"]


@pytest.mark.parametrize(
    ("words", "found"),
    [("lit lamps", 1), ("{reference}", 1), ("bright-lamps", 1), ("dark", 0), ("a " * 40, 0), ("%00", 400)],
)
def test_requests_are_found_by_reference_record_and_text(curator, correction, words, found):
    query = f"?q={words.format(reference=correction.reference.lower())}"
    if found == 400:
        assert curator.get(QUEUE + query).status_code == 400
    else:
        assert len(listed(curator, query)) == found


def test_the_page_of_a_request_links_to_the_record_its_history_the_address_and_the_sender(
    curator, correction, lamps
):
    page = soup(curator.get(admin_url(correction, "change")))
    links = {link["href"]: link for link in page.select("#content-main .readonly a")}
    assert list(links) == [
        returning_to(admin_url(correction, "change"), admin_url(lamps, "change")),
        lamps.get_absolute_url(), admin_url(lamps, "history"),
        "https://gazette.example/lamps?a=1&b=2",
        f"mailto:reader@example.org?subject=SCO%20Cities%20{correction.reference}",
    ]  # fmt: skip
    assert "noopener" in links["https://gazette.example/lamps?a=1&b=2"]["rel"]
    assert all(curator.get(link).status_code == 200 for link in list(links)[:3])
    assert [field["name"] for field in page.select("#content-main form [name]:not([type=submit])")] == [
        "csrfmiddlewaretoken", "state", "answer", "seen",
    ]  # fmt: skip


def test_saving_the_record_of_a_request_leads_back_to_the_request(curator, correction):
    request_page = admin_url(correction, "change")
    links = [a["href"] for a in soup(curator.get(request_page)).select(".field-record_links a")]
    form = next(link for link in links if "/change/?" in link)
    assert curator.post(form, unrendered_form_data(curator, form)).headers["Location"] == request_page
    data = unrendered_form_data(curator, form) | {"_continue": "yes"}
    assert curator.post(form, data).headers["Location"] == form
    address = form.partition("?")[0]
    for elsewhere in ("https://example.org/admin/", "//example.org/admin/", "/initiatives/"):
        answer = curator.post(f"{address}?return_to={elsewhere}", unrendered_form_data(curator, address))
        assert answer.headers["Location"] == admin_url(correction.record)


def test_an_answer_closes_the_request_deletes_the_address_and_records_the_curator(curator, correction):
    response = answer(curator, correction, state="corrected", answer="It is lit now.")
    assert response.status_code == 302
    correction.refresh_from_db()
    assert (correction.state, correction.answer) == (RequestState.CORRECTED, "It is lit now.")
    assert (correction.email, correction.handled_by) == ("", "curator")
    assert correction.text == "The lamps are not lit."
    (entry,) = LogEntry.objects.filter(object_id=correction.pk)
    assert entry.user.get_username() == "curator"
    assert "It is lit now" not in entry.change_message
    assert "State" in curator.get(admin_url(correction, "history")).text


def test_work_on_a_request_keeps_the_address(curator, correction):
    answer(curator, correction, state="in_progress")
    correction.refresh_from_db()
    assert (correction.email, correction.handled_by) == ("reader@example.org", "curator")


def test_no_curator_overwrites_the_answer_of_another_curator(curator, correction):
    page = admin_url(correction, "change")
    data = form_data(curator.get(page))
    answer(client_with_role("curator", "ben"), correction, state="declined", answer="No.")
    response = curator.post(page, data | {"state": "corrected", "answer": "Yes."})
    assert response.status_code == 200
    assert "Someone else has changed this request" in errors_in(response)
    correction.refresh_from_db()
    assert (correction.state, correction.answer, correction.handled_by) == ("declined", "No.", "ben")


@pytest.mark.parametrize(
    "values", [{"state": "published"}, {"answer": "a" * 2001}, {"answer": "a\0b"}, {"seen": "\0"}]
)
def test_an_invalid_answer_is_rejected(curator, correction, values):
    response = answer(curator, correction, **values)
    assert response.status_code == 200
    assert errors_in(response)
    assert CorrectionRequest.objects.get().handled_by == ""


def test_the_text_of_the_reader_cannot_be_changed(curator, correction):
    answer(curator, correction, state="new", text="Everything is fine.", value="kind", email="x@example.org")
    correction.refresh_from_db()
    assert correction.text == "The lamps are not lit."
    assert (correction.value, correction.email) == ("status", "reader@example.org")


def test_selected_requests_are_declined_and_closed_requests_are_unchanged(curator, lamps):
    open_one, closed = (
        make.make_correction_request(lamps),
        make.make_correction_request(lamps, state="corrected"),
    )
    action = {"action": "decline", "_selected_action": [open_one.pk, closed.pk]}
    response = curator.post(f"{QUEUE}?state=all", action, follow=True)
    assert messages_in(response) == ["1 request was declined."]
    open_one.refresh_from_db()
    closed.refresh_from_db()
    assert (open_one.state, open_one.email, open_one.handled_by) == ("declined", "", "curator")
    assert closed.state == "corrected"


def test_all_open_requests_from_the_networks_of_selected_requests_are_declined(curator, lamps):
    flood = [make.make_correction_request(lamps, network="a" * 16) for _number in range(3)]
    unknown, reader = (
        make.make_correction_request(lamps),
        make.make_correction_request(lamps, network="b" * 16),
    )
    rows = soup(curator.get(QUEUE)).select("#result_list tbody .field-from_network")
    assert [row.text for row in rows] == ["1", "–", "3", "3", "3"]
    response = run_action(curator, "decline_networks", [flood[1], unknown], follow=True)
    assert messages_in(response) == ["4 requests were declined."]
    assert list(CorrectionRequest.objects.open()) == [reader]
    assert set(CorrectionRequest.objects.values_list("network", "email")) == {
        ("", ""), ("b" * 16, "reader@example.org"),
    }  # fmt: skip


def test_selected_requests_are_deleted(curator, lamps):
    corrections = [make.make_correction_request(lamps) for _number in range(3)]
    run_action(curator, "delete_selected", corrections[:2], post="yes")
    assert list(CorrectionRequest.objects.all()) == corrections[2:]


def test_text_of_readers_is_escaped_and_shortened_in_the_list(curator, lamps):
    make.make_correction_request(
        lamps,
        text="<script>alert(1)</script>\n" + "a" * 1000,
        email="<b>@example.org",
        record_name="<i>Lamps",
    )
    for address in (QUEUE, admin_url(CorrectionRequest.objects.get(), "change")):
        text = curator.get(address).text
        assert "<script>alert" not in text
        assert "<b>@" not in text
        assert "<i>Lamps" not in text
    assert len(soup(curator.get(QUEUE)).select_one(".field-excerpt").text) <= 61


def test_a_request_keeps_the_name_of_a_deleted_record(curator, correction, lamps):
    name = str(lamps)
    with_creator(get_user_model().objects.get(username="curator"), lamps)
    lamps.delete()
    page = soup(curator.get(admin_url(correction, "change")))
    assert page.select_one(".field-record_links .readonly").text == f"{name} (deleted) · History"
    (link,) = page.select(".field-record_links .readonly a")
    assert curator.get(link["href"]).status_code == 200
    response = curator.get(f"/correction-requests/sent/{correction.reference}/")
    assert response.status_code == 200
    assert "bright-lamps" not in response.text


def test_a_request_about_a_merged_record_links_to_the_remaining_record(curator):
    theme, duplicate = make.make_theme("lamps"), make.make_theme("lamp")
    correction = make.make_correction_request(duplicate)
    page = reverse("admin:merge", args=["themes", theme.pk, duplicate.pk])
    data = form_data(curator.get(page))
    assert curator.post(page, data).status_code == 302
    assert correction.record_name == "Lamp"
    links = soup(curator.get(admin_url(correction, "change"))).select(".field-record_links .readonly a")
    assert [link["href"].partition("?")[0] for link in links][:2] == [
        admin_url(theme, "change"),
        "/themes/lamps/",
    ]


def test_a_viewer_reads_and_changes_nothing(correction):
    viewer = staff_client(Permission.objects.get(codename="view_correctionrequest"))
    assert listed(viewer) == [correction.reference]
    page = admin_url(correction, "change")
    assert soup(viewer.get(page)).select("[name=_save]") == []
    assert viewer.post(page, {"state": "declined"}).status_code == 403
    assert viewer.post(QUEUE, {"action": "decline", "_selected_action": [correction.pk]}).status_code in (
        200,
        302,
        403,
    )
    assert CorrectionRequest.objects.get().state == RequestState.NEW


def test_the_number_of_queries_of_the_list_does_not_grow(curator, lamps, django_assert_num_queries):
    make.make_correction_request(lamps)
    curator.get(QUEUE)
    with CaptureQueriesContext(connection) as one:
        curator.get(QUEUE)
    for _number in range(20):
        make.make_correction_request(lamps)
    with django_assert_num_queries(len(one)):
        curator.get(QUEUE)


def test_the_data_package_has_no_requests(correction, tmp_path):
    call_command("dump_package", str(tmp_path / "dump"), verbosity=0)
    texts = [path.read_text() for path in (tmp_path / "dump").iterdir()]
    assert texts
    assert not any("The lamps are not lit" in text or "correction" in text.lower() for text in texts)
