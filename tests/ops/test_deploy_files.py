"""Dockerfile, compose.yaml and deploy/ match the site, and the programs that read them accept them."""

import inspect
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from sco_cities.facet_index import refresh
from sco_cities.feeds.calendar import ICS
from sco_cities.feeds.views import FORMATS
from sco_cities.listings.views import EXPORT_FORMATS
from sco_cities.ops import start
from sco_cities.ops.environment import NAMES
from sco_cities.ops.middleware import MAX_QUERIES_SIZE
from sco_cities.ops.request_info import MAX_SMALL_BODY_SIZE
from sco_cities.site.machine_paths import is_reconciliation
from tests.extent import IS_FULL
from tests.ops.processes import manage

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
GUIDE = (ROOT / "docs" / "operators" / "one-office.md").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SITE_SERVICES = ("migrate", "web", "worker")
# The directory expected by the systemd units and created by the guides.
INSTALLED_AT = "/opt/sco-cities/"
# Prefixes of environment variables for Python and the C library.
OTHERS = ("PYTHON", "MALLOC_")
# Size units in the files (no unit, nginx's units and Caddy's units). In Caddy, 1 KB is 1000 bytes.
UNITS_OF_SIZE = {"": 1, "k": 1024, "m": 1024**2, "KiB": 1024, "MiB": 1024**2, "KB": 1000, "MB": 1000**2}

pytestmark = pytest.mark.only_on("sqlite")


def files() -> list[Path]:
    return [
        ROOT / "Dockerfile",
        ROOT / "compose.yaml",
        *(path for path in DEPLOY.rglob("*") if path.is_file()),
    ]


def unit_commands(path: Path) -> list[str]:
    return re.findall(r"^Exec\w+=-?(.*)$", path.read_text(), re.MULTILINE)


def test_every_setting_that_the_files_name_exists():
    known = {*NAMES, "ENV_FILE"}
    of_units = {
        name for path in UNITS for line in re.findall(r"^Environment=(.*)$", path.read_text(), re.MULTILINE)
        for name in re.findall(r"\b([A-Z_]+)=", line) if not name.startswith(OTHERS)
    }  # fmt: skip
    of_image = set(re.findall(r"\b([A-Z_]+)=", re.search(r"^ENV (.*)$", DOCKERFILE, re.MULTILINE)[1]))
    of_image -= {"PATH"} | {name for name in of_image if name.startswith(OTHERS)}
    of_compose = {name for name in SITE_SERVICES for name in COMPOSE["services"][name]["environment"]}
    assert of_units == {"ENV_FILE", "PORT"}
    assert of_image == {"BIND", "ENV_FILE", "PORT"}
    assert of_compose - known == set()
    assert {"ALLOWED_HOSTS", "HTTPS", "TRUSTED_PROXIES", "SECRET_KEY_FILE", "DATABASE_URL_FILE"} <= of_compose


def test_no_file_has_a_secret():
    """The files contain no placeholder either, because an operator might leave the placeholder unchanged."""
    found = [
        (path.name, line)
        for path in files()
        for line in path.read_text().splitlines()
        if re.search(
            r"(PASSWORD|SECRET_KEY|DATABASE_URL)\s*[=:]\s*[\"']?(?!sqlite)\w|://[^\s/$]+:[^\s/$]+@", line
        )
        or re.search(r"(?i)change.?me|placeholder", line)
    ]
    assert found == []


def test_the_proxies_use_the_ports_where_the_site_listens():
    instances = {"8001", "8002"}
    for name in ("nginx.conf", "Caddyfile", "haproxy.cfg"):
        assert (
            set(re.findall(r"(?:127\.0\.0\.1|10\.0\.0\.\d):(\d+)", (DEPLOY / name).read_text())) == instances
        )
    assert set(re.findall(r"sco-web@(\d+)", GUIDE)) <= instances
    (port,) = re.findall(r"\bPORT=(\d+)", DOCKERFILE)
    assert f"EXPOSE {port}\n" in DOCKERFILE
    assert COMPOSE["services"]["proxy"]["environment"]["UPSTREAMS"] == f"web:{port}"


