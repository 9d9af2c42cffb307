"""Published records can be read as JSON, linked data and Markdown, by the extension of their path."""

import json
import re

import pytest

from initiatives.models import Initiative
from sco_cities.api.record_markdown import escape, markdown_url
from sco_cities.search.searchable_lists import COLLECTIONS, LISTS_BY_COLLECTION
from sco_cities.sources.models import Evidence, Ruling, Stance
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]
ENDINGS = (".json", ".jsonld", ".md")


@pytest.fixture
def lamps():
    """An initiative with all kinds of evidence, including evidence from an unpublished report."""
    lamps = make.make_initiative(
        "lamps", lead=[make.make_city("alphaville")], status="agreed", starts_on="2024-02"
    )
    gazette, secret = make.make_report("gazette", passages=3), make.make_report("secret", state="draft")
    first, second, third = gazette.passages.order_by("number")
    make.make_evidence(lamps, passage=first)
    make.make_evidence(lamps, "status", first)
    make.make_evidence(lamps, "status", second, stance=Stance.DIFFERS, reported_value="under_way (trial)")
    make.make_evidence(lamps, "status", third, stance=Stance.EARLIER, reported_value="as of 2019: interest")
    make.make_evidence(lamps, make.make_figure(lamps, value=12), first)
    make.make_evidence(lamps, "starts_on", secret.passages.get())
    return lamps


@pytest.mark.parametrize("collection", COLLECTIONS)
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_kind_of_record_has_every_ending_in_every_language(client, loaded_package, collection, ending):
    slug = LISTS_BY_COLLECTION[collection].model.objects.published().order_by("slug").first().slug
    for language in ("", "/ru", "/zh-hans"):
        response = client.get(f"{language}/{collection}/{slug}{ending}")
        assert response.status_code == 200, response.content
        assert response["Access-Control-Allow-Origin"] == "*"
        assert (response.get("X-Robots-Tag") == "noindex") == (ending == ".md")


def test_json_by_ending_is_the_record_of_the_api(client, lamps):
    assert (
        client.get("/ru/initiatives/lamps.json").content == client.get("/ru/api/initiatives/lamps/").content
    )


@pytest.mark.parametrize(
    ("path", "cited", "label"),
    [
        ("", "“Lamps”, SCO Cities, {day}. {url}", "Cite as: "),
        ("/ru", "«Lamps», Города ШОС, {day}. {url}", "Как ссылаться: "),
        ("/zh-hans", "《Lamps》，上合城市，{day}。{url}", "引用格式："),
    ],
)
def test_how_to_cite_a_record_has_the_punctuation_of_the_language(client, lamps, path, cited, label):
    Initiative.objects.update(title_en="Lamps")
    document = client.get(f"{path}/initiatives/lamps.json").json()
    changed, url = (
        document["changed_at"] or document["published_at"],
        f"http://testserver{path}/initiatives/lamps/",
    )
    assert document["cite_as"] == cited.format(day=changed[:10], url=url)
    lines = client.get(f"{path}/initiatives/lamps.md").content.decode().splitlines()
    assert label + cited.format(day=changed[:10], url=f"<{url}>") in lines


def test_the_page_of_a_record_links_to_its_files(client, lamps):
    page = client.get("/ru/initiatives/lamps/").content.decode()
    links = re.findall(r'<link rel="alternate" type="([\w/+]+)" href="(/ru/initiatives/[^"]*)"', page)
    assert links == [
        ("application/json", "/ru/initiatives/lamps.json"),
        ("application/ld+json", "/ru/initiatives/lamps.jsonld"),
        ("text/markdown", "/ru/initiatives/lamps.md"),
        ("application/atom+xml", "/ru/initiatives/lamps.atom"),
    ]
    for content_type, path in links:
        assert client.get(path)["Content-Type"].startswith(content_type)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_former_slug_redirects_to_the_same_ending(client, lamps, ending):
    lamps.slug = "torches"
    lamps.save()
    for slug in ("lamps", "Torches"):
        response = client.get(f"/ru/initiatives/{slug}{ending}")
        assert (response.status_code, response["Location"]) == (301, f"/ru/initiatives/torches{ending}")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(("state", "status"), [("draft", 404), ("in_review", 404), ("withdrawn", 410)])
def test_records_hidden_from_readers_have_no_file(client, admin_client, lamps, ending, state, status):
    Initiative.objects.update(state=state)
    for each in (client, admin_client):
        response = each.get(f"/initiatives/lamps{ending}")
        is_json = response["Content-Type"] == "application/problem+json"
        assert (response.status_code, is_json) == (status, ending != ".md")
        assert b"Lamps" not in response.content


@pytest.mark.parametrize("path", ["/initiatives/nowhere", "/initiatives/a.b", "/lamps/lamps"])
def test_other_addresses_are_not_found(client, path):
    for ending in ENDINGS:
        assert client.get(f"{path}{ending}").status_code == 404
    assert json.loads(client.get(f"{path}.json").content)["type"] == "/api/docs/#status-404"


