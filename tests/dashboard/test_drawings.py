"""Charts as drawings, with their titles, marks, files and embeds, and charts with too little data."""

import datetime
import struct
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict

from sco_cities.dashboard.charts import drawings
from sco_cities.dashboard.charts.drawings import DRAWINGS, Drawing
from sco_cities.dashboard.charts.scope import ChartScope
from sco_cities.facet_index.refresh import facet_index
from sco_cities.sources import newest_report
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.history.snapshots import edit

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture(autouse=True)
def today(monkeypatch):
    day = datetime.date(2026, 12, 1)
    for module in (drawings, newest_report):
        monkeypatch.setattr(module, "today", lambda: day)


def draw(name: str, query: str = "") -> Drawing:
    with facet_index("initiatives") as state:
        _label, drawn = DRAWINGS[name]
        return drawn(ChartScope.from_params(state, QueryDict(query)))


def parts(drawing: Drawing, name: str) -> list:
    return BeautifulSoup(drawing.marks, "html.parser").select(name)


def texts(drawing: Drawing) -> list[str]:
    return [text.get_text() for text in parts(drawing, "text")]


def report_on(initiative, date: str):
    report = make.make_report(f"report-{date or 'undated'}", published_on=date)
    make.make_evidence(initiative, "status", report.passages.get())


@pytest.fixture
def dated():
    for number, date in enumerate(("2020-05", "2023", "2024-11-30", "2024-12-01", "2026-11", "")):
        report_on(make.make_initiative(f"lamps-{number}"), date)


@pytest.mark.usefixtures("dated")
def test_each_dated_initiative_is_a_disc_and_those_older_than_two_years_are_pale():
    drawing = draw("ages")
    assert drawing.title == "3 of 6 initiatives were last reported more than two years ago"
    assert texts(drawing)[:2] == ["more than two years ago: 3", "in the last two years: 2"]
    discs = parts(drawing, "circle")
    assert [bool(disc.get("fill-opacity")) for disc in discs] == [False, False, True, True, True]
    assert drawing.source.endswith("1 initiative without a dated report is not shown.")
    links = [link["href"] for link in parts(drawing, "a")]
    assert links == [
        "/initiatives/?reported=2_to_5&reported=over_5", "/initiatives/?reported=under_1&reported=1_to_2",
    ]  # fmt: skip


@pytest.mark.usefixtures("dated")
def test_a_disc_stands_for_several_initiatives_where_a_column_would_be_too_high(monkeypatch):
    monkeypatch.setattr(drawings, "MAX_STACK", 1)
    monkeypatch.setattr(drawings, "STRIP_COLUMNS", 1)
    drawing = draw("ages")
    assert len(parts(drawing, "circle")) == 1
    assert "One disc represents up to 5 initiatives." in drawing.source


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["2024/.."], ["2026"]),
        (["2026-12-01"], ["2026"]),
        (["2022"], ["2022", "2023", "2024", "2025", "2026"]),
        (["2016"], ["2016", "2018", "2020", "2022", "2024", "2026"]),
        (["1150", "2026"], ["1000", "1500", "2000"]),
        (["0033"], ["500", "1000", "1500", "2000"]),
    ],
)
def test_dates_are_drawn_above_at_most_eight_years(dates, expected):
    for number in range(5):
        report_on(make.make_initiative(f"lamps-{number}"), dates[number % len(dates)])
    drawing = draw("ages")
    assert len(parts(drawing, "circle")) == 5
    assert texts(drawing)[2:] == expected


def test_on_the_first_day_of_a_year_reports_of_the_day_are_drawn(monkeypatch):
    monkeypatch.setattr(drawings, "today", lambda: datetime.date(2026, 1, 1))
    for number in range(5):
        report_on(make.make_initiative(f"lamps-{number}"), "2026-01-01")
    assert len(parts(draw("ages"), "circle")) == 5


