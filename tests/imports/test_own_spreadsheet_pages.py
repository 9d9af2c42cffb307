"""The Import admin pages with spreadsheets in a user's own layout.

Tests suggestions, questions, and stored answers.
"""

import pytest
from django.urls import reverse

from initiatives.models import Initiative
from sco_cities.changes import revert
from sco_cities.datapackage.dump import dump_files
from sco_cities.imports.models import ImportJob, RememberedMapping
from tests.curation.admin_client import curator_client, errors_in, messages_in, soup
from tests.factories import make_city, make_country, make_delegate, make_initiative, make_report, make_theme

from .import_pages import address_of, answered, applied, checked, filled_in, selected, summary_of, upload
from .sheets import as_csv, export, rows_of

pytestmark = pytest.mark.django_db

OWN = [
    {"Project title": "Lamps", "Stage": "running", "Cities": "Ташкент", "Start": "May 2024", "Themes": "Streets",
     "Link": "https://news.example/a"},
    {"Project title": "Torches", "Stage": "running", "Cities": "Taskent", "Start": "2024年5月", "Themes": "",
     "Link": ""},
]  # fmt: skip
DRAFTS = "Review together"
DEFAULTS = {"default-kind": "project", "report_language": "en"}


@pytest.fixture
def curator():
    return curator_client()


@pytest.fixture
def places():
    make_city("tashkent", make_country("uz"), name_en="Tashkent", name_ru="Ташкент")
    make_theme("streets", name_en="Streets")


def test_an_own_spreadsheet_is_imported_as_it_is_and_reverted_without_a_trace(curator, places):
    before = dump_files()
    page = upload(curator, as_csv(OWN))
    assert selected(page)[:6] == [
        "Title in English", "Status", "Leading cities", "Starts on", "Themes", "Address of the report (evidence)",
    ]  # fmt: skip
    page = curator.post(page.request["PATH_INFO"], filled_in(page) | DEFAULTS, follow=True)
    assert summary_of(page).endswith("error 2")
    assert [[" ".join(cell.text.split()) for cell in row.select("th, td")[:3]] for row in
            soup(page).select(".import-questions tbody tr")] == [
        ["running Status", "2", "under way"], ["Addresses of unknown reports Address of the report (evidence)", "1",
         "Add a draft report for each address"], ["Taskent City", "1", "Tashkent (tashkent)"],
    ]  # fmt: skip
    # There is no button that accepts all suggestions, because suggestions may be wrong.
    assert [button["name"] for button in soup(page).select(".import-questions button")] == ["_save"]
    assert selected(page, "#id_others") == ["Ask again"]
    page = answered(curator, page)
    assert summary_of(page).startswith(
        "Checked: create 2, update 0, unchanged 0, possible duplicate 0, error 0"
    )
    assert "new; the slug is generated from the name" in page.content.decode()
    shown = [" ".join(each.stripped_strings) for each in soup(page).select(".diff div")]
    assert {"Status under way", "Leading cities Tashkent (tashkent)", "Themes Streets (streets)"} <= {*shown}
    assert (
        "Evidence from news-example ¶1: the record as a whole, title in English, status"
        in page.content.decode()
    )
    assert dump_files() == before
    page = applied(curator, page)
    lamps = Initiative.objects.get(slug="lamps")
    assert (lamps.status, lamps.starts_on, lamps.state) == ("under_way", "2024-05", "draft")
    assert soup(page).select_one(".results tbody th a")["href"] == reverse(
        "admin:initiatives_initiative_change", args=[lamps.pk]
    )
    drafts = soup(curator.get(soup(page).find("a", string=DRAFTS)["href"]))
    # The report named in the file is also new.
    assert len(drafts.select("#together tbody tr")) == 3
    assert [button["value"] for button in drafts.select("#together button")] == ["publish", "send_to_review"]
    change_set = ImportJob.objects.get().change_set
    revert.revert(change_set.revisions.all(), user=None, reason="wrong", reverts=change_set)
    assert dump_files() == before


