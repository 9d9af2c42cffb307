"""The Import admin pages with people's own spreadsheets: suggestions, questions, and what is remembered."""

import pytest
from django.urls import reverse

from initiatives.models import Initiative
from sco_cities.datapackage.dump import dump_files
from sco_cities.history import revert
from sco_cities.imports.models import ImportJob, RememberedMapping
from tests.curation.admin_client import curator_client, errors_in, messages_in, soup
from tests.factories import make_city, make_country, make_initiative, make_theme

from .import_pages import address_of, applied, checked, filled_in, summary_of, upload
from .sheets import as_csv, export, rows_of

pytestmark = pytest.mark.django_db

OWN = [
    {"Project title": "Lamps", "Stage": "running", "Cities": "Ташкент", "Start": "May 2024", "Themes": "Streets",
     "Link": "https://news.example/a"},
    {"Project title": "Torches", "Stage": "running", "Cities": "Taskent", "Start": "2024年5月", "Themes": "",
     "Link": ""},
]  # fmt: skip
DEFAULTS = {"default-kind": "project", "report_language": "en"}


@pytest.fixture
def curator():
    return curator_client()


@pytest.fixture
def places():
    make_city("tashkent", make_country("uz"), name_en="Tashkent", name_ru="Ташкент")
    make_theme("streets", name_en="Streets")


def selected(page, form="#content-main form") -> list[str]:
    return [each.text for each in soup(page).select(f"{form} option[selected]")]


def answered(client, page, button="_accept_all", **answers):
    sent = filled_in(page, ".import-questions") | answers | {button: ""}
    return client.post(address_of(page, "import_answers"), sent, follow=True)


def test_an_own_spreadsheet_is_imported_as_it_is_and_reverted_without_a_trace(curator, places):
    before = dump_files()
    page = upload(curator, as_csv(OWN))
    assert selected(page)[:6] == [
        "Initiative (title_en)", "Status (status)", "Cities (lead_cities)", "Years (starts_on)",
        "Themes (themes)", "Address of the report (evidence) (report_address)",
    ]  # fmt: skip
    page = curator.post(page.request["PATH_INFO"], filled_in(page) | DEFAULTS, follow=True)
    assert summary_of(page).endswith("error 2")
    assert [[" ".join(cell.text.split()) for cell in row.select("th, td")[:3]] for row in
            soup(page).select(".import-questions tbody tr")] == [
        ["running Status", "2", "under way"], ["Addresses without a report Address of the report (evidence)", "1",
         "Add a draft report for each"], ["Taskent City", "1", "Tashkent (tashkent)"],
    ]  # fmt: skip
    page = answered(curator, page)
    assert summary_of(page).startswith(
        "Checked: create 2, update 0, unchanged 0, possible duplicate 0, error 0"
    )
    assert "new; the slug is made from the name" in page.content.decode()
    assert (
        "Evidence from news-example#1: the record as a whole, title in English, status"
        in page.content.decode()
    )
    assert dump_files() == before
    page = applied(curator, page)
    lamps = Initiative.objects.get(slug="lamps")
    assert (lamps.status, lamps.starts_on, lamps.state) == ("under_way", "2024-05", "draft")
    assert soup(page).select_one(".results tbody th a")["href"] == reverse(
        "admin:initiatives_initiative_change", args=[lamps.pk]
    )
    change_set = ImportJob.objects.get().change_set
    revert.revert(change_set.revisions.all(), user=None, reason="wrong", reverts=change_set)
    assert dump_files() == before


def test_the_mapping_of_a_file_is_filled_in_for_the_next_one_and_waits_for_the_curator(curator, places):
    first = checked(curator, as_csv(OWN), columns={**DEFAULTS, "column-5": "-", "default-kind": "route"})
    answered(curator, first, **{"answer-0": "operating", "answer-1": "-"})
    assert [each.answers for each in RememberedMapping.objects.all()] == [
        {"initiatives.status": {"running": "operating"}, "cities": {"taskent": ""}}
    ]

    # Headings in another order are the same headings.
    second = upload(curator, as_csv([dict(reversed(row.items())) for row in OWN]))
    assert "Filled in as for the last file with these headings (curator, " in second.content.decode()
    assert selected(second)[0] == "Skip this column"
    assert "route" in selected(second)
    page = curator.post(second.request["PATH_INFO"], filled_in(second), follow=True)
    assert [each.text for each in soup(page).select(".import-questions option[selected]")] == [
        "operating", "Leave this value out",
    ]  # fmt: skip
    page = answered(curator, page, "_save")
    assert summary_of(page).startswith("Checked: create 2")
    assert [cell.text for cell in soup(page).select(".results ins")].count("operating") == 2


def test_answers_that_are_not_offered_or_come_too_late_are_refused(curator, places):
    page = checked(curator, as_csv(OWN), columns=DEFAULTS)
    for answers in ({"answer-0": "no-such-status"}, {"answer-2": "+"}, {"seen": "x"}):
        response = answered(curator, page, "_save", **answers)
        assert messages_in(response) == [
            "Someone else has changed this import. Check its current state below."
        ]
        assert ImportJob.objects.get().options["answers"] == {}
    page = answered(curator, page, "_save", **{"answer-0": "agreed"})
    assert len(soup(page).select(".import-questions tbody tr")) == 2
    page = curator.post(address_of(page, "import_answers"), {"_forget": ""}, follow=True)
    assert len(soup(page).select(".import-questions tbody tr")) == 3


def test_columns_that_a_file_cannot_change_are_offered_only_where_they_were_exported(curator):
    make_initiative("lamps", sourced=True)
    rows = rows_of(export("initiatives", query="?labels=1"))
    page = soup(upload(curator, as_csv([{**rows[0], "Remark": "x"}])))
    offered = {option["value"] for option in page.select("select[name=column-0] option")}
    assert offered.isdisjoint({"lead_cities_names", "disputed", "sources_addresses", "status_reported_on"})
    assert {"slug", "title_en", "updated_at", "state", "report_address"} <= offered
    assert "lead_cities_names" in [option["value"] for option in page.select("option[selected]")]


def test_an_untouched_export_asks_nothing_and_changes_nothing(curator, places):
    make_initiative("lamps", lead=[make_city("tashkent")], themes=[make_theme("streets")], sourced=True)
    for query in ("", "?labels=1"):
        page = checked(curator, export("initiatives", query=query))
        assert summary_of(page) == "Checked: create 0, update 0, unchanged 1, possible duplicate 0, error 0"
        assert soup(page).select(".import-questions") == []


def test_a_file_without_names_and_slugs_says_what_to_choose(curator):
    page = upload(curator, as_csv([{"Stage": "agreed"}]))
    page = curator.post(page.request["PATH_INFO"], filled_in(page))
    assert "Choose the column with the names of the records, or their slugs." in errors_in(page)
