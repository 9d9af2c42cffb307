"""The site starts safely or not at all."""

import shutil

import pytest

from tests.ops.processes import ROOT, manage, python

MEMORY = "sqlite://:memory:"


@pytest.mark.parametrize(
    "environment", [{}, {"DEBUG": "0"}, {"HTTPS": "1"}], ids=["nothing", "DEBUG=0", "HTTPS=1"]
)
@pytest.mark.parametrize("run", ["manage.py", "server"])
def test_without_a_secret_key_it_refuses_to_start_and_says_why(run, environment):
    arguments = ["manage.py", "check"] if run == "manage.py" else ["-c", "import sco_cities.wsgi"]
    done = python(*arguments, SECRET_KEY="", DATABASE_URL=MEMORY, **environment)
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr


def test_for_work_on_the_code_it_makes_a_key_up():
    assert manage("check", SECRET_KEY="", DEBUG="1", DATABASE_URL=MEMORY).returncode == 0


def test_behind_a_tls_proxy_the_deployment_check_finds_nothing():
    done = manage(
        "check", "--deploy", "--fail-level", "WARNING",
        HTTPS="1", ALLOWED_HOSTS="sco.example", DATABASE_URL=MEMORY,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_it_makes_the_folder_of_its_database(tmp_path):
    shutil.copytree(ROOT / "sco_cities", tmp_path / "sco_cities")
    done = python("-c", "from sco_cities.settings import VAR_DIR; print(VAR_DIR)", cwd=tmp_path)
    assert done.stdout.strip() == str(tmp_path / "var"), done.stderr
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def test_a_replica_is_routed_to_and_mirrors_the_default_in_tests():
    code = (
        "from django.conf import settings\n"
        "print(settings.DATABASE_ROUTERS, settings.DATABASES['replica']['TEST'])"
    )
    replica = "postgres://reader@replica.example/sco"
    done = python("-c", code, DATABASE_URL=MEMORY, DATABASE_REPLICA_URL=replica)
    assert done.stdout == "['sco_cities.ops.replica.ReplicaRouter'] {'MIRROR': 'default'}\n", done.stderr
