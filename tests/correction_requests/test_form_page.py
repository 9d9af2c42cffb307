"""Readers report an error on a form that validates their input before storing it."""

import re
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sco_cities.correction_requests.forms import CorrectionRequestForm
from sco_cities.correction_requests.models import MAX_TEXT, CorrectionRequest, RequestState
from sco_cities.ops.request_info import MAX_SMALL_BODY_SIZE
from sco_cities.sources.evidence_coverage import figure_key
from sco_cities.sources.models import Report
from tests import factories as make
from tests.extent import share
from tests.form_values import form_values

from .reader_form import FORM, TEXT, errors_in, send, soup

pytestmark = pytest.mark.django_db


def record_pages() -> dict[str, object]:
    """A record of each kind that has a page, by collection."""
    city, event = make.make_city(), make.make_event()
    return {
        "initiatives": make.make_initiative("dim-lamps", lead=[city], sourced=True),
        "cities": city,
        "countries": city.country,
        "delegates": make.make_delegate("ada"),
        "organisations": make.make_organisation(),
        "events": event,
        "themes": make.make_theme(),
        "reports": make.make_report("gazette"),
    }


def test_every_record_page_links_to_its_form_and_the_form_names_the_record(client):
    # Computes the English URLs first, because a request for a page in another language changes the language of URLs.
    paths = {name: (record, record.get_absolute_url()) for name, record in record_pages().items()}
    for number, (collection, (record, path)) in enumerate(paths.items()):
        for prefix in share(("", "/ru", "/zh-hans"), number, 3):
            page = soup(client.get(f"{prefix}{path}"))
            link = page.select(':is(p, .small) > a[href*="/correction-requests/"]')[-1]
            assert link["href"] == f"{prefix}/correction-requests/{collection}/{record.slug}/"
            form = client.get(link["href"])
            assert form.status_code == 200
            (back,) = soup(form).select("main p > a")
            assert back["href"] == f"{prefix}{path}"
            assert back.text in str(record)


def test_a_footnote_links_to_the_form_with_its_first_value_selected_and_all_values_to_choose(client, lamps):
    [note] = soup(client.get(lamps.get_absolute_url())).select(".note")
    [link] = note.select(".correction-link")
    assert link["aria-label"] == "Report an error in footnote 1"
    assert link["href"].partition("?value=")[2] == "status"
    form = soup(client.get(link["href"]))
    assert form.select_one("option[selected]").text == "Status"
    labels = [item.text.strip().lower() for item in note.select(".evidence-items li")]
    assert labels == ["status", "starts on", "ends on", "cities", 'figure: lamps & "poles" / 2']
    assert set(labels) <= {option.text.lower() for option in form.select("option")}


def test_every_passage_of_a_report_links_to_the_form(client):
    make.make_report("gazette", passages=2)
    page = soup(client.get("/reports/gazette/"))
    links = page.select(".passages .correction-link")
    assert [link["href"].partition("?")[2] for link in links] == ["value=passage%3A1", "value=passage%3A2"]
    sent = send(client, links[1]["href"].partition("?")[0], value="passage:2")
    assert sent.status_code == 302
    correction = CorrectionRequest.objects.get()
    assert (correction.value, correction.value_label) == ("passage:2", "Passage 2")
    assert isinstance(correction.record, Report)


def test_a_request_is_stored_and_confirmed_with_a_reference_number(client, lamps):
    response = client.post(
        f"/ru{FORM}?value=status",
        {
            "value": "status",
            "text": f"  {TEXT}\r\nSee the page.  ",
            "address": "gazette.example/lamps",
            "email": "reader@example.org",
            "subject": "",
        },
    )
    correction = CorrectionRequest.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"/ru/correction-requests/sent/{correction.reference}/"
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", correction.reference)
    assert correction.record == lamps
    assert correction.text == f"{TEXT}\nSee the page."
    assert correction.address == "https://gazette.example/lamps"
    assert correction.email == "reader@example.org"
    assert (correction.value, correction.value_label) == ("status", "Status")
    assert (correction.slug, correction.record_name) == ("bright-lamps", str(lamps))
    assert (correction.language, correction.state) == ("ru", RequestState.NEW)
    page = client.get(response["Location"])
    assert correction.reference in page.text
    assert 'href="/ru/initiatives/bright-lamps/"' in page.text
    assert TEXT not in page.text
    assert "reader@example.org" not in page.text


@pytest.mark.parametrize(
    ("state", "shown"),
    [("new", False), ("in_progress", False), ("corrected", True), ("declined", True)],
)
def test_the_confirmation_shows_the_answer_when_the_request_is_closed(client, lamps, state, shown):
    correction = make.make_correction_request(lamps, state=state, answer="We have <corrected> it.")
    page = client.get(f"/correction-requests/sent/{correction.reference.lower()}/")
    assert correction.get_state_display() in page.text
    assert ("We have &lt;corrected&gt; it." in page.text) == shown


