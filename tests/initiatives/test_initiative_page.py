import re

import pytest

from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.html import read_page

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


def initiative_page(client, slug="lamps"):
    return read_page(client, f"/initiatives/{slug}/")


def cite(record, field, slug, **values):
    report = {name: values.pop(name) for name in ("published_on", "publisher") if name in values}
    make.make_evidence(record, field, make.make_report(slug, **report).passages.first(), **values)


@pytest.fixture
def lamps():
    alphaville, betaburg = make.make_city("alphaville"), make.make_city("betaburg", country="xb")
    return make.make_initiative(
        "lamps", lead=[alphaville], reference=[betaburg], themes=[make.make_theme("light")],
        countries=[make.make_country("xa")], organisations=[make.make_organisation("lamp-office")],
        event=make.make_event("lamp-forum-2025"), starts_on="2025-05", ends_on="2029", sourced=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("v-status", "[1]"),
        ("content", "agreed, reported 1 January 2025 [1] · project"),
        ("v-whole", "it also supports the values without a number"),
        ("v-starts-on", "Starts on May 2025 [1]"),
        ("v-ends-on", "Ends on 2029 [1]"),
        ("v-cities", "lead Alphaville (Country XA)"),
        ("v-cities", "model Betaburg (Country XB) [1]"),
        ("v-organisations", "Lamp office"),
        ("v-themes", "Light"),
        ("v-event", "Lamp forum 2025"),
    ],
)
@pytest.mark.usefixtures("lamps")
def test_every_value_is_shown_with_its_notes(client, id, words):
    assert words in initiative_page(client).text(id)


@pytest.mark.usefixtures("lamps")
def test_a_marker_links_to_its_note_and_the_note_to_the_value_and_the_report(client):
    page = initiative_page(client)
    assert "#note-1" in page.links("v-status")
    assert page.text("note-1").startswith("[1] Passage 1 of gazette-20250101.")
    assert {"#v-status", "#v-cities", "/reports/gazette-20250101/#p1"} <= set(page.links("note-1"))
    assert 'aria-label="Footnote 1: The Gazette, 1 January 2025"' in page.response.content.decode()


@pytest.mark.usefixtures("lamps")
def test_notes_are_grouped_by_report_with_publisher_title_date_language_and_a_link_out(client):
    content = " ".join(initiative_page(client).response.content.decode().split())
    source = re.search(r'<p class="source">.*?</p>', content)[0]
    assert source.startswith(
        '<p class="source"><b lang="en">The Gazette</b> '
        '<cite><a href="/reports/gazette-20250101/">Gazette 20250101</a></cite>'
    )
    assert "1 January 2025 · English" in source
    assert (
        '<a class="external-link" href="https://gazette.example/gazette-20250101" rel="noopener noreferrer external"'
        in source
    )
    assert "gazette.example" in source


def test_a_value_has_all_numbers_of_its_notes(client, lamps):
    for number in range(2, 10):
        cite(lamps, "status", f"gazette-2025010{number}", published_on=f"2025-01-0{number}")
    page = initiative_page(client)
    assert page.text("v-status") == " ".join(f"[{number}]" for number in range(1, 10))
    assert page.links("v-status") == [f"#note-{number}" for number in range(1, 10)]


def test_a_disagreement_shows_both_readings_with_their_reports(client, lamps):
    cite(lamps, "starts_on", "courier-20250101", publisher="The Courier")
    cite(
        lamps,
        "starts_on",
        "herald-20250101",
        publisher="The Herald",
        stance="differs",
        reported_value="2024-02",
    )
    readings = initiative_page(client).text("v-starts-on-readings")
    assert "Reports differ" in readings
    assert "May 2025 in 2 reports: The Courier [1] The Gazette [2]" in readings
    assert "February 2024 in 1 report: The Herald [3]" in readings
    assert "#v-starts-on-readings" in initiative_page(client).links("v-starts-on")
    assert "1 disputed value" in initiative_page(client).text()


def test_a_disagreement_about_cities_names_them_with_their_roles(client, lamps):
    cite(lamps, "cities", "herald-20250101", stance="differs", reported_value="all of Country XA")
    readings = initiative_page(client).text("v-cities-readings")
    assert "Alphaville (lead), Betaburg (model) in 1 report" in readings
    assert "all of Country XA in 1 report" in readings


