"""The client's IP address is found behind any number of proxies."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from sco_cities.ops.rate_limit import check_trusted_proxies, client_address, client_network
from sco_cities.ops.setting_values import parse_trusted_proxies

LOGIN = "/admin/login/"


@pytest.mark.parametrize(
    ("https", "remote", "forwarded", "expected"),
    [
        (False, "203.0.113.7", None, "203.0.113.7"),
        (False, "203.0.113.7", "198.51.100.1", "203.0.113.7"),
        (True, "127.0.0.1", "198.51.100.1", "198.51.100.1"),
        (True, "127.0.0.1", "192.0.2.1, 198.51.100.1", "198.51.100.1"),
        (True, "127.0.0.1", "192.0.2.1,198.51.100.1", "198.51.100.1"),
        (True, "127.0.0.1", "198.51.100.1, nonsense", "127.0.0.1"),
        (True, "127.0.0.1", "", "127.0.0.1"),
        (True, "127.0.0.1", None, "127.0.0.1"),
        (True, "127.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (False, "2001:db8:1:2::9", None, "2001:db8:1:2::"),
        (False, "::ffff:203.0.113.7", None, "203.0.113.7"),
        (False, "", None, None),
        (True, "127.0.0.1", "192.0.2.1:80, 203.0.113.7:51234", "203.0.113.7"),
    ],
)
def test_without_trusted_proxies_the_last_entry_is_used_only_with_https(
    settings, https, remote, forwarded, expected
):
    settings.TRUSTED_PROXIES = ()
    settings.HTTPS = https
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    assert client_address(RequestFactory().get(LOGIN, REMOTE_ADDR=remote, **headers)) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.7", "203.0.113.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("::ffff:203.0.113.7", "203.0.113.0"),
        ("", None),
    ],
)
def test_a_network_contains_all_addresses_of_one_client(settings, address, expected):
    settings.TRUSTED_PROXIES, settings.HTTPS = (), False
    assert client_network(RequestFactory().get(LOGIN, REMOTE_ADDR=address)) == expected


PROXIES = "127.0.0.1, 10.0.0.0/8, 2001:db8:cd::/48"


@pytest.mark.parametrize("https", [False, True])
@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        # A CDN is in front of nginx.
        ("127.0.0.1", "203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7, 2001:db8:cd::5, 10.1.2.3", "203.0.113.7"),
        # Forged entries are to the left of the trusted entries.
        ("127.0.0.1", "198.51.100.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ("127.0.0.1", "10.9.9.9, 203.0.113.7", "203.0.113.7"),
        # Headers are ignored unless the request comes from a trusted proxy.
        ("198.51.100.9", "203.0.113.7", "198.51.100.9"),
        ("198.51.100.9", "203.0.113.7, 127.0.0.1", "198.51.100.9"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7, nonsense", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7, nonsense, 10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "10.1.2.3, 10.1.2.4", "10.1.2.3"),
        ("127.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        # Some proxies add ports.
        ("127.0.0.1", "203.0.113.7:51234, 10.1.2.3:443", "203.0.113.7"),
        ("127.0.0.1", "[2001:db8:1:2::9]:443, [2001:db8:cd::5]", "2001:db8:1:2::"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7:x", "127.0.0.1"),
        ("127.0.0.1", "[]:443", "127.0.0.1"),
        ("127.0.0.1", "[203.0.113.7", "127.0.0.1"),
        # The request comes through a Unix socket.
        ("", "203.0.113.7", "203.0.113.7"),
        ("", "203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ("", None, None),
    ],
)
def test_trusted_proxies_are_skipped_from_the_right(settings, https, remote, forwarded, expected):
    settings.HTTPS, settings.TRUSTED_PROXIES = https, parse_trusted_proxies(PROXIES)
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    assert client_address(RequestFactory().get(LOGIN, REMOTE_ADDR=remote, **headers)) == expected


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "lines"),
    [
        (PROXIES, "127.0.0.1", "nonsense, 10.1.2.3", 1),
        ("", "127.0.0.1", "nonsense", 1),
        (PROXIES, "127.0.0.1", "203.0.113.7", 0),
        (PROXIES, "127.0.0.1", "", 0),
        # The client has sent the leftmost entry.
        (PROXIES, "127.0.0.1", "nonsense, 203.0.113.7", 0),
        ("", "127.0.0.1", "nonsense, 203.0.113.7", 0),
        (PROXIES, "198.51.100.9", "nonsense", 0),
    ],
)
def test_an_invalid_address_from_a_trusted_proxy_is_logged_once(
    settings, caplog, monkeypatch, proxies, remote, forwarded, lines
):
    monkeypatch.setattr("sco_cities.ops.rate_limit._is_logged", False)
    settings.HTTPS, settings.TRUSTED_PROXIES = True, parse_trusted_proxies(proxies)
    for _request in range(3):
        client_address(RequestFactory().get(LOGIN, REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded))
    assert [message.startswith("A trusted proxy has added 'nonsense'") for message in caplog.messages] == [
        True
    ] * lines


@pytest.mark.parametrize(
    "value",
    ["nginx", "10.0.0.0/33", "10.0.0.1/8", "127.0.0.1;10.0.0.1", "*", "0.0.0.0/0", "::/0", "x" * 5000],
)
def test_an_invalid_list_of_proxies_is_rejected_with_one_line(value):
    with pytest.raises(ImproperlyConfigured) as error:
        parse_trusted_proxies(value)
    assert str(error.value).startswith(f"TRUSTED_PROXIES={value[:100]} is not valid")
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 6000


@pytest.mark.parametrize(("https", "proxies", "warns"), [(0, "", 0), (1, "", 1), (1, "127.0.0.1", 0)])
def test_a_check_warns_of_a_proxy_that_is_not_in_the_settings(settings, https, proxies, warns):
    settings.HTTPS, settings.TRUSTED_PROXIES = bool(https), parse_trusted_proxies(proxies)
    assert [warning.id for warning in check_trusted_proxies()] == ["ops.W002"] * warns