@pytest.mark.parametrize("reference", ["AAAA-AAAA", "x", "%F0%9F%92%A1", "a" * 5000])
def test_an_unknown_reference_number_is_not_found(client, lamps, reference):
    assert client.get(f"/correction-requests/sent/{reference}/").status_code == 404


def test_the_form_has_all_values_of_the_record_and_selects_that_of_the_address(client, lamps):
    options = soup(client.get(f"{FORM}?value=starts_on")).select("select[name=value] option")
    assert [option["value"] for option in options[:2]] == ["", "title_en"]
    assert options[-1]["value"] == 'figure:lamps & "poles" / 2'
    assert [option.text for option in options if option.has_attr("selected")] == ["Starts on"]
    in_russian = soup(client.get(f"/ru{FORM}")).select("select[name=value] option")
    assert in_russian[-1].text.endswith("столбы")


@pytest.mark.parametrize(
    "value", ["*", "nothing", "%00", "%ff", "<script>", "figure:", "a" * 5000, "%E2%80%AE", "passage:1"]
)
def test_an_unknown_value_in_the_url_selects_the_record_as_a_whole(client, lamps, value):
    response = client.get(f"{FORM}?value={value}")
    assert response.status_code == 200
    assert soup(response).select_one("option[selected]")["value"] == ""


@pytest.mark.parametrize("prefix", ["", "/ru", "/zh-hans"])
def test_the_form_and_the_confirmation_are_not_indexed_stored_or_cached(client, lamps, prefix):
    sent = f"{prefix}/correction-requests/sent/{make.make_correction_request(lamps).reference}/"
    for address in (f"{prefix}{FORM}", sent, sent):
        response = client.get(address)
        assert response["Cache-Control"] == "private, no-store"
        assert "ETag" not in response
        assert '<meta name="robots" content="noindex">' in response.text
        assert "canonical" not in response.text


@pytest.mark.django_db(transaction=True)
def test_record_pages_set_no_cookie_and_stay_in_the_page_cache_when_a_request_is_sent(client, lamps):
    for _time in range(2):
        client.get(lamps.get_absolute_url())
    assert send(client).status_code == 302
    with CaptureQueriesContext(connection) as queries:
        response = client.get(lamps.get_absolute_url())
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert not response.cookies
    # The only query reads the change log.
    assert len(queries) == 1


def test_the_form_needs_its_token_and_takes_it_without_a_session(lamps):
    client = Client(enforce_csrf_checks=True)
    assert send(client).status_code == 403
    page = client.get(FORM)
    assert set(client.cookies) == {"csrftoken"}
    values = form_values(page.content, "main form")
    assert set(values) == {"csrfmiddlewaretoken", "value", "text", "address", "email", "subject"}
    assert client.post(FORM, values | {"text": TEXT}).status_code == 302


ERRORS = [
    ({"text": ""}, "Describe the error."),
    ({"text": " \r\n "}, "Describe the error."),
    ({"text": " \u202e \u2066\u200f"}, "Describe the error."),
    ({"text": "a" * (MAX_TEXT + 1)}, "at most 2000 characters"),
    ({"text": "a\0b"}, "Null characters are not allowed."),
    ({"value": "nothing"}, "Select a valid choice."),
    ({"value": "a\0b"}, "Select a valid choice."),
    ({"address": "javascript:alert(1)"}, "begins with http:// or https://"),
    ({"address": "ftp://gazette.example/"}, "begins with http:// or https://"),
    ({"address": "https://me:secret@gazette.example/"}, "without a user name and password"),
    ({"address": "https://gazette.example/\u202egpj.exe"}, "Remove the invisible characters."),
    ({"address": f"https://gazette.example/{'a' * 500}"}, "at most 500 characters"),
    ({"address": "https://gazette.example/\0"}, "Null characters are not allowed."),
    ({"email": "reader"}, "Enter a valid email address."),
    ({"email": "reader@example.org\nBcc: all@example.org"}, "Enter a valid email address."),
    ({"email": f"{'a' * 250}@example.org"}, "at most 254 characters"),
    ({"subject": "Cheap lamps"}, "This field must be empty."),
]


@pytest.mark.parametrize(("values", "error"), ERRORS)
def test_invalid_input_is_rejected_with_a_reason_and_kept_and_the_first_error_has_the_focus(
    client, lamps, values, error
):
    response = send(client, **values)
    assert response.status_code == 200
    assert any(error in text for text in errors_in(response)), errors_in(response)
    page = soup(response)
    assert page.title.text.startswith("Error: Report an error")
    (focused,) = page.select("[autofocus]")
    assert focused["name"] in values
    assert focused["aria-invalid"] == "true"
    assert page.find(id=f"{focused['id']}_error")
    assert f"{focused['id']}_error" in focused["aria-describedby"]
    if "text" not in values:
        assert page.select_one("textarea").text.strip() == TEXT
    assert not CorrectionRequest.objects.exists()


