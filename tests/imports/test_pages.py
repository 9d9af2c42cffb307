"""The Import admin pages for upload, column mapping, preview, apply and revert, and their errors."""

import csv
import datetime
import io
import re
import threading
import zipfile
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from initiatives.models import Initiative
from sco_cities.core.exceptions import Refused
from sco_cities.datapackage.dump import dump_files
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.imports import jobs
from sco_cities.imports.models import ImportJob, ImportRow, ImportStage
from sco_cities.jobs import heartbeat, job_lock
from tests.curation.admin_client import curator_client, errors_in, messages_in, soup, staff_client
from tests.factories import make_city, make_initiative, make_theme

from .import_pages import address_of, applied, checked, summary_of, upload
from .sheets import as_csv, as_workbook, export, rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator():
    return curator_client()


@pytest.fixture
def lamps():
    return make_initiative(
        "lamps", lead=[make_city("alphaville")], themes=[make_theme("lamps")], sourced=True
    )


def waiting_job() -> ImportJob:
    """A large import that is waiting for the worker."""
    job = ImportJob(kind="themes", file_name="rows.csv", stage=ImportStage.CHECKING)
    job.file = b"slug\n"
    job.save()
    jobs.run_import.enqueue(job.pk)
    return job


@pytest.mark.parametrize(
    ("language", "since", "unknown"),
    [
        ("en", "No worker has been running since 8 July 2025, 14:05 UTC, so", "No worker is running, so"),
        ("ru", "фоновых заданий не работает с 8 июля 2025 г. 14:05 UTC", "фоновых заданий не работает, поэтому"),
        ("zh-hans", "后台任务进程自 2025年7月8日 14:05 UTC 起未在运行", "后台任务进程未在运行，因此"),
    ],
)  # fmt: skip
def test_the_page_of_a_job_shows_since_when_no_worker_runs(curator, monkeypatch, language, since, unknown):
    address = reverse("admin:import", args=[waiting_job().pk])
    curator.cookies["django_language"] = language

    def progress() -> str:
        return " ".join(
            soup(curator.get(address)).select_one("#work-progress").text.replace("\xa0", " ").split()
        )

    at = datetime.datetime(2025, 7, 8, 14, 5, tzinfo=datetime.UTC)
    monkeypatch.setattr(heartbeat, "last_beat", lambda: at)
    assert since in progress()
    monkeypatch.setattr(heartbeat, "last_beat", lambda: None)
    assert unknown in progress()
    monkeypatch.setattr(heartbeat, "last_beat", timezone.now)
    assert unknown.split(",")[0] not in progress()


def test_a_file_is_checked_applied_and_reverted(curator, lamps):
    before = dump_files()
    (row,) = rows_of(export("initiatives"))
    page = checked(curator, as_csv([row | {"title_en": "More lamps"}], ";", codec="utf-16"))
    assert summary_of(page) == "Checked: create 0, update 1, unchanged 0, possible duplicate 0, error 0"
    assert [cell.text for cell in soup(page).select(".diff del, .diff ins")] == ["Lamps", "More lamps"]
    assert dump_files() == before

    page = applied(curator, page, reason="a better title")
    assert summary_of(page).startswith("Applied: create 0, update 1")
    job = ImportJob.objects.get()
    assert (job.change_set.reason, job.change_set.made_by_name) == ("a better title", "curator")
    assert Initiative.objects.get().title_en == "More lamps"

    revert_url = soup(page).find("a", string="Revert this import")["href"]
    seen = soup(curator.get(revert_url)).select_one("input[name=seen]")["value"]
    curator.post(revert_url, {"reason": "it was better before", "seen": seen})
    assert dump_files() == before
    assert summary_of(curator.get(reverse("admin:import", args=[job.pk]))).startswith("Applied and reverted")


