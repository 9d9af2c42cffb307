"""Every kind of response has the right security headers and Cache-Control."""

import pytest

from sco_cities.ops.middleware import _log_missing_header

# The page cache queries the database for every page. The content of a page does not depend on the engine.
pytestmark = [pytest.mark.urls("tests.ops.urls"), pytest.mark.django_db, pytest.mark.only_on("sqlite")]

# The path, the method and the status of each kind of response.
RESPONSES = {
    "page": ("/page/", "get", 200),
    "head": ("/page/", "head", 200),
    "csv": ("/lamps.csv", "get", 200),
    "workbook": ("/workbook.xlsx", "get", 200),
    "redirect": ("/moved/", "get", 301),
    "static file": ("/static/admin/css/base.css", "get", 200),
    "no such static file": ("/static/no-such.css", "get", 404),
    "not found": ("/no-such-page/", "get", 404),
    "bad request": ("/bad/", "get", 400),
    "forbidden": ("/forbidden/", "get", 403),
    "wrong method": ("/page/", "post", 405),
    "NUL in the path": ("/page%00/", "get", 404),
    "server error": ("/broken/", "get", 500),
    "login": ("/admin/login/", "get", 200),
    "admin": ("/admin/", "get", 302),
    "admin static script": ("/static/admin/js/core.js", "get", 200),
    "healthz": ("/healthz", "get", 200),
    "readyz": ("/readyz", "get", 200),
}
POLICY = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'"},
    "font-src": {"'self'"},
    "connect-src": {"'self'"},
    "manifest-src": {"'self'"},
    "form-action": {"'self'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
}


def policy_of(response) -> dict[str, set[str]]:
    directives = [directive.split() for directive in response["Content-Security-Policy"].split(";")]
    return {name: set(sources) for name, *sources in directives}


@pytest.mark.parametrize(("path", "method", "status"), RESPONSES.values(), ids=RESPONSES)
def test_every_response_has_the_security_headers(secure_client, db, path, method, status):
    response = getattr(secure_client, method)(path)
    assert response.status_code == status
    assert policy_of(response) == POLICY
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    # Scripts on other sites may read files.
    is_file = path.endswith((".csv", ".xlsx"))
    assert response["Cross-Origin-Resource-Policy"] == ("cross-origin" if is_file else "same-origin")
    assert response["Strict-Transport-Security"] == "max-age=63072000"
    assert "camera=()" in response["Permissions-Policy"]
    assert ("Access-Control-Allow-Origin" in response) == is_file
    response.close()


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_an_unknown_host_is_rejected_with_the_headers(client, https, scheme):
    response = client.get("/page/", headers={"host": "elsewhere.example", "x-forwarded-proto": scheme})
    assert response.status_code == 400
    assert policy_of(response) == POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert ("Strict-Transport-Security" in response) == (scheme == "https")


def test_plain_http_is_redirected_to_the_same_url_with_https(client, https):
    response = client.get("/page/?q=lamps", headers={"host": "sco.example", "x-forwarded-proto": "http"})
    assert response.status_code == 301
    assert response["Location"] == "https://sco.example/page/?q=lamps"
    assert policy_of(response) == POLICY


@pytest.mark.parametrize("path", ["/page/", "/admin/", "/no-such-page/"])
def test_a_proxy_without_the_scheme_header_gets_an_error_and_not_a_redirect_loop(client, https, caplog, path):
    _log_missing_header.cache_clear()
    for _request in range(2):
        # The WSGI application treats such a request as encrypted.
        response = client.get(path, headers={"host": "sco.example"}, secure=True)
        assert response.status_code == 400
        assert "proxy_set_header X-Forwarded-Proto $scheme;" in response.content.decode()
        assert "Location" not in response
        assert response["Cache-Control"] == "no-store"
        assert policy_of(response) == POLICY
    logged = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(logged) == 1
    assert "X-Forwarded-Proto" in logged[0]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_checks_need_no_header_of_the_proxy(client, https, path):
    assert client.get(path, headers={"host": "10.0.0.1:8000"}).status_code == 200


def test_without_https_the_proxy_header_is_ignored_and_nothing_is_redirected(client):
    response = client.get("/page/", headers={"x-forwarded-proto": "https"})
    assert response.status_code == 200
    assert not response.wsgi_request.is_secure()
    assert "Strict-Transport-Security" not in response


