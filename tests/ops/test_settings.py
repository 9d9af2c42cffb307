"""The settings are safe, or the site does not start."""

import shutil

import pytest

from tests.ops.processes import ROOT, manage, python

MEMORY = "sqlite://:memory:"


@pytest.mark.parametrize(
    "environment", [{}, {"DEBUG": "0"}, {"HTTPS": "1"}], ids=["nothing", "DEBUG=0", "HTTPS=1"]
)
@pytest.mark.parametrize("run", ["manage.py", "server"])
def test_without_a_secret_key_the_site_does_not_start(run, environment):
    arguments = ["manage.py", "check"] if run == "manage.py" else ["-c", "import sco_cities.wsgi"]
    result = python(*arguments, SECRET_KEY="", DATABASE_URL=MEMORY, **environment)
    assert result.returncode != 0
    assert "SECRET_KEY is not set" in result.stderr


def test_in_debug_mode_a_secret_key_is_generated():
    assert manage("check", SECRET_KEY="", DEBUG="1", DATABASE_URL=MEMORY).returncode == 0


def test_behind_a_tls_proxy_the_deployment_check_passes():
    result = manage(
        "check", "--deploy", "--fail-level", "WARNING",
        HTTPS="1", ALLOWED_HOSTS="sco.example", DATABASE_URL=MEMORY,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_the_database_directory_is_created(tmp_path):
    shutil.copytree(ROOT / "sco_cities", tmp_path / "sco_cities")
    result = python("-c", "from sco_cities.settings import VAR_DIR; print(VAR_DIR)", cwd=tmp_path)
    assert result.stdout.strip() == str(tmp_path / "var"), result.stderr
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def test_a_replica_has_a_router_and_mirrors_the_default_in_tests():
    code = (
        "from django.conf import settings\n"
        "print(settings.DATABASE_ROUTERS, settings.DATABASES['replica']['TEST'])"
    )
    replica = "postgres://reader@replica.example/sco"
    result = python("-c", code, DATABASE_URL=MEMORY, DATABASE_REPLICA_URL=replica)
    assert result.stdout == "['sco_cities.ops.replica.ReplicaRouter'] {'MIRROR': 'default'}\n", result.stderr
