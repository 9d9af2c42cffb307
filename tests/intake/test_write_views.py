"""Planning, writing, review, publication and revert of an intake without a script."""

import pytest
from django.urls import reverse

from delegates.models import Delegate, Statement
from initiatives.models import Initiative
from sco_cities.changes.recorder import record_changes
from sco_cities.changes.revert import revert
from sco_cities.cities.models import Country
from sco_cities.curation.models import SeenRevision
from sco_cities.datapackage.dump import dump_files
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.intake.models import Intake
from sco_cities.sources.models import Report
from sco_cities.themes.models import Theme
from tests.curation.admin_client import client_with_role, form_data, messages_in, soup
from tests.factories import make_country, make_initiative
from tests.form_values import form_values

from .page_steps import DETAILS, accept_all, decide, row, save, url, write
from .reports import MEMORANDUM, OSH, read_report, subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.fixture
def intake(curator):
    return read_report(user=curator.user, **DETAILS)


def table_of(plan, kind: str) -> list[list[str]]:
    """The headings and cells of a table of drafts, including field values and their passages."""
    table = plan.select_one(f".grid-table[aria-label='{kind}']")
    return [[cell_text(cell) for cell in row.select("th, td")] for row in table.select("tr")]


def cell_text(cell) -> str:
    fields = [
        chosen.text if (chosen := field.select_one("[selected]")) else field.get("value", field.text)
        for field in cell.select("input, textarea, select")
    ]
    return " ".join([*fields, *cell.text.split()] if not cell.select("select") else fields)


def written_records(form, decision) -> dict:
    """The data submitted by a button below the list of written records."""
    return {"decision": decision, "record": [field["value"] for field in form.select("[name=record]")]}


def test_from_a_pasted_text_to_published_records_and_back_without_a_script(curator):
    before = dump_files()
    curator.post(reverse("admin:intake_add"), {"text": MEMORANDUM, **DETAILS})
    intake = Intake.objects.get()
    accept_all(curator, intake, form_values(curator.get(url(intake)).content, "#intake-form"))
    plan = soup(curator.get(url(intake, "write")))
    assert "5 new drafts" in plan.text
    assert plan.h1.text == "Write"
    assert table_of(plan, "Event") == [
        ["Event", "Name in English", "Name in Russian", "Name in Chinese", "Kind", "Starts on"],
        [
            "Signing: Dushanbe – Tianjin", "Signing: Dushanbe – Tianjin ¶2", "Подписание: Душанбе — Тяньцзинь ¶2",
            "签署：杜尚别—天津 ¶2", "meeting", "2026-05-12 ¶2",
        ],
    ]  # fmt: skip
    assert str(intake) in [heading.text for heading in plan.select("h2")]
    assert dump_files() == before
    page = write(curator, intake, publish_report="1")
    assert {link.text for link in soup(page).select(".written li a")} >= {
        "Farrukh Testov", "Memorandum: Dushanbe – Tianjin",
    }  # fmt: skip
    assert Initiative.objects.filter(state="draft").count() == 2
    [form] = soup(page).select(".written form[action]")
    buttons = soup(page).select(".written .joint-grids button")
    assert [button.text for button in buttons] == ["Events", "Delegates", "Statements", "Initiatives"]
    grid = soup(curator.post(buttons[3]["formaction"], follow=True))
    assert [link.text for link in grid.select(".grid-table th a")] == [
        "Help for visitors: Dushanbe",
        "Memorandum: Dushanbe – Tianjin",
    ]
    page = curator.post(form["action"], written_records(form, "publish"), follow=True)
    assert messages_in(page)[0].startswith("5 records: now “published”. ")
    assert page.redirect_chain[-1][0] == url(intake, "write")
    assert {
        each.state for model in (Initiative, Delegate, Statement, Report) for each in model.objects.all()
    } == {"published"}
    # Publishing is a separate change set. It is reverted first, then the change set of the intake.
    for change_set in ChangeSet.objects.order_by("-pk"):
        revert = reverse("admin:revert", args=[change_set.pk])
        curator.post(revert, form_data(curator.get(revert)) | {"reason": "A test."})
    assert dump_files() == before
    assert "5 new drafts" in curator.get(url(intake, "write")).content.decode()


