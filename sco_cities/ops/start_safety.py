"""Checks for settings that are unsafe if other machines can reach the site."""

import ipaddress
from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured

MIN_KEY_LENGTH = 32
MIN_KEY_CHARACTERS = 8
# Parts of keys in examples and templates, without punctuation.
_PLACEHOLDERS = (
    "djangoinsecure",
    "changeme",
    "changethis",
    "replaceme",
    "placeholder",
    "yoursecret",
    "secretkey",
)


def require_safe_start(
    *,
    secret_key: str,
    debug: bool,
    https: bool,
    allowed_hosts: list[str],
    bind: str,
    former_keys: Iterable[str] = (),
) -> None:
    """Raises ImproperlyConfigured, with one line, if the settings are unsafe for a publicly reachable site.

    The site counts as public if a host name or its listening address is not local, or if it is behind a proxy with TLS.
    On `localhost` everything is allowed except the host name `*`.
    """
    if "*" in allowed_hosts:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS=* lets anybody choose the host name in the links of the site: name its hosts, for example "
            "ALLOWED_HOSTS=cities.example.org."
        )
    reason = _public_reason(https, allowed_hosts, bind)
    if not reason:
        return
    if debug:
        raise ImproperlyConfigured(
            f"DEBUG=1 shows code and settings to everybody, and the site is public because of {reason}: remove DEBUG."
        )
    if is_weak_key(secret_key):
        raise ImproperlyConfigured(
            f"SECRET_KEY can be guessed, and the site is public because of {reason}: set it to at least "
            f"{MIN_KEY_LENGTH} random characters, for example those that "
            "`python3 -c 'import secrets; print(secrets.token_urlsafe(64))'` prints."
        )
    if any(map(is_weak_key, former_keys)):
        raise ImproperlyConfigured(
            "SECRET_KEY_FALLBACKS has a key that can be guessed, with which anybody could make a session, and the site "
            f"is public because of {reason}: remove that key. Its sessions end."
        )


def is_weak_key(key: str) -> bool:
    """Whether a key is short, repetitive, or copied from an example."""
    letters = "".join(filter(str.isalnum, key.lower()))
    return (
        len(key) < MIN_KEY_LENGTH
        or len(set(key)) < MIN_KEY_CHARACTERS
        or any(placeholder in letters for placeholder in _PLACEHOLDERS)
    )


def _public_reason(https: bool, allowed_hosts: list[str], bind: str) -> str:
    """The setting that makes the site public, or ""."""
    if public := [host for host in allowed_hosts if not is_local(host)]:
        return f"ALLOWED_HOSTS={public[0]}"
    if bind and not is_local(bind):
        return f"BIND={bind}"
    return "HTTPS=1" if https else ""


def is_local(host: str) -> bool:
    """Whether this name or address reaches only this machine."""
    name = host.lower().strip("[]").rstrip(".")
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
