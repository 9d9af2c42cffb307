"""The settings of the language model that reads reports: INTAKE_LLM_URL, INTAKE_LLM_MODEL and INTAKE_LLM_KEY."""

import ipaddress
import re
from contextlib import suppress
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def parse_endpoint(url: str, model: str) -> str:
    """The setting INTAKE_LLM_URL, or "" if there is none. Raises ImproperlyConfigured if it cannot be used."""
    url = url.strip().rstrip("/")
    if not url:
        return ""
    if not _is_safe(url):
        raise ImproperlyConfigured(
            "INTAKE_LLM_URL is not valid: expected an address with https, or with http on this machine, such as "
            "https://llm.example.org/v1 or http://127.0.0.1:8080/v1."
        )
    if not model:
        raise ImproperlyConfigured("INTAKE_LLM_URL is set, but not INTAKE_LLM_MODEL: name the model.")
    return url


def parse_key(key: str) -> str:
    """The setting INTAKE_LLM_KEY, or "". Raises ImproperlyConfigured, without the key, if no header can have it."""
    if not re.fullmatch("[!-~]*", key):
        raise ImproperlyConfigured(
            "INTAKE_LLM_KEY is not valid: expected letters, digits and signs of ASCII."
        )
    return key


def _is_safe(url: str) -> bool:
    with suppress(ValueError):
        parts = urlsplit(url)
        is_plain = parts.scheme == "http" and _is_loopback(parts.hostname or "")
        # The port is parsed when it is asked for.
        return (
            (parts.scheme == "https" or is_plain)
            and bool(parts.hostname)
            and parts.port != 0
            and url.isascii()
            and url.isprintable()
            and not set("@?# ") & set(url)
        )
    return False


def _is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    return False
