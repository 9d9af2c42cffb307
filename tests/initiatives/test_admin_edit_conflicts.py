"""What a curator's page does not show, because it came since: another curator's rows, or the page's own first send."""

import pytest

from initiatives.models import Initiative
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import CITIES, EVIDENCE, FIGURES, Desk, added, curator_client, errors_in


@pytest.fixture
def desk(db):
    return Desk(curator_client())


@pytest.fixture
def draft(db):
    city = make.make_city()
    return make.make_initiative("lamps", state=PublicationState.DRAFT, lead=[city], sourced=True)


def state():
    return Initiative.objects.get().state


def test_a_figure_that_another_curator_added_since_stands_in_the_way_of_publishing(desk, draft):
    sent = desk.open(draft) | {"state": "published"}
    make.make_figure(draft, "cameras")
    desk.send(sent)
    assert (desk.was_saved, state()) == (False, PublicationState.DRAFT)
    assert "figure: cameras" in errors_in(desk.response)


@pytest.mark.parametrize(
    ("rows", "lacking"), [(CITIES, "cities"), (FIGURES, "figure: cameras")], ids=["cities", "figures"]
)
def test_rows_that_are_left_out_of_what_is_sent_are_there_all_the_same(desk, draft, rows, lacking):
    make.make_figure(draft, "cameras")
    draft.evidence.filter(field="cities").delete()
    sent = desk.open(draft) | {"state": "published"}
    sent |= {f"{rows}-TOTAL_FORMS": "0", f"{rows}-INITIAL_FORMS": "0"}
    desk.send(sent)
    assert (desk.was_saved, state()) == (False, PublicationState.DRAFT)
    assert lacking in errors_in(desk.response)


def test_evidence_that_another_curator_added_since_counts(desk, draft):
    draft.evidence.filter(field="status").delete()
    sent = desk.open(draft) | {"state": "published"}
    make.make_evidence(draft, "status")
    desk.send(sent)
    assert (desk.was_saved, state()) == (True, PublicationState.PUBLISHED)


def test_a_page_that_is_sent_twice_says_that_all_of_it_is_there_already(desk, draft):
    passage = make.make_report("herald").passages.get()
    other = make.make_city("betatown")
    for prefix, values in (
        (EVIDENCE, {"field": "kind", "passage": passage.pk, "stance": "supports"}),
        (FIGURES, {"label": "lamps", "qualifier": "exact", "value": "3", "unit": "lamps"}),
        (CITIES, {"city": other.pk, "role": "partner"}),
    ):
        sent = added(desk.open(draft), prefix, **values)
        desk.send(sent)
        assert desk.was_saved
        desk.send(sent)
        assert (desk.was_saved, desk.response.status_code) == (False, 200)
        assert "You have both written the same." in desk.response.content.decode()
