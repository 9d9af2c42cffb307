"""A curator imports a spreadsheet in a browser and reverts the import."""

import csv
import io

import pytest
from playwright.sync_api import expect

from initiatives.models import Initiative
from sco_cities.datapackage.dump import dump_files
from sco_cities.imports.jobs import run_import
from sco_cities.imports.models import ImportJob, ImportStage
from tests.axe import CONTENT, axe_violations, page_load
from tests.curation.admin_client import log_in_as_curator

from .sheets import as_csv, export, rows_of


@pytest.fixture
def curators_page(page, editable_site):
    log_in_as_curator(page)
    return page


def choose_file(page, raw: bytes) -> None:
    page.get_by_label("Record type").select_option("initiatives")
    page.get_by_label("File (CSV or XLSX)").set_input_files(
        {"name": "initiatives.csv", "mimeType": "text/csv", "buffer": raw}
    )
    page.get_by_role("button", name="Check file").click()


def test_a_spreadsheet_is_imported_and_reverted(curators_page):
    page = curators_page
    before = dump_files()
    rows = rows_of(export("initiatives"))
    rows[0]["title_en"] = "A better title"
    rows[1]["themes"] = "no-such-theme"

    page.goto("/admin/")
    with page_load(page):
        page.get_by_role("link", name="Import", exact=True).click()
    assert axe_violations(page, within=CONTENT) == []
    choose_file(page, as_csv(rows, ";", codec="utf-16"))
    expect(page.get_by_label("lead_cities:")).to_have_value("lead_cities")
    assert axe_violations(page, within=CONTENT) == []
    page.get_by_role("button", name="Check file").click()
    expect(page.locator(".summary")).to_have_text(
        f"Checked: create 0, update 1, unchanged {len(rows) - 2}, possible duplicate 0, error 1"
    )
    assert axe_violations(page, within=CONTENT) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all errors as CSV").click()
    errors = download.value.path().read_text(encoding="utf-8")
    assert [row[:4] for row in csv.reader(io.StringIO(errors))][1:] == [
        ["3", rows[1]["slug"], "Themes", "no-such-theme"]
    ]

    page.goto("/admin/imports/")
    choose_file(page, as_csv([rows[0], *rows[2:]]))
    page.get_by_role("button", name="Check file").click()
    page.get_by_role("link", name="update", exact=True).click()
    expect(page.locator(".results tbody tr")).to_have_count(1)
    expect(page.locator(".results ins")).to_have_text("A better title")
    page.get_by_label("Reason for the import").fill("Corrected titles")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".summary")).to_contain_text(
        f"Applied: create 0, update 1, unchanged {len(rows) - 2}"
    )
    assert Initiative.objects.get(slug=rows[0]["slug"]).title_en == "A better title"

    page.get_by_role("link", name="Revert this import").click()
    page.get_by_label("Reason for reverting").fill("The old one was better")
    page.get_by_role("button", name="Revert change").click()
    expect(page.locator(".messagelist")).to_contain_text("Reverted. Initiative “")
    assert dump_files() == before


HEADINGS = ["Project title", "Stage", "Cities", "Country", "Start", "Themes", "Link"]
STAGES = ["signed", "running", "planned", "under way", "реализуется", "运营中"]
CITIES = ["Tashkent", "Душанбе, Бишкек", "塔什干", "Almaty and Astana", "Kazan; Moscow", "Дели/Tashkent"]
COUNTRIES = ["Uzbekistan", "Таджикистан", "UZ", "Kazakhstan", "Russia", "India, 乌兹别克斯坦"]
STARTS = ["May 2024", "май 2024", "2024年5月", "2024", "1 May 2024", "2024-05"]
THEMES = ["Smart cities", "", "Tourism, Youth and student exchange", "", "", "туризм"]


def own_sheet() -> bytes:
    """A spreadsheet of 30 rows in an office's own layout."""
    rows = [
        [f"Project {number}", STAGES[number % 6], CITIES[number % 6], COUNTRIES[number % 6], STARTS[number % 6],
         THEMES[number % 6], f"https://office.example/news/{number % 4}"]
        for number in range(1, 31)
    ]  # fmt: skip
    return as_csv([dict(zip(HEADINGS, row, strict=True)) for row in rows])


class ClickCounter:
    """Counts clicks, selections and chosen files."""

    def __init__(self):
        self.clicks = 0

    def __call__(self, locator) -> None:
        self.clicks += 1
        locator.click()

    def select(self, locator, value: str) -> None:
        # One click opens the list, and a second click selects an option.
        self.clicks += 2
        locator.select_option(value)


