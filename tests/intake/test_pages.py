"""The pages that create records from reports, with their contents, permissions and errors."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sco_cities.intake import views
from sco_cities.intake.admin_pages import waiting_reports
from sco_cities.intake.jobs import purge, run_reading
from sco_cities.intake.language_model.anchors import AnchoredItem
from sco_cities.intake.language_model.chat import LanguageModelAnswer
from sco_cities.intake.models import Intake, Proposal
from sco_cities.intake.same_report import same_reports
from sco_cities.jobs.job_lock import job_lock
from tests.curation.admin_client import client_with_role, errors_in, messages_in, soup

from .page_steps import decide, row, save, url
from .reports import read_report, subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.fixture
def intake(curator):
    return read_report(user=curator.user, publisher="The Gazette")


def test_a_pasted_report_is_read_and_its_details_are_taken_from_it(curator):
    text = "Dushanbe and Tianjin agree\n\nDUSHANBE, May 14, 2026 (Pamir Press) -- Dushanbe has agreed.\n"
    assert "autofocus" in soup(curator.get(reverse("admin:intake_add"))).select_one("[name=text]").attrs
    page = curator.post(
        reverse("admin:intake_add"), {"text": text, "publisher": "Another Press"}, follow=True
    )
    intake = Intake.objects.get()
    assert page.request["PATH_INFO"] == url(intake)
    assert (intake.title, intake.publisher, intake.published_on, intake.language, intake.address) == (
        "Dushanbe and Tianjin agree", "Another Press", "2026-05-14", "en", "",
    )  # fmt: skip
    assert intake.made_by == curator.user
    details = soup(page).select_one(".report-details")
    assert "Missing details of the report: address" in details.text


@pytest.mark.parametrize(
    "sent, problem",
    [
        ({}, "empty"),
        ({"text": " \n "}, "empty"),
        ({"text": "a" * 200_001}, "200"),
        ({"text": "Osh.", "published_on": "soon"}, "soon"),
        ({"text": "Osh.", "address": "javascript:alert(1)"}, "begins with http:// or https://"),
        ({"file": SimpleUploadedFile("x.docx", b"PK\x03\x04 no archive")}, "x.docx"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_with_a_sentence(curator, sent, problem):
    page = curator.post(reverse("admin:intake_add"), sent)
    assert page.status_code == 200
    assert problem in errors_in(page)
    assert not Intake.objects.exists()


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://ada:secret@gazette.example/"])
def test_an_address_that_not_everybody_can_open_is_not_saved_and_stays_in_the_form(curator, intake, address):
    answer = save(curator, intake, **{"address": address, "was-address": intake.address})
    intake.refresh_from_db()
    assert intake.address == ""
    assert "begins with http:// or https://" in answer.text
    page = curator.post(url(intake), {"address": address, "was-address": intake.address})
    assert soup(page).select_one("#id_address")["value"] == address


def test_a_text_beside_a_file_is_refused_and_stays_in_its_field(curator):
    sent = {"text": "Osh has opened a park.", "file": SimpleUploadedFile("x.txt", b"Osh has opened a line.")}
    page = curator.post(reverse("admin:intake_add"), sent)
    assert "Send the text alone, or delete it and choose the file again." in errors_in(page)
    assert soup(page).select_one("[name=text]").text.strip() == "Osh has opened a park."
    assert not Intake.objects.exists()
    curator.post(
        reverse("admin:intake_add"), sent | {"text": " \n", "file": SimpleUploadedFile("x.txt", b"Osh.")}
    )
    assert Intake.objects.get().text == "Osh."


def test_an_uploaded_file_is_read(curator):
    html = (
        "<title>Osh opens a line</title><body><p>Osh has opened a line.</p><script>alert(1)</script></body>"
    )
    file = SimpleUploadedFile("line.html", html.encode())
    curator.post(reverse("admin:intake_add"), {"file": file})
    intake = Intake.objects.get()
    assert (intake.source, intake.file_name, intake.title) == ("html", "line.html", "Osh opens a line")
    assert "alert" not in intake.text


def test_nothing_is_preselected_and_opening_a_page_accepts_nothing(curator, intake):
    before = list(Proposal.objects.values())
    page = curator.get(url(intake))
    assert not soup(page).select(".decisions input[checked]")
    for query in ("?doubtful=1", "?page=99", "?page=x", "?page=-1"):
        assert curator.get(url(intake) + query).status_code in (200, 302)
    assert list(Proposal.objects.values()) == before
    assert page["Cache-Control"].count("no-store") == 1
    assert "NOARCHIVE" in soup(page).select_one("meta[name=robots]")["content"]


def test_doubtful_proposals_are_shown_on_request(curator, intake):
    doubtful = intake.proposals.filter(certainty="doubtful").first()
    page = curator.get(url(intake))
    assert row(page, doubtful) is None
    link = next(a for a in soup(page).select(".intake-tools a") if "doubtful" in a.text)
    assert row(curator.get(url(intake) + link["href"]), doubtful) is not None


def test_lists_of_reports_load_no_text(curator, rf, django_assert_num_queries):
    for publisher in ("The Gazette", "The Herald"):
        intake = read_report(user=curator.user, publisher=publisher)
    Intake.objects.update(title="")
    intake.refresh_from_db()
    request = rf.get("/")
    request.user = curator.user
    with django_assert_num_queries(1):
        names = [entry.name for entry in waiting_reports(request, 5)]
    assert names == [str(intake)] * 2
    same = same_reports(intake)
    with django_assert_num_queries(0):
        assert [str(each.intake) for each in same] == names[:1]


def test_a_report_without_a_title_is_named_by_its_date_and_first_words(curator):
    intake = read_report("Two cities\nagree. " * 20, user=curator.user)
    Intake.objects.update(title="", made_at=datetime(2026, 5, 14, 8, tzinfo=UTC))
    expected = f"14 May 2026 · {'Two cities agree. ' * 3}Two c…"
    headings = [
        soup(curator.get(address)).select_one(place).text
        for address, place in (
            (url(intake), "#content h1"),
            (reverse("admin:intake"), ".intake-queue tbody th a"),
        )
    ]
    assert headings == [expected, expected]
    purge(Intake.objects.all())
    assert str(Intake.objects.get()) == "14 May 2026"


def test_a_contributor_sees_only_the_own_intakes(curator, intake):
    contributor = client_with_role("contributor")
    own = read_report(user=contributor.user)
    for client, expected in ((contributor, {own.pk}), (curator, {own.pk, intake.pk})):
        links = soup(client.get(reverse("admin:intake"))).select("#content-main table a")
        assert {int(link["href"].split("/")[-2]) for link in links} == expected
    person = subject(intake, "delegate")
    for answer in (
        contributor.get(url(intake)), decide(contributor, person, "accept"),
        contributor.get(url(intake, "hand") + "?kind=city&passage=1"), contributor.post(url(intake, "purge")),
        # A proposal of another intake cannot be accepted or rejected at the URL of one's own intake.
        contributor.post(url(own), {f"decision-{person.pk}": "accept", f"version-{person.pk}": 1}),
    ):  # fmt: skip
        assert answer.status_code == 404
    person.refresh_from_db()
    assert person.status == "open"
    assert Intake.objects.get(pk=intake.pk).text


HOSTILE = {
    "script": "Osh</script><script>alert(1)</script>\n\n<img src=x onerror=alert(1)> & {{ 7|add:7 }} {% url %}",
    "rtl": "\u202eOsh \u200f\u0627\u0644\u0645\u062f\u064a\u0646\u0629\u202c and Dushanbe signed a memorandum.",
    "astral": "😀😀 Dushanbe 😀 and Tianjin signed a memorandum on tourism.",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_shown_as_it_is(curator, text):
    curator.post(reverse("admin:intake_add"), {"text": text, "title": text[:300].replace("\n", " ")})
    intake = Intake.objects.get()
    page = soup(curator.get(url(intake) + "?doubtful=1"))
    shown = "\n\n".join(each.text for each in page.select(".words"))
    assert "".join(shown.split()) == "".join(intake.text.split())
    assert {script.get("src") is not None for script in page.select("script")} == {True}
    assert not page.select("img[onerror], .words img, .words script")
    for words in page.select(".words"):
        start = int(words["data-start"])
        assert intake.text[start : start + len(words.text)] == words.text


def test_a_dropped_text_is_gone_from_the_page_and_nothing_can_be_decided(curator, intake):
    person = subject(intake, "delegate")
    assert curator.get(url(intake, "purge"))["Location"] == url(intake)
    page = curator.post(url(intake, "purge"), follow=True)
    assert page.status_code == 200
    assert "hotline" not in page.content.decode()
    assert "has been deleted" in soup(page).select_one(".notice").text
    offered = "[name=_save], [name=_write], [name=_read], [data-same], .decisions input, .edit, .at-once"
    assert not soup(page).select(offered)
    assert decide(curator, person, "accept").status_code == 404
    assert Intake.objects.get().text == ""


def test_the_button_is_the_first_thing_of_the_admin(curator):
    page = soup(curator.get(reverse("admin:index")))
    button = page.select_one("#content a")
    assert (button.text, button["href"]) == ("New from a report", reverse("admin:intake_add"))


def test_a_long_text_is_read_by_the_worker_and_its_page_has_a_message(curator):
    long_text = "\n\n".join(f"Dushanbe opened school number {number}." for number in range(1_000))
    page = curator.post(reverse("admin:intake_add"), {"text": long_text}, follow=True)
    intake = Intake.objects.get()
    progress = soup(page).select_one("#work-progress")
    assert "The report is being read." in progress.text
    assert "No worker is running" in progress.text
    assert soup(page).select("script[src$='work-progress.js']")
    run_reading.call(intake.pk)
    page = curator.get(url(intake) + "?page=2")
    assert len(soup(page).select(".passage")) == 20
    assert soup(page).select_one("#next-passages")["href"] == "?page=3"


def test_reading_again_keeps_what_has_been_decided(curator, intake):
    person = subject(intake, "delegate")
    decide(curator, person, "accept")
    assert curator.post(url(intake), {"_read": "", "published_on": "2026-05-14"}).status_code == 302
    assert subject(intake, "delegate").status == "accepted"
    assert Intake.objects.get().published_on == "2026-05-14"
    assert intake.proposals.filter(status="superseded").exists()


@pytest.mark.parametrize("host", ["", "llm.example"])
def test_the_language_model_is_offered_only_where_one_is_set_up(curator, intake, settings, monkeypatch, host):
    settings.INTAKE_LLM_URL = f"https://{host}/v1" if host else ""
    button = soup(curator.get(url(intake))).select_one(".ask")
    assert (button is not None) == bool(host)
    promise = "The text is not sent to any other service."
    assert (promise in soup(curator.get(reverse("admin:intake_add"))).text) == (not host)
    before = set(intake.proposals.values_list("pk", flat=True))
    start = intake.passages.get(number=3).text.index("Hotels")
    item = AnchoredItem("organisation", "name", "Hotels", 3, "Hotels", start, start + 6)
    answer = LanguageModelAnswer([item], 4, "")
    monkeypatch.setattr(views, "anchored_items", lambda passages, themes: answer)
    page = curator.post(url(intake, "ask"), follow=True)
    if host:
        assert host in button.text
        assert "discarded because they are not in the text: 4." in " ".join(messages_in(page))
        [added] = intake.proposals.exclude(pk__in=before)
        assert (added.certainty, added.origin) == ("doubtful", "model")
        assert row(page, added) is not None
    else:
        assert page.status_code == 404


@pytest.mark.only_on("sqlite")
def test_a_double_click_asks_the_language_model_once(curator, intake, settings, monkeypatch):
    settings.INTAKE_LLM_URL = "https://llm.example/v1"
    monkeypatch.setattr(views, "anchored_items", lambda passages, themes: pytest.fail("asked twice"))
    with job_lock(intake):
        page = curator.post(url(intake, "ask"), follow=True)
    assert messages_in(page) == ["The report is being read. Try again in a minute."]