@pytest.mark.only_on("sqlite")
def test_the_stored_mapping_is_filled_in_for_the_next_file_and_needs_confirmation(curator, places):
    first = checked(curator, as_csv(OWN), columns={**DEFAULTS, "column-5": "-", "default-kind": "route"})
    page = answered(curator, first, "", **{"answer-0": "operating"})
    answered(curator, page, "-")
    # An answer for all remaining values is not stored.
    assert RememberedMapping.objects.get().answers == {"initiatives.status": {"running": "operating"}}
    page = curator.post(address_of(page, "import_answers"), {"_forget": ""}, follow=True)
    answered(curator, page, **{"answer-0": "operating", "answer-1": "-"})
    assert [each.answers for each in RememberedMapping.objects.all()] == [
        {"initiatives.status": {"running": "operating"}, "cities": {"taskent": ""}}
    ]

    # The stored mapping also applies to reordered headings.
    second = upload(curator, as_csv([dict(reversed(row.items())) for row in OWN]))
    assert "Filled in from the last file with this header row (curator, " in second.content.decode()
    assert selected(second)[0] == "Skip this column"
    assert "route" in selected(second)
    page = curator.post(second.request["PATH_INFO"], filled_in(second), follow=True)
    assert [each.text for each in soup(page).select(".import-questions td option[selected]")] == [
        "operating", "Do not import this value",
    ]  # fmt: skip
    page = answered(curator, page, "")
    assert summary_of(page).startswith("Checked: create 2")
    assert [cell.text for cell in soup(page).select(".results ins")].count("operating") == 2


@pytest.mark.only_on("sqlite")
def test_invalid_or_late_answers_are_rejected(curator, places):
    page = checked(curator, as_csv(OWN), columns=DEFAULTS)
    impossible = "One of the answers is no longer valid. Check the questions again."
    late = "Someone else has changed this import. Check its current state below."
    for answers, message in (
        ({"answer-0": "no-such-status"}, impossible),
        ({"answer-2": "+"}, impossible),
        ({"seen": "x"}, late),
        ({"seen": "\0"}, late),
        ({"answer-0": "no-such-status", "seen": "x"}, late),
    ):
        response = answered(curator, page, "", **answers)
        assert messages_in(response) == [message]
        assert ImportJob.objects.get().options["answers"] == {}
    page = answered(curator, page, "", **{"answer-0": "agreed"})
    assert len(soup(page).select(".import-questions tbody tr")) == 2
    page = curator.post(address_of(page, "import_answers"), {"_forget": ""}, follow=True)
    assert len(soup(page).select(".import-questions tbody tr")) == 3


@pytest.mark.only_on("sqlite")
def test_the_downloaded_errors_name_the_columns_as_the_pages_do(curator, places):
    page = checked(curator, as_csv(OWN), columns={**DEFAULTS, "column-4": "-", "column-5": "-"})
    shown = [error.b.text for error in soup(page).select(".import-errors li")]
    assert shown == ["Status", "Status", "Leading cities"]
    lines = curator.get(address_of(page, "import_errors")).getvalue().decode().splitlines()
    assert [line.split(",")[2] for line in lines] == ["column", *shown]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("slugs", "question"),
    [
        (
            ["alphaville"],
            "alphaville. Choose above whether this row is about that record or about a new one.",
        ),
        (
            ["alphaville", "alphaville-2"],
            "alphaville, alphaville-2. Choose above whether this row is about one of these records or about a "
            "new one.",
        ),
    ],
)
def test_the_question_about_a_name_uses_the_correct_plural_form(curator, slugs, question):
    for number, slug in enumerate(slugs):
        make_city(slug, make_country(f"x{number}"), name_en="Alphaville")
    page = checked(curator, as_csv([{"name_en": "Alphaville", "population": "7"}]), kind="cities")
    (error,) = soup(page).select(".import-errors li")
    assert error.text.endswith(f"“Alphaville” is the name of {question}")