def test_obstacles_to_writing_are_listed_with_links_to_their_places(curator, intake):
    decide(curator, subject(intake, "delegate"), "accept")
    save(curator, intake, **{"address": "", "was-address": intake.address})
    page = curator.get(url(intake, "write"))
    problems = {link.text: link["href"] for link in soup(page).select("#problems ~ ul a")}
    [summary] = [href for text, href in problems.items() if "summary in your own words" in text]
    assert summary == f"{url(intake)}?page=1#summary-3"
    assert problems["Enter the address of the report."] == f"{url(intake)}#id_address"
    # The targets of both links exist on the page.
    assert len(soup(curator.get(url(intake))).select("#summary-3, #id_address")) == 2
    assert not soup(page).select(".write-form button")
    assert "Nothing was written" in messages_in(write(curator, intake))[0]
    assert not Report.objects.exists()


def test_a_plan_that_has_changed_since_it_was_seen_is_shown_again(curator, intake):
    accept_all(curator, intake)
    seen = form_values(curator.get(url(intake, "write")).content, ".write-form")
    decide(curator, subject(intake, "delegate"), "undo", version=2)
    page = curator.post(url(intake, "write"), seen)
    assert "The records have changed" in messages_in(page)[0]
    assert not Report.objects.exists()
    assert "The records have changed" in messages_in(curator.post(url(intake, "write"), {}))[0]


def test_cells_with_errors_keep_the_typed_text_and_the_others_are_saved(curator, intake):
    accept_all(curator, intake)
    person, event = subject(intake, "delegate"), subject(intake, "event")
    date = event.values.get(field="starts_on")
    cells = {f"value-{person.pk}-name_en": "F. Testov", f"value-{date.pk}-value": "a day in May"}
    sent = form_values(curator.get(url(intake, "write")).content, "#intake-form")
    page = curator.post(url(intake, "write"), sent | cells | {"_cells": "1"})
    [error] = soup(page).select(".grid-table .grid-error")
    assert error.text.startswith("Starts on: “a day in May” is not a valid date.")
    assert soup(page).select_one(f"[name=value-{date.pk}-value]")["value"] == "a day in May"
    person.refresh_from_db()
    assert person.final_value == person.value | {"name_en": "F. Testov"}
    # The form is outdated, because the version of the person has changed.
    name = {f"value-{person.pk}-name_en": "Ferdowsi Testov"}
    page = curator.post(url(intake, "write"), sent | name | {"_cells": "1"})
    [error] = soup(page).select(".grid-table .grid-error")
    assert error.text.startswith("Someone else has already decided.")
    assert not Report.objects.exists()


def test_cells_sent_unchanged_without_a_script_edit_no_proposal(curator, intake):
    initiative = subject(intake, "initiative", "Memorandum: Dushanbe – Tianjin")
    for proposal in initiative.values.filter(field="cities", shown="Tianjin"):
        decide(curator, proposal, "reject")
    accept_all(curator, intake)
    plan = curator.get(url(intake, "write"))
    sent, title = form_values(plan.content, "#intake-form"), f"value-{initiative.pk}-title_en"
    # The row header has the title to be written, and the cell has the proposed title.
    assert "Tianjin" not in soup(plan).select_one(f"[name={title}]").find_parent("tr").th.text
    assert sent[title] == initiative.value["title_en"]
    curator.post(url(intake, "write"), sent | {"_cells": "1"})
    assert not intake.proposals.filter(status="edited").exists()


def test_a_known_record_that_is_none_becomes_a_new_draft(curator, places):
    make_initiative("first-agreement", lead=places[:2], kind="partnership")
    intake = read_report(user=curator.user, **DETAILS)
    memorandum = subject(intake, "initiative", "Memorandum: Dushanbe – Tianjin")
    assert memorandum.object_id
    curator.post(
        url(intake),
        {f"decision-{memorandum.pk}": "accept", f"version-{memorandum.pk}": 1, f"new-{memorandum.pk}": "1"},
    )
    plan = soup(curator.get(url(intake, "write")))
    assert "1 new draft" in plan.text
    assert "Accepted but not written" not in plan.text


def test_an_accepted_proposal_that_is_not_written_is_listed_with_its_reason(curator, intake):
    accept_all(curator, intake)
    themes = intake.proposals.accepted().filter(field="themes", value__slug="tourism")
    Theme.objects.get(slug="tourism").delete()
    left = soup(curator.get(url(intake, "write"))).find(id="plan-left").parent
    sentence = "Themes: tourism The record has been deleted or merged."
    assert [" ".join(item.text.split()) for item in left.select("li")] == [sentence] * len(themes)
    assert [link["href"] for link in left.select("a")] == [
        f"{url(intake)}?page=1#proposal-{each.pk}" for each in themes
    ]