def test_each_proxy_overwrites_headers_that_clients_could_forge():
    nginx, haproxy = ((DEPLOY / name).read_text() for name in ("nginx.conf", "haproxy.cfg"))
    for header, value in [
        ("X-Forwarded-For", "$remote_addr"),
        ("X-Forwarded-Proto", "$scheme"),
        ("Forwarded", '""'),
        ("X-Request-ID", "$request_id"),
    ]:
        assert f"proxy_set_header {header} {value};" in nginx
    # A block with its own headers would not inherit these headers.
    assert (
        len(re.findall(r"^ +location (?:(?!^    }).)*proxy_set_header", nginx, re.MULTILINE | re.DOTALL)) == 0
    )
    assert "set-header X-Forwarded-For %[src]" in haproxy
    assert "set-header X-Request-ID %[uuid]" in haproxy
    assert "header_up X-Request-ID {http.request.uuid}" in (DEPLOY / "Caddyfile").read_text()
    assert "del-header Forwarded" in haproxy
    assert "trusted_proxies" not in (DEPLOY / "Caddyfile").read_text()


def body_limits(name: str) -> dict[str, int]:
    """Returns the maximum body sizes in bytes accepted by a proxy.

    The keys are `queries`, `uploads` and `others`.
    """
    patterns = {
        "nginx.conf": {
            "queries": r"reconcile/\?\$ \{[^}]*client_max_body_size (\d+)(\w*);",
            "uploads": r"location \^~ /admin/ \{[^}]*client_max_body_size (\d+)(\w*);",
            "others": r"^    client_max_body_size (\d+)(\w*);",
        },
        "Caddyfile": {
            "queries": r"request_body @queries \{\s*max_size (\d+)(\w*)",
            "uploads": r"request_body @large \{\s*max_size (\d+)(\w*)",
            "others": r"request_body @small \{\s*max_size (\d+)(\w*)",
        },
        "haproxy.cfg": {
            "queries": r"if is_queries \{ req\.body_size gt (\d+)() \}",
            "uploads": r"413 if \{ req\.body_size gt (\d+)() \}",
            "others": r"if !\{ var\(txn\.path\) -m beg /admin/ \} !is_queries \{ req\.body_size gt (\d+)() \}",
        },
    }[name]
    text = (DEPLOY / name).read_text()
    found = {what: re.findall(pattern, text, re.MULTILINE) for what, pattern in patterns.items()}
    assert [what for what, sizes in found.items() if len(sizes) != 1] == []
    return {what: int(number) * UNITS_OF_SIZE[unit] for what, [(number, unit)] in found.items()}


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile", "haproxy.cfg"])
def test_a_proxy_accepts_the_same_body_sizes_as_the_site(name):
    assert body_limits(name) == {
        "queries": MAX_QUERIES_SIZE,
        "uploads": settings.MAX_BODY_SIZE,
        "others": MAX_SMALL_BODY_SIZE,
    }


def test_caddy_rejects_the_same_sizes_before_it_reads_a_body():
    text = (DEPLOY / "Caddyfile").read_text()
    (sizes,) = re.findall(r"map \{path\} \{most_bytes\} \{([^}]*\$[^}]*)\}", text)
    uploads, queries, others = (int(line.split()[1]) for line in sizes.strip().splitlines())
    assert {"uploads": uploads, "queries": queries, "others": others} == body_limits("Caddyfile")
    assert "respond @too_large 413" in text


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile", "haproxy.cfg"])
def test_each_proxy_lists_the_urls_that_accept_queries(name, rf):
    (pattern,) = set(re.findall(r"\^/\S*reconcile\S*\$", (DEPLOY / name).read_text()))
    languages = ["", *(f"/{code}" for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)]
    ends = ["/reconcile", "/reconcile/", "/reconcile/preview/city:1", "/reconciled", "/initiatives/reconcile"]
    paths = [language + end for language in languages for end in ends]
    assert [path for path in paths if re.search(pattern, path)] == [
        path for path in paths if is_reconciliation(rf.post(path))
    ]


def test_every_export_of_a_list_is_limited_by_address_and_excluded_from_the_alert_for_slow_pages():
    nginx, haproxy, alerts = (
        (DEPLOY / name).read_text() for name in ("nginx.conf", "haproxy.cfg", "alert-rules.yaml")
    )
    exports = [each.extension for each in (*EXPORT_FORMATS, ICS)]
    endings = {*exports, *(extension for _name, extension, *_rest in FORMATS)}
    assert {"csv", "zip", "feed.json"} <= endings
    counted, limited = re.findall(r"~ ?\\\.\(([^)]+)\)\$", nginx)
    assert counted == limited
    assert set(limited.replace("\\", "").split("|")) == endings
    assert set(re.search(r"acl is_export .* -m end (.*)", haproxy)[1].split()) == {
        f".{each}" for each in endings
    }
    (routes,) = re.findall(r"\.\*-\(([^)]+)\)", alerts)
    assert set(routes.split("|")) == {*exports, *(name for name, *_rest in FORMATS)}


