"""The sections of the page about several places, with records that each test creates."""

import re

import pytest
from bs4 import BeautifulSoup

from sco_cities.dashboard.dossier import comparison, page
from sco_cities.facet_index.refresh import facet_index
from sco_cities.sources.models import Stance
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture
def alpha():
    return make.make_city("alpha", "xa")


@pytest.fixture
def beta():
    return make.make_city("beta", "xb")


@pytest.fixture
def read(client):
    """The parsed page about these places, by default alpha and beta."""

    def read(places: str = "alpha/beta", query: str = "") -> BeautifulSoup:
        response = client.get(f"/together/{places}/{query}")
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    return read


def section(page: BeautifulSoup, name: str) -> str:
    """The text of a section, or "" if the page has no section of this name."""
    found = page.select_one(f"section[aria-labelledby={name}]")
    return " ".join(found.get_text(" ").split()) if found else ""


def passage(slug: str = "gazette-20250101"):
    return make.make_report(slug).passages.get()


def test_the_head_counts_the_joint_initiatives_by_status(read, alpha, beta):
    for slug, status in (("one", "interest"), ("two", "operating"), ("three", "operating")):
        make.make_initiative(slug, lead=[alpha], partner=[beta], status=status)
    make.make_initiative("draft", lead=[alpha], partner=[beta], state="draft")
    make.make_initiative("alone", lead=[alpha])
    head = read().select_one(".record-header")
    assert " ".join(head.get_text(" ").split()).startswith(
        "Compare cities and countries Alpha and Beta 3 joint initiatives . operating 2 interest 1"
    )
    assert [link["href"] for link in head.select("a")][:4] == [
        "/together/",
        "/initiatives/?city=alpha%2Cbeta",
        "/initiatives/?city=alpha%2Cbeta&status=operating",
        "/initiatives/?city=alpha%2Cbeta&status=interest",
    ]


def test_the_button_that_closes_a_note_is_named(read, alpha, beta):
    assert read().article["data-close"] == "Close"


def test_places_without_joint_initiatives_are_compared(read, alpha, beta):
    lamps, tunnels = make.make_theme("lamps"), make.make_theme("tunnels")
    make.make_initiative("one", lead=[alpha], themes=[lamps, tunnels])
    make.make_initiative("two", lead=[beta], themes=[lamps])
    found = read()
    assert "No published initiative includes all of these places." in found.get_text(" ")
    assert not section(found, "joint")
    assert not section(found, "notes")
    assert section(found, "comparison").startswith("Comparison")
    assert section(found, "own-themes").endswith("Only Alpha Tunnels 1 Only Beta none")


def test_the_entries_come_by_status_the_furthest_first(read, alpha, beta):
    for status in ("unknown", "interest", "operating", "completed", "agreed"):
        make.make_initiative(f"is-{status}", lead=[alpha], partner=[beta], status=status, sourced=True)
    assert [entry.h4.a.get_text() for entry in read().select(".entry")] == [
        "Is operating", "Is agreed", "Is interest", "Is completed", "Is unknown",
    ]  # fmt: skip


def test_of_many_initiatives_each_status_shows_the_first(read, alpha, beta, monkeypatch):
    monkeypatch.setattr(page, "MAX_ENTRIES", 3)
    for number in range(4):
        make.make_initiative(f"agreed-{number}", lead=[alpha], partner=[beta])
    make.make_initiative("runs", lead=[alpha], partner=[beta], status="operating")
    joint = section(read(), "joint")
    assert "agreed 4" in joint
    assert joint.count("Showing the first 2 of 4.") == 1
    assert len(read().select(".entry")) == 3


def test_disputed_values_and_figures_have_sections_of_their_own(read, alpha, beta):
    initiative = make.make_initiative("one", lead=[alpha], partner=[beta])
    make.make_figure(initiative, "lamps", 12, unit="pieces")
    make.support_everything(initiative, passage())
    make.make_evidence(
        initiative,
        "status",
        passage("herald-2025"),
        stance=Stance.DIFFERS,
        reported_value="lamps burn already",
    )
    make.make_evidence(
        initiative, "status", passage("old-news"), stance=Stance.EARLIER, reported_value="a mere wish"
    )
    found = read()
    assert "1 with a disputed value" in found.select_one(".record-header").get_text(" ")
    entry = found.select_one(".entry").get_text(" ")
    assert "a mere wish" in entry
    assert "lamps burn already" not in entry
    assert "12" not in entry
    assert "“lamps burn already”" not in section(found, "figures")
    assert "lamps burn already" in section(found, "disputes")
    assert "Lamps 12 pieces" in section(found, "figures")
    sign = found.select_one(".entry a.disputed")
    assert found.select_one(sign["href"]).find_parent("section")["aria-labelledby"] == "disputes"