HOSTILE = [
    "<script>alert(1)</script>",
    "{{ settings.SECRET_KEY }}",
    "'; DROP TABLE correction_requests_correctionrequest --",
    "=HYPERLINK(1)",
    "a" * MAX_TEXT,
    "灯" * MAX_TEXT,
    "\r\n".join("a" * (MAX_TEXT // 2)),
    "💡 до\u200dма",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_stored_as_it_is(client, lamps, text):
    assert send(client, text=text).status_code == 302
    assert CorrectionRequest.objects.get().text == text.replace("\r\n", "\n")


def test_characters_that_change_the_direction_of_text_are_removed(client, lamps):
    send(client, text="lamps\u202e gnp.exe\u2069 \x07\ufefflit")
    assert CorrectionRequest.objects.get().text == "lamps gnp.exe lit"


@pytest.mark.parametrize(
    "address",
    [
        "/correction-requests/initiatives/nothing/",
        "/correction-requests/nothing/bright-lamps/",
        "/correction-requests/sent/bright-lamps/x/",
        "/correction-requests/cities/bright-lamps/",
        "/correction-requests/initiatives/drafted/",
        "/correction-requests/initiatives/in-review/",
        "/correction-requests/initiatives/withdrawn/",
        "/correction-requests/initiatives/bright%00lamps/",
        "/correction-requests/initiatives/%E2%80%AE/",
        "/correction-requests/",
    ],
)
def test_only_published_records_have_a_form(client, curator, lamps, address):
    for slug, state in (("drafted", "draft"), ("in-review", "in_review"), ("withdrawn", "withdrawn")):
        make.make_initiative(slug, state=state)
    for prefix, method in (("", "get"), ("/ru", "get"), ("", "post")):
        for each in (client, curator):
            assert getattr(each, method)(f"{prefix}{address}", {"text": TEXT}).status_code == 404
    assert not CorrectionRequest.objects.exists()


def test_a_preview_of_an_unpublished_record_has_no_link(curator):
    record = make.make_initiative("drafted", state="draft", sourced=True)
    page = curator.get(record.get_absolute_url())
    assert page.status_code == 200
    assert "correction-requests" not in page.text
    report = make.make_report("gazette-drafted", state="draft")
    page = curator.get(report.get_absolute_url())
    assert page.status_code == 200
    assert "correction-requests" not in page.text


def test_a_form_that_is_sent_after_the_record_has_a_new_address_is_stored(client, lamps):
    lamps.slug = "brighter-lamps"
    lamps.save()
    assert send(client).status_code == 302
    assert CorrectionRequest.objects.get().record == lamps


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
@pytest.mark.parametrize("address", [FORM, "/correction-requests/sent/AAAA-AAAA/"])
def test_other_methods_are_rejected(client, lamps, method, address):
    assert getattr(client, method)(address).status_code == 405


def test_the_confirmation_cannot_be_posted_to(client, lamps):
    reference = make.make_correction_request(lamps).reference
    assert client.post(f"/correction-requests/sent/{reference}/", {}).status_code == 405


def test_a_get_of_the_form_writes_nothing(client, lamps):
    with CaptureQueriesContext(connection) as queries:
        client.get(FORM)
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []


def test_a_body_larger_than_any_form_is_rejected_before_it_is_read(client, lamps):
    assert send(client, text="a" * MAX_SMALL_BODY_SIZE).status_code == 413
    file = {"text": TEXT, "file": BytesIO(b"a" * MAX_SMALL_BODY_SIZE)}
    assert client.post(FORM, file).status_code == 413


def test_a_request_about_a_simultaneously_renamed_figure_is_stored(lamps):
    (figure,) = lamps.figures.all()
    form = CorrectionRequestForm(lamps, {"value": figure_key(figure.label), "text": TEXT})
    assert form.is_valid()
    type(figure).objects.filter(pk=figure.pk).update(label="lights")
    correction = form.save()
    assert correction.value == correction.value_label == 'figure:lamps & "poles" / 2'


def test_the_database_keeps_no_address_of_a_closed_request(lamps):
    correction = make.make_correction_request(lamps)
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionRequest.objects.filter(pk=correction.pk).update(state=RequestState.DECLINED)
    correction.state = RequestState.CORRECTED
    correction.save()
    assert CorrectionRequest.objects.get().email == ""


def test_a_text_is_found_nowhere_on_public_pages(client, lamps):
    send(client, value="status", text="Quasiluminous", email="reader@example.org")
    pages = [
        lamps.get_absolute_url(), "/", "/recent/", "/initiatives/", "/initiatives/?view=brief", "/initiatives.csv",
        "/initiatives.atom", "/search/?q=Brightlamps",
    ]  # fmt: skip
    for address in pages:
        response = client.get(address)
        content = response.getvalue() if response.streaming else response.content
        assert b"Quasiluminous" not in content, address
        assert b"reader@example.org" not in content, address
