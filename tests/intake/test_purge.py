"""Texts of reports are purged, and decisions are kept."""

import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from sco_cities.intake import decisions
from sco_cities.intake.jobs import purge, purge_expired, read_intake
from sco_cities.intake.language_model.anchors import AnchoredItem
from sco_cities.intake.models import Intake, Proposal
from sco_cities.intake.proposals.report_proposals import propose, propose_items
from sco_cities.intake.reception import receive
from sco_cities.intake.same_report import same_reports
from sco_cities.intake.writing.plan import plan
from sco_cities.jobs.periodic import PERIODIC_WORK
from tests import factories as make
from tests.ops.processes import python

from .page_steps import url
from .reports import MEMORANDUM, accept_all, read_report, subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.fixture
def intake(settings):
    settings.INTAKE_KEEP_DAYS = 30
    intake = read_report(publisher="The Gazette", file_name="tourists.docx")
    accept_all(intake, "city")
    decisions.reject(subject(intake, "delegate"), None, version=1)
    return intake


def test_text_quotes_and_file_name_are_deleted_and_decisions_are_kept(intake):
    assert intake.purge_on == timezone.localdate() + datetime.timedelta(days=30)
    intake.passages.filter(number=2).update(quotation="signed a memorandum", summary="Two cities agreed.")
    offsets = list(Proposal.objects.values_list("pk", "spans", "status"))
    assert purge(Intake.objects.all()) == 1
    intake.refresh_from_db()
    assert (intake.text, intake.file_name, intake.text_hash != "") == ("", "", True)
    kept = {
        str(value)
        for row in [*Intake.objects.values(), *Proposal.objects.values(), *intake.passages.values()]
        for name, value in row.items()
        if name not in ("sketch", "title")
    }
    assert not [text for text in kept if "memorandum" in text.lower() or "visitors" in text]
    assert list(Proposal.objects.values_list("pk", "spans", "status")) == offsets
    assert intake.passages.get(number=2).summary == "Two cities agreed."
    assert purge(Intake.objects.all()) == 0


def test_a_text_that_is_dropped_can_be_recognised_but_neither_read_nor_written(intake):
    purge(Intake.objects.all())
    intake.refresh_from_db()
    assert not read_intake(intake)
    assert [problem.sentence for problem in plan(intake).problems][:1] == [
        "The text of this report has been deleted. You can no longer write records from it."
    ]
    again = read_report(publisher="The Gazette")
    assert [each.intake for each in same_reports(again)] == [intake]


@pytest.mark.parametrize("days, is_dropped", [(29, False), (30, True)])
def test_a_text_is_dropped_on_its_day_when_the_next_one_comes(intake, monkeypatch, days, is_dropped):
    today = timezone.localdate() + datetime.timedelta(days=days)
    monkeypatch.setattr(timezone, "localdate", lambda: today)
    receive("Another text.", user=None)
    intake.refresh_from_db()
    assert (intake.text == "") is is_dropped


def test_every_worker_drops_what_is_old():
    assert purge_expired in PERIODIC_WORK


def test_a_process_starts_without_the_rules_of_reports():
    """Loading the rules at start would slow down every command by a tenth of a second."""
    code = "import sys, django; django.setup(); print('sco_cities.intake.reading.reader' in sys.modules)"
    result = python("-c", code, DATABASE_URL="sqlite://:memory:")
    assert result.stdout.strip() == "False", result.stderr


def test_a_reading_that_ends_after_the_text_was_dropped_adds_nothing():
    intake = receive(MEMORANDUM, user=None)
    purge(Intake.objects.all())
    name = "Hotels of both cities"
    start = MEMORANDUM.split("\n\n")[2].index(name)
    hotels = AnchoredItem("organisation", "name", name, 3, name, start, start + len(name))
    assert propose_items(intake, [hotels]) == propose(intake) == 0
    assert not Proposal.objects.exists()
    assert (intake.stage, Intake.objects.get().text) == ("read", "")


def test_the_command_drops_what_is_old(intake):
    Intake.objects.update(purge_on=timezone.localdate())
    output = StringIO()
    call_command("housekeeping", stdout=output)
    assert "texts of reports: 1 deleted" in output.getvalue()
    assert Intake.objects.get().text == ""


def test_the_report_counts_decisions_without_text(intake):
    status = subject(intake, "initiative", "Help for visitors: Dushanbe").values.get(field="status")
    decisions.accept(status, None, version=1)
    output = StringIO()
    call_command("intake_report", stdout=output)
    rows = {tuple(line.split("\t")[:2]): line.split("\t")[2:] for line in output.getvalue().splitlines()}
    assert rows["city", "sure"] == ["2", "0", "0", "0"]
    assert rows["status", "likely"] == ["1", "0", "0", "1"]
    assert rows["delegate", "likely"] == ["0", "0", "2", "0"]
    assert "Dushanbe" not in output.getvalue() and MEMORANDUM[:20] not in output.getvalue()


def test_the_page_of_a_purged_text_shows_open_values_of_known_records(intake, curator):
    """The proposed values are purged, so they cannot be compared with the record."""
    known = make.make_initiative("known")
    make.make_figure(known)
    Proposal.objects.filter(kind="initiative", subject=None).update(object_id=known.pk)
    assert Proposal.objects.open().filter(subject__object_id=known.pk).exists()
    purge(Intake.objects.all())
    assert "Known" in curator.get(url(intake)).content.decode()
