"""Values for existing records become footnotes, or contradicting footnotes if they differ. No value is overwritten."""

import pytest

from delegates.models import Delegate
from initiatives.models import Initiative
from sco_cities.changes.revert import revert
from sco_cities.core.exceptions import Refused
from sco_cities.datapackage.dump import dump_files
from sco_cities.history.models import Revision
from sco_cities.intake import decisions
from sco_cities.intake.writing.apply import write
from sco_cities.intake.writing.plan import plan
from sco_cities.sources.models import Evidence
from tests.curation.admin_client import client_with_role, soup
from tests.factories import (
    make_delegate,
    make_evidence,
    make_figure,
    make_initiative,
    make_report,
    support_everything,
)

from .page_steps import url
from .reports import ABOUT, MEMORANDUM, MORE_ABOUT, MORE_VISITORS, accept_all, read_report, subject, summarise

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
TITLE = "Memorandum: Dushanbe – Tianjin"


def ready(text=MEMORANDUM, about=ABOUT, *kinds):
    """An intake with these subjects accepted, or with all subjects accepted if none is given."""
    intake = read_report(text, **about)
    accept_all(intake, *kinds)
    summarise(intake)
    return intake


def footnotes(record) -> set[tuple[str, str, str]]:
    """The field, the stance and the reported value of each footnote."""
    evidence = Evidence.objects.for_records(type(record)).filter(object_id=record.pk)
    return {(each.field_key, each.stance, each.reported_value) for each in evidence}


@pytest.fixture
def known(places):
    """A draft of the memorandum, as entered by a curator."""
    dushanbe, tianjin, safety, _tourism = places
    return make_initiative(
        "memorandum", partner=[dushanbe, tianjin], kind="partnership", themes=[safety], state="draft", status="agreed",
        starts_on="2026-05",
    )  # fmt: skip


def test_values_already_in_the_record_get_only_footnotes(known):
    write(ready(MEMORANDUM, ABOUT, "initiative"))
    assert Initiative.objects.filter(title_en=TITLE).count() == 0
    known.refresh_from_db()
    assert known.starts_on == "2026-05"
    fields = ["status", "starts_on", "cities", "themes"]
    assert footnotes(known) == {(field, "supports", "") for field in fields}


def test_values_that_the_record_has_are_folded_on_the_page(known):
    intake = ready(MEMORANDUM, ABOUT, "initiative")
    page = soup(client_with_role("curator").get(url(intake)))
    (fold,) = page.select("details.known:not([open])")
    folded = [row.select_one(".effect").text for row in fold.select(".proposal")]
    assert set(folded) == {"the record already has this value; a footnote is added"}
    assert fold.summary.text == f"Already in the record ({len(folded)})"
    assert len(page.find_all("p", class_="effect", string=folded[0])) == len(folded)


@pytest.mark.parametrize(
    "columns, footnote",
    [
        ({"status": "operating"}, ("status", "differs", "agreed")),
        ({"starts_on": "2025"}, ("starts_on", "differs", "2026-05-12")),
        ({"status": "agreed"}, ("status", "supports", "")),
        ({"starts_on": "2026"}, ("starts_on", "supports", "")),
    ],
)
def test_a_different_value_is_shown_next_to_the_value_of_the_record(known, columns, footnote):
    Initiative.objects.filter(pk=known.pk).update(**columns)
    write(ready(MEMORANDUM, ABOUT, "initiative"))
    assert footnote in footnotes(known)
    known.refresh_from_db()
    assert {name: getattr(known, name) for name in columns} == columns


@pytest.mark.parametrize(
    "reported_on, footnote",
    [
        ("2026-12", ("status", "earlier", "as of 2026-05-13: agreed")),
        ("2026-05-13", ("status", "differs", "agreed")),
        ("2025", ("status", "differs", "agreed")),
    ],
)
def test_only_an_older_report_has_an_earlier_state(known, reported_on, footnote):
    Initiative.objects.filter(pk=known.pk).update(status="operating")
    make_evidence(known, "status", make_report(published_on=reported_on).passages.get())
    write(ready(MEMORANDUM, ABOUT, "initiative"))
    assert footnote in footnotes(known)


def test_an_empty_value_of_a_draft_is_filled_and_lists_grow(known, places):
    Initiative.objects.filter(pk=known.pk).update(starts_on="")
    known.themes.clear()
    write(ready(MEMORANDUM, ABOUT, "initiative"))
    known.refresh_from_db()
    assert (known.starts_on, list(known.themes.all())) == ("2026-05-12", [places[2]])
    assert {("starts_on", "supports", ""), ("themes", "supports", "")} <= footnotes(known)


