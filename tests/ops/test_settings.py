"""The site starts only with safe settings."""

import runpy
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from sco_cities.ops import checks
from sco_cities.ops.environment import DEFAULT_HSTS, parse_hsts
from sco_cities.ops.setting_values import parse_archive, parse_contact, parse_doi, require_safe_start
from tests.ops.processes import ROOT, manage, python

MEMORY = "sqlite://:memory:"
KEY = "q8Yk2vN4s7Zr1XwB5tGh9LdM3pJc6FaE"
SAFE = {"secret_key": KEY, "debug": False, "https": False, "allowed_hosts": ["localhost"], "bind": ""}


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
        HTTPS="1", ALLOWED_HOSTS="sco.example", TRUSTED_PROXIES="127.0.0.1", DATABASE_URL=MEMORY,
        PUBLISHER_NAME="City Research Office", PUBLISHER_CONTACT="cities@example.org",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


PUBLIC = {"allowed_hosts": ["cities.example.org"]}
UNSAFE = [
    ({"allowed_hosts": ["*"]}, "ALLOWED_HOSTS=* lets clients choose the host name in the links of the site"),
    ({"allowed_hosts": ["*"], "debug": True}, "ALLOWED_HOSTS=* "),
    (PUBLIC | {"debug": True}, "DEBUG=1 shows code and settings to visitors, and the site is public because of "),
    ({"debug": True, "https": True}, "DEBUG=1 shows code and settings to visitors"),
    ({"debug": True, "bind": "0.0.0.0"}, "DEBUG=1 shows code and settings to visitors"),  # noqa: S104
    *(
        (where | {"secret_key": key}, "SECRET_KEY can be guessed, and the site is public because of ")
        for where in (PUBLIC, {"allowed_hosts": ["10.1.2.3"]}, {"allowed_hosts": [".example.org"]}, {"https": True},
                      {"bind": "::"})
        for key in ("x", "k3y" * 10, "abababab" * 10, f"django-insecure-{KEY}", f"Change-Me {KEY}")
    ),
    (PUBLIC | {"former_keys": [KEY, "short"]}, "SECRET_KEY_FALLBACKS contains a key that can be guessed"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "text"), UNSAFE)
def test_the_site_does_not_start_with_unsafe_settings(settings, text):
    with pytest.raises(ImproperlyConfigured) as error:
        require_safe_start(**SAFE | settings)
    assert str(error.value).startswith(text)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "settings",
    [
        {}, PUBLIC, PUBLIC | {"former_keys": [KEY[::-1]]}, {"former_keys": ["short"]},
        {"https": True}, {"bind": "0.0.0.0"},  # noqa: S104
        {"debug": True, "secret_key": "x"}, {"secret_key": "changeme"},
        {"debug": True, "allowed_hosts": ["localhost", "127.0.0.1", "[::1]", "site.localhost"], "bind": "127.0.0.2"},
        {"secret_key": "for tests only", "bind": "localhost"},
    ],
)  # fmt: skip
def test_the_site_starts_with_safe_settings_and_on_this_machine(settings):
    require_safe_start(**SAFE | settings)


@pytest.mark.parametrize(
    "program", [["manage.py", "migrate"], ["-m", "gunicorn", "sco_cities.wsgi"]], ids=" ".join
)
@pytest.mark.parametrize(
    "environment",
    [{"ALLOWED_HOSTS": "*"}, {"DEBUG": "1", "ALLOWED_HOSTS": "a.example"}, {"HTTPS": "1", "SECRET_KEY": "x"}],
)
def test_an_unsafe_start_fails_with_one_line(program, environment):
    result = python(*program, DATABASE_URL=MEMORY, GUNICORN_CMD_ARGS="--log-level warning", **environment)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("version", "vendor", "expected"),
    [
        ((3, 46, 1), "sqlite", ["ops.W001"]), ((3, 51, 2), "sqlite", ["ops.W001"]), ((3, 7, 0), "sqlite", ["ops.W001"]),
        ((3, 51, 3), "sqlite", []), ((3, 6, 23), "sqlite", []), ((3, 46, 1), "postgresql", []),
    ],
)  # fmt: skip
def test_a_version_of_sqlite_that_can_damage_databases_is_a_warning(version, vendor, expected, monkeypatch):
    monkeypatch.setattr("sqlite3.sqlite_version_info", version)
    monkeypatch.setattr(checks, "connections", {"default": SimpleNamespace(vendor=vendor)})
    assert [warning.id for warning in checks.check_sqlite_version(databases=["default"])] == expected
    assert checks.check_sqlite_version() == []


