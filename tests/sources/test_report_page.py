import pytest
from bs4 import BeautifulSoup

from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.html import read_page

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


def page_of(client, slug="gazette"):
    return read_page(client, f"/reports/{slug}/")


@pytest.fixture
def report():
    return make.make_report(
        "gazette", passages=3, title="Lampen leuchten", publisher="The Gazette", language="de",
        published_on="2025-05", address="https://news.example/lamps?a=1&b=2", note="Ends in mid-sentence.",
    )  # fmt: skip


@pytest.mark.usefixtures("report")
def test_a_report_has_its_bibliographic_data_and_a_link_to_its_page(client):
    page = page_of(client)
    text = page.text()
    assert "The Gazette · May 2025 · German · news.example" in text
    assert text.count("May 2025") == 1
    assert "Note Ends in mid-sentence." in text
    content = page.response.content.decode()
    assert '<h1 lang="de">Lampen leuchten</h1>' in content
    assert 'href="https://news.example/lamps?a=1&amp;b=2" rel="noopener noreferrer external"' in content


def test_a_report_without_a_title_has_our_description_which_is_english(client):
    make.make_report("gazette", title="(a page about lamps)", language="de")
    page = page_of(client)
    assert '<h1><span class="untitled" lang="en">' in page.response.content.decode()
    assert "a page about lamps" in page.text()


@pytest.mark.usefixtures("report")
def test_passages_are_in_order_and_have_anchors(client):
    page = page_of(client)
    assert [id for id in page.all_ids() if id in {"p1", "p2", "p3"}] == ["p1", "p2", "p3"]
    assert page.text("p2") == "¶2 Passage 2 of gazette. No published record uses this passage as evidence."


def test_a_quotation_is_in_the_language_of_the_report(client, report):
    report.passages.filter(number=1).update(quotation="Lampen leuchten.")
    assert '<blockquote lang="de">Lampen leuchten.</blockquote>' in page_of(client).response.content.decode()


def test_the_speakers_of_a_passage_are_named(client, report):
    passage = report.passages.get(number=2)
    passage.speakers.add(
        make.make_delegate("ada-test"), make.make_delegate("hidden-person", state=PublicationState.DRAFT)
    )
    page = page_of(client)
    assert "Speakers: Ada test" in page.text("p2")
    assert "Hidden" not in page.text()


def test_a_passage_names_the_records_that_it_is_evidence_for(client, report):
    lamps = make.make_initiative("lamps", status="interest")
    figure = make.make_figure(lamps, "how many")
    first = report.passages.get(number=1)
    for field in ("*", "status", "cities"):
        make.make_evidence(lamps, field, first)
    make.make_evidence(lamps, figure, first, stance="differs", reported_value="12 lamps")
    make.make_evidence(lamps, "starts_on", first, stance="differs", reported_value="2024-02")
    make.make_evidence(
        lamps, "status", first, stance="earlier", reported_value="as of 2023-05: proposed (soon)"
    )
    assert page_of(client).text("p1") == (
        "¶1 Passage 1 of gazette. initiative interest Lamps confirms the record as a whole, status, cities "
        "≠ contradicts figure: how many 12 lamps ≠ contradicts starts on February 2024 "
        "gives an earlier state: status as of May 2023 proposed soon"
    )


@pytest.mark.parametrize(
    ("own", "other", "words"),
    [
        # Each case has this passage's evidence on the status, another report's evidence, and the text on the page.
        (
            {},
            {"stance": "differs", "reported_value": "stalled"},
            "≠ The Gazette, 1 January 2025 on status: stalled",
        ),
        (
            {"stance": "differs", "reported_value": "stalled"},
            {},
            "≠ The Gazette, 1 January 2025 agrees with the record on status",
        ),
        (
            {"stance": "differs", "reported_value": "stalled"},
            {"stance": "differs", "reported_value": "proposed"},
            "≠ The Gazette, 1 January 2025 on status: proposed",
        ),
        ({}, {}, ""),
        (
            {"stance": "earlier", "reported_value": "stalled"},
            {"stance": "differs", "reported_value": "stalled"},
            "",
        ),
        (
            {"stance": "differs", "reported_value": "stalled"},
            {"stance": "differs", "reported_value": "stalled"},
            "",
        ),
    ],
)
def test_contradicting_reports_are_shown_with_a_passage(client, report, own, other, words):
    lamps = make.make_initiative("lamps")
    make.make_evidence(lamps, "status", report.passages.get(number=1), **own)
    make.make_evidence(lamps, "status", make.make_report("courier").passages.first(), **other)
    hidden = make.make_report("hidden-report", state=PublicationState.DRAFT).passages.first()
    make.make_evidence(lamps, "status", hidden, stance="differs", reported_value="unknown")
    text = page_of(client).text("p1")
    assert words in text
    assert ("The Gazette, 1 January 2025" in text) == bool(words)
    assert "unknown" not in text


def test_a_report_with_the_same_value_is_not_named_as_a_contradiction(client, report):
    lamps = make.make_initiative("lamps")
    make.make_evidence(lamps, "status", report.passages.get(number=1))
    make.make_evidence(lamps, "status", make.make_report("herald", publisher="The Herald").passages.first())
    courier = make.make_report("courier", publisher="The Courier").passages.first()
    make.make_evidence(lamps, "status", courier, stance="differs", reported_value="stalled")
    text = page_of(client).text("p1")
    assert "The Courier" in text
    assert "The Herald" not in text


