"""Two contradictory reports become published records."""

import pytest

from initiatives.models import Initiative
from sco_cities.curation.review.publish_checks import publish_errors
from sco_cities.intake import decisions
from sco_cities.intake.models import Intake
from sco_cities.intake.writing.apply import write
from sco_cities.intake.writing.plan import plan

from .reports import ABOUT, MEMORANDUM, MORE_ABOUT, read_report, summarise

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]

HOTLINE = """Three languages for guests of Dushanbe

The hotline for tourists in Dushanbe will help about 30,000 visitors a year, the city said."""


def accept_likely(intake: Intake) -> None:
    """Accepts each record together with its values that are not doubtful."""
    for subject in intake.proposals.filter(subject__isnull=True).exclude(certainty="doubtful"):
        decisions.accept(subject, None, version=subject.version)
        for value in subject.values.exclude(certainty="doubtful").filter(status="open"):
            decisions.accept(value, None, version=value.version)


def test_two_reports_that_disagree_become_records_with_evidence(client):
    first = read_report(MEMORANDUM, **ABOUT)
    accept_likely(first)
    summarise(first)
    assert plan(first).problems == []
    write(first, publish_report=True)
    assert publish_errors(list(Initiative.objects.all())) == {}
    Initiative.objects.update(state="published")

    second = read_report(HOTLINE, **MORE_ABOUT)
    hotline = Initiative.objects.get(title_en="Help for visitors: Dushanbe")
    assert second.proposals.get(kind="initiative").object_id == hotline.pk
    accept_likely(second)
    summarise(second)
    assert [each.comparison.reported for each in plan(second).changes if each.comparison.is_different] == [
        "about 30,000 visitors"
    ]
    write(second, publish_report=True)
    assert Initiative.objects.count() == 2
    page = client.get(hotline.get_absolute_url()).content.decode()
    assert "40,000" in page and "about 30,000 visitors" in page
