"""The files of the metrics: few, private to the user, and no total ever goes back."""

import multiprocessing
from pathlib import Path

import pytest
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector

from sco_cities.monitoring import metric_files

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def memory(tmp_path, monkeypatch):
    """Another directory in the place of /dev/shm; metrics are off again after the test."""
    monkeypatch.setattr(metric_files, "MEMORY", tmp_path)
    monkeypatch.setattr(metric_files, "_directory", None)
    monkeypatch.setenv(metric_files.VARIABLE, "")
    return tmp_path


@pytest.fixture
def directory(memory):
    return metric_files.create("127.0.0.1-9100")


def write(path: Path, process: int, value: float, kind: str = "counter") -> None:
    """What a process with this number has counted."""
    file = MmapedDict(str(path / f"{kind}_{process}.db"))
    file.write_value(mmap_key("pages", "pages_total", ["route"], ["home"], "Pages."), value, 0.0)
    file.close()


def total(path: Path) -> float:
    (metric,) = MultiProcessCollector(None, str(path)).collect()
    return metric.samples[0].value


def names(path: Path) -> list[str]:
    return sorted(file.name for file in path.glob("*.db"))


def test_a_start_empties_the_directory_of_the_same_instance_only(memory):
    first = metric_files.create("127.0.0.1-9100")
    write(first, 1, 5)
    other = metric_files.create("127.0.0.1-9101")
    write(other, 1, 5)
    assert metric_files.create("127.0.0.1-9100") == first != other
    assert names(first) == []
    assert names(other) == ["counter_1.db"]
    assert first.stat().st_mode & 0o777 == 0o700


def test_a_link_of_somebody_else_is_not_followed(memory, tmp_path):
    target = tmp_path / "precious"
    target.mkdir()
    (target / "file").touch()
    path = metric_files.create("host-1")
    metric_files.remove()
    path.symlink_to(target)
    assert metric_files.create("host-1") != path
    assert (target / "file").exists()


def test_what_ended_processes_have_counted_is_kept_in_one_file(directory):
    for process in range(1, 30):
        write(directory, process, process)
        metric_files.archive_ended(directory, living=[1, 2])
        assert total(directory) == sum(range(1, process + 1))
    assert names(directory) == ["counter_1.db", "counter_2.db", "counter_ended.db"]


def test_the_values_of_ended_processes_disappear_if_they_are_of_the_moment(directory):
    write(directory, 1, 5, "gauge_livemax")
    write(directory, 2, 5, "gauge_livemax")
    metric_files.archive_ended(directory, living=[2])
    assert names(directory) == ["gauge_livemax_2.db"]


def _hold(directory: Path, is_held, may_end) -> None:
    with metric_files.locked(directory, exclusive=False):
        is_held.set()
        may_end.wait(30)


def test_files_stay_while_another_process_reads_them(directory):
    context = multiprocessing.get_context("spawn")
    is_held, may_end = context.Event(), context.Event()
    reader = context.Process(target=_hold, args=(directory, is_held, may_end))
    reader.start()
    try:
        assert is_held.wait(30)
        write(directory, 1, 5)
        metric_files.archive_ended(directory, living=[])
        assert names(directory) == ["counter_1.db"]
    finally:
        may_end.set()
        reader.join()
    metric_files.archive_ended(directory, living=[])
    assert (names(directory), total(directory)) == (["counter_ended.db"], 5)
