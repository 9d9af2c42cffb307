"""An import requires evidence for new values of published records, or a tick next to the existing evidence."""

import pytest
from django.urls import reverse

from initiatives.models import Initiative
from sco_cities.history.models import ChangeSet
from sco_cities.imports import row_display
from sco_cities.imports.models import ImportJob
from sco_cities.sources.models import Evidence
from tests import factories as make
from tests.curation.admin_client import soup

from .import_pages import applied, checked, summary_of
from .sheets import as_csv, export, rows_of
from .test_command import run, save

pytestmark = pytest.mark.django_db
CONFIRMED = "The existing evidence was confirmed for the new values."


@pytest.fixture
def lamps(db):
    """A published initiative with the status "operating", supported by a report of 2 July 2026."""
    alphaville = make.make_city("alphaville")
    record = make.make_initiative(
        "lamps", lead=[alphaville], themes=[make.make_theme("lamps")], sourced=True, status="operating",
        ends_on="2030",
    )  # fmt: skip
    report = make.make_report("gazette", published_on="2026-07-02")
    Evidence.objects.update(passage=report.passages.get())
    return record


def changed(**values) -> bytes:
    """Returns the export of all initiatives, with these cells changed in every row."""
    return as_csv([row | values for row in rows_of(export("initiatives"))])


def asked(page) -> list[str]:
    return [field["value"] for field in soup(page).select("[name=stands]")]


def notices(page) -> list[str]:
    return [each.text.strip() for each in soup(page).select(".messagelist li")]


def status_line(client) -> str:
    return " ".join(soup(client.get("/initiatives/lamps/")).select_one("#v-status").parent.text.split())


def test_a_status_is_not_published_with_the_evidence_for_another_status(curator, lamps, client):
    page = checked(curator, changed(status="completed"))
    assert asked(page) == ["2:status"]
    row = soup(page).select_one("#evidence-asked tbody tr")
    assert [" ".join(cell.get_text(" ").split()) for cell in row.select("td")][:2] == [
        "Status operating completed",
        "gazette#1",
    ]
    after = applied(curator, page, reason="Checked by phone")
    assert notices(after) == ["Nothing was imported, because 1 new value lacks evidence and is not ticked."]
    assert status_line(client) == "operating, reported 2 July 2026 [1] · project"
    # The page keeps the typed reason.
    assert soup(after).select_one("#id_reason")["value"] == "Checked by phone"


@pytest.mark.parametrize("tick", [{"stands": "2:status"}, {"all_values_shown": "on"}])
def test_a_value_is_imported_with_its_tick_and_the_history_shows_it(curator, lamps, client, tick):
    page = checked(curator, changed(status="completed"))
    after = applied(curator, page, values_shown="2:status", **tick)
    assert summary_of(after).startswith("Applied: create 0, update 1")
    assert status_line(client) == "completed, reported 2 July 2026 [1] · project"
    change_set = ChangeSet.objects.get()
    assert change_set.evidence_stands
    assert CONFIRMED in curator.get(reverse("admin:change_set", args=[change_set.pk])).content.decode()


def test_ticks_are_saved_page_by_page_and_only_for_shown_values(curator, lamps, monkeypatch):
    monkeypatch.setattr(row_display, "ROWS_PER_PAGE", 1)
    monkeypatch.setattr("sco_cities.imports.views.ASKED_PER_PAGE", 1)
    make.make_initiative("torches", lead=[make.make_city("betatown")], sourced=True, status="operating")
    page = checked(curator, changed(status="completed"))
    assert asked(page) == ["2:status"]
    page = applied(
        curator, page, _evidence_ticks="", all_values_shown="on", values_shown="2:status", reason=""
    )
    assert notices(page) == ["The ticks were saved. 1 new value lacks evidence and is not ticked."]
    assert page.request["QUERY_STRING"] == "values=2"
    assert asked(page) == ["3:status"]
    assert notices(applied(curator, page, values_shown="3:status")) == [
        "Nothing was imported, because 1 new value lacks evidence and is not ticked."
    ]
    page = applied(curator, page, _evidence_ticks="", stands="3:status", values_shown="3:status")
    assert notices(page) == ["All values are ticked. You can apply the file."]
    # A value with a removed tick is not confirmed.
    page = applied(curator, page, _evidence_ticks="", values_shown="2:status")
    assert notices(page) == ["The ticks were saved. 1 new value lacks evidence and is not ticked."]
    assert summary_of(applied(curator, page, values_shown="2:status", stands="2:status")).startswith(
        "Applied"
    )


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"title_en": "More lamps"},
        {"title_ru": "Лампы"},
        {"ends_on": ""},
        {"state": "withdrawn", "status": "stalled"},
    ],
)
def test_other_changes_require_no_confirmation(curator, lamps, values):
    page = checked(curator, changed(**values))
    assert asked(page) == []
    if values:
        assert summary_of(applied(curator, page)).startswith("Applied: create 0, update 1")


