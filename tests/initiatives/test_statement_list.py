"""The list of statements with its filters, files and links.

Most filters are about initiatives supported by the same passages.
"""

from urllib.parse import quote

import pytest
from django.db import connection

from delegates.models import Statement
from initiatives.models import Initiative
from sco_cities.correction_requests.models import CorrectionRequest
from sco_cities.facet_index.refresh import facet_index
from sco_cities.sources.models import Evidence, Passage, Report
from tests import factories as make
from tests.html import read_page

pytestmark = pytest.mark.django_db


def passage(report: str = "gazette", number: int = 1, **values):
    return make.make_report(report, passages=2, **values).passages.get(number=number)


@pytest.fixture
def lamps():
    """An agreed initiative, a statement in the same passage, and a statement in another passage."""
    exland, office = (
        make.make_country("xa", name_en="Exland"),
        make.make_organisation("office", name_en="Office"),
    )
    alpha = make.make_city("alpha", exland, name_en="Alpha")
    ada = make.make_delegate("ada", name_en="Ada", organisation=office, city=alpha, country=exland)
    fair = make.make_event(
        "fair", name_en="Fair", starts_on="2024-06", host_city=make.make_city("beta", "xb")
    )
    light = make.make_theme("light", pillar="security")
    said = make.make_statement(
        "said",
        summary="Lamps will shine.",
        summary_ru="Лампы засияют.",
        delegate=ada,
        event=fair,
        themes=[light],
    )
    other = make.make_statement(
        "other", summary="Lamps are old.", event=make.make_event("talks", starts_on="2025")
    )
    initiative = make.make_initiative("lamps", title_en="Lamps", status="agreed")
    make.make_evidence(said, "summary", passage(published_on="2025-01-01", language="ru"))
    make.make_evidence(initiative, "status", passage())
    make.make_evidence(other, "summary", passage(number=2))
    Statement.objects.update(updated_at="2025-01-02T03:04:05Z")
    return initiative


def slugs(client, query: str) -> list[str]:
    content = b"".join(client.get(f"/statements.csv?columns=slug&{query}")).decode()
    return content.split()[1:]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["other", "said"]),
        ("delegate=ada", ["said"]),
        ("delegate=-ada", ["other"]),
        ("city=alpha", ["said"]),
        # Beta hosts the event, but is not the speaker's city.
        ("city=beta", []),
        ("country=xa", ["said"]),
        ("country=xb", []),
        ("organisation=office", ["said"]),
        ("event=talks", ["other"]),
        ("theme=light", ["said"]),
        ("pillar=security", ["said"]),
        ("initiative=lamps", ["said"]),
        ("initiative=LAMPS", ["said"]),
        ("initiative=-lamps", ["other"]),
        ("initiative_status=agreed&initiative_status=proposed", ["said"]),
        ("initiative_status=-agreed", ["other"]),
        ("initiative_status=stalled", []),
        ("language=ru", ["other", "said"]),
        ("language=zh", []),
        ("report=gazette", ["other", "said"]),
        ("evidence=several", []),
        (f"q={quote('сияют')}", []),
        (f"q={quote('засияют')}", ["said"]),
        ("sort=summary", ["other", "said"]),
        ("sort=-summary", ["said", "other"]),
        ("sort=date", ["said", "other"]),
    ],
)
def test_statements_are_filtered_and_sorted(client, lamps, query, expected):
    assert slugs(client, query) == expected


def test_a_file_has_the_columns_of_the_public_contract(client, lamps):
    assert b"".join(client.get("/statements.csv?delegate=ada")).decode() == (
        "slug,summary,summary_ru,summary_zh,delegate,organisation,city,country,event,date,themes,initiatives,"
        "sources,disputed,updated_at,sources_addresses\r\n"
        "said,Lamps will shine.,Лампы засияют.,,ada,office,alpha,XA,fair,2024-06,light,lamps,gazette#1,false,"
        "2025-01-02T03:04:05Z,https://gazette.example/gazette\r\n"
    )


def test_a_file_for_people_has_the_names_of_the_initiatives(client, lamps):
    make.make_evidence(make.make_initiative("bulbs", title_en="Bulbs"), "status", passage())
    content = b"".join(client.get("/statements.csv?delegate=ada&columns=slug,initiatives&labels=1")).decode()
    assert content == "slug,initiatives,initiatives_names\r\nsaid,bulbs; lamps,Bulbs; Lamps\r\n"


