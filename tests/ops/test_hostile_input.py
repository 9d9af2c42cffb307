"""No input causes a response with a 5xx status."""

import re

import pytest
from django.conf import settings
from django.test import Client

from sco_cities.ops.middleware import MAX_LOGIN_SIZE
from tests import factories
from tests.extent import share

LISTS = [
    "initiatives", "cities", "countries", "delegates", "organisations", "events", "themes", "reports", "statements",
]  # fmt: skip
PAGES = [
    "/", "/map/", "/search/", "/search/suggestions/", "/about/", "/themes/?pillar=security",
    "/embed/initiatives/", "/embed/map/", "/embed/status/", "/embed-code/initiatives/", "/share/initiatives.png",
    "/embed/initiatives/lamps/", "/share/initiatives/lamps.png", "/oembed?url=http://testserver/initiatives/lamps/",
    "/together/", "/together/alphaville/betaville/", "/cities/alphaville/gaps/", "/matrix/", "/recent/",
    "/embed/ages/", "/charts/roles.svg", "/charts/moves.png",
    "/cite/initiatives/", "/cite/initiatives.bib", "/cite/cities/alphaville/",
    "/cite/together/alphaville/betaville.ris",
    "/api/docs/",
    *(f"/{name}/" for name in LISTS),
]  # fmt: skip
EXPORTS = [
    "/map.csv", "/initiatives.xlsx", "/events.geojson", "/cities.jsonl", "/api/initiatives/", "/delegates.atom",
    "/api/search/", "/initiatives.zip",
    *(f"/{name}.csv" for name in LISTS),
]  # fmt: skip
RECORDS = [f"/{name}/no-such-record/" for name in LISTS]
# URLs for programs other than lists and records.
FILES = [
    "/initiatives.metadata.json", "/initiatives/lamps.json", "/initiatives/lamps.jsonld", "/initiatives/lamps.md",
    "/sitemap.xml", "/sitemap-initiatives-0.xml", "/data/catalog.ttl", "/llms.txt",
]  # fmt: skip
PREFIXED = ["/ru/", "/zh-hans/initiatives/", "/ru/initiatives.csv", "/zh-hans/search/"]
# The only page that accepts POST requests from readers.
FORM = "/correction-requests/initiatives/lamps/"
PUBLIC = [*PAGES, FORM, *EXPORTS, *RECORDS, *FILES, *PREFIXED]