@pytest.mark.only_on("sqlite")
def test_columns_that_a_file_cannot_change_are_offered_only_for_exports(curator):
    make_initiative("lamps", sourced=True)
    rows = rows_of(export("initiatives", query="?labels=1"))
    page = soup(upload(curator, as_csv([{**rows[0], "Remark": "x"}])))
    offered = {option["value"] for option in page.select("select[name=column-0] option")}
    assert offered.isdisjoint({"lead_cities_names", "disputed", "sources_addresses", "status_reported_on"})
    assert {"slug", "title_en", "updated_at", "state", "report_address"} <= offered
    assert "lead_cities_names" in [option["value"] for option in page.select("option[selected]")]


@pytest.mark.only_on("sqlite")
def test_an_untouched_export_causes_no_questions_and_no_changes(curator, places):
    make_initiative("lamps", lead=[make_city("tashkent")], themes=[make_theme("streets")], sourced=True)
    for query in ("", "?labels=1"):
        page = checked(curator, export("initiatives", query=query))
        assert summary_of(page) == "Checked: create 0, update 0, unchanged 1, possible duplicate 0, error 0"
        assert soup(page).select(".import-questions") == []


@pytest.mark.only_on("sqlite")
def test_the_error_of_a_file_without_names_and_slugs_explains_what_to_choose(curator):
    page = upload(curator, as_csv([{"Stage": "agreed"}]))
    page = curator.post(page.request["PATH_INFO"], filled_in(page))
    assert "Choose the column that contains the names or slugs of the records." in errors_in(page)


@pytest.mark.only_on("sqlite")
def test_a_new_country_without_a_code_is_an_error_of_its_row(curator):
    page = checked(curator, as_csv([{"name_en": "Alphaland"}]), kind="countries")
    assert summary_of(page).endswith("error 1")
    assert "A value is required here." in page.text


def test_a_value_for_all_rows_is_not_offered_if_each_row_needs_a_different_value(curator):
    page = upload(curator, as_csv([{"title": "Lamps", "publisher": "Gazette"}]), kind="reports")
    assert [name for name in filled_in(page) if name.startswith("default-")] == ["default-language"]
    sent = filled_in(page) | {"default-language": "en", "default-address": "https://gazette.example/"}
    page = curator.post(page.request["PATH_INFO"], sent, follow=True)
    assert summary_of(page).endswith("error 1")


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_a_value_that_the_message_quotes_is_shown_once(language, curator):
    make_delegate("ada", name_en="Ada Test", country=make_country())
    curator.cookies["django_language"] = language
    page = checked(curator, as_csv([{"name": "Ada Test", "role": "Mayor"}]), kind="delegates")
    (mistake,) = soup(page).select(".import-errors li")
    assert mistake.text.count("Ada Test") == 1


NEW_REPORT = {
    "source": "new", "report-title": "Lamps everywhere", "report-publisher": "The Gazette",
    "report-published_on": "2025-03", "report-language": "en", "report-address": "https://gazette.example/lamps",
    "passage-summary": "Tells of lamps and torches.", "passage-archive_address": "https://archive.example/1",
}  # fmt: skip


def test_a_report_chosen_for_all_rows_supports_every_value(curator, places):
    """The import adds a passage to an existing or a new report. A revert removes the passage with the rows."""
    gazette = make_report("gazette")
    before = dump_files()
    rows = [
        {"Project title": name, "Stage": "under way", "Cities": "Tashkent"} for name in ("Lamps", "Torches")
    ]
    sources = [
        ({"source": f"report:{gazette.pk}", "passage-summary": "Tells of lamps."}, "gazette#2"),
        (NEW_REPORT, "the-gazette-2025-03#1"),
    ]
    for sent, passage in sources:
        page = checked(curator, as_csv(rows), columns={"default-kind": "project"})
        address = address_of(page, "import_source")
        assert "Choose a passage" in curator.post(address, {"_use": ""}).content.decode()
        page = curator.post(address, {**sent, "_use": ""}, follow=True)
        assert "Report for all rows: The Gazette: " in page.content.decode()
        assert dump_files() == before
        page = applied(curator, page)
        for initiative in Initiative.objects.all():
            cited = [
                f"{item.passage.report.slug}#{item.passage.number}" for item in initiative.evidence.all()
            ]
            assert set(cited) == {passage}
            assert sorted(initiative.evidence.values_list("field", flat=True)) == [
                "*", "cities", "status", "title_en",
            ]  # fmt: skip
        change_set = ImportJob.objects.latest("pk").change_set
        revert.revert(change_set.revisions.all(), user=None, reason="wrong", reverts=change_set)
        assert dump_files() == before