def test_the_query_count_of_the_import_list_does_not_grow(curator):
    def queries(number: int) -> int:
        for each in range(number):
            change_set = ChangeSet.objects.create(source=ChangeSource.IMPORT)
            ImportJob.objects.create(
                kind="themes", file_name=f"{each}.csv", stage=ImportStage.APPLIED, change_set=change_set
            )
        with CaptureQueriesContext(connection) as captured:
            assert curator.get(reverse("admin:imports")).status_code == 200
        return len(captured)

    queries(1)
    assert queries(1) == queries(10)


def test_unrecognised_columns_must_be_mapped(curator, lamps):
    page = upload(curator, as_csv([{"slug": "lamps", "Titel": "More lamps", "Remark": "x"}]))
    assert [each.text for each in soup(page).select("tbody th label")] == ["slug:", "Titel:", "Remark:"]
    address = page.request["PATH_INFO"]
    again = curator.post(address, {"column-0": "slug", "column-1": "", "column-2": "-"})
    assert "There is no such column." in errors_in(again)
    page = curator.post(address, {"column-0": "slug", "column-1": "title_en", "column-2": "-"}, follow=True)
    assert summary_of(page).startswith("Checked: create 0, update 1")


def test_errors_are_shown_and_can_be_downloaded(curator, lamps):
    (row,) = rows_of(export("initiatives"))
    page = checked(curator, as_csv([row | {"themes": "lampz"}, row | {"slug": "=bad"}]))
    assert summary_of(page).endswith("error 2")
    assert soup(page).find("button", string="Apply") is None
    download = curator.get(address_of(page, "import_errors"))
    assert download.streaming
    assert list(csv.reader(io.StringIO(download.getvalue().decode(), newline="")))[1:] == [
        ["2", "lamps", "Themes", "lampz", "There is no such record in themes. Did you mean “lamps”?"],
        ["3", "", "Slug", "'=bad",
         "Lower-case Latin letters, digits and single hyphens only, as in “dushanbe-safe-city”."],
    ]  # fmt: skip
    page = applied(curator, page)
    assert messages_in(page) == [
        "This import cannot be applied in its current state. Check the details below."
    ]


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ({"title_en": "More lamps"}, []),
        ({}, ["The file contains no changes, so there is nothing to apply."]),
        (
            {"themes": "lampz"},
            ["No row can be applied. First answer the questions above."],
        ),
        (
            {"starts_on": "01/05/2025"},
            ["No row can be applied. Correct the file and upload it again. Import"],
        ),
    ],
)
def test_a_preview_that_cannot_be_applied_shows_the_reason(values, reasons, curator, lamps):
    (row,) = rows_of(export("initiatives"))
    page = soup(checked(curator, as_csv([row | values])))
    assert [" ".join(each.text.split()) for each in page.select(".cannot-apply")] == reasons


def test_rows_are_filtered_by_outcome(curator, lamps):
    (row,) = rows_of(export("initiatives"))
    new = {**row, "slug": "torches", "title_en": "Torches", "sources": ""}
    page = checked(curator, as_csv([row, new]))
    address = page.request["PATH_INFO"]
    for outcome, slugs in {
        "": ["lamps", "torches"],
        "created": ["torches"],
        "unchanged": ["lamps"],
        "error": [],
    }.items():
        shown = soup(curator.get(address, {"outcome": outcome}))
        assert [cell.small.text for cell in shown.select(".results tbody th")] == slugs


def test_an_import_needs_a_reason(curator, lamps):
    page = checked(curator, as_csv([{"slug": "lamps", "title_en": "More lamps"}]))
    page = applied(curator, page, reason=" ")
    assert messages_in(page) == ["Enter the reason for the import. The history shows it."]
    assert Initiative.objects.get().title_en == "Lamps"


def test_a_record_that_changes_after_the_preview_stops_the_import(curator, lamps):
    page = checked(curator, as_csv([{"slug": "lamps", "title_en": "More lamps"}]))
    Initiative.objects.update(title_en="Changed by another")
    page = applied(curator, page)
    assert "Records have changed since the file was checked. Nothing was imported." in page.content.decode()
    assert Initiative.objects.get().title_en == "Changed by another"
    page = curator.post(address_of(page, "import_check"), follow=True)
    assert summary_of(page).startswith("Checked: create 0, update 1")