PARAMETERS = [
    "q", "city", "country", "theme", "pillar", "kind", "status", "event", "organisation", "report", "evidence",
    "with_city", "with_country", "city_match", "lead", "partner", "reference", "shares", "learns",
    "year_from", "year_to", "started", "language", "sco_role", "delegate",
    "initiative", "initiative_status", "sort", "page", "per_page", "view", "all",
    "columns", "labels", "bom", "value",
    "place", "peers", "focus", "ties", "notes", "table", "rows", "by", "order", "most", "url",
    "maxwidth",
]  # fmt: skip
VALUES = {
    "NUL": "%00",
    "NUL in a word": "la%00mps",
    "no UTF-8": "%ff%fe",
    "half a surrogate": "%ed%a0%80",
    "overflow": "9" * 30,
    "negative overflow": "-" + "9" * 30,
    "infinity": "1e999",
    "other digits": "%D9%A3",
    "right to left": "%E2%80%AE",
    "beyond the basic plane": "%F0%9F%92%A1",
    "SQL": "%27%20OR%201%3D1%20--",
    "LIKE": "%25_%5C",
    "FTS": "%22%20OR%20*%20NEAR(",
    "markup": "%3Cscript%3Ealert(1)%3C/script%3E",
    "template": "%7B%7Bsettings.SECRET_KEY%7D%7D",
    "percent alone": "%",
    "minus alone": "-",
    "twice not": "--xa",
    "minus inside": "xa,-xa",
    "spaces": "%20%09%0D%0A",
    "long": "a" * 10_000,
}
QUERIES = {
    "100 kB": "q=" + "a" * 100_000,
    "many parameters": "city=a&" * 14_000,
    "many phrases": "&".join(f"q={number}" for number in range(2_600)),
    "separators": "&" * 100_000,
    "no names": "=&=&=",
    "NUL as a name": "%00=1",
    "no UTF-8 as a name": "%ff=1",
    **{name: "&".join(f"{parameter}={value}" for parameter in PARAMETERS) for name, value in VALUES.items()},
}
PATHS = [
    "/initiatives/%00/", "/initiatives/a%00b/", "/%00", "/ru/%00/", "/initiatives.%00", "/healthz/%00",
    "/initiatives/%ff/", "/%ff/", "/initiatives/%E2%80%AE/", "/initiatives/" + "a" * 5000 + "/",
    "/initiatives/../../etc/passwd", "/initiatives/%2e%2e/", "/initiatives//", "/INITIATIVES/",
    "/static/%00", "/static/../settings.py", "/static/%2e%2e/%2e%2e/manage.py",
    "/xx/initiatives/", "/initiatives.csv/", "/%0d%0aSet-Cookie:a=b/",
    "/initiatives/a%00b.json", "/initiatives/%ff.md", "/cities/" + "a" * 5000 + ".jsonld", "/cities/..json",
]  # fmt: skip
HEADERS = {
    "cookies of 100 kB": {"cookie": "; ".join(f"name{number}={'a' * 90}" for number in range(1000))},
    "cookies without end": {"cookie": ";=;" * 1000},
    "NUL in the session": {"cookie": r'sessionid="\000aaaaaaaaaaaaaaaaaaaaaaaa"; csrftoken="\000"'},
    "no UTF-8 in the session": {"cookie": "sessionid=\xff\xfe\xff\xfe\xff\xfe\xff\xfe"},
    "odd languages": {"accept-language": "xx-" + "y" * 10_000 + ", *;q=2, ru;q=nonsense"},
    "odd types": {"accept": "a" * 10_000 + "/*;q=2"},
    "conditions": {"if-modified-since": "yesterday", "if-none-match": '"' * 1000, "range": "bytes=9-1"},
    "htmx": {
        "hx-request": "true",
        "hx-current-url": "http://[",
        "hx-target": "\xff",
        "hx-trigger-uri-autoencoded": "true",
    },
    "many headers": {f"x-header-{number}": "a" * 100 for number in range(500)},
}


@pytest.fixture
def record(db):
    """A record for each list."""
    cities = [factories.make_city("alphaville"), factories.make_city("betaville")]
    return factories.make_initiative(
        "lamps", lead=cities[:1], partner=cities[1:], themes=[factories.make_theme()], sourced=True,
    )  # fmt: skip


def read(response) -> bytes:
    return response.getvalue() if response.streaming else response.content


@pytest.mark.parametrize("path", ["/initiatives/", "/initiatives.csv"])
@pytest.mark.parametrize(
    "repeated", ["status=agreed", "country=xa", "country=-xb", "year_to=2024", "q=lamps"]
)
def test_a_value_repeated_500_times_gives_the_same_list(client, record, path, repeated):
    single, multiple = (
        read(client.get(path, QUERY_STRING="&".join([repeated] * number))).decode() for number in (1, 500)
    )
    visible_content = re.compile(r"<h1.*</h1>|<th scope.*</th>" if path.endswith("/") else ".+")
    assert visible_content.findall(multiple) == visible_content.findall(single) != []
    # Only the links to other languages repeat the parameter.
    assert multiple.count(repeated) < single.count(repeated) + 12 * 500


@pytest.mark.parametrize("path", PUBLIC)
def test_a_hostile_query_string_gives_a_page_or_a_400(client, record, path):
    # One test sends many query strings, because a database per query string would take minutes.
    statuses = {}
    for name, query in share(list(QUERIES.items()), PUBLIC.index(path), 3):
        response = client.get(path, QUERY_STRING=query)
        body = read(response)
        statuses[name] = response.status_code
        if response["Content-Type"].startswith("text/html"):
            assert b"<script>alert" not in body, name
    assert {name: status for name, status in statuses.items() if status not in (200, 400, 404)} == {}