@pytest.mark.usefixtures("lamps")
def test_no_value_is_marked_as_disputed_if_reports_agree(client):
    page = initiative_page(client)
    assert "≠" not in page.text()
    assert page.element("v-starts-on-readings") is None


def test_earlier_statuses_are_listed_in_order_of_date(client, lamps):
    for slug, reported in (
        ("b", "as of 2023-05: proposed (to be built)"),
        ("a", "as of 2024-03-01: talks went on (interest)"),
        ("c", "as of 2019: a mere thought"),
    ):
        cite(lamps, "status", slug, published_on="2025", stance="earlier", reported_value=reported)
    cite(lamps, "status", "d", published_on="2024-04-01", stance="earlier", reported_value="almost agreed")
    text = initiative_page(client).text()
    text = text[text.index("Status Changes over time") :]
    states = (
        "as of 2019 a mere thought", "as of May 2023 proposed (to be built)",
        "as of 1 March 2024 interest (talks went on)",
        # If a value has no date, the date of its report applies.
        "as of 1 April 2024 almost agreed", "as of 1 January 2025 agreed",
    )  # fmt: skip
    positions = [text.index(state) for state in states]
    assert positions == sorted(positions)


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("interest", "declared interest or talks; nothing agreed yet"),
        ("proposed", "a plan or a proposal; nothing agreed yet"),
        ("agreed", "a letter of intent, memorandum, agreement or awarded title"),
    ],
)
def test_a_status_that_could_be_overestimated_is_explained(client, status, meaning):
    make.make_initiative("lamps", status=status, sourced=True)
    help_text = f"{meaning[0].upper()}{meaning[1:]}"
    assert "reported 1 January 2025 [1] · project 1 report" in (text := initiative_page(client).text())
    assert help_text in text


@pytest.mark.parametrize(
    ("value", "unit", "qualifier", "period", "words"),
    [
        ("16600000", "trips per day", "over", "2025", "over 16.6 million trips per day, 2025 [1]"),
        ("21.39", "km", "exact", "", "21.39 km [1]"),
        ("650", "passengers", "under", "", "up to 650 passengers [1]"),
        ("2700", "cameras", "about", "2023-04", "about 2,700 cameras, April 2023 [1]"),
    ],
)
def test_a_figure_is_shown_with_qualifier_unit_and_period(client, value, unit, qualifier, period, words):
    lamps = make.make_initiative("lamps")
    make.make_figure(lamps, "how many", value, unit=unit, qualifier=qualifier, period=period)
    make.support_everything(lamps)
    assert initiative_page(client).text("v-figure-1") == f"How many {words}"


@pytest.mark.parametrize("kind", ["city", "country", "theme", "organisation", "event"])
def test_unpublished_records_are_not_named(client, lamps, kind):
    hidden = {
        "city": lamps.cities.get(slug="betaburg"), "country": lamps.countries.first(), "theme": lamps.themes.first(),
        "organisation": lamps.organisations.first(), "event": lamps.event,
    }[kind]  # fmt: skip
    assert f'href="{hidden.get_absolute_url()}"' in initiative_page(client).response.content.decode()
    type(hidden).objects.filter(pk=hidden.pk).update(state=PublicationState.DRAFT)
    content = initiative_page(client).response.content.decode()
    assert f'href="{hidden.get_absolute_url()}"' not in content
    assert hidden.name not in initiative_page(client).text()


def test_a_draft_shows_the_statements_of_its_passages_to_editors(client, admin_client):
    draft = make.make_initiative("lamps", state=PublicationState.DRAFT)
    speaker = make.make_delegate()
    for slug, stance in (("spoken", "supports"), ("doubted", "differs"), ("hidden", "supports")):
        passage = make.make_report(f"report-{slug}").passages.first()
        make.make_evidence(
            draft, "*", passage, stance=stance, reported_value="half" if stance == "differs" else ""
        )
        state = PublicationState.DRAFT if slug == "hidden" else PublicationState.PUBLISHED
        make.make_evidence(make.make_statement(slug, delegate=speaker, state=state), "*", passage)
    text = initiative_page(admin_client).text("content")
    assert "Who said what" in text
    assert [slug for slug in ("spoken", "doubted", "hidden") if f"It was said that {slug}" in text] == [
        "spoken"
    ]
    assert client.get("/initiatives/lamps/").status_code == 404