def moved(name: str, then: str, now: str, state=PublicationState.PUBLISHED):
    """Creates an initiative whose first report gives the status `then`.

    A report of 2025 supports the current status.
    """
    initiative = make.make_initiative(name, status=now, state=state)
    first, newest = (make.make_report(f"{name}-{year}", published_on=year) for year in ("2020", "2025"))
    make.make_evidence(initiative, "status", first.passages.get(), stance="earlier", reported_value=then)
    make.make_evidence(initiative, "status", newest.passages.get())


def test_statuses_that_have_changed_are_slopes_from_the_first_report_to_now(client):
    for name, now in (("a", "operating"), ("b", "operating"), ("c", "stalled"), ("d", "agreed")):
        moved(name, "agreed", now)
    moved("draft", "agreed", "operating", state=PublicationState.DRAFT)
    report_on(make.make_initiative("reported-once", status="operating"), "2020")
    drawing = draw("moves")
    assert drawing.title == "3 initiatives have changed status since their first reports, 2 of them forward"
    assert [(line["class"], line.get_text()) for line in parts(drawing, "line")] == [
        (["done"], "agreed → operating: 2"), (["stalled"], "agreed → stalled: 1"),
    ]  # fmt: skip
    assert texts(drawing) == ["operating", "operating: 2", "agreed: 3", "agreed", "stalled", "stalled: 1"]
    listed = b"".join(client.get("/initiatives.csv?since_first=moved&columns=slug")).decode().split()
    assert listed == ["slug", "a", "b", "c"]


@pytest.mark.parametrize(
    ("address", "part"), [("/themes/", "[aria-labelledby=moves]"), ("/embed/moves/", "main")]
)
def test_changes_of_status_are_a_list_beside_the_drawing(address, part, client):
    moved("lamps", "agreed", "operating")
    section = BeautifulSoup(client.get(address).content, "html.parser").select_one(part)
    assert [item.get_text() for item in section.select("ul.drawing-words li")] == ["agreed → operating: 1"]
    assert (section.svg["role"], section.svg["aria-label"]) == (
        "img",
        section.select_one("h1, h3").get_text(),
    )


def test_a_change_by_a_curator_is_not_a_change_in_the_reports():
    lamps = make.make_initiative("lamps", status="agreed")
    report_on(lamps, "2020")
    edit(lamps, status="operating")
    assert not draw("moves").marks


def test_a_city_that_leads_and_learns_has_both_marks_and_numbers():
    alpha, beta, gamma = map(make.make_city, ("alphaville", "betaville", "gammaville"))
    make.make_initiative("one", lead=[alpha], reference=[beta])
    make.make_initiative("two", lead=[alpha])
    make.make_initiative("three", lead=[gamma])
    drawing = draw("roles")
    assert drawing.title == "Alphaville leads most often: 2, and learns most often: 1"
    assert texts(drawing) == ["leads", "learns", "Alphaville", "1", "2", "Gammaville", "1"]
    assert [link["href"] for link in parts(drawing, "a")] == [
        "/cities/alphaville/", "/initiatives/?learns=alphaville", "/initiatives/?lead=alphaville",
        "/cities/gammaville/", "/initiatives/?lead=gammaville",
    ]  # fmt: skip


def test_if_nobody_leads_the_title_names_the_city_that_learns():
    alpha, beta, gamma = map(make.make_city, ("alphaville", "betaville", "gammaville"))
    make.make_initiative("one", partner=[alpha], reference=[beta])
    make.make_initiative("two", partner=[alpha, gamma], reference=[beta])
    assert draw("roles").title == "Alphaville learns most often: 2"


def test_themes_have_the_share_of_their_initiatives_with_one_report():
    lamps = make.make_theme("lamps")
    for number in range(5):
        initiative = make.make_initiative(f"lamps-{number}", themes=[lamps])
        for report in range(1 + (number > 1)):
            make.make_evidence(initiative, "*", make.make_report(f"report-{report}").passages.get())
    drawing = draw("single-source")
    assert (
        drawing.title == "“Lamps” relies most on single reports: 2 of 5 initiatives have only one report each"
    )
    assert texts(drawing) == ["Lamps", "40%, 2 of 5"]
    assert [link["href"] for link in parts(drawing, "a")] == ["/initiatives/?theme=lamps&evidence=single"]


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_chart_with_too_little_data_gives_the_reason_on_its_page_in_files_and_in_embeds(name, client):
    make.make_initiative()
    drawing = draw(name)
    assert drawing.title and not drawing.marks
    page = BeautifulSoup(client.get("/themes/").content, "html.parser")
    section = page.select_one(f"section[aria-labelledby={name}]")
    assert drawing.title in section.get_text() and not section.select("svg, a")
    assert drawing.title in client.get(f"/embed/{name}/").text
    svg = " ".join(ElementTree.fromstring(client.get(f"/charts/{name}.svg").text).itertext())  # noqa: S314
    assert drawing.title.split(",")[0][:20] in svg