# Changes after which a statement and an initiative share no passage, and the list after each change.
SEPARATIONS = {
    "the initiative is a draft": lambda: Initiative.objects.update(state="draft"),
    "the report is a draft": lambda: Report.objects.update(state="draft"),
    "the evidence of the statement cites another passage": lambda: (
        Evidence.objects.for_records(Statement).update(passage=passage(number=2))
    ),
    "the evidence of the initiative differs": lambda: (
        Evidence.objects.for_records(Initiative).update(stance="differs", reported_value="stalled")
    ),
    "the evidence of the initiative is deleted": lambda: Evidence.objects.for_records(Initiative).delete(),
    "the initiative is deleted": lambda: (
        Evidence.objects.for_records(Initiative).delete(), Initiative.objects.all().delete(),
    ),
    "the evidence of the initiative cites another report": lambda: (
        Evidence.objects.for_records(Initiative).update(passage=passage("herald"))
    ),
    "the passage moves to a report that is a draft": lambda: (
        Passage.objects.filter(number=1).update(report=make.make_report("herald", state="draft", passages=0))
    ),
}  # fmt: skip


@pytest.mark.parametrize("separate", SEPARATIONS.values(), ids=SEPARATIONS)
def test_a_statement_and_an_initiative_are_unrelated_after(client, lamps, separate):
    assert slugs(client, "initiative_status=agreed") == ["said"]
    separate()
    assert slugs(client, "initiative_status=agreed") == []
    assert "lamps" not in b"".join(client.get("/statements.csv?columns=slug,initiatives")).decode()


