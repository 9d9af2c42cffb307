"""Reads a package from a ZIP file, such as the one of a release."""

import tempfile
import zlib
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _

from .errors import PackageError
from .parse import DESCRIPTOR, Package, read_package

# More than the tables of a million initiatives: a damaged or hostile file must not fill the disk.
MAX_SIZE = 4 * 1024**3


def read_any_package(path: str | Path) -> Package:
    """The package in a folder or ZIP file, which may have it in a folder of its own; see `read_package`."""
    path = Path(path)
    if not path.is_file() or path.name == DESCRIPTOR:
        return read_package(path)
    with tempfile.TemporaryDirectory() as folder:
        try:
            _unpack(path, Path(folder))
        except (BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
            message = _("The ZIP file cannot be read: %(reason)s.") % {"reason": str(error).rstrip(".")}
            return Package(problems=[PackageError("", 0, "", "", message)])
        return read_package(folder)


def _unpack(path: Path, folder: Path) -> None:
    """Writes the tables and their description into `folder`, by their names without a path."""
    with ZipFile(path) as archive:
        entries = {PurePosixPath(entry.filename): entry for entry in archive.infolist() if not entry.is_dir()}
        places = [place for place in entries if place.name == DESCRIPTOR]
        # The one that is not inside another folder, if there are several.
        parent = min(places, key=lambda place: len(place.parts), default=PurePosixPath(DESCRIPTOR)).parent
        wanted = [
            (place.name, entry)
            for place, entry in entries.items()
            if place.parent == parent and (place.name == DESCRIPTOR or place.suffix == ".csv")
        ]
        if sum(entry.file_size for _name, entry in wanted) > MAX_SIZE:
            raise BadZipFile("it contains too much")
        for name, entry in wanted:
            (folder / name).write_bytes(archive.read(entry))