@pytest.mark.thorough
def test_an_office_imports_its_own_sheet_with_at_most_twelve_clicks_and_reverts_it(curators_page):
    page, click = curators_page, ClickCounter()
    before = dump_files()
    page.goto("/admin/imports/")
    page.get_by_label("File (CSV or XLSX)").set_input_files(
        {"name": "projects.csv", "mimeType": "text/csv", "buffer": own_sheet()}
    )
    click.clicks += 1
    click(page.get_by_role("button", name="Check file"))
    assert axe_violations(page, within=CONTENT) == []
    click.select(page.get_by_label("Kind:"), "project")
    click.select(page.get_by_label("Language of new reports"), "en")
    click(page.get_by_role("button", name="Check file"))
    assert axe_violations(page, within=CONTENT) == []
    words = page.locator(".import-questions tbody th label").all_inner_texts()
    assert set(words) <= {"Addresses of unknown reports", *STAGES, *", ".join(THEMES).split(", ")}
    click.select(page.get_by_label("All other values"), "suggestion")
    click(page.get_by_role("button", name="Save answers and check again"))
    expect(page.locator(".summary")).to_have_text(
        "Checked: create 30, update 0, unchanged 0, possible duplicate 0, error 0"
    )
    page.get_by_label("Reason for the import").fill("The sheet of our office")
    click(page.get_by_role("button", name="Apply"))
    expect(page.locator(".summary")).to_contain_text("Applied: create 30")
    assert click.clicks <= 12
    drafts = Initiative.objects.filter(title_en__startswith="Project ")
    assert {
        draft.evidence.filter(field__in=("status", "starts_on", "cities")).count() for draft in drafts
    } == {3}

    page.get_by_role("link", name="Revert this import").click()
    page.get_by_label("Reason for reverting").fill("A test")
    page.get_by_role("button", name="Revert change").click()
    expect(page.locator(".messagelist")).to_contain_text("Reverted. ")
    assert dump_files() == before


@pytest.mark.thorough
def test_the_progress_page_retries_when_the_site_does_not_answer(curators_page):
    page = curators_page
    job = ImportJob(
        kind="themes", file_name="x.csv", stage=ImportStage.CHECKING, tally={"created": 1}, rows=1
    )
    job.store(io.BytesIO(b"slug\nlamps\n"))
    job.save()
    run_import.enqueue(job.pk)
    # The page polls every 1.5 seconds, and less often if the site does not respond.
    page.clock.install()
    page.goto(f"/admin/imports/{job.pk}/")
    requests = []
    answers = [lambda route: route.abort(), lambda route: route.fulfill(status=503, body="<p>later</p>")]

    def answer(route):
        if route.request.resource_type != "fetch" or not answers:
            route.continue_()
            return
        requests.append(route.request.url)
        answers.pop(0)(route)

    page.route("**/admin/imports/*/", answer)
    ImportJob.objects.update(stage=ImportStage.CHECKED)
    for attempt in (1, 2):
        with page.expect_event("requestfinished" if attempt == 2 else "requestfailed"):
            page.clock.fast_forward(10_000)
    page.clock.fast_forward(10_000)
    expect(page.locator(".summary")).to_contain_text("Checked: create 1")
    assert len(requests) == 2


@pytest.mark.thorough
def test_a_logged_out_user_stays_on_the_progress_page(curators_page):
    page = curators_page
    job = ImportJob(kind="themes", file_name="x.csv", stage=ImportStage.CHECKING)
    job.store(io.BytesIO(b"slug\nlamps\n"))
    job.save()
    run_import.enqueue(job.pk)
    page.goto(f"/admin/imports/{job.pk}/")
    page.context.clear_cookies()
    with page.expect_response("**/admin/login/**"):
        pass
    page.wait_for_timeout(500)
    expect(page.locator("#work-progress")).to_contain_text("The file is being checked.")


def test_values_without_evidence_are_ticked_with_the_keyboard(curators_page):
    page = curators_page
    slug = Initiative.objects.published().filter(status="operating").values_list("slug", flat=True).first()
    page.goto("/admin/imports/")
    choose_file(page, as_csv([{"slug": slug, "status": "completed"}]))
    page.get_by_role("button", name="Check file").click()
    tick = page.get_by_label(f"The existing evidence supports the new value: {slug}, status")
    expect(tick).not_to_be_checked()
    assert axe_violations(page, within=CONTENT) == []
    tick.focus()
    page.keyboard.press("Space")
    page.get_by_label("Reason for the import").fill("A corrected status")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".summary")).to_contain_text("Applied")
    assert Initiative.objects.get(slug=slug).status == "completed"