def test_a_different_value_stays_in_the_record_and_the_reported_value_becomes_a_footnote(curator, places):
    make_initiative("first-agreement", lead=places[:2], kind="partnership", status="interest")
    intake = read_report(user=curator.user, **DETAILS)
    accept_all(curator, intake)
    line = soup(curator.get(url(intake, "write"))).select_one(".plan-block .differs").text
    assert "the record keeps “interest”; a footnote gives “agreed” from this report" in line


def test_records_that_lack_only_a_published_report_are_offered_with_it(curator, places):
    known = make_initiative("first-agreement", lead=places[:2], kind="partnership")
    intake = read_report(user=curator.user, **DETAILS)
    memorandum = subject(intake, "initiative", "Memorandum: Dushanbe – Tianjin")
    assert memorandum.object_id == known.pk
    decide(curator, memorandum.values.get(field="themes"), "accept")
    save(curator, intake, summary_2="Two cities agreed.")
    assert soup(curator.get(url(intake, "write"))).select("[name=publish_report]")
    write(curator, intake, publish_report="1")
    assert [theme.slug for theme in known.themes.all()] == ["personal-safety"]


def test_the_page_writes_no_value_of_a_published_record_without_a_passage(curator, places):
    dushanbe, tianjin, safety, _tourism = places
    known = make_initiative(
        "memorandum",
        partner=[dushanbe, tianjin],
        kind="partnership",
        themes=[safety],
        starts_on="",
        sourced=True,
    )
    intake = read_report(user=curator.user, **DETAILS)
    accept_all(curator, intake)
    intake.proposals.filter(field="starts_on").update(passage=None)
    page = write(curator, intake, publish_report="1")
    sentence = (
        "Nothing was written: Initiative “Memorandum”: no evidence was added for the new value of starts on."
    )
    assert messages_in(page) == [sentence]
    known.refresh_from_db()
    assert known.starts_on == ""


def test_a_contributor_sends_to_review_and_cannot_publish():
    contributor = client_with_role("contributor")
    intake = read_report(user=contributor.user, **DETAILS)
    accept_all(contributor, intake)
    page = write(contributor, intake, publish_report="1")
    assert Report.objects.get().state == "draft"
    assert [button["value"] for button in soup(page).select(".written form[action] button")] == [
        "send_to_review"
    ]
    [form] = soup(page).select(".written form[action]")
    contributor.post(form["action"], written_records(form, "publish"))
    assert set(Initiative.objects.values_list("state", flat=True)) == {"draft"}
    assert [button.text for button in form.select("button")] == ["Send all for review"]
    page = contributor.post(form["action"], written_records(form, "send_to_review"), follow=True)
    assert messages_in(page)[-1].startswith("6 records: now “in review”. ")
    assert set(Initiative.objects.values_list("state", flat=True)) == {"in_review"}


def test_a_draft_that_was_edited_after_the_page_was_opened_is_not_published(curator, intake):
    accept_all(curator, intake)
    [form] = soup(write(curator, intake, publish_report="1")).select(".written form[action]")
    person = Delegate.objects.get()
    with record_changes(ChangeSource.EDIT, user=None) as recorder:
        recorder.watch(Delegate, [person.pk])
        Delegate.objects.update(role="Mayor of Dushanbe")
    page = curator.post(form["action"], written_records(form, "publish"), follow=True)
    assert Delegate.objects.get().state == "draft"
    assert f"{person} : it has changed since you opened the page" in messages_in(page)[-1]
    assert not SeenRevision.objects.filter(object_id=person.pk, content_type__model="delegate").exists()


def test_a_proposal_shows_contributors_what_they_may_not_change(curator):
    contributor = client_with_role("contributor")
    intake = read_report(user=contributor.user, **DETAILS)
    locked = "You do not have permission to change this record"
    city, person = subject(intake, "city", "Dushanbe"), subject(intake, "delegate")
    page = contributor.get(url(intake))
    assert (locked in row(page, city).text, locked in row(page, person).text) == (True, False)
    assert locked not in curator.get(url(intake)).text
    locked_ones = intake.proposals.filter(object_id__isnull=False).count()
    left = intake.proposals.open().exclude(certainty="doubtful").count() - locked_ones
    assert soup(page).select_one("#intake-counts").text == f"{left} open · 0 accepted"
    assert len(soup(page).select("[data-locked]")) == locked_ones == 2
    # No button accepts proposals that the contributor cannot write.
    assert [box.summary.text for box in soup(page).select(".at-once") if "cities" in box.summary.text] == []
    assert locked in decide(contributor, city, "accept").json()["rows"][0]