@pytest.mark.usefixtures("lamps")
def test_the_page_links_to_lists_with_the_same_country_theme_and_status(client):
    links = initiative_page(client).links("content")
    for query in ("country=xa", "theme=light", "status=agreed"):
        assert f"/initiatives/?{query}" in links


def test_input_of_curators_is_escaped(client):
    lamps = make.make_initiative("lamps", title_en="<b>Lamps</b>", summary_en="<script>alert(1)</script>")
    make.support_everything(lamps)
    cite(lamps, "status", "herald", stance="differs", reported_value='<img src="x">')
    content = initiative_page(client).response.content.decode()
    assert "<b>Lamps</b>" not in content
    assert "&lt;b&gt;Lamps&lt;/b&gt;" in content
    assert "<script>alert" not in content
    assert '<img src="x">' not in content


def test_an_editor_sees_which_values_of_a_draft_lack_a_report(admin_client):
    make.make_initiative("lamps", state=PublicationState.DRAFT)
    assert initiative_page(admin_client).text("v-status") == "no report yet"


# The page cache, the view and the speakers query the change log (outside of a test, it is read once). Other queries
# read the initiative, its cities' roles, evidence, figures, changes since publication and, if reports differ, rulings.
QUERIES = 3 + 5
RULINGS = 1


def test_the_query_count_of_a_small_initiative(check_query_count):
    make.make_initiative("lamps", sourced=True)
    check_query_count("/initiatives/lamps/", QUERIES)


def test_a_large_initiative_needs_no_more_queries(lamps, check_query_count):
    for number in range(8):
        cite(
            lamps,
            "status",
            f"early-{number}",
            stance="earlier",
            reported_value=f"as of 201{number}: interest",
        )
        cite(lamps, "kind", f"other-{number}", stance="differs", reported_value=f"{number}")
        figure = make.make_figure(lamps, f"lamps {number}")
        cite(lamps, figure, f"early-{number}")
        lamps.countries.add(make.make_country(f"z{number}"))
        lamps.themes.add(make.make_theme(f"theme-{number}"))
        lamps.organisations.add(make.make_organisation(f"office-{number}"))
        lamps.city_roles.create(city=make.make_city(f"city-{number}", f"z{number}"), role="partner")
    check_query_count("/initiatives/lamps/", QUERIES + RULINGS)


def test_only_countries_that_no_city_names_have_a_row(client):
    countries = [make.make_country("xa"), make.make_country("xb")]
    lamps = make.make_initiative("lamps", lead=[make.make_city("alphaville", "xa")], countries=countries)
    text = initiative_page(client, "lamps").text()
    assert "Alphaville (Country XA)" in text
    assert "Other countries Country XB" in text
    lamps.countries.remove(countries[1])
    assert "ountries Country" not in initiative_page(client, "lamps").text()


@pytest.mark.usefixtures("loaded_package")
def test_moscows_interest_in_air_taxis_reads_as_interest(client):
    page = initiative_page(client, "moscow-air-taxi-interest")
    assert "interest, reported 10 July 2025 [1]" in page.text()
    assert "Declared interest or talks; nothing agreed yet" in page.text()
    assert not re.search(r"\bprojects?\b", page.text())


@pytest.mark.usefixtures("loaded_package")
def test_the_projects_of_dushanbe_show_both_readings_of_how_many_and_where(client):
    page = initiative_page(client, "dushanbe-smart-city-projects")
    text = page.text("v-figure-1")
    assert "over 20 projects [3]" in text
    assert "more than 20 projects in Dushanbe in 1 report: Xinhua (as carried by China Today) [3]" in text
    assert (
        "more than 20 projects in Tajikistan, including Dushanbe in 1 report: Xinhua (via People’s Daily Online) [2]"
    ) in text
    assert "Tajikistan, including Dushanbe in 1 report" in page.text("v-cities")
