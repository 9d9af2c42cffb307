"""A browser finds nothing in any page that the content security policy forbids."""

import pytest
from django.contrib.auth.models import User

from tests import browser_console

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
def complaints(page):
    """What the browser complains about: refused styles, scripts and pictures, and errors in scripts."""
    return browser_console.complaints(page)


@pytest.mark.parametrize("path", PUBLIC)
def test_no_public_page_breaks_the_policy(page, site, complaints, path):
    response = page.goto(path)
    assert response.headers["content-security-policy"]
    page.wait_for_load_state("networkidle")
    expected = "Failed to load resource: the server responded with a status of 404 (Not Found)"
    assert [text for text in complaints if not (path == "/no-such-page/" and text == expected)] == []


def test_no_page_of_the_admin_breaks_the_policy(page, editable_site, complaints):
    User.objects.create_superuser("ada", password="the right password")
    page.goto("/admin/")
    page.fill("#id_username", "ada")
    page.fill("#id_password", "the right password")
    page.click("[type=submit]")
    for path in ADMIN:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.locator("#content").is_visible(), path
        assert complaints == [], path
