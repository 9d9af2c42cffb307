"""The generated titles of proposed initiatives contain the cities that the curator accepted."""

import pytest

from initiatives.models import Initiative
from sco_cities.intake import decisions
from sco_cities.intake.proposal_labels import ProposalLabels
from sco_cities.intake.writing.apply import write
from sco_cities.intake.writing.plan import plan
from tests.factories import make_city

from .reports import ABOUT, OSH, accept_all, read_report, subject, summarise

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]

# The rejected cities, and the titles of the tie with Dushanbe in three languages.
WITHOUT = [
    ([], ["Sister cities: Osh – Dushanbe", "Города-побратимы: Ош — Душанбе", "友好城市：奥什—杜尚别"]),
    (["Osh"], ["Sister cities: Dushanbe", "Города-побратимы: Душанбе", "友好城市：杜尚别"]),
    (["Osh", "Dushanbe"], ["Sister cities", "Города-побратимы", "友好城市"]),
]


@pytest.mark.parametrize(("rejected", "titles"), WITHOUT)
def test_a_title_names_only_the_cities_that_are_accepted(rejected, titles):
    intake = read_report(OSH, **ABOUT)
    for name in rejected:
        decisions.reject(subject(intake, "city", name), None, version=1)
    accept_all(intake)
    summarise(intake)
    assert titles[0] in [str(draft.record) for draft in plan(intake).drafts]
    sisters = intake.proposals.get(kind="initiative", shown__startswith="Sister")
    assert ProposalLabels([sisters]).name(sisters) == titles[0]
    write(intake)
    tie = Initiative.objects.exclude(title_en__startswith="Agreement").get()
    assert [tie.title_en, tie.title_ru, tie.title_zh] == titles
    assert len(tie.city_roles.all()) == 2 - len(rejected)


def test_a_title_has_the_names_that_the_curator_chose_for_its_cities():
    intake = read_report(OSH, **ABOUT)
    sisters = subject(intake, "initiative", "Sister cities: Osh – Dushanbe")
    accept_all(intake)
    decisions.edit(subject(intake, "city", "Osh"), None, {"name_en": "New Osh"}, version=2)
    kazan = make_city("kazan", "cn", name_zh="喀山")
    decisions.merge_subject(subject(intake, "city", "Dushanbe"), None, kazan.pk, version=2)
    assert ProposalLabels([sisters]).name(sisters) == "Sister cities: New Osh – Kazan"
    drafts = {draft.subject: draft.record for draft in plan(intake).drafts}
    assert (drafts[sisters].title_en, drafts[sisters].title_zh) == (
        "Sister cities: New Osh – Kazan", "友好城市：奥什—喀山",
    )  # fmt: skip
    decisions.merge_subject(subject(intake, "city", "Osh"), None, kazan.pk, version=3)
    assert ProposalLabels([sisters]).name(sisters) == "Sister cities: Kazan"
    decisions.reject(sisters, None, version=2)
    assert ProposalLabels([sisters]).name(sisters) == "Sister cities: Osh – Dushanbe"


def test_a_title_of_the_curator_stays_and_a_city_left_undecided_is_not_in_a_title():
    intake = read_report(OSH, **ABOUT)
    sisters = subject(intake, "initiative", "Sister cities: Osh – Dushanbe")
    agreement = subject(intake, "initiative", "Agreement: Tianjin – Dushanbe")
    decisions.edit(sisters, None, {"title_en": "Osh and Dushanbe are sisters"}, version=1)
    # The other fields are submitted as they were shown.
    decisions.edit(agreement, None, {**agreement.value, "kind": "plan"}, version=1)
    accept_all(intake)
    for tie in (sisters, agreement):
        decisions.undo(tie.values.filter(field="cities").first(), None, version=2)
    assert [draft.record.title_en for draft in plan(intake).drafts if draft.subject.kind == "initiative"] == [
        "Osh and Dushanbe are sisters", "Agreement: Dushanbe",
    ]  # fmt: skip