@pytest.mark.parametrize("is_new_report", [True, False])
def test_a_report_or_passage_that_another_import_has_added_is_not_overwritten(is_new_report, curator, places):
    selected = "new" if is_new_report else f"report:{make_report('gazette').pk}"
    pages = []
    for name in ("Lamps", "Torches"):
        rows = [{"Title": f"{name} {number}", "Stage": "agreed"} for number in (1, 2)]
        page = checked(curator, as_csv(rows), columns={"default-kind": "project"})
        named = NEW_REPORT | {"source": selected, "report-title": name, "passage-summary": name, "_use": ""}
        pages.append(curator.post(address_of(page, "import_source"), named, follow=True))
    first, second = pages
    assert summary_of(applied(curator, first)).startswith("Applied: create 2")
    before = dump_files()
    assert applied(curator, second).context["job"].stage == "failed"
    page = curator.post(address_of(second, "import_check"), follow=True)
    assert "error 2 – x" in summary_of(page)
    error = "Someone has added this report or passage in the meantime. Enter it again."
    assert page.content.decode().count(error) == 2
    assert dump_files() == before


@pytest.mark.only_on("sqlite")
def test_the_report_for_all_rows_can_be_removed(curator, places):
    page = checked(
        curator, as_csv([{"Title": "Lamps", "Stage": "agreed"}]), columns={"default-kind": "project"}
    )
    address = address_of(page, "import_source")
    page = curator.post(address, {**NEW_REPORT, "_use": ""}, follow=True)
    assert "Evidence from The Gazette: " in page.content.decode()
    page = curator.post(address, {"_remove": ""}, follow=True)
    assert "Evidence from" not in page.content.decode()
    assert ImportJob.objects.get().options["source"] == {}


def test_a_report_deleted_before_the_import_is_applied_causes_an_error(curator, places):
    gazette = make_report("gazette")
    page = checked(
        curator, as_csv([{"Title": "Lamps", "Stage": "agreed"}]), columns={"default-kind": "project"}
    )
    source = {"source": f"passage:{gazette.passages.get().pk}", "_use": ""}
    page = curator.post(address_of(page, "import_source"), source, follow=True)
    gazette.delete()
    page = curator.post(address_of(page, "import_check"), follow=True)
    assert summary_of(page).endswith("error 1")


def test_the_columns_that_are_not_chosen_are_skipped_by_one_button(curator):
    page = upload(
        curator, as_csv([{"№": "1", "Name": "Ada", "Role": "Mayor", "Shoes": "42", "Hat": "7"}]), "delegates"
    )
    assert selected(page) == ["Skip this column", "Name in English", "Role", "— choose —", "— choose —"]
    sent = filled_in(page)
    page = curator.post(page.request["PATH_INFO"], sent, follow=True)
    assert len(soup(page).select(".import-columns .errorlist li")) == 2
    page = curator.post(page.request["PATH_INFO"], {**sent, "_skip_rest": ""}, follow=True)
    assert summary_of(page) == "Checked: create 1, update 0, unchanged 0, possible duplicate 0, error 0"


def test_an_import_that_does_not_exist_is_not_found(curator):
    for number in (0, 10**30):
        for page in ("", "columns/", "report/", "mistakes.csv"):
            assert curator.get(f"/admin/imports/{number}/{page}").status_code == 404
