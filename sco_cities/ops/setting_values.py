"""Parses settings that contain external addresses, such as the mail server, the site's URL and contacts.

Also rejects settings that are unsafe if other machines can reach the site.
"""

import ipaddress
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# The default port of each scheme. The schemes mean no encryption, STARTTLS (encryption after connecting) and implicit
# TLS.
PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
EXAMPLE = "smtp+tls://user:password@mail.example.org"
# Timeout for connecting to the server, and for each response.
TIMEOUT_S = 10


def parse_mail_server(url: str) -> dict[str, Any]:
    """Parses EMAIL_URL into the arguments of Django's SMTP backend.

    Raises ImproperlyConfigured if the URL is invalid, with a message that omits the password.
    """
    parts = _split(url.strip())
    if (
        parts is None
        or parts.scheme not in PORTS
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
    ):
        raise ImproperlyConfigured(f"EMAIL_URL is not valid. Expected an address such as {EXAMPLE}.")
    if parts.scheme == "smtp" and parts.password and not is_local(parts.hostname):
        raise ImproperlyConfigured(
            "EMAIL_URL sends the password without encryption. Use smtp+tls:// or smtp+ssl://."
        )
    return {
        "host": parts.hostname,
        "port": parts.port or PORTS[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme == "smtp+ssl",
        "timeout": TIMEOUT_S,
    }


def parse_sender(value: str) -> str:
    """Parses EMAIL_FROM, an address with an optional name. Raises ImproperlyConfigured for an invalid value."""
    sender = value.strip()
    if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+|[^\r\n<>]*<[^\s@<>]+@[^\s@<>]+>", sender):
        raise ImproperlyConfigured(
            f"EMAIL_FROM={value[:100]} is not a sender. EMAIL_URL needs one: an e-mail address such as "
            "cities@example.org or SCO Cities <cities@example.org>."
        )
    return sender


def parse_site_url(value: str, allowed_hosts: list[str]) -> str:
    """Parses SITE_URL, the origin of the links in e-mails and releases.

    Raises ImproperlyConfigured if the URL is invalid or its host is not in ALLOWED_HOSTS.
    """
    parts = _split(value.strip())
    if parts is None or not _is_origin(parts):
        raise ImproperlyConfigured(
            f"SITE_URL={value[:100]} is not valid. Expected the URL of the site, which is used for links in "
            "e-mails, such as https://cities.example.org."
        )
    if not validate_host(parts.netloc.removesuffix(f":{parts.port}"), allowed_hosts):
        raise ImproperlyConfigured(f"SITE_URL={value[:100]} names a host that is not in ALLOWED_HOSTS.")
    return f"{parts.scheme}://{parts.netloc}"


def _is_origin(parts: SplitResult) -> bool:
    """Returns True if a URL is only a scheme and a host. Unencrypted schemes are allowed for localhost only."""
    has_more = bool(parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    return bool(parts.hostname) and _is_protected(parts) and not has_more


def _is_protected(parts: SplitResult) -> bool:
    """Returns True if a connection is encrypted or does not leave this machine."""
    return parts.scheme == "https" or (parts.scheme == "http" and is_local(parts.hostname or ""))


def _split(url: str) -> SplitResult | None:
    """Splits a URL. Returns None if the URL is invalid or its port is not a number."""
    if re.search(r"[\s\x00-\x1f\x7f]", url):
        return None
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return None
    return parts


def parse_contact(name: str, value: str) -> str:
    """Parses a contact setting into a URL, or "". Raises ImproperlyConfigured for an invalid value."""
    contact = value.strip()
    if re.fullmatch(r"[^\s@:/]+@[^\s@:/]+", contact):
        contact = f"mailto:{contact}"
    if contact and not re.fullmatch(r"mailto:[^\s@]+@[^\s@]+|https://[^\s/]\S*|tel:\+?[-0-9]+", contact):
        raise ImproperlyConfigured(
            f"{name}={value[:100]} is not a contact. Expected an e-mail address or a page, such as "
            "security@example.org or https://example.org/security."
        )
    return contact


def parse_doi(value: str) -> str:
    """Parses a setting into a DOI without a resolver URL, or "". Raises ImproperlyConfigured for an invalid value."""
    doi = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:)", "", value.strip(), flags=re.IGNORECASE)
    if doi and not re.fullmatch(r"10\.\d{4,9}(\.\d+)*/[-._;()/:A-Za-z0-9]+", doi, re.ASCII):
        raise ImproperlyConfigured(
            f"DOI={value[:100]} is not a DOI. Expected one such as 10.5281/zenodo.1234567."
        )
    return doi


def parse_endpoint(url: str, model: str) -> str:
    """Parses the setting INTAKE_LLM_URL. Raises ImproperlyConfigured if the URL cannot be used."""
    url = url.strip().rstrip("/")
    if not url:
        return ""
    parts = _split(url)
    is_address = parts is not None and parts.hostname and parts.port != 0 and _is_protected(parts)
    if not (is_address and url.isascii()) or set("@?#") & set(url):
        raise ImproperlyConfigured(
            "INTAKE_LLM_URL is not valid: expected an address with https, or with http on this machine, such as "
            "https://llm.example.org/v1 or http://127.0.0.1:8080/v1."
        )
    if not model:
        raise ImproperlyConfigured("INTAKE_LLM_URL is set, but not INTAKE_LLM_MODEL. Set both.")
    return url


def parse_archive(url: str) -> str:
    """Parses the setting ARCHIVE_URL. Raises ImproperlyConfigured if the URL cannot be used."""
    url = url.strip()
    parts = _split(url)
    has_place = parts and f"{parts.path}?{parts.query}".count("{url}") == 1
    if url and not (has_place and parts.hostname and parts.scheme == "https"):
        raise ImproperlyConfigured(
            f"ARCHIVE_URL={url[:100]} is not valid. Expected an address with https and with {{url}} in the place of "
            "the address of a report, such as https://web.archive.org/save/{url}."
        )
    return url


def parse_key(key: str) -> str:
    """Parses INTAKE_LLM_KEY. Raises ImproperlyConfigured, without showing the key, if a header cannot contain it."""
    if not re.fullmatch("[!-~]*", key):
        raise ImproperlyConfigured(
            "INTAKE_LLM_KEY is not valid: expected ASCII letters, digits and punctuation."
        )
    return key


def parse_trusted_proxies(value: str) -> tuple[Network, ...]:
    """Parses TRUSTED_PROXIES, a comma-separated list of addresses and networks.

    Raises ImproperlyConfigured, with a one-line message, for an invalid value.
    """
    networks = []
    for word in filter(None, (word.strip() for word in value.split(","))):
        try:
            network = ipaddress.ip_network(word)
        except ValueError:
            raise ImproperlyConfigured(
                f"TRUSTED_PROXIES={value[:100]} is not valid: {word[:100]!r} is neither an address nor a network. "
                "List the addresses or networks of your proxies, for example TRUSTED_PROXIES=127.0.0.1,10.0.0.0/8."
            ) from None
        if network.prefixlen == 0:
            raise ImproperlyConfigured(
                f"TRUSTED_PROXIES={value[:100]} is not valid: {word} trusts all clients. List only your own proxies."
            )
        networks.append(network)
    return tuple(networks)


MIN_KEY_LENGTH = 32
MIN_KEY_CHARACTERS = 8
# Parts of example keys, without punctuation.
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
    """Raises ImproperlyConfigured, with a one-line message, if the settings are unsafe for a public site.

    A site is public if a host name or the listening address is not local, or if the site is behind a TLS proxy. A site
    on `localhost` allows all settings except the host name `*`.
    """
    if "*" in allowed_hosts:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS=* lets clients choose the host name in the links of the site. List the hosts, for example "
            "ALLOWED_HOSTS=cities.example.org."
        )
    reason = _public_reason(https, allowed_hosts, bind)
    if not reason:
        return
    if debug:
        raise ImproperlyConfigured(
            f"DEBUG=1 shows code and settings to visitors, and the site is public because of {reason}. Remove DEBUG."
        )
    if is_weak_key(secret_key):
        raise ImproperlyConfigured(
            f"SECRET_KEY can be guessed, and the site is public because of {reason}. Set it to at least "
            f"{MIN_KEY_LENGTH} random characters, for example with `python3 -c 'import secrets; "
            "print(secrets.token_urlsafe(64))'`."
        )
    if any(map(is_weak_key, former_keys)):
        raise ImproperlyConfigured(
            "SECRET_KEY_FALLBACKS contains a key that can be guessed and used to forge sessions, and the "
            f"site is public because of {reason}. Remove that key, which ends its sessions."
        )


def is_weak_key(key: str) -> bool:
    """Returns True if a key is short, repetitive, or copied from an example."""
    letters = "".join(filter(str.isalnum, key.lower()))
    return (
        len(key) < MIN_KEY_LENGTH
        or len(set(key)) < MIN_KEY_CHARACTERS
        or any(placeholder in letters for placeholder in _PLACEHOLDERS)
    )


def _public_reason(https: bool, allowed_hosts: list[str], bind: str) -> str:
    """Returns the setting that makes the site public, or ""."""
    if public := [host for host in allowed_hosts if not is_local(host)]:
        return f"ALLOWED_HOSTS={public[0]}"
    if bind and not is_local(bind):
        return f"BIND={bind}"
    return "HTTPS=1" if https else ""


def is_local(host: str) -> bool:
    """Returns True if this name or address is local to this machine."""
    name = host.lower().strip("[]").rstrip(".")
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
