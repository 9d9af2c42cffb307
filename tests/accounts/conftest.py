"""Fixtures for the tests of accounts, with a second factor and with clients behind a TLS proxy."""

import pytest
from django.test import Client

from tests.ops.conftest import client, https, secure_client  # noqa: F401 - fixtures of this directory too

from .login_steps import give_password, make_person


@pytest.fixture
def second_factor(settings):
    """Makes the site require a second factor."""
    settings.SECOND_FACTOR = "staff"


@pytest.fixture
def ada(db):
    """A person with an authenticator."""
    return make_person()


@pytest.fixture
def half_open(ada):
    """A client that has submitted the password but no code."""
    browser = Client()
    give_password(browser, ada)
    return browser