def test_a_hostile_path_is_not_found(client, record):
    for path in PATHS:
        response = client.get(path)
        assert response.status_code in (301, 404), path
        assert "Set-Cookie" not in response
        if response.status_code == 301:
            assert response["Location"].startswith("/") and not response["Location"].startswith("//"), path


@pytest.mark.parametrize(
    "path", ["/", "/initiatives/", "/initiatives.csv", "/initiatives/no-such-record/", "/search/?q=lamps"]
)
def test_hostile_headers_cause_no_error(client, record, path):
    statuses = {what: client.get(path, headers=headers).status_code for what, headers in HEADERS.items()}
    assert {name: status for name, status in statuses.items() if status not in (200, 304, 400, 404)} == {}


@pytest.mark.parametrize("length", ["nonsense", "-1", "9" * 5000, ""])
def test_an_invalid_content_length_causes_no_error(client, record, length):
    assert client.get("/initiatives/", CONTENT_LENGTH=length).status_code in (200, 413)


@pytest.mark.parametrize("path", [*PAGES, *EXPORTS, *PREFIXED, "/initiatives/lamps/"])
def test_public_pages_are_read_only(path):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    methods = ("post", "put", "patch", "delete", "trace")
    assert {method: getattr(client, method)(path).status_code for method in methods} == dict.fromkeys(
        methods, 405
    )


@pytest.mark.parametrize("path", [*PAGES, *EXPORTS, *PREFIXED, "/initiatives/lamps/"])
def test_readers_get_no_cookie_and_pages_may_be_cached(client, record, path):
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "Cookie" not in response.get("Vary", ""), "responses that vary by cookie cannot be cached"


@pytest.mark.parametrize(
    ("path", "size"), [("/admin/", settings.MAX_BODY_SIZE), ("/admin/login/", MAX_LOGIN_SIZE)]
)
def test_an_oversized_body_is_rejected_before_it_is_read(client, path, size):
    response = client.post(path, b"", content_type="text/plain", CONTENT_LENGTH=size + 1)
    assert response.status_code == 413
    assert b"The upload is too large" in response.content


@pytest.mark.parametrize(
    "form",
    [
        {f"field-{number}": "1" for number in range(6000)},
        {"name_en": "a" * 3 * 1024 * 1024},
    ],
    ids=["fields", "bytes"],
)
def test_a_form_with_too_many_fields_or_bytes_is_rejected(admin_client, form):
    response = admin_client.generic(
        "POST", "/admin/themes/theme/add/", "&".join(f"{name}={value}" for name, value in form.items()),
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert response.status_code == 400


ADMIN = [
    "/admin/login/?next=%00", "/admin/login/?next=//elsewhere.example",
    "/admin/auth/user/?q=%00", "/admin/auth/user/?username=%00",
    "/admin/auth/user/?q=" + "a" * 10_000, "/admin/auth/user/?p=" + "9" * 30, "/admin/auth/user/?o=9.9.9",
    "/admin/auth/user/?id__exact=" + "9" * 30, "/admin/auth/user/?id__exact=nonsense",
    "/admin/auth/user/?password__startswith=a",
    "/admin/auth/user/" + "9" * 30 + "/change/", "/admin/auth/user/%00/change/",
    "/admin/auth/user/_5F/change/", "/admin/initiatives/initiative/?q=%ff",
    "/admin/initiatives/initiative/?q=%00", "/admin/initiatives/initiative/?p=-1",
    "/admin/initiatives/initiative/nonsense/change/", "/admin/no-such-app/", "/admin/jsi18n/?language=%00",
    "/admin/autocomplete/?app_label=initiatives&model_name=initiative&field_name=themes&term=%00",
    "/admin/autocomplete/?app_label=%00",
    "/admin/r/%00/%00/", "/admin/r/999/999/", "/admin/r/" + "9" * 30 + "/1/",
]  # fmt: skip


def test_hostile_admin_urls_cause_no_error(client, admin_user, record):
    client.force_login(admin_user)
    statuses = {path: client.get(path).status_code for path in ADMIN}
    assert {
        path: status for path, status in statuses.items() if status not in (200, 302, 400, 403, 404)
    } == {}