def test_a_passage_about_the_whole_record_is_contradicted_if_nothing_else_supports_the_value(client, report):
    lamps = make.make_initiative("lamps", kind="plan")
    courier = make.make_report("courier", passages=2)
    make.make_evidence(lamps, "*", report.passages.get(number=1))
    for field, value in (("kind", "a project"), ("status", "stalled"), ("themes", "tunnels")):
        make.make_evidence(
            lamps, field, courier.passages.get(number=1), stance="differs", reported_value=value
        )
    make.make_evidence(lamps, "themes", courier.passages.get(number=2))
    text = page_of(client).text("p1")
    assert "on kind: a project" in text
    # The status needs separate evidence, and another passage supports the themes.
    assert "stalled" not in text
    assert "tunnels" not in text


def test_the_numbers_of_records_that_cite_a_report_are_those_of_the_lists(client, report):
    first, second = report.passages.get(number=1), report.passages.get(number=2)
    lamps = make.make_initiative("lamps")
    make.make_evidence(lamps, "*", first)
    make.make_evidence(lamps, "status", second)
    make.make_evidence(
        make.make_initiative("tunnel"), "status", second, stance="earlier", reported_value="stalled"
    )
    make.make_evidence(make.make_initiative("hidden", state=PublicationState.DRAFT), "*", first)
    make.make_evidence(make.make_delegate("ada-test"), "*", first)
    for record in (make.make_organisation(), make.make_theme(), make.make_country("xb"), make.make_city()):
        make.make_evidence(record, "*", first)
    make.make_evidence(make.make_city("beta", "xb"), "*", second)
    page = page_of(client)
    assert (
        "Records that cite this report 2 initiatives 1 delegate 1 organisation 2 cities 1 country 1 theme"
        in page.text()
    )
    counts = {"initiatives": 2, "delegates": 1, "organisations": 1, "cities": 2, "countries": 1, "themes": 1}
    for collection, count in counts.items():
        address = f"/{collection}/?report=gazette"
        assert address in page.links()
        assert client.get(address).context["list_query"].count == count


def test_lists_filtered_by_a_report_name_its_publisher(client):
    report = make.make_report("lamps-lit", title="Mayor's plan for 2024-2026", publisher="The Gazette")
    make.support_everything(make.make_initiative(), report.passages.get())
    page = BeautifulSoup(client.get("/initiatives/?report=lamps-lit").content, "html.parser")
    name = "The Gazette: Mayor's plan for 2024-2026"
    for element in ("title", ".chips"):
        assert name in page.select_one(element).get_text().replace("’", "'").replace("–", "-")
    assert name in client.get("/initiatives.geojson?report=lamps-lit").getvalue().decode()


def test_every_kind_of_record_is_named_with_its_kind_and_linked(client, report):
    first = report.passages.get(number=1)
    event = make.make_event("fair")
    records = (
        make.make_city("alphaville"), make.make_country("xa"), make.make_delegate("ada-test"), event,
        make.make_initiative("lamps"), make.make_organisation("office"), make.make_theme("light"),
        make.make_statement("said", summary="Lamps shine, in full and not cut off, " * 5, event=event),
    )  # fmt: skip
    for record in records:
        make.make_evidence(record, "*", first)
    page = page_of(client)
    for record in records:
        assert f"{record._meta.verbose_name} " in page.text("p1")
        assert str(record.name).strip() in page.text("p1")
        assert record.get_absolute_url() in page.links("p1")


def test_an_unpublished_record_is_not_named(client, report):
    hidden = make.make_initiative("hidden", state=PublicationState.IN_REVIEW)
    make.make_evidence(hidden, "*", report.passages.get(number=1))
    assert "Hidden" not in page_of(client).text()


# The change log. The report, its evidence, its passages, and their speakers. One query for each kind of record that
# cites the report (here events, initiatives, and statements with event and delegate). The disputed values of these
# records. The public change history.
QUERIES = 5 + 3 + 1 + 1


def add_evidence_for_three_kinds(report, number):
    event = make.make_event(f"event-{number}")
    statement = make.make_statement(
        f"statement-{number}", event=event, delegate=make.make_delegate(f"d-{number}")
    )
    initiative = make.make_initiative(f"initiative-{number}")
    passage = report.passages.get(number=1 + number % 3)
    passage.speakers.add(statement.delegate)
    for record in (event, statement, initiative):
        make.make_evidence(record, "*", passage)
    make.make_evidence(initiative, make.make_figure(initiative), passage)


def test_the_number_of_queries_for_a_report_with_little_evidence(report, check_query_count):
    add_evidence_for_three_kinds(report, 0)
    check_query_count("/reports/gazette/", QUERIES)


def test_a_report_with_much_evidence_needs_no_more_queries(report, check_query_count):
    for number in range(9):
        add_evidence_for_three_kinds(report, number)
    check_query_count("/reports/gazette/", QUERIES)


@pytest.mark.usefixtures("loaded_package")
def test_the_report_on_the_dialogue_shows_the_records_of_each_paragraph(client):
    page = page_of(client, "xinhua-20250710")
    assert [id for id in page.all_ids() if id.startswith("p") and id[1:].isdigit()] == [
        f"p{number}" for number in range(1, 17)
    ]
    assert "initiative interest Moscow’s interest in Chinese air taxis confirms" in page.text("p7")
    assert "Speakers: Aleksandra Voronova" in page.text("p7")
