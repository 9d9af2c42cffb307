"""Conflicts with data that another curator, or an earlier submission, saved after the page was opened."""

import pytest

from initiatives.models import Initiative
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import (
    CITIES,
    EVIDENCE,
    FIGURES,
    RecordPage,
    curator_client,
    errors_in,
    with_new_row,
)


@pytest.fixture
def record_page(db):
    return RecordPage(curator_client())


@pytest.fixture
def draft(db):
    city = make.make_city()
    return make.make_initiative("lamps", state=PublicationState.DRAFT, lead=[city], sourced=True)


def current_state():
    return Initiative.objects.get().state


def test_a_figure_added_by_another_curator_prevents_publishing(record_page, draft):
    sent = record_page.open(draft) | {"state": "published"}
    make.make_figure(draft, "cameras")
    record_page.send(sent)
    assert (record_page.was_saved, current_state()) == (False, PublicationState.DRAFT)
    assert "figure: cameras" in errors_in(record_page.response)


@pytest.mark.parametrize(
    ("rows", "lacking"), [(CITIES, "cities"), (FIGURES, "figure: cameras")], ids=["cities", "figures"]
)
def test_rows_omitted_from_the_form_still_count(record_page, draft, rows, lacking):
    make.make_figure(draft, "cameras")
    draft.evidence.filter(field="cities").delete()
    sent = record_page.open(draft) | {"state": "published"}
    sent |= {f"{rows}-TOTAL_FORMS": "0", f"{rows}-INITIAL_FORMS": "0"}
    record_page.send(sent)
    assert (record_page.was_saved, current_state()) == (False, PublicationState.DRAFT)
    assert lacking in errors_in(record_page.response)


def test_evidence_added_by_another_curator_counts(record_page, draft):
    draft.evidence.filter(field="status").delete()
    sent = record_page.open(draft) | {"state": "published"}
    make.make_evidence(draft, "status")
    record_page.send(sent)
    assert (record_page.was_saved, current_state()) == (True, PublicationState.PUBLISHED)


def test_submitting_a_page_twice_reports_the_same_change(record_page, draft):
    passage = make.make_report("herald").passages.get()
    other = make.make_city("betatown")
    for prefix, values in (
        (EVIDENCE, {"field": "kind", "passage": passage.pk, "stance": "supports"}),
        (FIGURES, {"label": "lamps", "qualifier": "exact", "value": "3", "unit": "lamps"}),
        (CITIES, {"city": other.pk, "role": "partner"}),
    ):
        sent = with_new_row(record_page.open(draft), prefix, **values)
        record_page.send(sent)
        assert record_page.was_saved
        record_page.send(sent)
        assert (record_page.was_saved, record_page.response.status_code) == (False, 200)
        assert "You both made the same change." in record_page.response.content.decode()
