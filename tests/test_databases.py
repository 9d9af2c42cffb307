"""The database fixtures in conftest.py select the database of a test, and keep it unchanged for other tests."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session

from initiatives.models import Initiative
from tests.databases import migrations_digest


def sign_in(page):
    page.goto("/admin/login/")
    page.fill("#id_username", "ada")
    page.fill("#id_password", "the right password")
    with page.expect_navigation() as navigation:
        page.click("[type=submit]")
    return navigation.value.status


@pytest.mark.parametrize("time", ["first", "second"])
def test_deletions_in_the_loaded_package_are_rolled_back(loaded_package, time):
    assert Initiative.objects.all().delete()[0] > 0


@pytest.mark.django_db
def test_the_package_is_loaded_for_tests_with_the_django_db_mark(loaded_package):
    assert Initiative.objects.exists()


def test_other_tests_see_an_empty_database(db):
    assert not Initiative.objects.exists()


@pytest.mark.parametrize("time", ["first", "second"])
def test_an_edit_stays_in_the_copy_of_its_test(page, editable_site, time):
    User.objects.create_superuser("ada", password="the right password")
    assert sign_in(page) == 200
    assert Session.objects.count() == 1


def test_a_readers_server_cannot_write(page, site):
    assert sign_in(page) >= 500


def test_a_renamed_migration_makes_the_cached_database_outdated(tmp_path):
    config = SimpleNamespace(label="lamps", path=str(tmp_path))
    migration = tmp_path / "migrations" / "0002_height.py"
    migration.parent.mkdir()
    migration.write_text("operations = []")
    before = migrations_digest([config], "5.2")
    assert migrations_digest([config], "5.2") == before
    migration.rename(migration.with_name("0002_width.py"))
    assert migrations_digest([config], "5.2") != before
