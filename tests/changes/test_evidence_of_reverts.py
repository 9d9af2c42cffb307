"""A revert requires a confirmation if it would restore or keep a published value without evidence for the value."""

import pytest
from django.urls import reverse

from sco_cities.changes import revert
from sco_cities.core.exceptions import Refused
from sco_cities.history.models import ChangeSet, ChangeSource
from tests import factories as make
from tests.curation.admin_client import soup
from tests.history.snapshots import recording, snapshot

pytestmark = pytest.mark.django_db
SENTENCES = [
    "Initiative “Lamps”: no evidence was added for the new value of status.",
    "If the existing evidence supports the new values, tick “The existing evidence also supports the new values”.",
]


@pytest.fixture
def lamps(db):
    return make.make_initiative("lamps", lead=[make.make_city()], sourced=True, status="operating")


@pytest.fixture
def completion(lamps):
    """The change set that sets the status to completed, with a report as evidence."""
    passage = make.make_report("herald", published_on="2026-11-02").passages.get()
    with recording(lamps) as recorder:
        lamps.status = "completed"
        lamps.save()
        make.make_evidence(lamps, "status", passage)
    return recorder.change_set


def revert_set(change_set, **options):
    return revert.revert(change_set.revisions.all(), user=None, reason="wrong", reverts=change_set, **options)


@pytest.mark.parametrize("field", ["status", "evidence"])
def test_a_value_is_not_separated_from_its_evidence_without_a_tick(lamps, completion, field):
    before = snapshot(lamps)
    with pytest.raises(Refused) as refused:
        revert_set(completion, fields=[field])
    assert refused.value.reasons == SENTENCES
    assert snapshot(lamps) == before
    result = revert_set(completion, fields=[field], evidence_stands=True)
    assert result.evidence_stands
    assert snapshot(lamps) != before


@pytest.mark.parametrize("fields", [None, ["status", "evidence"]])
def test_a_value_reverted_with_its_evidence_requires_no_confirmation(lamps, completion, fields):
    assert not revert_set(completion, fields=fields).evidence_stands
    assert snapshot(lamps)["status"] == "operating"


def test_a_value_that_was_confirmed_is_reverted_to_the_one_that_had_the_evidence(lamps):
    with recording(lamps, source=ChangeSource.IMPORT) as recorder:
        lamps.status = "completed"
        lamps.save()
    assert not revert_set(recorder.change_set).evidence_stands
    assert snapshot(lamps)["status"] == "operating"


def test_evidence_that_was_added_since_makes_a_revert_ask(lamps):
    with recording(lamps) as recorder:
        lamps.status = "completed"
        lamps.save()
    with recording(lamps):
        make.make_evidence(lamps, "status", make.make_report("herald").passages.get())
    with pytest.raises(Refused):
        revert_set(recorder.change_set)


def test_a_revert_of_only_evidence_requires_no_confirmation(lamps):
    with recording(lamps) as recorder:
        make.make_evidence(lamps, "status", make.make_report("herald").passages.get())
    assert revert_set(recorder.change_set) is not None


def test_values_of_drafts_require_no_confirmation(lamps, completion):
    type(lamps).objects.update(state="draft")
    assert revert_set(completion, fields=["status"]) is not None


def test_a_figure_is_not_separated_from_its_evidence(lamps):
    figure = make.make_figure(lamps, "lamps", 12)
    make.make_evidence(lamps, figure)
    with recording(lamps) as recorder:
        lamps.figures.update(value=13)
        make.make_evidence(lamps, figure, make.make_report("herald").passages.get())
    with pytest.raises(Refused) as refused:
        revert_set(recorder.change_set, fields=["figures"])
    assert (
        refused.value.reasons[0]
        == "Initiative “Lamps”: no evidence was added for the new value of figure: lamps."
    )
    assert revert_set(recorder.change_set) is not None


def test_the_page_names_the_value_and_takes_the_tick(curator, lamps, completion):
    url = f"{reverse('admin:revert', args=[completion.pk])}?field=status"
    page = curator.get(url)
    text = (
        "The earlier evidence is missing for: status. Tick the box above if the existing evidence supports the "
        "value."
    )
    assert soup(page).select_one(".lacks-evidence").text == text
    seen = soup(page).select_one("[name=seen]")["value"]
    page = curator.post(url, {"reason": "wrong", "seen": seen})
    assert [each.text for each in soup(page).select(".errornote li")] == SENTENCES
    assert snapshot(lamps)["status"] == "completed"
    curator.post(url, {"reason": "wrong", "seen": seen, "evidence_stands": "on"})
    assert snapshot(lamps)["status"] == "operating"
    assert ChangeSet.objects.first().evidence_stands
    # Reverting the whole change set requires no confirmation, so the page has no tick box.
    whole = curator.get(reverse("admin:revert", args=[completion.pk]))
    assert not soup(whole).select("[name=evidence_stands]")
