"""Every kind of answer carries the security headers, and what may be kept by caches says so."""

import pytest

# Whether a page is remembered is asked of the database, whatever the page.
pytestmark = [pytest.mark.urls("tests.ops.urls"), pytest.mark.django_db]

# Each kind of answer: address, method, status.
ANSWERS = {
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


@pytest.mark.parametrize(("path", "method", "status"), ANSWERS.values(), ids=ANSWERS)
def test_every_answer_carries_the_security_headers(secure_client, db, path, method, status):
    response = getattr(secure_client, method)(path)
    assert response.status_code == status
    assert policy_of(response) == POLICY
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    assert "camera=()" in response["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in response
    response.close()


def test_an_unknown_host_is_refused_with_the_headers(secure_client):
    response = secure_client.get("/page/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert policy_of(response) == POLICY
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Strict-Transport-Security"]


@pytest.mark.parametrize("forwarded", [{}, {"x-forwarded-proto": "http"}], ids=["no header", "http"])
def test_plain_http_is_redirected_to_the_same_address_with_tls(client, https, forwarded):
    response = client.get("/page/?q=lamps", headers={"host": "sco.example", **forwarded})
    assert response.status_code == 301
    assert response["Location"] == "https://sco.example/page/?q=lamps"
    assert policy_of(response) == POLICY


def test_without_a_tls_proxy_its_header_is_not_believed_and_nothing_is_redirected(client):
    response = client.get("/page/", headers={"x-forwarded-proto": "https"})
    assert response.status_code == 200
    assert not response.wsgi_request.is_secure()
    assert "Strict-Transport-Security" not in response


def test_the_headers_are_worth_the_observatorys_best_mark(secure_client):
    """Mozilla's HTTP Observatory gives the home page 130 points; 100 are an A+.

    Its rules (mdn/mdn-http-observatory, src/grader/charts.js): 100 to begin with; no test may take points
    away; then bonuses. Those not taken: cookies (+5, but public pages set none), subresource integrity (+5,
    for scripts with an integrity attribute), the browsers' HSTS preload list (+5, for the owner of the domain
    to ask for).
    """
    plain = secure_client.get("/", headers={"x-forwarded-proto": "http"})
    response = secure_client.get("/")
    policy = policy_of(response)
    sources = set.union(*policy.values())
    max_age = int(response["Strict-Transport-Security"].split(";")[0].removeprefix("max-age="))
    score = 100
    # Penalties: what would cost points is not there.
    assert plain["Location"].startswith("https://sco.example/"), "redirection-to-https"
    assert max_age >= 15_552_000, "hsts-implemented-max-age-at-least-six-months"
    assert response["X-Content-Type-Options"] == "nosniff", "x-content-type-options-nosniff"
    assert "Access-Control-Allow-Origin" not in response, "cross-origin-resource-sharing-not-implemented"
    assert not response.cookies, "cookies-not-found"
    assert b'src="http' not in response.content
    assert b'src="//' not in response.content, "no script from elsewhere"
    # Bonuses.
    assert sources <= {"'none'", "'self'"}
    # csp-implemented-with-no-unsafe, or that with -default-src-none
    score += 10 if policy["default-src"] == {"'none'"} else 5
    score += 5 if "frame-ancestors" in policy else 0  # x-frame-options-implemented-via-csp
    private = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
    score += 5 if response["Referrer-Policy"] in private else 0  # referrer-policy-private
    score += 10 if response["Cross-Origin-Resource-Policy"] == "same-origin" else 0  # ...-with-same-origin
    assert score == 130


def test_the_cookies_of_the_admin_are_for_this_host_tls_and_http_only(secure_client, admin_user):
    secure_client.get("/admin/login/")
    response = secure_client.post("/admin/login/", {"username": "admin", "password": "password"})
    assert response.status_code == 302
    cookies = secure_client.cookies
    assert sorted(cookies) == ["__Host-csrftoken", "__Host-sessionid"]
    for cookie in cookies.values():
        assert cookie["secure"] and cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/" and not cookie["domain"], "what a __Host- cookie must be"


def test_on_plain_http_cookies_work_too(client, admin_user):
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
def test_what_everybody_may_see_may_be_kept_and_must_be_asked_about_again(client, path, caching):
    assert client.get(path)["Cache-Control"] == caching


@pytest.mark.parametrize("path", ["/page/", "/lamps.csv", "/moved/", "/admin/"])
def test_what_somebody_sees_who_is_logged_in_is_kept_nowhere(client, admin_user, path):
    client.force_login(admin_user)
    assert client.get(path)["Cache-Control"] == "private, no-store"


def test_static_files_are_cached_for_somebody_who_is_logged_in_too(client, admin_user):
    client.force_login(admin_user)
    response = client.get("/static/admin/css/base.css")
    assert "no-store" not in response["Cache-Control"]
    response.close()


@pytest.mark.parametrize("path", ["/", "/page/", "/groups/", "/groups.csv", "/no-such-page/", "/session/"])
def test_readers_get_no_cookie(client, db, path):
    response = client.get(path)
    assert not response.cookies
    response.close()
