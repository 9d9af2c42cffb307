"""Only one process at a time holds the lock of a job."""

import fcntl

import pytest

from sco_cities.imports.models import ImportJob
from sco_cities.jobs import job_lock

JOB = ImportJob(pk=7)


@pytest.fixture
def path(tmp_path, monkeypatch):
    path = tmp_path / "import-7"
    monkeypatch.setattr(job_lock, "_path", lambda job: path)
    monkeypatch.setattr(job_lock, "PAUSE_S", 0)
    return path


def test_a_file_removed_before_it_is_locked_is_not_the_lock(path, monkeypatch):
    real, removed = fcntl.flock, []

    def flock(file, mode):
        if not removed:
            # The process with the lock finishes after this process has opened the file.
            removed.append(path.unlink())
        real(file, mode)

    monkeypatch.setattr(fcntl, "flock", flock)
    with job_lock._file_lock(JOB):
        assert job_lock._is_file_locked(JOB)
        with pytest.raises(job_lock.JobAlreadyRunning), job_lock._file_lock(JOB):
            pass
    assert not path.exists()


def test_a_status_check_takes_no_lock_and_leaves_no_file(path):
    assert not job_lock._is_file_locked(JOB)
    assert not path.exists()


def test_progress_left_by_a_killed_process_is_cleared(path):
    path.write_text("4711")
    with job_lock._file_lock(JOB) as write_progress:
        assert path.read_text() == ""
        write_progress(2_000)
        assert path.read_text() == "2000"


def test_a_worker_waits_for_status_checks(path, monkeypatch):
    path.touch()
    with path.open() as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        monkeypatch.setattr(job_lock.time, "sleep", lambda _s: fcntl.flock(file, fcntl.LOCK_UN))
        with job_lock._file_lock(JOB):
            assert job_lock._is_file_locked(JOB)