def test_a_draft_requires_no_confirmation(curator, lamps):
    Initiative.objects.update(state="draft")
    page = checked(curator, as_csv([{"slug": "lamps", "status": "completed"}]))
    assert asked(page) == []
    assert summary_of(applied(curator, page)).startswith("Applied")


@pytest.mark.parametrize(
    ("values", "keys"),
    [
        ({"starts_on": "2023", "ends_on": "2031"}, ["2:starts_on", "2:ends_on"]),
        ({"partner_cities": "betatown"}, ["2:cities"]),
        ({"lead_cities": "", "partner_cities": "alphaville"}, ["2:cities"]),
    ],
)
def test_new_dates_and_cities_require_a_tick(curator, lamps, values, keys):
    make.make_city("betatown")
    assert asked(checked(curator, changed(**values))) == keys


def test_a_published_report_in_the_row_is_evidence_but_a_draft_is_not(curator, lamps):
    new = make.make_report("herald", address="https://herald.example/lamps", published_on="2026-11-02")
    row = {"slug": "lamps", "status": "completed", "report_address": "https://herald.example/lamps"}
    page = checked(curator, as_csv([row]))
    assert asked(page) == []
    assert summary_of(applied(curator, page)).startswith("Applied")
    assert not ChangeSet.objects.get().evidence_stands
    # The record already has the cited evidence, but for another value.
    page = checked(curator, as_csv([row | {"status": "stalled"}]))
    assert asked(page) == []
    assert summary_of(applied(curator, page)).startswith("Applied")
    new.state = "draft"
    new.save()
    assert asked(checked(curator, as_csv([row | {"status": "operating"}]))) == ["2:status"]


@pytest.mark.parametrize("what", ["record", "evidence", "report"])
def test_a_tick_confirms_only_the_values_in_the_preview(curator, lamps, what):
    other = make.make_report("herald", published_on="2026-11-02")
    if what == "record":
        Initiative.objects.update(state="in_review")
    page = checked(curator, as_csv([{"slug": "lamps", "status": "completed"}]))
    assert asked(page) == ([] if what == "record" else ["2:status"])
    if what == "record":
        Initiative.objects.update(state="published")
    elif what == "evidence":
        Evidence.objects.filter(field="status").update(passage=other.passages.get())
    else:
        make.make_evidence(lamps, "status", other.passages.get())
    after = applied(curator, page, values_shown="2:status", stands="2:status")
    assert "Records have changed since the file was checked" in after.content.decode()
    assert Initiative.objects.get().status == "operating"


def test_a_new_check_keeps_the_tick_unless_the_evidence_has_changed(curator, lamps):
    page = checked(curator, as_csv([{"slug": "lamps", "status": "completed"}]))
    page = applied(curator, page, _evidence_ticks="", stands="2:status", values_shown="2:status")
    address = reverse("admin:import_check", args=[ImportJob.objects.get().pk])
    assert soup(curator.post(address, follow=True)).select_one("[name=stands][checked]")
    make.make_evidence(lamps, "status", make.make_report("herald").passages.get())
    page = curator.post(address, follow=True)
    assert asked(page) == ["2:status"]
    assert not soup(page).select_one("[name=stands][checked]")


def test_ticks_for_another_check_or_for_other_values_are_rejected(curator, lamps):
    page = checked(curator, changed(status="completed"))
    after = applied(curator, page, seen="another", stands="2:status", values_shown="2:status")
    assert notices(after) == ["Someone else has changed this import. Check its current state below."]
    for codes in ("2:title_en", "1:status", "x", "²:status", "99999999999:status"):
        after = applied(curator, page, stands=codes, values_shown=codes)
        assert notices(after) == [
            "Nothing was imported, because 1 new value lacks evidence and is not ticked."
        ]


def test_the_preview_of_ticks_runs_a_fixed_number_of_queries(curator, lamps, django_assert_max_num_queries):
    alphaville = make.make_city("gammatown")
    for number in range(5):
        make.make_initiative(f"torches-{number}", lead=[alphaville], sourced=True, status="operating")
    page = checked(curator, changed(status="completed"))
    assert len(asked(page)) == 6
    with django_assert_max_num_queries(25):
        curator.get(page.request["PATH_INFO"])


def test_the_command_rejects_values_without_evidence_and_prints_them(lamps, tmp_path):
    path = save(tmp_path, changed(status="completed"))
    line = "row 2, lamps: no evidence for the new status; existing: gazette#1\n"
    for arguments in ((), ("--apply",)):
        output, code = run(path, *arguments)
        assert output.startswith(f"{line}Published records get new values without evidence for them. ")
        assert output.endswith("created 0, updated 1, unchanged 0, duplicates 0, errors 0\n")
        assert code == 1
    assert Initiative.objects.get().status == "operating"
    output, code = run(path, "--apply", "--evidence-stands")
    assert output == f"{line}created 0, updated 1, unchanged 0, duplicates 0, errors 0\n"
    assert (code, Initiative.objects.get().status) == (0, "completed")
    assert ChangeSet.objects.get().evidence_stands