@pytest.mark.usefixtures("dated")
@pytest.mark.parametrize("language", ["", "/ru", "/zh-hans"])
def test_the_page_the_embed_and_the_files_show_the_same_drawing(client, language):
    page = BeautifulSoup(client.get(f"{language}/themes/").content, "html.parser")
    section = page.select_one("section[aria-labelledby=ages]")
    links = {link.get_text().partition(":")[0]: link["href"] for link in section.select(".chart-links a")}
    svg = client.get(links["SVG"])
    assert svg["Content-Type"] == "image/svg+xml"
    assert svg["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert svg["Content-Disposition"] == 'attachment; filename="ages.svg"'
    root = ElementTree.fromstring(svg.text)  # noqa: S314
    # In the fonts for Chinese, the apostrophe of Latin text is as wide as a Chinese character.
    families = "Noto Sans SC" if "zh" in language else "Inter, Noto Sans SC"
    assert root.get("font-family") == f"{families}, sans-serif"
    discs = [element for element in root.iter() if element.tag.endswith("}circle")]
    embed = BeautifulSoup(client.get(f"{language}/embed/ages/").content, "html.parser")
    assert len(discs) == len(section.select("circle")) == len(embed.select("main circle")) == 5
    assert embed.select_one("h1").get_text() == section.select_one("h3").get_text()
    assert not [element for element in root.iter() if element.tag.endswith("}a")]
    png = client.get(links["PNG"]).content
    assert struct.unpack(">2I", png[16:24]) == tuple(2 * int(root.get(name)) for name in ("width", "height"))


@pytest.mark.usefixtures("dated")
@pytest.mark.parametrize("address", ["/embed/ages/", "/charts/ages.svg", "/charts/ages.png"])
def test_a_wrong_filter_gives_an_error_and_no_chart(client, address):
    response = client.get(f"{address}?status=soft")
    assert response.status_code == 400
    assert "soft" in response.text and 'class="drawing"' not in response.text


@pytest.mark.parametrize(
    "address", ["/embed/ages/", "/charts/ages.svg", "/charts/ages.png", "/charts/ages.csv"]
)
def test_a_chart_as_of_a_day_has_the_same_status_as_the_lists_of_that_day(client, address):
    for day, status in (("2025-01-31", 404), ("soon", 400)):
        expected = client.get(f"/initiatives.csv?as_of={day}")
        response = client.get(f"{address}?as_of={day}")
        assert (response.status_code, expected.status_code) == (status, status)


def test_there_are_no_files_of_a_chart_without_a_drawing(client):
    for name in ("years", "nothing"):
        assert (
            client.get(f"/charts/{name}.svg").status_code
            == client.get(f"/charts/{name}.png").status_code
            == 404
        )


@pytest.mark.usefixtures("dated")
def test_the_code_of_a_chart_frames_its_embed(client):
    page = BeautifulSoup(client.get("/embed-code/ages/?status=agreed").content, "html.parser")
    assert page.select_one("iframe")["src"] == "http://testserver/embed/ages/?status=agreed"
    assert page.select_one(".prose p a")["href"] == "http://testserver/themes/?status=agreed#ages"
    forms = [item.get_text(strip=True) for item in page.select(".toolbar[aria-label=View] li")]
    assert forms == [
        "List", "Map", "Status", "Age of the reports", "Status changes", "Who leads and who learns", "Single sources",
    ]  # fmt: skip