def test_the_same_passage_counts_from_the_commit_on(client, lamps):
    assert slugs(client, "initiative_status=agreed") == ["said"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE initiatives_initiative SET status = 'proposed'")
    assert slugs(client, "initiative_status=agreed") == []
    assert slugs(client, "initiative_status=proposed") == ["said"]
    make.make_evidence(lamps, "kind", passage(number=2))
    assert slugs(client, "initiative_status=proposed") == ["other", "said"]
    assert slugs(client, "initiative=lamps") == ["other", "said"]


def test_readers_see_nothing_of_an_unpublished_speaker_or_event(client, lamps):
    for model in (type(each) for each in (make.make_delegate("bob"), make.make_event("party"))):
        model.objects.filter(slug__in=("ada", "fair")).update(state="draft")
    content = b"".join(client.get("/statements.csv?theme=light")).decode()
    assert "said,Lamps will shine.,Лампы засияют.,,,,,,,,light,lamps" in content
    for query in ("city=alpha", "country=xa", "organisation=office"):
        assert slugs(client, query) == []
    page = client.get("/statements/?theme=light").content.decode()
    assert "Lamps will shine." in page and "/delegates/ada/" not in page and "/events/fair/" not in page


@pytest.mark.parametrize("value", ["nowhere", "-nowhere", "draft-lamps", "%F0%9F%92%A1"])
def test_an_unknown_initiative_is_an_error_and_selects_nothing(client, lamps, value):
    make.make_initiative("draft-lamps", state="draft")
    response = client.get(f"/statements/?initiative={value}")
    assert response.status_code == 200
    page = response.content.decode()
    assert "was not found." in page and "Lamps will shine." not in page
    assert client.get(f"/statements.csv?initiative={value}").status_code == 400


def test_a_nul_in_an_initiative_is_an_error_and_selects_nothing(client, lamps):
    response = client.get("/statements/?initiative=la%00mps")
    assert (response.status_code, b"Lamps will shine." in response.content) == (200, False)
    assert client.get("/statements.csv?initiative=la%00mps").status_code == 400


def test_statements_are_filtered_by_the_status_of_initiatives_in_the_same_passage(client, lamps):
    make.make_initiative("in-use", status="operating")
    selected = read_page(
        client, "/statements/?country=xa&initiative_status=agreed&initiative_status=proposed"
    )
    heading = "1 statement by speakers from Exland, about an initiative that is agreed or proposed"
    assert heading in selected.text("results")
    assert slugs(client, "initiative_status=operating") == []


def test_a_statement_links_to_its_anchor_and_its_url_redirects_there(client, lamps):
    assert "/events/fair/#said" in read_page(client, "/statements/").links()
    response = client.get("/statements/said/")
    assert (response.status_code, response["Location"]) == (302, "/events/fair/#said")
    Statement.objects.filter(slug="said").update(state="draft")
    assert client.get("/statements/said/").status_code == 404


def test_the_url_of_a_draft_redirects_curators_to_its_form(admin_client, lamps):
    said = Statement.objects.get(slug="said")
    Statement.objects.update(state="draft")
    response = admin_client.get("/statements/said/")
    form = f"/admin/delegates/statement/{said.pk}/change/"
    assert (response.status_code, response["Location"]) == (302, form)
    assert "no-store" in response["Cache-Control"]
    assert admin_client.get(form).status_code == 200


def test_pages_name_five_initiatives_of_a_passage_and_files_all(client, lamps):
    for number in range(6):
        bulb = make.make_initiative(f"bulb-{number}", title_en=f"Bulb {number}")
        make.make_evidence(bulb, "status", passage())
        make.make_evidence(bulb, "kind", passage())
    # The second passage supports fewer initiatives than the first.
    make.make_evidence(Statement.objects.get(slug="said"), "summary", passage(number=2))
    make.make_evidence(lamps, "kind", passage(number=2))
    bulbs = [f"Bulb {number}" for number in range(6)]
    for query in ("", "&view=cards", "&view=brief"):
        page = read_page(client, f"/statements/?delegate=ada{query}")
        assert [each for each in bulbs if each in page.text()] == bulbs[:5]
        assert "and 2 more" in page.text() and "/reports/gazette/#p1" in page.links()
    content = b"".join(client.get("/statements.csv?delegate=ada&columns=initiatives&labels=1"))
    assert content.decode().count("; ".join([*bulbs, "Lamps"])) == 1


def test_only_the_passages_of_statements_are_read_for_initiatives(client, lamps):
    """Other passages are not read, because they may contain evidence for a million initiatives."""
    elsewhere = passage("herald")
    for number in range(3):
        make.make_evidence(make.make_initiative(f"bulb-{number}", status="stalled"), "status", elsewhere)

    def passages():
        assert slugs(client, "initiative_status=agreed") == ["said"]
        with facet_index("statements") as state:
            return {key: len(keys) for key, keys in state.dimension("initiatives", "passages").items()}

    assert passages() == {passage().pk: 1}
    assert slugs(client, "initiative_status=stalled") == []
    # This is the first statement in the passage.
    item = make.make_evidence(Statement.objects.get(slug="other"), "summary", elsewhere)
    assert slugs(client, "initiative_status=stalled") == ["other"]
    assert passages() == {passage().pk: 1, elsewhere.pk: 3}
    item.delete()
    assert slugs(client, "initiative_status=stalled") == []
    Evidence.objects.filter(passage=elsewhere).exclude(object_id=lamps.pk).first().delete()
    Evidence.objects.for_records(Statement).filter(object_id=Statement.objects.get(slug="other").pk).update(
        passage=elsewhere
    )
    assert slugs(client, "initiative_status=stalled") == ["other"]
    assert passages() == {passage().pk: 1, elsewhere.pk: 2}


def test_a_brief_names_speaker_event_and_initiatives_and_cites_the_summary(client, lamps):
    text = read_page(client, "/statements/?view=brief&delegate=ada").text()
    assert "Lamps will shine. [1]" in text
    for value in (
        "Ada",
        "Office · Alpha · Exland",
        "Fair",
        "June 2024",
        "About Lamps",
    ):
        assert value in text


def test_the_page_of_an_initiative_shows_statements_with_their_speakers(client, lamps):
    page = read_page(client, "/initiatives/lamps/")
    assert "Who said what" in page.text()
    assert "Statements in the same passages as this initiative." in page.text()
    assert page.text("said").startswith("Lamps will shine. Ada · Fair, June 2024")
    assert {"/statements/?initiative=lamps", "/delegates/ada/"} <= set(page.links())
    assert page.element("other") is None
    Evidence.objects.for_records(Statement).filter(passage__number=1).delete()
    assert "Who said what" not in read_page(client, "/initiatives/lamps/").text()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/cities/alpha/", ["1 statement"]),
        ("/cities/beta/", []),
        ("/countries/xa/", ["1 statement"]),
        ("/events/fair/", ["1 in the list"]),
        ("/delegates/ada/", ["1 in the list"]),
    ],
)
def test_other_pages_count_statements(client, lamps, address, words):
    text = read_page(client, address).text()
    assert [each for each in words if each not in text] == []


def test_a_page_links_to_the_list_of_the_statements_that_it_counts(client, lamps):
    assert "/statements/?city=alpha" in read_page(client, "/cities/alpha/").links()
    assert slugs(client, "city=alpha") == ["said"]


@pytest.mark.parametrize(
    "path", ["/delegates/ada/", "/events/fair/", "/themes/light/", "/initiatives/lamps/"]
)
@pytest.mark.parametrize("prefix", ["", "/ru"])
def test_readers_can_report_an_error_wherever_a_statement_is_shown(client, lamps, prefix, path):
    form = f"{prefix}/correction-requests/statements/said/"
    assert form in read_page(client, f"{prefix}{path}").links("said")
    assert f"{prefix}/events/fair/#said" in read_page(client, form).links()
    assert client.post(form, {"text": "Nobody said it.", "value": "summary"}).status_code == 302
    assert CorrectionRequest.objects.get().record.slug == "said"