@pytest.mark.parametrize(("role", "is_linked"), [("contributor", False), ("curator", True)])
def test_written_records_are_linked_for_users_who_may_open_them(role, is_linked):
    client = client_with_role(role, "ada")
    intake = read_report(user=client.user, **DETAILS)
    accept_all(client, intake)
    change_set = reverse("admin:change_set", args=[write(client, intake).context["written"][0].change_set.pk])
    for name in ("write", "page"):
        page = client.get(url(intake, name))
        assert ("Show changes" in page.text, change_set in page.text) == (is_linked, is_linked)


def test_a_city_of_a_country_that_the_site_lacks_is_left_out_and_the_rest_is_written(curator):
    intake = read_report(OSH, user=curator.user, **DETAILS)
    Country.objects.get(slug="kg").delete()
    decide(curator, subject(intake, "city", "Osh"), "accept")
    page = soup(curator.get(url(intake, "write")))
    left = [" ".join(each.text.split()) for each in page.select("#plan-left ~ ul li")]
    assert left == ["City: Osh Its country is not on this site. Add the country first."]
    assert "Nothing has been accepted yet" not in page.text
    accept_all(curator, intake, summaries={"summary-2": "Two ties."})
    page = soup(curator.get(url(intake, "write")))
    left = [" ".join(each.text.split()) for each in page.select("#plan-left ~ ul li")]
    assert left[1:] == ["Cities: Osh (partner) It refers to a record that is not written."]
    write(curator, intake)
    tie = Initiative.objects.get(title_en="Sister cities: Dushanbe")
    assert [city.slug for city in tie.cities.all()] == ["dushanbe"]
    # Once the site has the country, a second write adds the city.
    make_country("kg", name_en="Kyrgyzstan")
    write(curator, intake)
    assert {city.slug for city in tie.cities.all()} == {"dushanbe", "osh"}


def test_the_title_of_an_intake_of_somebody_else_is_not_shown(curator, intake):
    contributor = client_with_role("contributor")
    again = read_report(user=contributor.user)
    Intake.objects.filter(pk__in=(intake.pk, again.pk)).update(title="A title")
    Intake.objects.filter(pk=intake.pk).update(title="Not for others")
    for client, words in (
        (contributor, "Another account has already entered this text (the same text)."),
        (curator, "This text has already been entered (the same text): Not for others"),
    ):
        page = soup(client.get(url(again)))
        assert page.select_one(".notice p").text == words
        assert ("Not for others" in page.text) is (client is curator)


def test_the_pages_after_the_writing_say_what_has_been_written(curator, intake):
    accept_all(curator, intake)
    write(curator, intake)
    page = soup(curator.get(url(intake)))
    person = subject(intake, "delegate")
    shown = page.select_one(f"#proposal-{person.pk}")
    assert "written" in shown.text
    assert shown.select_one("a.record").text == "draft"
    assert not shown.select(".decisions")
    answer = decide(curator, person, "reject")
    assert (answer.status_code, "already been written" in answer.json()["message"]) == (409, True)
    assert "Nothing has been accepted yet" not in curator.get(url(intake, "write")).content.decode()
    assert messages_in(write(curator, intake)) == ["There was nothing to write."]


def test_the_list_counts_a_written_proposal_as_written_only(curator, intake):
    def numbers():
        page = soup(curator.get(reverse("admin:intake")))
        return [int(cell.text) for cell in page.select("tbody .number")]

    accept_all(curator, intake)
    [open_count, accepted, written] = numbers()
    assert (accepted > 0, written) == (True, 0)
    write(curator, intake)
    assert numbers() == [open_count, 0, accepted]


def test_a_draft_that_a_revert_has_deleted_can_be_changed_and_written_again(curator, intake):
    accept_all(curator, intake)
    write(curator, intake)
    [change_set] = ChangeSet.objects.all()
    revert(change_set.revisions.all(), user=None, reason="", reverts=change_set)
    memorandum = subject(intake, "initiative", "Memorandum: Dushanbe – Tianjin")
    queue = soup(curator.get(reverse("admin:intake")))
    assert queue.select("tbody td.number")[-1].text == "0"
    figure = intake.proposals.get(kind="figure")
    assert decide(curator, figure, "undo").status_code == 200
    shown = row(curator.get(url(intake)), memorandum)
    assert shown.select_one(".new-draft")
    assert shown.select_one(f"[name=value-{memorandum.pk}-title_en]")
    decide(curator, memorandum, "accept", title_en="Safe tourists", kind="partnership")
    write(curator, intake)
    assert Initiative.objects.filter(title_en="Safe tourists", state="draft").exists()
