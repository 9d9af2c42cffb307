"""The documentation page is complete and correct, and its example requests work."""

import html
import json
import re
from pathlib import Path

import pytest

from initiatives.models import Initiative
from sco_cities.api.docs_page import ACCURACY_FILE, type_name
from sco_cities.listings.querystring import ErrorCode
from sco_cities.search.searchable_lists import COLLECTIONS
from tests import factories as make

pytestmark = pytest.mark.only_on("sqlite")
ROOT = Path(__file__).resolve().parent.parent.parent
# A call of `problem_response` that contains the error code.
_PROBLEM = re.compile(r'problem_response\(\s*request,\s*\d+,\s*"([\w-]+)"')


@pytest.fixture
def documentation(client, loaded_package) -> str:
    return client.get("/api/docs/").content.decode()


def anchors(page: str) -> set[str]:
    return set(re.findall(r' id="([\w-]+)"', page))


def test_every_list_has_a_section_with_its_parameters_and_columns(documentation, client):
    assert anchors(documentation).issuperset(COLLECTIONS)
    document = json.loads(client.get("/api/openapi.json").content)
    for collection in COLLECTIONS:
        section = documentation.partition(f'id="{collection}"')[2].partition("<h3")[0]
        names = [each["name"] for each in document["paths"][f"/api/{collection}/"]["get"]["parameters"]]
        assert [name for name in names if f"<code>{name}</code>" not in section] == []
    others = [path for path in document["paths"] if path.split("/")[2] not in COLLECTIONS]
    assert "/api/changes/" in others
    assert [path for path in others if f"<code>{path}</code>" not in documentation] == []
    described = document["components"]["schemas"]["Initiative"]["properties"]
    assert [name for name in described if f"<code>{name}</code>" not in documentation] == []


def test_codes_have_labels_that_say_more_than_they_do(documentation, client, loaded_package):
    assert "<code>under_1</code> (less than a year ago)" in documentation
    assert "<code>stalled</code>, <code>unknown</code>" in documentation
    assert "<code>stalled</code> (остановлено)" in client.get("/ru/api/docs/").content.decode()


@pytest.mark.parametrize("language", ["", "/ru", "/zh-hans"])
def test_every_request_on_the_page_runs(client, loaded_package, language):
    page = client.get(f"{language}/api/docs/").content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    addresses = {html.unescape(href) for href in re.findall(r'href="([^"#]*)"', main)}
    addresses = {address.removeprefix("http://testserver") for address in addresses}
    own = sorted(address for address in addresses if address.startswith("/"))
    assert len([address for address in own if address.startswith(f"{language}/api/")]) > len(COLLECTIONS)
    assert {address: client.get(address).status_code for address in own} == dict.fromkeys(own, 200)


def test_the_shown_response_is_that_of_the_first_request(documentation, client):
    address, response = (
        html.unescape(code) for code in re.findall(r"<pre[^>]*><code>(.*?)</code>", documentation, re.DOTALL)
    )
    address = address.removeprefix("curl 'http://testserver").removesuffix("'")
    assert json.loads(client.get(address).content) == json.loads(response)
    assert json.loads(response)["count"] > 0


def test_every_code_and_every_kind_of_problem_is_explained(documentation):
    assert [code for code in ErrorCode if f"<code>{code}</code>" not in documentation] == []
    sources = [path.read_text() for package in ("api", "site", "sources") for path in modules(package)]
    raised = {code for source in sources for code in _PROBLEM.findall(source)}
    assert {"invalid-parameter"} <= raised <= anchors(documentation)


def modules(package: str) -> list[Path]:
    return sorted((ROOT / "sco_cities" / package).rglob("*.py"))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/initiatives/?status=certain"),
        ("get", "/api/initiatives/nowhere/"),
        ("get", "/api/nowhere/"),
        ("get", "/initiatives/nowhere.jsonld"),
        ("get", "/initiatives/astana-lrt.json"),
        ("post", "/api/initiatives/"),
    ],
)
def test_the_type_of_an_error_links_to_a_section(documentation, client, method, path):
    Initiative.objects.filter(slug="astana-lrt").update(state="withdrawn")
    path, _hash, anchor = json.loads(getattr(client, method)(path).content)["type"].partition("#")
    assert path == "/api/docs/"
    assert anchor in anchors(documentation)


@pytest.mark.django_db
def test_without_records_the_page_has_no_example_of_a_record(client):
    page = client.get("/api/docs/").content.decode()
    assert "&quot;results&quot;: []" in page
    assert "A record, with the footnotes" not in page


@pytest.mark.django_db
def test_lists_the_footer_and_the_about_page_lead_to_the_documentation(client):
    make.make_theme()
    assert '<a href="/api/docs/#themes" rel="nofollow">' in client.get("/themes/").content.decode()
    assert client.get("/about/").content.decode().count('"/ru/api/docs/"') == 0
    assert client.get("/ru/about/").content.decode().count('"/ru/api/docs/"') == 3


@pytest.mark.django_db
def test_the_page_of_a_list_leads_programs_to_the_same_list(client):
    make.make_initiative("lamps")
    page = client.get("/ru/initiatives/?status=agreed&per_page=20&view=cards").content.decode()
    (address,) = re.findall(r'<link rel="alternate" type="application/json" href="([^"]*)">', page)
    assert address == "/ru/api/initiatives/?status=agreed"


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ({"type": "string"}, "string"),
        ({"type": ["string", "null"], "format": "date"}, "date | null"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Passage"}}, "Passage[]"),
        ({"type": "object", "additionalProperties": {"$ref": "#/x/Value"}}, "{name: Value}"),
        ({"oneOf": [{"type": "object"}, {"type": "null"}]}, "object | null"),
        ({"allOf": [{"$ref": "#/x/Passage"}, {"type": "object"}]}, "Passage"),
    ],
)
def test_types_are_written_as_programmers_write_them(schema, name):
    assert type_name(schema) == name


def test_the_documentation_contains_the_measured_accuracy_of_reconciliation():
    measured = json.loads(ACCURACY_FILE.read_text(encoding="utf-8"))
    text = Path("docs/user/reconciliation.md").read_text(encoding="utf-8")
    for name, value in measured.items():
        shown = (
            f"{value:,}"
            if isinstance(value, int)
            else f"{value * 100:.{2 if name.startswith('foreign') else 1}f} %"
        )
        assert shown in text, name
