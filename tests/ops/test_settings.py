"""The settings are safe, or the site does not start."""

import runpy
import shutil

import pytest
from django.core.exceptions import ImproperlyConfigured

from sco_cities.ops.hsts import DEFAULT_HSTS, parse_hsts
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
    assert "SECRET_KEY is not set. `make run` creates one in var/env" in result.stderr


def test_in_debug_mode_a_secret_key_is_generated():
    assert manage("check", SECRET_KEY="", DEBUG="1", DATABASE_URL=MEMORY).returncode == 0


def test_behind_a_tls_proxy_the_deployment_check_passes():
    result = manage(
        "check", "--deploy", "--fail-level", "WARNING",
        HTTPS="1", ALLOWED_HOSTS="sco.example", DATABASE_URL=MEMORY,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (DEFAULT_HSTS, (63_072_000, False, False)),
        ("0", (0, False, False)),
        ("31536000", (31_536_000, False, False)),
        ("max-age=300; includeSubDomains", (300, True, False)),
        (" 31536000;includesubdomains;PRELOAD ", (31_536_000, True, True)),
    ],
)
def test_hsts_binds_more_than_the_site_only_on_request(value, expected):
    assert parse_hsts(value) == expected


@pytest.mark.parametrize(
    "value", ["yes", "-1", "1.5", "31536000; all", "31536000; preload", "300; includeSubDomains; preload", "9" * 11]
)  # fmt: skip
def test_a_wrong_hsts_is_rejected_with_an_example(value):
    with pytest.raises(ImproperlyConfigured) as error:
        parse_hsts(value)
    assert f"HSTS={value}" in str(error.value)
    assert "includeSubDomains" in str(error.value)
    assert "\n" not in str(error.value)


def test_the_header_follows_the_setting(monkeypatch):
    monkeypatch.setenv("HTTPS", "1")
    monkeypatch.setenv("HSTS", "31536000; includeSubDomains; preload")
    values = runpy.run_path(str(ROOT / "sco_cities" / "settings.py"))
    assert values["SECURE_HSTS_SECONDS"] == 31_536_000
    assert values["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is values["SECURE_HSTS_PRELOAD"] is True


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
