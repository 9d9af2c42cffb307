"""The directory in which the web processes of an instance keep their metrics: one file for each process and kind.

It is emptied at each start. Counts of processes that have ended are added up in one file, so that totals never decrease
and the files stay few.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

# In memory, because each request writes to it.
MEMORY = Path("/dev/shm")  # noqa: S108 - the directory in it belongs to this user only
KINDS = ("counter", "histogram")
ARCHIVE = "ended"
# Where prometheus-client reads it, when it is imported.
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

_directory: Path | None = None


def directory() -> Path | None:
    """The directory of this instance; None if metrics are off."""
    return _directory


def create(address: str) -> Path:
    """Creates the directory of the instance whose metrics have this address, empty. The address must be in use by it.

    For the process whose children are the web processes, before they begin.
    """
    global _directory
    parent = MEMORY if MEMORY.is_dir() else Path(tempfile.gettempdir())
    path = parent / f"sco-cities-metrics-{os.getuid()}-{address}"
    _remove(path)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        # Somebody else's: a name that nobody can guess.
        path = Path(tempfile.mkdtemp(prefix=f"{path.name}-", dir=parent))
    os.environ[VARIABLE] = str(path)
    _directory = path
    return path


def remove() -> None:
    """Removes the directory, when the instance ends."""
    global _directory
    if _directory is not None:
        _remove(_directory)
        _directory = None


def _remove(path: Path) -> None:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    if status.st_uid == os.getuid() and stat.S_ISDIR(status.st_mode):
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def locked(path: Path, *, exclusive: bool) -> Iterator[bool]:
    """Whether the files may be changed (`exclusive`) or read as a whole.

    Changing does not wait: a process that is stopped while it reads must not stop the one that starts others.
    """
    with open(path / "lock", "a") as lock:  # closing it releases it
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB if exclusive else fcntl.LOCK_SH)
        except BlockingIOError:
            yield False
        else:
            yield True


def archive_ended(path: Path, living: Iterable[int]) -> None:
    """Adds up the files of processes that are not among the living, and removes them.

    If a process reads the files just now, they stay until the next call.
    """
    from prometheus_client.mmap_dict import MmapedDict

    keep = {*map(str, living), ARCHIVE}
    with locked(path, exclusive=True) as may_change:
        if not may_change:
            return
        for file in path.glob("gauge_*.db"):
            if _owner(file) not in keep:
                file.unlink()
        for kind in KINDS:
            ended = [file for file in path.glob(f"{kind}_*.db") if _owner(file) not in keep]
            if not ended:
                continue
            archive, new = path / f"{kind}_{ARCHIVE}.db", path / f"{kind}.new"
            totals: defaultdict[str, float] = defaultdict(float)
            for file in [archive, *ended] if archive.exists() else ended:
                for key, value, _time, _position in MmapedDict.read_all_values_from_file(file):
                    totals[key] += value
            new.unlink(missing_ok=True)
            sums = MmapedDict(str(new))
            for key, value in totals.items():
                sums.write_value(key, value, 0.0)
            sums.close()
            new.rename(archive)
            for file in ended:
                file.unlink()


def _owner(file: Path) -> str:
    return file.stem.rpartition("_")[2]