@pytest.mark.parametrize("ending", ENDINGS)
def test_passages_of_unpublished_reports_are_in_no_file(client, lamps, ending):
    content = client.get(f"/initiatives/lamps{ending}").content
    assert b"gazette" in content
    assert b"secret" not in content


def test_markdown_has_numbered_notes_and_both_sides_of_a_disagreement(client, lamps):
    lines = client.get("/initiatives/lamps.md").content.decode().splitlines()
    assert lines[0] == "# Lamps [1]"
    assert "- **Status**: agreed [1]" in lines
    assert [line for line in lines if line.startswith("  -")] == [
        "  - The report contradicts itself: under way (trial) [2]",
        "  - Earlier: as of 2019: interest [3]",
    ]
    assert "- **Cities**: Alphaville (lead) [1]" not in lines, "cities need evidence of their own"
    assert "- **Cities**: Alphaville (lead)" in lines
    assert "- **Figure: lamps**: 12 lamps [1]" in lines


def test_a_value_with_its_notes_is_the_value_of_the_column(client, loaded_package):
    """In both places, countries are given by code and related records are in the same order."""
    checked = 0
    for path in ("initiatives/astana-lrt", "cities/astana", "countries/kz", "events/sco-summit-astana-2024"):
        document = client.get(f"/{path}.json").json()
        for name in document["values"].keys() & document.keys():
            assert document["values"][name]["value"] == document[name], (path, name)
            checked += 1
    assert client.get("/initiatives/astana-lrt.json").json()["values"]["countries"]["value"] == ["CN", "KZ"]
    assert checked > 20


@pytest.mark.parametrize(("path", "as_of"), [("", "July 2024"), ("/zh-hans", "2024年7月")])
def test_the_date_of_a_reported_value_is_in_words_in_edtf_and_as_days(client, lamps, path, as_of):
    Evidence.objects.filter(stance=Stance.EARLIER).update(reported_value="as of 2024-07: interest")
    (reading,) = client.get(f"{path}/initiatives/lamps.json").json()["values"]["status"]["earlier"]
    assert reading["reported_value"] == {
        "text": None,
        "choice": "interest",
        "as_of": as_of,
        "as_of_edtf": "2024-07",
        "as_of_first": "2024-07-01",
        "as_of_last": "2024-07-31",
    }


def test_reported_values_of_an_empty_field_are_included(client, lamps):
    first, second, _third = lamps.evidence.first().passage.report.passages.order_by("number")
    make.make_evidence(lamps, "ends_on", first, stance=Stance.EARLIER, reported_value="as of 2024-07: 2025")
    make.make_evidence(lamps, "themes", second, stance=Stance.DIFFERS, reported_value="Energy")
    values = client.get("/initiatives/lamps.json").json()["values"]
    assert "event" not in values, "nothing is known and nothing is told of it"
    ends, themes = values["ends_on"], values["themes"]
    assert (ends["value"], ends["supports"], ends["differs"]) == (None, [], [])
    assert [reading["reported_value"]["text"] for reading in ends["earlier"]] == ["2025"]
    assert (themes["value"], themes["supports"]) == ([], [])
    assert [reading["reported_value"]["text"] for reading in themes["differs"]] == ["Energy"]
    lines = client.get("/initiatives/lamps.md").content.decode().splitlines()
    for label, reading in [
        ("Ends on", "Earlier: as of July 2024: 2025 [1]"),
        ("Themes", "The report contradicts itself: Energy [2]"),
    ]:
        place = lines.index(f"- **{label}**: not known")
        assert lines[place + 1] == f"  - {reading}"


@pytest.mark.parametrize(
    ("path", "note", "ruling"),
    [
        ("", "The Gazette: Gazette, 1 January 2025, English. Passage 2 of gazette.", "The editors: A trial."),
        ("/zh-hans", "The Gazette：Gazette，2025年1月1日，英语。Passage 2 of gazette.", "编者：A trial."),
    ],
)
def test_notes_and_rulings_have_the_punctuation_of_the_language(client, lamps, path, note, ruling):
    Ruling.objects.create(record=lamps, field="status", reason="A trial.")
    lines = client.get(f"{path}/initiatives/lamps.md").content.decode().splitlines()
    addresses = f"<http://testserver{path}/reports/gazette/#p2> <https://gazette.example/gazette>"
    assert [line for line in lines if line.startswith("- [2]")] == [f"- [2] {note} {addresses}"]
    assert f"  - {ruling}" in lines


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Lamps", "Lamps"),
        ("*Lamps* [1](javascript:x)", r"\*Lamps\* \[1\](javascript:x)"),
        ("<script>", r"\<script\>"),
        ("a\n\n# b", r"a \# b"),
        ("- lamps", r"\- lamps"),
        ("1. lamps", r"1\. lamps"),
        ("43.5 km", "43.5 km"),
        ("`x` &amp; |y| ~z~ a_b \\", r"\`x\` \&amp; \|y\| \~z\~ a\_b \\"),
    ],
)
def test_texts_have_no_markup_in_markdown(text, escaped):
    assert escape(text) == escaped


def test_addresses_in_markdown_end_where_they_end():
    assert markdown_url("https://gazette.example/a b>c") == "<https://gazette.example/a%20b%3Ec>"
