"""Every background job runs once, collects garbage rarely, and stores its failures."""

import gc
import io

import pytest
from django.db import DatabaseError
from django.utils.module_loading import import_string

from sco_cities.changes import background_revert
from sco_cities.changes.recorder import record_changes
from sco_cities.core.exceptions import Refused
from sco_cities.history.models import ChangeSource, RevertJob
from sco_cities.imports import jobs as import_jobs
from sco_cities.imports.models import ImportJob
from sco_cities.intake import jobs as intake_jobs
from sco_cities.intake.models import Intake
from sco_cities.jobs.background_job import NEW_OBJECTS, BackgroundJob, relaxed_gc
from tests import factories as make


def make_revert() -> RevertJob:
    with record_changes(ChangeSource.EDIT) as recorder:
        recorder.note_created([make.make_city("testgrad")])
    return RevertJob.objects.create(change_set=recorder.change_set, seen=0)


@pytest.mark.parametrize("error", [None, ValueError])
def test_garbage_collection_is_rare_until_the_block_ends_or_fails(error):
    before = gc.get_threshold()
    try:
        with relaxed_gc():
            assert gc.get_threshold()[0] == NEW_OBJECTS > before[0]
            if error:
                raise error
    except ValueError:
        assert error
    assert gc.get_threshold() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("module", "work", "make_job"),
    [
        (import_jobs, "_run_stage", lambda: ImportJob.objects.create(packed=b"", stage="checking")),
        (background_revert, "_revert", make_revert),
        (intake_jobs, "_read", lambda: Intake.objects.create(text="x", stage="reading")),
    ],
)
def test_the_worker_does_the_work_of_a_job_once_and_with_rare_garbage_collection(
    module, work, make_job, monkeypatch
):
    job, seen = make_job(), []

    def note(job, progress):
        seen.append((job.pk, gc.get_threshold()[0]))
        type(job).objects.update(stage=job.FAILED)

    monkeypatch.setattr(module, work, note)
    for _time in range(2):
        import_string(job.TASK).call(job.pk)
    assert seen == [(job.pk, NEW_OBJECTS)]


@pytest.mark.parametrize("model", BackgroundJob.__subclasses__())
def test_the_task_of_a_job_has_the_path_that_its_model_names(model):
    assert import_string(model.TASK).module_path == model.TASK


REFUSED = "Файл занят."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "message"),
    [
        (Refused(REFUSED), REFUSED),
        (DatabaseError("disk"), "База данных отклонила изменения, ничего не изменено: disk"),
    ],
)
def test_the_worker_gives_the_reason_of_a_failure_in_the_language_of_the_job(error, message, monkeypatch):
    def fail(*_arguments):
        raise error

    monkeypatch.setattr(import_jobs, "_check", fail)
    job = ImportJob(kind="themes", file_name="x.csv", stage="checking", language="ru")
    job.store(io.BytesIO(b"slug\nlamps\n"))
    job.save()
    import_string(job.TASK).call(job.pk)
    job.refresh_from_db()
    assert (job.stage, job.message) == ("failed", message)