def test_nginx_waits_longer_for_a_page_than_the_site_for_its_facet_index():
    (location,) = re.findall(
        r"location / \{[^}]*proxy_cache.*?\}", (DEPLOY / "nginx.conf").read_text(), re.DOTALL
    )
    # The value is read from the source, because tests use a longer time.
    (most,) = re.findall(r"^MAX_WAIT_S = (\d+)$", inspect.getsource(refresh), re.MULTILINE)
    assert int(re.search(r"proxy_read_timeout (\d+)s;", location)[1]) > int(most)


def test_nginx_keeps_instances_whose_database_is_unavailable():
    nginx = (DEPLOY / "nginx.conf").read_text()
    assert [line for line in re.findall(r"proxy_next_upstream .*", nginx) if "http_" in line] == []
    # "updating" is omitted, because a page that another request is updating may be days old.
    assert re.findall(r"proxy_cache_use_stale (.*);", nginx) == ["error timeout http_502 http_503 http_504"]


def test_haproxy_does_not_resend_a_change_that_an_instance_may_have_made():
    haproxy = (DEPLOY / "haproxy.cfg").read_text()
    assert "response-timeout" in re.search(r"retry-on (.*)", haproxy)[1]
    assert "http-request disable-l7-retry if METH_POST\n" in haproxy


def test_the_files_that_compose_mounts_and_the_commands_that_they_run_exist():
    mounted = [
        volume.split(":")[0]
        for service in COMPOSE["services"].values()
        for volume in service.get("volumes", ())
        if volume.startswith("./")
    ]
    assert len(mounted) > 3
    assert [path for path in mounted if not (ROOT / path).is_file()] == []
    for script in DEPLOY.rglob("prepare.sh"):
        names = re.findall(r"^(?:python manage\.py|as_site) (\w+)", script.read_text(), re.MULTILINE)
        assert {"migrate", "load_package", "ensure_curator"} <= set(names) <= set(get_commands())


def test_an_instance_is_used_again_before_the_other_instance_is_restarted():
    nginx, caddy, unit = (
        (DEPLOY / name).read_text() for name in ("nginx.conf", "Caddyfile", "systemd/sco-web@.service")
    )
    (pause,) = re.findall(r"/usr/bin/sleep (\d+)", unit)
    left_out = re.findall(r"(?:fail_timeout=|health_interval )(\d+)s", nginx + caddy)
    assert len(left_out) == 3
    assert max(map(int, left_out)) < int(pause)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_only_existing_commands(path):
    assert unit_commands(path)
    for command in unit_commands(path):
        program, *arguments = command.split()
        if program == "/usr/bin/sleep":
            continue
        assert program.startswith(f"{INSTALLED_AT}.venv/bin/")
        if arguments[0] == "manage.py":
            assert arguments[1] in get_commands()
        elif arguments[0] == "-m":
            assert (ROOT / f"{arguments[1].replace('.', '/')}.py").exists()
        else:
            assert arguments == ["sco_cities.wsgi"]


def test_the_site_starts_with_the_settings_in_the_guide_for_one_office(tmp_path):
    (block,) = re.findall(r"Add these lines.*?\n\n(.*?)\n\n", GUIDE, re.DOTALL)
    lines = [line.strip() for line in block.splitlines()]
    settings_file = tmp_path / "env"
    settings_file.write_text("\n".join([*lines, f"SECRET_KEY={'k3y-of-tests-' * 5}"]))
    settings_file.chmod(0o640)
    result = manage("check", SECRET_KEY="", ENV_FILE=str(settings_file), DATABASE_URL="sqlite://:memory:")
    assert (result.returncode, result.stderr) == (0, "")
    values = dict(line.split("=", 1) for line in lines)
    assert {"SITE_URL", "DATABASE_URL", "RELEASES_DIR"} <= set(values)
    for path in UNITS:
        assert "StateDirectory=sco-cities\n" in path.read_text()
    assert values["RELEASES_DIR"].startswith("/var/lib/sco-cities/")