@pytest.mark.parametrize(
    ("mode", "directory_mode", "expected"),
    [
        (0o644, 0o755, ["ops.W004"]),
        (0o600, 0o755, []),
        (0o640, 0o755, []),
        (0o644, 0o700, []),
        (0o644, 0o750, []),
    ],
)
@pytest.mark.parametrize("name", ["{}", "file://{}?mode=rw"])
def test_a_database_file_that_others_can_read_is_a_warning(mode, directory_mode, expected, name, monkeypatch):
    # pytest's directory is not used, because other users cannot enter it.
    with TemporaryDirectory() as directory:
        path = Path(directory) / "db.sqlite3"
        path.touch(mode)
        path.chmod(mode)
        path.parent.chmod(directory_mode)
        connection = SimpleNamespace(vendor="sqlite", settings_dict={"NAME": name.format(path)})
        monkeypatch.setattr(checks, "connections", {"default": connection})
        assert [warning.id for warning in checks.check_database_file(databases=["default"])] == expected
    assert checks.check_database_file(databases=["default"]) == checks.check_database_file() == []


@pytest.mark.parametrize(
    ("checkout", "directory", "site_url", "expected"),
    [
        (
            "/opt/sco-cities.d/1",
            "/opt/sco-cities.d/1/var/releases",
            "https://cities.example.org",
            ["ops.W003"],
        ),
        ("/opt/sco-cities.d/1", "/opt/sco-cities.d/1/var/releases", "", []),
        ("/opt/sco-cities.d/1", "/var/lib/sco-cities/releases", "https://cities.example.org", []),
        # An unversioned checkout is updated in place.
        ("/srv/sco-cities", "/srv/sco-cities/var/releases", "https://cities.example.org", []),
    ],
)
def test_releases_that_an_upgrade_would_remove_cause_a_warning(
    db, settings, checkout, directory, site_url, expected
):
    settings.BASE_DIR, settings.RELEASES_DIR, settings.SITE_URL = Path(checkout), Path(directory), site_url
    assert [warning.id for warning in run_checks() if warning.id == "ops.W003"] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""), ("security@example.org", "mailto:security@example.org"),
        ("mailto:security@example.org", "mailto:security@example.org"),
        (" https://example.org/security ", "https://example.org/security"),
        ("tel:+996-312-000000", "tel:+996-312-000000"),
    ],
)  # fmt: skip
def test_a_contact_is_an_address(value, expected):
    assert parse_contact("SECURITY_CONTACT", value) == expected


@pytest.mark.parametrize(
    "value", ["yes", "http://example.org/", "https://", "a@b@c", "mailto:", "a b@example.org"]
)
def test_an_invalid_contact_is_rejected_with_an_example(value):
    with pytest.raises(ImproperlyConfigured, match=r"PUBLISHER_CONTACT=.* is not a contact"):
        parse_contact("PUBLISHER_CONTACT", value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        ("10.5281/zenodo.1234567", "10.5281/zenodo.1234567"),
        (" doi:10.5281/zenodo.1234567", "10.5281/zenodo.1234567"),
        ("https://doi.org/10.1000.10/a(b)_c", "10.1000.10/a(b)_c"),
    ],
)
def test_a_doi_is_stored_without_its_resolver(value, expected):
    assert parse_doi(value) == expected


ARCHIVES = ("", "https://web.archive.org/save/{url}", "https://archive.example/?url={url}&x=1")


@pytest.mark.parametrize("value", ARCHIVES)
def test_the_url_of_an_archive_has_a_placeholder_for_the_url_of_a_report(value):
    assert parse_archive(value) == value