def test_the_headers_get_the_best_grade_of_mozillas_observatory(secure_client):
    """Mozilla's HTTP Observatory gives the home page 130 points, and 100 points are an A+.

    The Observatory's rules are in mdn/mdn-http-observatory, src/grader/charts.js. The score starts at 100, and
    penalties are subtracted. Bonuses are added only if there are no penalties. Three bonuses are not counted here:
    cookies (+5, but public pages set none), subresource integrity (+5, for scripts with an integrity attribute), and
    the HSTS preload list (+5, the owner of the domain must apply for it).
    """
    plain = secure_client.get("/", headers={"x-forwarded-proto": "http"})
    response = secure_client.get("/")
    policy = policy_of(response)
    sources = set.union(*policy.values())
    max_age = int(response["Strict-Transport-Security"].split(";")[0].removeprefix("max-age="))
    score = 100
    # These assertions rule out all penalties.
    assert plain["Location"].startswith("https://sco.example/"), "redirection-to-https"
    assert max_age >= 15_552_000, "hsts-implemented-max-age-at-least-six-months"
    assert response["X-Content-Type-Options"] == "nosniff", "x-content-type-options-nosniff"
    assert "Access-Control-Allow-Origin" not in response, "cross-origin-resource-sharing-not-implemented"
    assert not response.cookies, "cookies-not-found"
    assert b'src="http' not in response.content
    assert b'src="//' not in response.content, "no script from another host"
    # The following tests give bonuses.
    assert sources <= {"'none'", "'self'"}
    # The rule is csp-implemented-with-no-unsafe, with or without the suffix -default-src-none.
    score += 10 if policy["default-src"] == {"'none'"} else 5
    score += 5 if "frame-ancestors" in policy else 0  # x-frame-options-implemented-via-csp
    private = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
    score += 5 if response["Referrer-Policy"] in private else 0  # referrer-policy-private
    score += 10 if response["Cross-Origin-Resource-Policy"] == "same-origin" else 0  # ...-with-same-origin
    assert score == 130


def test_admin_cookies_are_host_only_secure_and_http_only(secure_client, admin_user):
    secure_client.get("/admin/login/")
    response = secure_client.post("/admin/login/", {"username": "admin", "password": "password"})
    assert response.status_code == 302
    cookies = secure_client.cookies
    assert sorted(cookies) == ["__Host-csrftoken", "__Host-sessionid", "__Secure-known_device"]
    for name, cookie in cookies.items():
        assert cookie["secure"] and cookie["httponly"] and not cookie["domain"]
        assert cookie["samesite"] == "Lax"
        # The path "/" is required for __Host- cookies. The other cookie is only for the login page.
        assert cookie["path"] == ("/" if name.startswith("__Host-") else "/admin/login/")


def test_cookies_work_on_plain_http(client, admin_user):
    client.force_login(admin_user)
    assert not client.cookies["sessionid"]["secure"]
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("path", "caching"),
    [
        ("/page/", "public, max-age=0, must-revalidate"),
        ("/lamps.csv", "public, max-age=0, must-revalidate"),
        ("/moved/", "public, max-age=0, must-revalidate"),
        ("/no-such-page/", "no-store"),
        ("/broken/", "no-store"),
        ("/healthz", "no-store"),
        ("/admin/login/", "private, no-store"),
    ],
)
def test_public_responses_may_be_cached_and_must_be_revalidated(client, path, caching):
    assert client.get(path)["Cache-Control"] == caching


@pytest.mark.parametrize("path", ["/page/", "/lamps.csv", "/moved/", "/admin/"])
def test_responses_to_a_logged_in_user_are_not_cached(client, admin_user, path):
    client.force_login(admin_user)
    assert client.get(path)["Cache-Control"] == "private, no-store"


def test_static_files_are_cached_for_a_logged_in_user_too(client, admin_user):
    client.force_login(admin_user)
    response = client.get("/static/admin/css/base.css")
    assert "no-store" not in response["Cache-Control"]
    response.close()


@pytest.mark.parametrize("path", ["/", "/page/", "/groups/", "/groups.csv", "/no-such-page/", "/session/"])
def test_readers_get_no_cookie(client, db, path):
    response = client.get(path)
    assert not response.cookies
    response.close()