def test_a_published_record_gets_values_only_with_a_published_report(known):
    Initiative.objects.filter(pk=known.pk).update(starts_on="", state="published")
    intake = ready(MEMORANDUM, ABOUT, "initiative")
    assert [reason.value for _proposal, reason in plan(intake).left] == ["published"]
    assert not plan(intake, publish_report=True).left


def test_a_published_record_gets_no_value_without_evidence(known, places):
    support_everything(known)
    Initiative.objects.filter(pk=known.pk).update(starts_on="", state="published")
    intake = ready(MEMORANDUM, ABOUT, "initiative")
    intake.proposals.filter(field="starts_on").update(passage=None)
    with pytest.raises(Refused) as refused:
        write(intake, publish_report=True)
    text = "Initiative “Memorandum”: no evidence was added for the new value of starts on."
    assert [str(reason) for reason in refused.value.reasons] == [text]
    known.refresh_from_db()
    assert known.starts_on == ""


def test_a_passage_that_is_cited_already_is_evidence_for_one_more_city(known, places):
    dushanbe, tianjin, *_others = places
    intake = ready(MEMORANDUM, ABOUT, "initiative")
    known.city_roles.filter(city=tianjin).delete()
    later = intake.proposals.filter(field="cities", shown="Tianjin")
    later.update(status="open")
    write(intake, publish_report=True)
    support_everything(known)
    Initiative.objects.filter(pk=known.pk).update(state="published")
    assert list(known.cities.all()) == [dushanbe]
    later.update(status="accepted")
    change_set = write(intake)
    assert set(known.cities.all()) == {dushanbe, tianjin}
    assert not change_set.evidence_stands


def test_two_reports_that_disagree_are_shown_side_by_side():
    write(ready(), publish_report=True)
    memorandum = Initiative.objects.get(title_en=TITLE)
    make_figure(memorandum, "visitors a year", 40000, unit="visitors", qualifier="over")
    intake = ready(MORE_VISITORS, MORE_ABOUT, "initiative")
    (difference,) = [
        each for each in plan(intake).changes if each.value.kind == "figure" and each.comparison.is_different
    ]
    assert (difference.comparison.reported, difference.comparison.record_value) == (
        "30,000 visitors", "over 40,000 visitors",
    )  # fmt: skip
    write(intake)
    assert ("figure:visitors a year", "differs", "30,000 visitors") in footnotes(memorandum)
    assert memorandum.figures.get().value == 40000


def test_a_known_record_without_accepted_values_gets_a_footnote_as_a_whole(places):
    write(ready(MEMORANDUM, ABOUT, "city"))
    assert [footnotes(city) for city in places[:2]] == [{("*", "supports", "")}] * 2


def test_a_known_person_gets_the_passage_and_an_accepted_spelling():
    known = make_delegate("farrukh", name_en="Farrux Testov", role="Deputy Mayor of Dushanbe", state="draft")
    intake = ready(MEMORANDUM, ABOUT, "nothing")
    person = subject(intake, "delegate")
    decisions.merge_subject(person, None, known.pk, version=1)
    for value in person.values.all():
        decisions.accept(value, None, version=1)
    write(intake)
    known.refresh_from_db()
    assert (known.aliases, known.city.slug, Delegate.objects.count()) == ("Farrukh Testov", "dushanbe", 1)
    assert [passage.number for passage in known.passages.all()] == [3]
    assert footnotes(known) == {("role", "supports", ""), ("city", "supports", "")}


def test_a_record_that_one_may_not_change_is_left_out(known):
    Initiative.objects.filter(pk=known.pk).update(state="published")
    intake = ready(MEMORANDUM, ABOUT, "initiative")
    contributor, curator = (client_with_role(role).user for role in ("contributor", "curator"))
    assert {reason.value for _proposal, reason in plan(intake, contributor).left} == {"no_permission"}
    assert not plan(intake, curator).left


def test_a_record_that_has_been_deleted_is_left_out(known):
    intake = ready(MEMORANDUM, ABOUT, "initiative")
    known.delete()
    assert {reason.value for _proposal, reason in plan(intake).left} == {"gone"}


def test_a_revert_of_changes_to_known_records_leaves_no_trace(known):
    Initiative.objects.filter(pk=known.pk).update(starts_on="", status="operating")
    intake = ready()
    before = dump_files()
    change_set = write(intake)
    revert(Revision.objects.filter(change_set=change_set), user=None, reason="", reverts=change_set)
    assert dump_files() == before
