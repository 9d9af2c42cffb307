"""Any site may frame embeds, and no site may frame other pages."""

import pytest

from tests import factories as make

from .test_headers import POLICY, policy_of

# The headers do not depend on the engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture(autouse=True)
def lights():
    return make.make_initiative("lights")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/embed/initiatives/lights/", 200),
        ("/zh-hans/embed/initiatives/", 200),
        ("/embed/map/?status=certain", 400),
        ("/embed/initiatives/no-such-record/", 404),
        ("/ru/embed/lamps/", 404),
    ],
)
def test_any_site_may_frame_an_embed_also_from_the_page_cache(client, path, status):
    for _time in range(2):
        response = client.get(path)
        assert response.status_code == status
        assert policy_of(response) == POLICY | {"frame-ancestors": {"*"}}
        assert "X-Frame-Options" not in response


@pytest.mark.parametrize(
    ("path", "policy"), [("/embed/", {"frame-ancestors": {"*"}}), ("/embed-code/", {"frame-src": {"'self'"}})]
)
def test_an_unchanged_page_keeps_its_policy_in_the_browser(client, path, policy):
    """A browser replaces the headers of its copy with the headers of the 304 response."""
    page = client.get(f"{path}initiatives/")
    response = client.get(f"{path}initiatives/", headers={"if-none-match": page["ETag"]})
    assert response.status_code == 304
    assert policy_of(response) == policy_of(page) == POLICY | policy
    assert response.get("X-Frame-Options") == page.get("X-Frame-Options")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/initiatives/lights/",
        "/ru/initiatives/",
        "/embed-code/initiatives/",
        "/embeds/initiatives/",
        "/initiatives/embed/",
        "/share/initiatives.png",
        "/oembed",
        "/admin/login/",
    ],
)
def test_no_other_page_may_be_framed(client, path):
    for _time in range(2):
        response = client.get(path)
        assert policy_of(response)["frame-ancestors"] == {"'none'"}
        assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("language", ["", "/ru", "/zh-hans"])
def test_only_pages_with_a_preview_may_contain_a_frame(client, language):
    policy = policy_of(client.get(f"{language}/embed-code/initiatives/"))
    assert policy == POLICY | {"frame-src": {"'self'"}}
    assert "frame-src" not in policy_of(client.get(f"{language}/initiatives/"))
