"""Accepted proposals become drafts with footnotes in one change set. Reverting it restores the previous state."""

import pytest

from delegates.models import Attendance, Delegate, Statement
from initiatives.models import Initiative
from sco_cities.changes.revert import revert
from sco_cities.cities.models import City
from sco_cities.core.exceptions import Refused
from sco_cities.curation.review.publish_checks import publish_errors
from sco_cities.datapackage.dump import dump_files
from sco_cities.history.models import ChangeSource, Revision
from sco_cities.intake import decisions
from sco_cities.intake.forms import ProposalForm
from sco_cities.intake.writing.apply import write
from sco_cities.intake.writing.plan import plan
from sco_cities.sources.models import Evidence, Passage, Report
from sco_cities.themes.models import Theme
from tests.factories import make_city

from .reports import (
    ABOUT,
    IN_CHINESE,
    IN_RUSSIAN,
    MEMORANDUM,
    OSH,
    accept_all,
    read_report,
    subject,
    summarise,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.fixture
def intake():
    """The intake of the memorandum, with all proposals accepted and all passages summarised."""
    intake = read_report(MEMORANDUM, **ABOUT)
    accept_all(intake)
    summarise(intake)
    return intake


def footnotes(record) -> dict[str, list[int]]:
    """The numbers of the passages that support each field of a record."""
    found: dict[str, list[int]] = {}
    for item in Evidence.objects.for_records(type(record)).filter(object_id=record.pk, stance="supports"):
        found.setdefault(item.field_key, []).append(item.passage.number)
    return found


def test_accepted_proposals_become_drafts_with_a_footnote_for_each_value(intake):
    assert plan(intake).problems == []
    change_set = write(intake)
    assert change_set.source == ChangeSource.INTAKE
    memorandum = Initiative.objects.get(title_en="Memorandum: Dushanbe – Tianjin")
    assert (memorandum.state, memorandum.status, memorandum.starts_on, memorandum.slug) == (
        "draft", "agreed", "2026-05-12", "memorandum-dushanbe-tianjin",
    )  # fmt: skip
    assert {(each.city.slug, each.role) for each in memorandum.city_roles.all()} == {
        ("dushanbe", "partner"), ("tianjin", "partner"),
    }  # fmt: skip
    assert footnotes(memorandum) == {"*": [2], "status": [2], "starts_on": [2], "cities": [2, 2][:1]}
    hotline = Initiative.objects.get(title_en="Help for visitors: Dushanbe")
    figure = hotline.figures.get()
    assert (figure.value, figure.unit, figure.qualifier) == (40000, "visitors", "over")
    assert footnotes(hotline)["figure:visitors"] == [3]
    person = Delegate.objects.get()
    assert (person.role, person.city.slug) == ("Deputy Mayor of Dushanbe", "dushanbe")
    assert [passage.number for passage in person.passages.all()] == [3]
    statement = Statement.objects.get()
    assert (statement.delegate, statement.summary) == (person, Passage.objects.get(number=3).summary)


@pytest.mark.parametrize("state", ["draft", "published"])
def test_a_city_that_was_added_since_the_text_was_read_is_taken_as_known(state):
    intake = read_report(OSH, **ABOUT)
    accept_all(intake)
    summarise(intake)
    osh = make_city("osh", "kg", name_en="Osh", geonames_id=1527534, state=state)
    assert plan(intake).problems == []
    change_set = write(intake)
    tie = Initiative.objects.get(title_en="Sister cities: Osh – Dushanbe")
    assert {(each.city.slug, each.role) for each in tie.city_roles.all()} == {
        ("osh", "partner"), ("dushanbe", "partner"),
    }  # fmt: skip
    assert footnotes(osh) == {"*": [2]}
    proposal = subject(intake, "city", "Osh")
    assert (proposal.object_id, proposal.was_created) == (osh.pk, False)
    revert(Revision.objects.filter(change_set=change_set), user=None, reason="", reverts=change_set)
    assert City.objects.filter(pk=osh.pk).exists() and footnotes(osh) == {}
    assert plan(intake).problems == []


@pytest.mark.parametrize("text", [IN_RUSSIAN, IN_CHINESE])
def test_a_person_of_a_russian_or_chinese_report_is_written_with_the_role_in_english(text):
    intake = read_report(text, **ABOUT)
    accept_all(intake)
    summarise(intake)
    person = subject(intake, "delegate")
    problems = [problem for problem in plan(intake).problems if problem.field == "role"]
    assert [(problem.proposal, "This field cannot be blank" in problem.sentence) for problem in problems] == [
        (person, True)
    ]
    form = ProposalForm(person)
    assert form.fields["role"].label == "role in English"
    decisions.edit(person, None, {"role": "Deputy Mayor of Dushanbe"}, version=2)
    assert plan(intake).problems == []
    write(intake)
    delegate = Delegate.objects.get()
    assert delegate.role == "Deputy Mayor of Dushanbe"
    assert delegate.role_ru or delegate.role_zh
    assert "role" in footnotes(delegate)


def test_a_person_of_an_english_report_needs_no_second_role(intake):
    person = subject(intake, "delegate")
    assert "role" not in ProposalForm(person).fields


def test_only_cited_passages_are_stored_and_the_report_is_a_draft(intake):
    write(intake)
    report = Report.objects.get(address=ABOUT["address"])
    assert (report.state, report.title) == ("draft", MEMORANDUM.splitlines()[0])
    assert [passage.number for passage in report.passages.all()] == [2, 3]


def test_no_sentence_of_the_report_is_in_a_package_or_in_the_history(intake):
    write(intake, publish_report=True)
    packaged = b"".join(dump_files().values()).decode()
    versions = str(list(Revision.objects.values()))
    for sentence in ("Visitors must feel at home", "signed a memorandum on tourist safety"):
        assert sentence in intake.text
        assert sentence not in packaged and sentence not in versions


def test_with_a_published_report_all_drafts_can_be_published(intake):
    write(intake, publish_report=True)
    assert Report.objects.get(address=ABOUT["address"]).is_published
    for model in (Initiative, Delegate, Statement):
        assert publish_errors(list(model.objects.all())) == {}


# On PostgreSQL the changes made in a test are held back, because the transaction of the test is still running.
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("publishes", [False, True])
def test_readers_of_the_history_see_the_title_of_a_published_report_only(intake, client, publishes):
    write(intake, publish_report=publishes)
    Initiative.objects.update(state="published")
    memorandum = Initiative.objects.get(title_en="Memorandum: Dushanbe – Tianjin")
    for address in (memorandum.get_absolute_url(), "/api/changes/"):
        page = client.get(address)
        assert page.status_code == 200, address
        assert ("The Gazette" in page.content.decode()) is publishes, address


def test_a_revert_leaves_no_trace_and_opens_the_proposals_to_be_written_again(intake):
    before, count = dump_files(), len(plan(intake).written)
    change_set = write(intake)
    assert plan(intake).is_empty and write(intake) is None
    first = dump_files()
    assert first != before
    revert(Revision.objects.filter(change_set=change_set), user=None, reason="", reverts=change_set)
    assert dump_files() == before
    intake.refresh_from_db()
    assert len(plan(intake).written) == count
    write(intake)
    assert dump_files() == first


def test_records_restored_by_reverting_a_revert_count_as_written(intake):
    change_set = write(intake)
    undone = revert(change_set.revisions.all(), user=None, reason="", reverts=change_set)
    redone = revert(undone.revisions.all(), user=None, reason="", reverts=undone)
    assert plan(intake).is_empty
    revert(redone.revisions.all(), user=None, reason="", reverts=redone)
    assert plan(intake).drafts


def test_a_second_write_adds_only_what_is_new(intake):
    figure = intake.proposals.get(kind="figure")
    decisions.undo(figure, None, version=figure.version)
    write(intake)
    passages, evidence = Passage.objects.count(), Evidence.objects.count()
    with pytest.raises(Refused, match="already been written"):
        decisions.undo(subject(intake, "delegate"), None, version=2)
    figure.refresh_from_db()
    decisions.accept(figure, None, version=figure.version)
    change_set = write(intake)
    assert [revision.slug for revision in change_set.revisions.all()] == ["help-for-visitors-dushanbe"]
    assert (Passage.objects.count(), Evidence.objects.count()) == (passages, evidence + 1)


def test_values_that_refer_to_a_record_that_is_not_accepted_are_omitted_with_the_reason(intake):
    # Their values have been accepted, but the records have not.
    undecided = {"delegate": "Farrukh Testov", "initiative": "Memorandum: Dushanbe – Tianjin"}
    keys = [subject(intake, kind, shown).pk for kind, shown in undecided.items()]
    intake.proposals.filter(pk__in=keys).update(status="open")
    left = {(proposal.subject.kind, reason.value) for proposal, reason in plan(intake).left}
    assert left == {("initiative", "no_subject"), ("delegate", "no_subject"), ("statement", "no_target")}


def test_a_theme_that_has_been_deleted_is_left_out(intake):
    Theme.objects.get(slug="tourism").delete()
    left = {(proposal.value.get("slug"), reason.value) for proposal, reason in plan(intake).left}
    assert left == {("tourism", "gone")}
    assert write(intake)


@pytest.mark.parametrize(
    "about, field",
    [
        ({"publisher": ""}, "publisher"),
        ({"address": ""}, "address"),
        ({"address": "gazette.example"}, "address"),
        ({"published_on": "soon"}, "published_on"),
        ({"language": "klingon"}, "language"),
    ],
)
def test_missing_details_of_the_report_are_named_and_nothing_is_written(intake, about, field):
    for name, value in about.items():
        setattr(intake, name, value)
    intake.save()
    before = dump_files()
    with pytest.raises(Refused) as refused:
        write(intake)
    assert [problem.field for problem in refused.value.reasons] == [field]
    assert dump_files() == before


@pytest.mark.parametrize(
    "column, words, is_refused",
    [
        ("summary", "", True),
        ("summary", "It was noted that Dushanbe and Tianjin signed a memorandum on tourist safety there.", True),
        ("summary", "Dushanbe and Tianjin signed a memorandum.", False),
        ("summary_ru", "Dushanbe and Tianjin signed a memorandum on tourist safety", True),
        ("quotation", "signed a memorandum on tourist safety on 12 May 2026", False),
        ("quotation", "signed a memorandum on tourist security", True),
    ],
)  # fmt: skip
def test_summaries_are_in_own_words_and_quotations_are_not(intake, column, words, is_refused):
    intake.passages.filter(number=2).update(**{column: words})
    problems = plan(intake).problems
    assert [problem.passage.number for problem in problems] == ([2] if is_refused else [])


def test_a_title_is_not_a_sentence_of_the_report(intake):
    memorandum = subject(intake, "initiative", "Memorandum: Dushanbe – Tianjin")
    title = "Dushanbe and Tianjin signed a memorandum on tourist safety on 12 May"
    decisions.edit(memorandum, None, {"title_en": title}, version=memorandum.version)
    (problem,) = plan(intake).problems
    assert problem.proposal == memorandum and "Dushanbe and Tianjin signed" in problem.sentence


def test_errors_of_a_new_record_name_its_proposal(intake):
    person = subject(intake, "delegate")
    role = person.values.get(field="role")
    decisions.undo(role, None, version=role.version)
    figure = intake.proposals.get(kind="figure")
    decisions.edit(figure, None, {"value": "40000", "label": "guests", "unit": ""}, version=figure.version)
    problems = {problem.proposal: problem.sentence for problem in plan(intake).problems}
    assert set(problems) == {person, figure}
    assert problems[person].startswith("Farrukh Testov, role: ")


def test_of_two_values_of_a_column_one_has_to_be_chosen(intake):
    memorandum = subject(intake, "initiative", "Memorandum: Dushanbe – Tianjin")
    start = intake.text.index("June")
    about = {"subject": memorandum, "field": "starts_on", "value": "2026-06"}
    second = decisions.add(intake, None, "value", start=start, end=start + 9, **about)
    (problem,) = plan(intake).problems
    assert (problem.proposal, problem.field) == (second, "starts_on")


def test_a_relation_can_be_edited_to_another_record_and_a_slug_be_chosen(intake):
    person = subject(intake, "delegate")
    city = person.values.get(field="city")
    decisions.edit(city, None, {"slug": "tianjin"}, version=city.version)
    decisions.edit(person, None, {"slug": "f-testov", "name_ru": "Фаррух Тестов"}, version=person.version)
    write(intake)
    stored = Delegate.objects.get(slug="f-testov")
    assert (stored.city.slug, stored.name_en, stored.name_ru) == (
        "tianjin",
        "Farrukh Testov",
        "Фаррух Тестов",
    )


@pytest.mark.parametrize("slug", ["", "dushanbe"])
def test_a_new_country_needs_its_code_as_slug(intake, slug):
    start = intake.text.index("Hotels")
    country = decisions.add(intake, None, "country", start=start, end=start + 6, value={"name_en": "Hotels"})
    decisions.edit(country, None, {"slug": slug}, version=1)
    (problem,) = plan(intake).problems
    assert (problem.proposal, problem.field) == (country, "slug")


def test_a_plan_that_has_changed_since_it_was_seen_is_not_written(intake):
    seen = plan(intake).fingerprint
    figure = intake.proposals.get(kind="figure")
    decisions.undo(figure, None, version=figure.version)
    with pytest.raises(Refused, match="Review it again"):
        write(intake, seen=seen)
    assert not Initiative.objects.exists()
    assert write(intake, seen=plan(intake).fingerprint)


def test_a_new_city_has_the_values_of_the_gazetteer_and_an_initiative_that_names_it():
    intake = read_report("Osh and Dushanbe signed an agreement on tourism in Osh.", title="Osh", **ABOUT)
    accept_all(intake)
    summarise(intake)
    assert plan(intake).problems == []
    write(intake)
    initiative = Initiative.objects.get()
    osh = initiative.cities.get(slug="osh")
    assert (osh.state, osh.country.slug, osh.geonames_id, osh.population) == ("draft", "kg", 1527534, None)


def test_a_new_delegate_attends_a_new_event():
    intake = read_report(MEMORANDUM, **ABOUT)
    quote = {"start": 0, "end": 8}
    event = decisions.add(
        intake, None, "event", value={"name_en": "Forum of tests", "kind": "forum"}, **quote
    )
    ada = decisions.add(intake, None, "delegate", value={"name_en": "Ada Testova"}, **quote)
    decisions.add(intake, None, "value", field="role", value="mayor", subject=ada, **quote)
    attended = {
        "field": "attendances",
        "value": {"role_at_event": "speaker"},
        "subject": event,
        "target": ada,
    }
    decisions.add(intake, None, "attendance", **attended, **quote)
    summarise(intake)
    assert plan(intake).problems == []
    write(intake)
    attendance = Attendance.objects.get()
    assert (attendance.event.slug, attendance.delegate.slug, attendance.role_at_event) == (
        "forum-of-tests", "ada-testova", "speaker",
    )  # fmt: skip


def test_a_failure_at_the_end_leaves_nothing(intake, monkeypatch):
    before = dump_files()

    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr("sco_cities.changes.recorder.Recorder.write", fail)
    with pytest.raises(RuntimeError):
        write(intake)
    assert dump_files() == before
    intake.refresh_from_db()
    assert intake.report is None and not intake.proposals.filter(change_set__isnull=False).exists()
