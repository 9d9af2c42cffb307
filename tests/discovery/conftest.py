import shutil

import pytest

from sco_cities.releases.release_writer import write_release
from sco_cities.releases.stored_releases import release
from tests import factories as make

EARLIER = "2026-01-31"


@pytest.fixture
def no_release(settings, tmp_path):
    """A site without releases. The directory of releases does not exist yet."""
    settings.RELEASES_DIR = tmp_path / "releases"


@pytest.fixture
def newest(no_release, db, settings):
    """The newer of two releases of a site with two initiatives."""
    cities = [make.make_city("alphaville"), make.make_city("betatown")]
    make.make_initiative("lamps", lead=cities[:1], themes=[make.make_theme()], sourced=True)
    make.make_initiative(
        "trams", lead=cities, sourced=True, summary_en='“Trams”, said "he", go\\ \nat night.'
    )
    written, _is_new = write_release()
    shutil.copytree(written.path, settings.RELEASES_DIR / EARLIER)
    return release(written.date)
