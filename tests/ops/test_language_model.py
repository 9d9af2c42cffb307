"""The site checks the language model settings at startup."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from grimp import build_graph

from sco_cities.ops.setting_values import parse_endpoint, parse_key


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", ""), ("https://llm.example.org/v1/", "https://llm.example.org/v1"),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"), ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"), ("https://10.0.0.5", "https://10.0.0.5"),
    ],
)  # fmt: skip
def test_an_endpoint_uses_https_or_is_on_this_machine(url, expected):
    assert parse_endpoint(url, "small") == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://llm.example.org/v1", "http://10.0.0.5/v1", "http://169.254.169.254/", "http://127.0.0.1.example.org/",
        "http://localhost.example.org", "ftp://llm.example.org", "file:///etc/passwd", "llm.example.org", "https://",
        "https://user:key@llm.example.org/v1", "https://llm.example.org/v1?key=1", "https://llm.example.org/#1",
        "https://llm.example.org:99999", "https://llm.example.org:0", "https://[::1",
        "https://llm.example.org/\r\nX: 1",
        "http://0x7f000001.example/", "https://пример.example/",
    ],
)  # fmt: skip
def test_another_endpoint_is_rejected_at_startup(url):
    with pytest.raises(ImproperlyConfigured, match="INTAKE_LLM_URL is not valid") as error:
        parse_endpoint(url, "small")
    assert "key" not in str(error.value)


def test_an_endpoint_without_a_model_is_rejected_at_startup():
    with pytest.raises(ImproperlyConfigured, match="INTAKE_LLM_MODEL"):
        parse_endpoint("https://llm.example.org/v1", "")


def test_a_key_that_is_invalid_in_a_header_is_rejected_at_startup():
    assert parse_key("sk-1_a.b/c=") == "sk-1_a.b/c="
    for key in ("ключ", "a b", "a\nHost: b"):
        with pytest.raises(ImproperlyConfigured) as error:
            parse_key(key)
        assert key not in str(error.value)


def test_the_settings_import_no_feature_package():
    imported = build_graph("sco_cities", cache_dir=None).find_modules_directly_imported_by(
        "sco_cities.settings"
    )
    assert {module.split(".")[1] for module in imported} <= {"core", "db", "i18n", "ops"}
