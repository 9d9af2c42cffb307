"""No page violates the content security policy in a browser."""

import pytest
from django.contrib.auth.models import User

from tests.browser_console import console_errors

PUBLIC = [
    "/",
    "/initiatives/",
    "/cities/",
    "/themes/",
    "/events/",
    "/search/?q=a",
    "/about/",
    "/no-such-page/",
]
ADMIN = [
    "/admin/",
    "/admin/initiatives/initiative/",
    "/admin/initiatives/initiative/add/",
    "/admin/cities/city/",
    "/admin/sources/report/",
    "/admin/auth/user/add/",
    "/admin/password_change/",
]


@pytest.fixture
def errors(page):
    """Console errors about blocked styles, scripts and images, and script errors."""
    return console_errors(page)


@pytest.mark.parametrize("path", PUBLIC)
def test_no_public_page_violates_the_policy(page, site, errors, path):
    response = page.goto(path)
    assert response.headers["content-security-policy"]
    page.wait_for_load_state("networkidle")
    expected = "Failed to load resource: the server responded with a status of 404 (Not Found)"
    assert [text for text in errors if not (path == "/no-such-page/" and text == expected)] == []


def test_no_admin_page_violates_the_policy(page, editable_site, errors):
    User.objects.create_superuser("ada", password="the right password")
    page.goto("/admin/")
    page.fill("#id_username", "ada")
    page.fill("#id_password", "the right password")
    page.click("[type=submit]")
    for path in ADMIN:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.locator("#content").is_visible(), path
        assert errors == [], path
