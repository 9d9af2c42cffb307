"""Whoever works on an import holds the one lock there is, however others come and go."""

import fcntl

import pytest

from sco_cities.jobs import job_lock

JOB = job_lock.Job("packages_importjob", 7)


@pytest.fixture
def path(tmp_path, monkeypatch):
    path = tmp_path / "import-7"
    monkeypatch.setattr(job_lock, "_path", lambda job: path)
    monkeypatch.setattr(job_lock, "PAUSE_S", 0)
    return path


def test_a_file_that_is_removed_before_it_is_locked_is_not_taken_for_the_lock(path, monkeypatch):
    real, removed = fcntl.flock, []

    def flock(file, how):
        if not removed:
            # Who had it has ended, after this one has opened it.
            removed.append(path.unlink())
        real(file, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    with job_lock._file(JOB):
        assert job_lock._is_file(JOB)
        with pytest.raises(job_lock.JobAlreadyRunning), job_lock._file(JOB):
            pass
    assert not path.exists()


def test_looking_takes_no_lock_and_leaves_no_file(path):
    assert not job_lock._is_file(JOB)
    assert not path.exists()


def test_progress_that_was_left_behind_is_forgotten(path):
    path.write_text("4711")
    with job_lock._file(JOB) as tell:
        assert path.read_text() == ""
        tell(2_000)
        assert path.read_text() == "2000"


def test_who_comes_to_work_waits_for_those_who_only_look(path, monkeypatch):
    path.touch()
    with path.open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        monkeypatch.setattr(job_lock.time, "sleep", lambda _s: fcntl.flock(looking, fcntl.LOCK_UN))
        with job_lock._file(JOB):
            assert job_lock._is_file(JOB)