@pytest.mark.parametrize(
    "value",
    [
        "https://web.archive.org/save/",
        "http://web.archive.org/{url}",
        "http://127.0.0.1:8080/{url}",
        "{url}",
        "https://a.example/{url}/{url}",
    ],
)
def test_an_invalid_archive_is_rejected_with_an_example(value):
    with pytest.raises(ImproperlyConfigured, match=r"such as https://web\.archive\.org/save/{url}\."):
        parse_archive(value)


@pytest.mark.parametrize("value", ["zenodo.1234567", "10.5281", "10.5281/", "10.5281/a b", "10.5281/<b>"])
def test_an_invalid_doi_is_rejected_with_an_example(value):
    with pytest.raises(
        ImproperlyConfigured, match=r"is not a DOI. Expected one such as 10.5281/zenodo.1234567"
    ):
        parse_doi(value)


@pytest.mark.parametrize(
    ("name", "contact", "expected"),
    [
        ("City Research Office", "mailto:cities@example.org", []),
        ("City Research Office", "", ["PUBLISHER_CONTACT not set"]),
        ("", "", ["PUBLISHER_NAME and PUBLISHER_CONTACT not set"]),
    ],
)
def test_the_deployment_check_warns_if_no_publisher_is_set(db, settings, name, contact, expected):
    settings.PUBLISHER_NAME, settings.PUBLISHER_CONTACT = name, contact
    found = run_checks(include_deployment_checks=True)
    assert [each.msg.partition(":")[0] for each in found if each.id == "ops.W005"] == expected
    assert "ops.W005" not in [each.id for each in run_checks()]


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
def test_hsts_covers_subdomains_only_if_configured(value, expected):
    assert parse_hsts(value) == expected


@pytest.mark.parametrize(
    "value", ["yes", "-1", "1.5", "31536000; all", "31536000; preload", "300; includeSubDomains; preload", "9" * 11]
)  # fmt: skip
def test_an_invalid_hsts_value_is_rejected_with_an_example(value):
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


def test_an_invalid_lag_limit_stops_the_start_with_one_line():
    result = manage("check", REPLICA_MAX_LAG_S="1", DATABASE_URL=MEMORY)
    assert result.returncode == 1
    assert result.stderr == "REPLICA_MAX_LAG_S=1 is not valid. Expected an integer from 2 to 3600.\n"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "off"),
        ({"HTTPS": "1"}, "staff"),
        ({"HTTPS": "1", "SECOND_FACTOR": "off"}, "off"),
        ({"SECOND_FACTOR": " Staff "}, "staff"),
    ],
)
def test_a_second_factor_is_required_by_default_if_the_site_is_public(environment, expected):
    code = "from django.conf import settings; print(settings.SECOND_FACTOR)"
    result = python("-c", code, DATABASE_URL=MEMORY, ENV_FILE="", **environment)
    assert result.stdout.strip() == expected, result.stderr


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"SECOND_FACTOR": "on"}, "SECOND_FACTOR=on is not valid: use off or staff."),
        ({"HTTPS": "2"}, "HTTPS=2 is not valid: use 0 or 1."),
        ({"HTTPS": "yes"}, "HTTPS=yes is not valid: use 0 or 1."),
        ({"MAINTENANCE": "on"}, "MAINTENANCE=on is not valid: use 0 or 1."),
        ({"DEBUG": "true"}, "DEBUG=true is not valid: use 0 or 1."),
        (
            {"TRUSTED_PROXIES": "nginx"},
            "TRUSTED_PROXIES=nginx is not valid: 'nginx' is neither an address nor a network.",
        ),
        (
            {"RELEASE_EVERY": "hour"},
            "RELEASE_EVERY=hour is not valid: use never or day or week or month.",
        ),
        (
            {"RELEASE_EVERY": "day"},
            "RELEASE_EVERY=day needs SITE_URL, the URL of the site, such as https://cities.example.org",
        ),
    ],
)
def test_invalid_settings_stop_the_start_with_one_line(environment, message):
    result = manage("check", DATABASE_URL=MEMORY, ENV_FILE="", **environment)
    assert result.returncode == 1
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1