def truncated(book: bytes) -> bytes:
    """Returns the workbook with the sheet truncated after the header."""
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(saved, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.split(b'<row r="2"')[0] if name.endswith("sheet1.xml") else content)
    return saved.getvalue()


REFUSED = [
    (b"x\0y", "rows.csv"), ("slug,title_en\none,Москва\n".encode("cp1251"), "rows.csv"),
    (b"PK\x03\x04rubbish", "rows.xlsx"), (b'slug,title_en\r\n"a"b,c\r\n', "rows.csv"),
    (b"slug,title_en\none,Lam\0ps\n", "rows.csv"), (truncated(as_workbook([["slug"], ["one"]])), "rows.xlsx"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "name"), REFUSED)
def test_an_unreadable_file_is_rejected(curator, raw, name):
    page = upload(curator, raw, name=name)
    assert page.status_code == 200
    assert errors_in(page)
    assert not ImportJob.objects.exists()


def test_only_users_with_the_permission_can_import(lamps):
    helper = staff_client(*Permission.objects.filter(content_type__app_label="initiatives"))
    job = ImportJob(kind="initiatives", file_name="x.csv")
    job.store(io.BytesIO(b"slug\nlamps\n"))
    job.save()
    for name in ("import", "import_columns", "import_errors"):
        assert helper.get(reverse(f"admin:{name}", args=[job.pk])).status_code == 403
    for name in ("import_check", "import_apply"):
        assert helper.post(reverse(f"admin:{name}", args=[job.pk])).status_code == 403
    assert helper.get(reverse("admin:imports")).status_code == 403


@contextmanager
def running_elsewhere(job: ImportJob):
    """Holds the lock with another connection, because an advisory lock does not block the session that holds it."""
    started, finished = threading.Event(), threading.Event()

    def work():
        with job_lock.job_lock(job):
            started.set()
            finished.wait()
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    started.wait()
    try:
        yield
    finally:
        finished.set()
        thread.join()


def test_a_running_import_is_not_started_twice(curator, lamps):
    page = checked(curator, as_csv([{"slug": "lamps", "title_en": "More lamps"}]))
    job = ImportJob.objects.get()
    for stage in (ImportStage.APPLYING, ImportStage.CHECKED):
        ImportJob.objects.update(stage=stage)
        with running_elsewhere(job):
            shown = soup(curator.get(page.request["PATH_INFO"])).select_one("#work-progress")
            assert (shown is not None) == (stage == ImportStage.APPLYING)
            response = curator.post(address_of(page, "import_check"), follow=True)
        assert messages_in(response) == [CHANGED_BY_OTHERS]
        assert ImportJob.objects.get().stage == stage


CHANGED_BY_OTHERS = "Someone else has changed this import. Check its current state below."
INTERRUPTED = "The operation was interrupted; nothing was changed. Try again."


@pytest.mark.parametrize("stage", [ImportStage.CHECKING, ImportStage.APPLYING])
def test_an_interrupted_import_is_shown_as_such_and_can_be_started_again(curator, lamps, stage):
    page = checked(curator, as_csv([{"slug": "lamps", "title_en": "More lamps"}]))
    ImportJob.objects.update(stage=stage)
    page = curator.get(page.request["PATH_INFO"])
    assert soup(page).select_one(".errornote").text == INTERRUPTED
    assert "failed" in soup(curator.get(reverse("admin:imports"))).select_one("#content .module tbody").text
    page = curator.post(address_of(page, "import_check"), follow=True)
    assert summary_of(page).startswith("Checked: create 0, update 1")