def test_the_guide_gives_each_instance_an_address_for_its_metrics_that_upgrades_leave_alone(
    tmp_path, monkeypatch
):
    guide = (ROOT / "docs" / "operators" / "monitoring.md").read_text()
    commands = re.findall(
        r"^    ((?:install|printf) .*metrics\.conf|install -d .*sco-web@\.service\.d)$", guide, re.MULTILINE
    )
    script = "\n".join(commands).replace("/etc/systemd/system", str(tmp_path))
    subprocess.run(["sh", "-eu", "-c", script], check=True)
    # deploy/systemd, which is copied in the upgrade guide, contains no such directory.
    assert not any(path.name.endswith(".d") for path in (DEPLOY / "systemd").iterdir())
    (path,) = tmp_path.rglob("*.conf")
    assert path.parent.name in {f"{each.name}.d" for each in UNITS}
    (value,) = re.findall(r"^Environment=METRICS_BIND=(.*)$", path.read_text(), re.MULTILINE)
    assert value == "127.0.0.1:1%i"
    addresses = set()
    for port in re.findall(r"sco-web@(\d+)", guide):
        monkeypatch.setenv("PORT", port)
        monkeypatch.setenv("METRICS_BIND", value.replace("%i", port))
        addresses.add(start.metrics_address())
    assert addresses == {("127.0.0.1", 18001), ("127.0.0.1", 18002)}


def test_nginx_serves_what_certbot_writes_in_the_guide():
    (written,) = set(re.findall(r"--webroot-path (\S+)", GUIDE))
    nginx = (DEPLOY / "nginx.conf").read_text()
    assert re.findall(r"acme-challenge/ \{\s+root (\S+);", nginx) == [written]
    assert set(re.findall(r"ssl_certificate(?:_key)? (\S+)/\w+\.pem;", nginx)) == {
        "/etc/letsencrypt/live/cities.example.org"
    }


def test_a_service_that_cannot_start_is_retried_indefinitely():
    restarted = [text for path in UNITS if "Restart=always" in (text := path.read_text())]
    assert len(restarted) == 2
    assert all("\nStartLimitIntervalSec=0\n" in text.partition("[Service]")[0] for text in restarted)


def test_all_units_have_the_same_limits():
    limits = {
        re.search(r"^# The service may read.*?(?=\n\n|\Z)", path.read_text(), re.M | re.S)[0].strip()
        for path in UNITS
    }
    assert len(limits) == 1


def test_containers_have_few_rights():
    for name, service in COMPOSE["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"] is True, name
        assert "mem_limit" in service, name
    assert [name for name in SITE_SERVICES if "cap_add" in COMPOSE["services"][name]] == []
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


def test_the_site_starts_after_the_migrations():
    for name in ("web", "worker"):
        assert COMPOSE["services"][name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }


def test_the_image_contains_only_the_files_that_the_site_reads():
    copied = set(re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE))
    names = {name for line in copied for name in line.split()}
    allowed = set(re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert names == allowed
    assert all((ROOT / name).exists() for name in names)
    # An office with a private registry sets its image as a build argument.
    assert "\nARG PYTHON_IMAGE=python:3.13-slim\nFROM " in DOCKERFILE
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["${PYTHON_IMAGE}"] * 2
    assert "--require-hashes" in DOCKERFILE and "--only-binary :all:" in DOCKERFILE


def program(name: str) -> str:
    """Returns the path of a program.

    Skips the test if the program is not installed, and always in `make test`.
    """
    if not IS_FULL:
        pytest.skip("runs in make test-full only")
    return shutil.which(name) or pytest.skip(f"{name} is not installed")


def accepts(*command: str | Path, **environment: str) -> str:
    """Runs a program that must accept a file, and returns the output."""
    done = subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_compose_accepts_its_file():
    accepts(program("docker-compose"), "--project-directory", ROOT, "--profile", "replica", "config", "-q",
            SITE_HOST="cities.example.org")  # fmt: skip


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_accepts_a_unit_and_rates_it_as_safe(tmp_path, path):
    systemd = program("systemd-analyze")
    # The copied unit refers to the code's actual directory, which is outside the system directories.
    copy = tmp_path / path.name
    copy.write_text(path.read_text().replace(f"{INSTALLED_AT}.venv", str(ROOT / ".venv")))
    assert "sco-" not in accepts(systemd, "verify", "--man=no", copy)
    rating = re.search(
        r"exposure level for \S+: ([\d.]+)", accepts(systemd, "security", "--offline=yes", copy)
    )
    assert float(rating[1]) <= 3.0
