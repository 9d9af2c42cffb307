"""A request reads short texts, and the worker reads long texts. An unreadable text shows a message."""

import logging

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from sco_cities.intake import jobs
from sco_cities.intake.models import Intake
from sco_cities.intake.reception import receive

from .reports import MEMORANDUM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.fixture
def long_text(monkeypatch):
    monkeypatch.setattr(jobs, "MAX_SYNCHRONOUS", len(MEMORANDUM) - 1)
    return receive(MEMORANDUM, user=None)


def test_a_long_text_is_read_by_the_worker_once(long_text):
    assert jobs.read_intake(long_text)
    assert (long_text.stage, long_text.proposals.count()) == ("reading", 0)
    assert not jobs.read_intake(long_text)
    assert not long_text.is_stopped()
    DBTaskResult.objects.all().delete()
    jobs.run_reading.call(long_text.pk)
    long_text.refresh_from_db()
    assert long_text.stage == "read" and long_text.proposals.exists()


def test_a_reading_whose_process_has_died_can_be_started_again(long_text):
    Intake.objects.filter(pk=long_text.pk).update(stage="reading")
    long_text.refresh_from_db()
    assert long_text.is_stopped()
    assert jobs.read_intake(long_text)


def test_an_error_message_is_in_the_language_of_the_page_and_quotes_no_text(monkeypatch, caplog, curator):
    def fail(text, *_others):
        raise ValueError(text)

    monkeypatch.setattr("sco_cities.intake.proposals.report_proposals.read", fail)
    intake = receive(MEMORANDUM, user=None)
    with caplog.at_level(logging.ERROR):
        jobs.read_intake(intake)
    assert intake.stage == "failed" and intake.message.startswith("An internal error occurred")
    page = curator.get(reverse("admin:intake_page", args=[intake.pk]), headers={"accept-language": "ru"})
    assert "Произошла внутренняя ошибка" in page.content.decode()
    assert "ValueError" in caplog.text and "memorandum" not in caplog.text
