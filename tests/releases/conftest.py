import pytest


@pytest.fixture(autouse=True)
def releases_directory(settings, tmp_path):
    """The directory for a test's releases, which does not exist yet."""
    settings.RELEASES_DIR = tmp_path / "releases"
    settings.SITE_URL = "https://cities.example.org"
    return settings.RELEASES_DIR