def test_roles_that_nobody_has_are_left_out(read, alpha, beta):
    make.make_initiative("one", lead=[alpha], partner=[beta])
    make.make_initiative("two", lead=[alpha], reference=[beta])
    assert section(read(), "roles") == (
        "Who leads and who learns Place Leads Takes part Is a model for others Learns from others "
        "Alpha leads 2 takes part 0 is a model for others 0 learns from others 1 "
        "Beta leads 0 takes part 1 is a model for others 1 learns from others 0"
    )
    make.make_initiative("three", countries=[make.make_country("xa"), make.make_country("xb")])
    assert "A country has all roles of its cities." in section(read("xa/xb"), "roles")
    make.make_country("xc")
    assert not section(read("xa/xc"), "roles")


def test_a_number_of_too_many_cities_for_a_link_is_no_link(read, alpha, beta, monkeypatch):
    make.make_initiative("one", lead=[alpha, make.make_city("gamma", "xa")], partner=[beta])
    monkeypatch.setattr(page, "MAX_LINKED_VALUES", 1)
    cells = read("xa/xb").select("section[aria-labelledby=roles] td")
    assert [(cell.get_text().split()[-1], bool(cell.a)) for cell in cells] == [
        ("1", False), ("0", False), ("0", False), ("1", True),
    ]  # fmt: skip


def test_statements_are_those_of_either_side_in_the_same_passages(read, alpha, beta):
    shared, other = passage(), passage("herald-2025")
    make.make_evidence(make.make_initiative("one", lead=[alpha], partner=[beta]), "status", shared)
    make.make_evidence(make.make_initiative("alone", lead=[alpha]), "status", other)
    for slug, city, place in (
        ("ada", alpha, shared), ("bo", beta, other), ("cy", make.make_city("gamma"), shared),
    ):  # fmt: skip
        speaker = make.make_delegate(slug, city=city)
        make.make_evidence(make.make_statement(f"said-by-{slug}", delegate=speaker), "summary", place)
    found = read()
    words = section(found, "statements")
    assert "It was said that said-by-ada." in words
    assert "said-by-bo" not in words
    assert "said-by-cy" not in words
    assert "/statements/?city=alpha&initiative=one" in [
        link["href"] for link in found.select("#statements ~ * a")
    ]


def test_a_passage_that_quotes_somebody_names_the_speaker(read, alpha, beta):
    quoting = passage()
    quoting.speakers.add(make.make_delegate("ada-test", role="Mayor of Alpha"))
    initiative = make.make_initiative("one", lead=[alpha], partner=[beta])
    make.support_everything(initiative, quoting)
    words = section(read(), "statements")
    assert "Quoted in the reports Passage 1 of gazette-20250101. [1] Ada test , Mayor of Alpha" in words
    assert "No passage about" not in words


def test_delegates_of_both_sides_at_an_event_are_named_with_its_sources(read, alpha, beta, monkeypatch):
    forum = make.make_event("lamp-forum", host_city=make.make_city("gamma"))
    make.make_evidence(forum, "attendances", passage())
    for slug, city in (("ada", alpha), ("bo", beta), ("cy", beta)):
        make.make_attendance(forum, make.make_delegate(slug, city=city))
    # Only delegates of one place attend this event.
    make.make_attendance(make.make_event("tunnel-forum"), make.make_delegate("di", city=alpha))
    found = read()
    words = section(found, "encounters")
    assert (
        "Lamp forum , May 2025, Gamma Alpha: 1 Ada , Mayor, date not known "
        "Beta: 2 Bo , Mayor, date not known Cy , Mayor, date not known"
    ) in words
    assert "The Gazette" in words
    assert "Tunnel forum" not in words
    monkeypatch.setattr(comparison, "MAX_DELEGATES", 1)
    assert "Beta: 2 Bo , Mayor, date not known and 1 other" in section(read(query="?notes=all"), "encounters")


def test_the_people_of_each_side_come_with_the_date_of_their_role_the_newest_first(
    read, alpha, beta, monkeypatch
):
    assert not section(read(), "people")
    make.make_delegate("ada", city=alpha)
    make.make_delegate("bo", city=alpha, role="Mayor (2021-2023)")
    cy = make.make_delegate("cy", city=alpha)
    make.make_evidence(cy, "role", passage())
    make.make_delegate("di", city=beta, state="draft")
    assert section(read(), "people") == (
        "Delegates Alpha: 3 Cy , Mayor, as of 1 January 2025 Bo , Mayor (2021–2023) "
        "Ada , Mayor, date not known"
    )
    monkeypatch.setattr(comparison, "MAX_DELEGATES", 1)
    found = read(query="?notes=all")
    assert section(found, "people").endswith("and 2 others")
    assert found.select_one("section[aria-labelledby=people] a")["href"] == "/delegates/?city=alpha"


