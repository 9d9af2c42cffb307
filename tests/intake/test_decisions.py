"""Each decision on a proposal contains the version that the curator saw. No decision is lost."""

import pytest
from django.core.exceptions import ValidationError

from sco_cities.core.exceptions import Refused
from sco_cities.intake import decisions
from sco_cities.intake.forms import ProposalForm
from sco_cities.intake.jobs import read_intake
from tests.factories import make_delegate

from .reports import read_report, subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.fixture
def intake():
    return read_report(publisher="The Gazette")


@pytest.mark.parametrize(
    "decide, status",
    [
        (decisions.accept, "accepted"),
        (decisions.reject, "rejected"),
    ],
)
def test_a_decision_counts_once_and_can_be_undone(intake, decide, status):
    person = subject(intake, "delegate")
    decide(person, None, version=1)
    assert (person.status, person.version) == (status, 2)
    with pytest.raises(Refused) as refused:
        decide(person, None, version=1)
    assert refused.value.is_stale
    decisions.undo(person, None, version=2)
    assert (person.status, person.version) == ("open", 3)


@pytest.mark.parametrize(
    "field, sent, expected",
    [
        ("status", {"value": "under_way"}, "under_way"),
        ("starts_on", {"value": "2026-06"}, "2026-06"),
        ("themes", {"value": "tourism"}, {"slug": "tourism"}),
        ("cities", {"role": "lead"}, {"role": "lead"}),
        ("status", {"value": "signed"}, None),
        ("starts_on", {"value": "soon"}, None),
        ("themes", {"value": "unknown"}, None),
        ("cities", {"role": "guest"}, None),
    ],
)
def test_a_changed_value_is_checked_like_a_form_of_the_record(intake, field, sent, expected):
    memorandum = subject(intake, "initiative", "Memorandum: Dushanbe – Tianjin")
    proposal = memorandum.values.filter(field=field).first()
    form = ProposalForm(proposal, {f"value-{proposal.pk}-{name}": text for name, text in sent.items()})
    assert form.is_valid() is (expected is not None)
    if expected is not None:
        decisions.edit(proposal, None, form.final_value(), version=1)
        assert (proposal.status, proposal.final_value) == ("edited", expected)


@pytest.mark.parametrize(
    "sent, wrong",
    [
        ({"value": "4e"}, {"value"}),
        ({"value": "1", "qualifier": "some"}, {"qualifier"}),
        ({"value": "1", "period": "soon"}, {"period"}),
        ({"value": "1e99"}, {"value"}),
        ({"value": "NaN"}, {"value"}),
        ({"value": "40000.50"}, set()),
    ],
)
def test_a_changed_figure_is_checked_by_part(intake, sent, wrong):
    figure = intake.proposals.get(kind="figure")
    shown = {"qualifier": "over", "unit": "visitors", "label": "visitors", "period": ""}
    form = ProposalForm(
        figure, {f"value-{figure.pk}-{name}": text for name, text in {**shown, **sent}.items()}
    )
    assert set(form.errors) == wrong
    if not wrong:
        assert form.final_value() == shown | {"value": "40000.5"}


def test_all_undecided_proposals_are_accepted_together(intake):
    dushanbe, tianjin = subject(intake, "city", "Dushanbe"), subject(intake, "city", "Tianjin")
    keys = [dushanbe.pk, tianjin.pk]
    decisions.reject(dushanbe, None, version=1)
    assert decisions.accept_open(intake, None, keys) == [tianjin.pk]
    decisions.undo(dushanbe, None, version=2)
    assert decisions.accept_open(intake, None, keys) == [dushanbe.pk]
    assert decisions.accept_open(intake, None, keys) == []
    dushanbe.refresh_from_db()
    assert dushanbe.status == "accepted"


def test_rejecting_a_record_also_rejects_its_values_and_an_undo_restores_them(intake):
    memorandum = subject(intake, "initiative", "Memorandum: Dushanbe – Tianjin")
    status, theme = memorandum.values.get(field="status"), memorandum.values.filter(field="themes").first()
    decisions.reject(theme, None, version=1)
    before = dict(memorandum.values.values_list("pk", "status"))
    decisions.accept(status, None, version=1)
    decisions.reject(memorandum, None, version=1)
    assert set(memorandum.values.values_list("status", flat=True)) == {"rejected"}
    with pytest.raises(Refused) as refused:
        decisions.accept(status, None, version=2)
    assert refused.value.is_stale
    decisions.undo(memorandum, None, version=2)
    # Values that the curator has rejected separately stay rejected.
    assert dict(memorandum.values.values_list("pk", "status")) == before


