"""The settings for e-mail define the server, the sender and the URL of the site. Invalid values are rejected."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from sco_cities.ops.setting_values import parse_mail_server, parse_sender, parse_site_url
from tests.ops.processes import python

HOSTS = ["localhost", "[::1]", ".example.org"]
MAIL = {
    "ALLOWED_HOSTS": "cities.example.org",
    "EMAIL_URL": "smtp+tls://cities:s%23cret@mail.example.org",
    "EMAIL_FROM": "SCO Cities <cities@example.org>",
    "SITE_URL": "https://cities.example.org",
}


def server_settings(host: str, port: int, username: str = "", password: str = "", **encryption: bool) -> dict:
    account = {"username": username, "password": password}
    return (
        {"host": host, "port": port, "timeout": 10, "use_tls": False, "use_ssl": False} | account | encryption
    )


SERVERS = [
    ("smtp://localhost", server_settings("localhost", 25)),
    ("smtp://127.0.0.1:1025/", server_settings("127.0.0.1", 1025)),
    ("smtp://mail.example.org", server_settings("mail.example.org", 25)),
    ("smtp+tls://ada:s%23c%40ret@mail.example.org",
     server_settings("mail.example.org", 587, "ada", "s#c@ret", use_tls=True)),
    ("smtp+ssl://ada%40example.org:x@mail.example.org:4650",
     server_settings("mail.example.org", 4650, "ada@example.org", "x", use_ssl=True)),
]  # fmt: skip


@pytest.mark.parametrize(("url", "server"), SERVERS)
def test_the_address_of_a_server_has_encryption_account_and_port(url, server):
    assert parse_mail_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "", "mail.example.org", "https://s3cret@mail.example.org", "smtp://", "smtp://:25", "smtp://host:s3cret",
        "smtp://host:99999", "smtp+tls://a:s3cret@host/path", "smtp+tls://a:s3cret@host?x=1",
        "smtp+tls://a:s3 cret@host",
        "smtp://a:s3cret@mail.example.org", "smtp+tls://a:s3cret@[::1", "smtp+tls://a:s3cret@host\nBcc: x",
    ],
)  # fmt: skip
def test_another_address_is_rejected_and_not_repeated(url):
    with pytest.raises(ImproperlyConfigured) as error:
        parse_mail_server(url)
    assert str(error.value).startswith("EMAIL_URL ")
    assert "s3" not in str(error.value)


@pytest.mark.parametrize("sender", ["cities@example.org", "SCO Cities <cities@example.org>", "<a@b>"])
def test_a_sender_is_an_address_with_or_without_a_name(sender):
    assert parse_sender(f" {sender} ") == sender


@pytest.mark.parametrize(
    "sender", ["", "SCO Cities", "a@b@c", "A <a>", "A <a@b> x", "A\nBcc: c@d <a@b>", "a b@c"]
)
def test_another_sender_is_rejected(sender):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_FROM"):
        parse_sender(sender)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://cities.example.org", "https://cities.example.org"),
        ("https://cities.example.org:8443/", "https://cities.example.org:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_address_of_the_site_is_an_origin(url, origin):
    assert parse_site_url(url, HOSTS) == origin


@pytest.mark.parametrize(
    "url",
    ["", "cities.example.org", "http://cities.example.org", "https://", "https://a/b", "https://a?b", "https://a#b",
     "https://a:b@c", "ftp://localhost", "https://a:x", "javascript://localhost", "https://a b",
     "https://example.com", "https://[::2]", "http://127.0.0.1:8000"],
)  # fmt: skip
def test_another_address_of_the_site_is_rejected(url):
    with pytest.raises(ImproperlyConfigured, match="SITE_URL"):
        parse_site_url(url, HOSTS)


# The settings of the e-mail backend in this version of Django. These are MAILERS, or EMAIL_HOST and others before 6.1.
SHOW = (
    "from django.conf import settings; from django.core import mail;"
    "server = mail.mailers['default'] if hasattr(mail, 'mailers') else mail.get_connection();"
    "get = lambda name: getattr(server, name, None);"
    "print(settings.SENDS_EMAIL, type(server).__module__.split('.')[-1], get('host'), get('port'), get('username'),"
    "get('password'), get('use_tls'), get('use_ssl'), get('timeout'), settings.DEFAULT_FROM_EMAIL)"
)


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({}, "False dummy None None None None None None None webmaster@localhost"),
        (MAIL, "True smtp mail.example.org 587 cities s#cret True False 10 SCO Cities <cities@example.org>"),
    ],
)
def test_django_sends_e_mail_only_if_a_server_is_set(environment, shown):
    result = python("-W", "error", "-c", SHOW, DATABASE_URL="sqlite://:memory:", **environment)
    assert result.stdout.strip() == shown, result.stderr


@pytest.mark.parametrize("missing", ["EMAIL_FROM", "SITE_URL"])
def test_a_site_with_incomplete_e_mail_settings_does_not_start(missing):
    result = python("manage.py", "check", DATABASE_URL="sqlite://:memory:", **MAIL | {missing: ""})
    assert result.returncode == 1
    assert missing in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
