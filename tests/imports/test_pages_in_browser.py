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
        "Checked: create 0, update 1, unchanged 201, possible duplicate 0, error 1"
    )
    assert axe_violations(page, within=CONTENT) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all errors as CSV").click()
    errors = download.value.path().read_text(encoding="utf-8")
    assert [row[:4] for row in csv.reader(io.StringIO(errors))][1:] == [
        ["3", rows[1]["slug"], "themes", "no-such-theme"]
    ]
    expect(page.get_by_role("button", name="Apply")).to_have_count(0)

    page.goto("/admin/imports/")
    choose_file(page, as_csv([rows[0], *rows[2:]]))
    page.get_by_role("button", name="Check file").click()
    page.get_by_role("link", name="update", exact=True).click()
    expect(page.locator(".results tbody tr")).to_have_count(1)
    expect(page.locator(".results ins")).to_have_text("A better title")
    page.get_by_label("Reason for the import").fill("Corrected titles")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".summary")).to_contain_text("Applied: create 0, update 1, unchanged 201")
    assert Initiative.objects.get(slug=rows[0]["slug"]).title_en == "A better title"

    page.get_by_role("link", name="Revert this import").click()
    page.get_by_label("Reason for reverting").fill("The old one was better")
    page.get_by_role("button", name="Revert change").click()
    expect(page.locator(".messagelist")).to_contain_text("Reverted; records changed: 1.")
    assert dump_files() == before


def test_the_progress_page_retries_when_the_site_does_not_answer(curators_page):
    page = curators_page
    job = ImportJob(
        kind="themes", file_name="x.csv", stage=ImportStage.CHECKING, tally={"created": 1}, rows=1
    )
    job.store(io.BytesIO(b"slug\nlamps\n"))
    job.save()
    run_import.enqueue(job.pk)
    # The page asks every 1.5 seconds, and less often when the site does not answer.
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