def test_undoing_a_record_also_undoes_its_accepted_values(intake):
    memorandum = subject(intake, "initiative", "Memorandum: Dushanbe – Tianjin")
    status, theme = memorandum.values.get(field="status"), memorandum.values.filter(field="themes").first()
    of_city = intake.proposals.filter(target=subject(intake, "city", "Dushanbe"))
    decisions.reject(theme, None, version=1)
    decisions.edit(status, None, "proposed", version=1)
    for proposal in (
        memorandum,
        memorandum.values.get(field="starts_on"),
        subject(intake, "city", "Dushanbe"),
    ):
        decisions.accept(proposal, None, version=1)
    memorandum.refresh_from_db()
    decisions.undo(memorandum, None, version=2)
    status.refresh_from_db()
    assert (status.status, status.final_value, status.version) == ("open", "agreed", 3)
    assert not memorandum.values.accepted().exists()
    assert [each.pk for each in memorandum.values.filter(status="rejected")] == [theme.pk]
    # A value of another record that refers to the record is not a value of the record.
    cities = of_city.filter(subject=memorandum, field="cities").get()
    decisions.accept(cities, None, version=cities.version)
    decisions.undo(subject(intake, "city", "Dushanbe"), None, version=2)
    cities.refresh_from_db()
    assert cities.status == "accepted"


def test_a_rejected_city_is_no_city_of_an_initiative(intake):
    dushanbe = subject(intake, "city", "Dushanbe")
    named = intake.proposals.filter(target=dushanbe)
    assert named.filter(field="cities").exists()
    decisions.reject(dushanbe, None, version=1)
    assert set(named.values_list("status", flat=True)) == {"rejected"}
    decisions.undo(dushanbe, None, version=2)
    assert set(named.values_list("status", flat=True)) == {"open"}


def test_a_subject_can_be_a_known_record_whose_new_spelling_is_then_offered(intake):
    person = subject(intake, "delegate")
    known = make_delegate("farrukh", name_en="Farrux Testov")
    with pytest.raises(ValidationError):
        decisions.merge_subject(person, None, 0, version=1)
    decisions.merge_subject(person, None, known.pk, version=1)
    alias = person.values.get(field="aliases")
    assert (person.object_id, alias.value, alias.status) == (known.pk, "Farrukh Testov", "open")
    decisions.undo(person, None, version=2)
    assert person.object_id is None and not person.values.filter(field="aliases").exists()


def test_words_of_the_text_are_proposed_by_hand(intake):
    start = intake.text.index("Hotels")
    place = {"start": start, "end": start + 6}
    hotels = decisions.add(intake, None, "organisation", value={"name_en": "Hotels"}, **place)
    assert (hotels.value, hotels.quote, hotels.status) == ({"name_en": "Hotels"}, "Hotels", "accepted")
    assert hotels.passage.start <= start < hotels.passage.end


def test_reading_again_keeps_decisions_and_proposes_nothing_twice(intake):
    memorandum = subject(intake, "initiative", "Memorandum: Dushanbe – Tianjin")
    decisions.accept(memorandum, None, version=1)
    decisions.reject(memorandum.values.get(field="status"), None, version=1)
    before = intake.proposals.count()
    assert read_intake(intake)
    current = intake.proposals.exclude(status="superseded")
    assert current.count() == before
    assert current.filter(kind="initiative").count() == 2
    assert set(current.filter(field="starts_on").values_list("subject", flat=True)) >= {memorandum.pk}


def test_reading_again_keeps_the_undecided_records_of_accepted_values(intake):
    memorandum = subject(intake, "initiative", "Memorandum: Dushanbe – Tianjin")
    decisions.accept(memorandum.values.get(field="status"), None, version=1)
    decisions.accept(memorandum.values.filter(field="cities").first(), None, version=1)
    stale = subject(intake, "delegate")
    before = intake.proposals.count()
    assert read_intake(intake)
    current = intake.proposals.exclude(status="superseded")
    assert current.count() == before
    for value in intake.proposals.accepted().select_related("subject", "target"):
        assert {each.status for each in (value.subject, value.target) if each} == {"open"}
    with pytest.raises(Refused) as refused:
        decisions.accept(stale, None, version=stale.version)
    assert refused.value.is_stale