def test_viewing_imports_writes_nothing(curator, lamps):
    page = checked(curator, as_csv([{"slug": "lamps", "themes": "lampz"}]))
    job = ImportJob.objects.get()
    ImportJob.objects.update(stage=ImportStage.CHECKING)
    pages = ("import", "import_columns", "import_errors")
    for address in (*(address_of(page, name) for name in pages), reverse("admin:imports")):
        with CaptureQueriesContext(connection) as queries:
            curator.get(address).getvalue()
        assert [each["sql"] for each in queries if re.match("INSERT|UPDATE|DELETE", each["sql"])] == []
        assert ImportJob.objects.get().stage == ImportStage.CHECKING
    if connection.vendor == "sqlite":
        assert not job_lock._path(job).exists()


def test_a_newer_check_than_the_one_seen_is_not_applied(curator, lamps):
    page = checked(curator, as_csv([{"slug": "lamps", "title_en": "More lamps"}]))
    Initiative.objects.update(title_en="Changed by another")
    curator.post(address_of(page, "import_check"))
    response = applied(curator, page, reason="better")
    assert messages_in(response) == [CHANGED_BY_OTHERS]
    assert (Initiative.objects.get().title_en, ImportJob.objects.get().reason) == ("Changed by another", "")
    assert summary_of(applied(curator, response)).startswith("Applied: create 0, update 1")


def test_an_import_that_is_just_starting_does_not_count_as_interrupted(curator, lamps, monkeypatch):
    seen = []

    def check(job, *_progress):
        now = ImportJob.objects.get()
        now.mark_if_stopped()
        seen.append(now.stage)

    monkeypatch.setattr(jobs, "_check", check)
    checked(curator, as_csv([{"slug": "lamps", "title_en": "More lamps"}]))
    monkeypatch.setattr(jobs, "MAX_SYNCHRONOUS", 0)
    jobs.enqueue(ImportJob.objects.get(), ImportStage.CHECKING)
    check(None)
    assert seen == [ImportStage.CHECKING] * 2


def test_a_large_file_is_processed_by_the_worker(curator, lamps, monkeypatch):
    monkeypatch.setattr(jobs, "MAX_SYNCHRONOUS", 0)
    page = checked(curator, as_csv([{"slug": "lamps", "title_en": "More lamps"}]))
    assert "The file is being checked." in page.content.decode()
    assert ImportJob.objects.get().stage == ImportStage.CHECKING
    assert jobs.enqueue(ImportJob.objects.get(), ImportStage.CHECKING) is False
    jobs.run_import.call(ImportJob.objects.get().pk)
    assert summary_of(curator.get(page.request["PATH_INFO"])).startswith("Checked: create 0, update 1")


def test_old_files_and_rows_are_deleted(curator, lamps):
    applied(curator, checked(curator, as_csv([{"slug": "lamps", "title_en": "More lamps"}])))
    checked(curator, as_csv([{"slug": "lamps", "title_en": "No lamps"}]))
    ImportJob.objects.update(made_at=timezone.now() - jobs.KEEP_JOBS)
    upload(curator, b"slug\nlamps\n")
    assert [job.stage for job in ImportJob.objects.all()] == [ImportStage.UPLOADED, ImportStage.APPLIED]
    assert not ImportRow.objects.exists()


def test_a_message_is_shown_if_columns_cannot_be_read(curator, monkeypatch):
    page = upload(curator, b"slug,title_en\none,Lamps\n")

    def refuse(*arguments):
        raise Refused("Another file is being read.")

    monkeypatch.setattr(jobs, "read", refuse)
    again = curator.get(page.request["PATH_INFO"], follow=True)
    assert again.redirect_chain == [(reverse("admin:imports"), 302)]
    assert messages_in(again) == ["Another file is being read."]


@pytest.mark.only_on("sqlite")
def test_a_repeated_check_uses_the_language_of_the_page(curator):
    page = checked(curator, b"slug,name_en,pillar\nlamps,,security\n", kind="themes")
    english = page.context["job"].row_results.get().mistakes
    curator.cookies["django_language"] = "ru"
    page = curator.post(address_of(page, "import_check"), follow=True)
    russian = page.context["job"].row_results.get().mistakes
    assert [column for column, _value, _message in english] == [
        column for column, _value, _message in russian
    ]
    assert english != russian
