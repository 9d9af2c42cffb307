import pytest


@pytest.fixture(autouse=True)
def releases_directory(settings, tmp_path):
    """Where the releases of a test are; the directory does not exist yet."""
    settings.RELEASES_DIR = tmp_path / "releases"
    settings.SITE_URL = "https://cities.example.org"
    return settings.RELEASES_DIR