def test_ambassadors_of_other_countries_come_after_the_people_of_the_place(read, alpha, beta):
    make.make_delegate("ada", city=alpha)
    make.make_delegate("bo", city=alpha, country=alpha.country, role="Mayor (2021)")
    make.make_delegate("cy", city=alpha, country=make.make_country("xb"), role="Consul (2026)")
    assert section(read(), "people") == (
        "Delegates Alpha: 3 Bo , Mayor (2021) Ada , Mayor, date not known Cy , Consul (2026)"
    )


def test_events_come_latest_first_and_those_without_a_date_last(read, alpha, beta, monkeypatch):
    delegates = [make.make_delegate("ada", city=alpha), make.make_delegate("bo", city=beta)]
    for slug, starts_on in (
        ("old", "2024-05"),
        ("new", "2026-01"),
        ("undated", ""),
        ("middle", "2025-03-01"),
    ):
        event = make.make_event(slug, starts_on=starts_on)
        for delegate in delegates:
            make.make_attendance(event, delegate)

    def shown(found) -> list[str]:
        return [heading.a.get_text() for heading in found.select("section[aria-labelledby=encounters] h3")]

    assert shown(read()) == ["New", "Middle", "Old", "Undated"]
    monkeypatch.setattr(comparison, "MAX_EVENTS", 2)
    found = read(query="?notes=all")
    assert shown(found) == ["New", "Middle"]
    assert "Showing the first 2 of 4." in section(found, "encounters")


def test_themes_with_the_most_initiatives_come_first_then_by_name(alpha, beta):
    for slug, of_alpha, of_beta in (
        ("lamps", 1, 1), ("tunnels", 1, 2), ("arches", 1, 1), ("parks", 1, 0), ("canals", 2, 0), ("docks", 1, 0),
        ("trams", 0, 1), ("zoos", 0, 2),
    ):  # fmt: skip
        theme = make.make_theme(slug)
        for city, number in ((alpha, of_alpha), (beta, of_beta)):
            for _each in range(number):
                make.make_initiative(lead=[city], themes=[theme])
    with facet_index("initiatives", "statements") as state:
        comparison = page.Dossier(state, [alpha, beta]).comparison
        assert [row.theme.slug for row in comparison.shared_themes] == ["tunnels", "arches", "lamps"]
        own = {place.slug: [theme.slug for theme, _own in themes] for place, themes in comparison.own_themes}
    assert own == {"alpha": ["canals", "docks", "parks"], "beta": ["zoos", "trams"]}


def test_three_places_link_to_each_pair_and_to_the_page_without_one(read, alpha, beta):
    make.make_initiative("one", lead=[alpha], partner=[beta])
    make.make_city("gamma", "xa")
    found = read("alpha/beta/gamma")
    links = {link.get_text(" ", strip=True): link["href"] for link in found.select(".record-header a")}
    assert links["Alpha and Beta 1"] == links["Without Gamma"] == "/together/alpha/beta/"
    assert links["Alpha and Gamma 0"] == "/together/alpha/gamma/"
    assert found.h1.get_text() == "Alpha, Beta and Gamma"


def test_the_page_prints_short_or_with_all_notes(read, alpha, beta):
    make.make_initiative("one", lead=[alpha], partner=[beta], sourced=True)
    assert read().select("article.short")
    assert read().select_one('a[href="?notes=all"]')
    full = read(query="?notes=all")
    assert not full.select("article.short")
    assert full.select_one('.toolbar a[href="/together/alpha/beta/"]')
    # The page without notes is as short as the page with only the numbers of the notes.
    assert read(query="?notes=none").select("article.short.without-notes")


def test_a_city_and_its_partners_lead_to_the_page(client, alpha, beta):
    make.make_initiative("one", lead=[alpha], partner=[beta])
    for path, target in (("cities/alpha", "/together/alpha/beta/"), ("countries/xa", "/together/xa/xb/")):
        found = BeautifulSoup(client.get(f"/{path}/").content, "html.parser")
        assert found.select_one(f'#partners ~ table a[href="{target}"]')
        assert found.select_one('form[action="/together/"] input[name=place]')["value"] == path.split("/")[1]


@pytest.mark.parametrize(
    ("query", "leads"),
    [
        ("city=alpha,beta", True),
        ("city=alpha&city=beta&city_match=all", True),
        ("city=alpha&with_city=beta", True),
        ("country=xa&with_country=xb", True),
        ("city=alpha&country=xb&status=agreed", True),
        ("city=alpha&city=beta", False),
        ("city=alpha", False),
        ("city=alpha&country=xa", False),
        ("city=alpha,beta&city=-beta", False),
    ],
)
def test_a_list_that_requires_several_places_links_to_the_page(client, alpha, beta, query, leads):
    make.make_initiative("one", lead=[alpha], partner=[beta])
    page = client.get(f"/initiatives/?{query}").content.decode()
    assert bool(re.search(r'href="/together/\w', page)) is leads
