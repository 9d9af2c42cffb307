"""Themes of similar cities that a city has no initiative on."""

import pytest

from sco_cities.cities.models import City
from sco_cities.dashboard import gaps
from sco_cities.dashboard.gaps import theme_gaps
from sco_cities.dashboard.peers import PEER_RULES, PeerGroup, PeerQuery, peer_group
from sco_cities.facet_index.refresh import facet_index
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.list_numbers import linked_numbers, wrong_numbers
from tests.sql_oracle import Oracle

from .gaps_page import read, words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("choice", "expected", "limits"),
    [
        ("partners", ["beta", "gamma"], (None, None)),
        ("country", ["beta", "delta"], (None, None)),
        ("size", ["beta", "gamma"], (501, 2_002)),
    ],
)
@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("joint")
def test_peers_are_partners_or_of_the_country_or_of_half_to_twice_the_size(cities, choice, expected, limits):
    make.make_city("hidden", "xa", population=1_000, state="draft")
    make.make_initiative(lead=[cities["alpha"]], partner=[cities["epsilon"]], state="draft")
    with facet_index("initiatives") as state:
        group = peer_group(state, cities["alpha"], PeerQuery(choice))
    assert ([city.slug for city in group.cities], (group.least, group.most)) == (expected, limits)


@pytest.mark.parametrize(
    ("name", "others", "own", "is_gap"),
    [
        ("two peers run something", [("beta", "operating"), ("gamma", "under_way")], [], True),
        ("completed counts as done", [("beta", "completed"), ("gamma", "completed")], [], True),
        ("one peer is not enough", [("beta", "operating"), ("beta", "completed")], [], False),
        ("wishes are not enough", [("beta", "operating"), ("gamma", "agreed")], [], False),
        ("another city is no peer", [("beta", "operating"), ("delta", "operating")], [], False),
        ("the city has an initiative", [("beta", "operating"), ("gamma", "operating")], ["interest"], False),
    ],
)
@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("joint")
def test_a_theme_is_a_gap_if_two_peers_run_something_and_the_city_has_nothing(
    client, cities, name, others, own, is_gap
):
    lamps = make.make_theme("lamps")
    for slug, status in others:
        make.make_initiative(lead=[cities[slug]], status=status, themes=[lamps])
    for status in own:
        make.make_initiative(lead=[cities["alpha"]], status=status, themes=[lamps])
    page = read(client)
    assert ("Lamps" in [heading.get_text() for heading in page.select("h2")]) is is_gap, name
    assert ("No theme meets this rule for Alpha." in words(page)) is not is_gap


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("joint")
def test_a_gap_names_the_peers_whom_to_ask_and_initiatives_with_their_sources(client, cities):
    lamps = make.make_theme("lamps")
    first = make.make_initiative("first", lead=[cities["beta"]], status="operating", themes=[lamps])
    make.make_evidence(first, "status", make.make_report().passages.get())
    make.make_initiative("second", lead=[cities["gamma"]], status="completed", themes=[lamps])
    make.make_initiative(
        "third", lead=[cities["delta"]], reference=[cities["epsilon"]], status="operating", themes=[lamps]
    )
    page = read(client)
    section = " ".join(page.select_one("section[aria-labelledby=gap-1]").get_text(" ").split())
    assert section == (
        "Lamps 2 initiatives 2 of 2 cities: Beta 1 Gamma 1 "
        "Cities to ask: Beta : leads 1 Delta : leads 1 Epsilon : model in 1 "
        "operating First The Gazette ¶1 completed Second"
    )
    assert "at least 2 of these cities" in words(page)
    assert "501 to 2,002 inhabitants" in words(read(client, query="?peers=size"))


@pytest.fixture
def gap_of_lamps(cities):
    """Creates initiatives on lamps in which other cities lead or share experience. Alpha takes part in none of them."""
    lamps = make.make_theme("lamps")
    for slug, leads, models in (
        ("beta", 1, 1), ("gamma", 1, 2), ("delta", 3, 1), ("epsilon", 0, 5), ("zeta", 1, 0),
    ):  # fmt: skip
        for role, number in (("lead", leads), ("reference", models)):
            for _each in range(number):
                make.make_initiative(**{role: [cities[slug]]}, status="operating", themes=[lamps])
    return lamps


def gaps_of(city, *peers, choice: str = "size"):
    with facet_index("initiatives") as state:
        return theme_gaps(state, city, PeerGroup(choice, list(peers)))


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("gap_of_lamps")
def test_up_to_three_cities_can_be_asked_those_with_the_most_initiatives_first(cities):
    # Completed initiatives and unpublished cities are not counted.
    hidden = make.make_city("hidden", state="draft")
    for _each in range(6):
        make.make_initiative(lead=[hidden], status="operating", themes=[Theme.objects.get()])
        make.make_initiative(lead=[cities["zeta"]], status="completed", themes=[Theme.objects.get()])
    [gap] = gaps_of(cities["alpha"], cities["beta"], cities["gamma"])
    assert [(city.slug, leads.count, is_model.count) for city, leads, is_model in gap.asked] == [
        ("epsilon", 0, 5), ("delta", 3, 1), ("gamma", 1, 2),
    ]  # fmt: skip


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("joint", "gap_of_lamps")
def test_the_peers_with_the_most_running_initiatives_are_named_and_the_others_counted(
    client, cities, monkeypatch
):
    monkeypatch.setattr(gaps, "MAX_PEERS", 2)
    [gap] = gaps_of(
        cities["alpha"], *(cities[slug] for slug in ("beta", "delta", "epsilon", "gamma", "zeta"))
    )
    assert [(peer.slug, running.count) for peer, running in gap.peers] == [("epsilon", 5), ("delta", 4)]
    assert (gap.peer_count, gap.more) == (5, 3)
    monkeypatch.setattr(gaps, "MAX_PEERS", 1)
    assert "2 of 2 cities: Gamma 3 and 1 other Cities to ask" in words(read(client))


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("gap_of_lamps")
def test_themes_of_more_peers_come_first_then_by_name(cities):
    beta, gamma, delta = (cities[slug] for slug in ("beta", "gamma", "delta"))
    for slug, leads in (
        ("tunnels", [beta, gamma]),
        ("bridges", [beta, gamma]),
        ("parks", [beta, gamma, delta]),
    ):
        make.make_initiative(lead=leads, status="operating", themes=[make.make_theme(slug)])
    gaps = gaps_of(cities["alpha"], beta, gamma, delta)
    assert [(gap.theme.slug, gap.peer_count) for gap in gaps] == [
        ("lamps", 3), ("parks", 3), ("bridges", 2), ("tunnels", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["operating", "operating", "operating", "completed"], ["n2", "n1"]),
        (["operating", "under_way", "completed", "under_way"], ["n0", "n3"]),
        (["completed", "under_way", "agreed", "proposed"], ["n1", "n0"]),
    ],
)
@pytest.mark.only_on("sqlite")
def test_the_examples_are_two_operating_ones_first_then_the_most_recently_reported(
    cities, statuses, expected
):
    lamps, leads = make.make_theme("lamps"), [cities["beta"], cities["gamma"]]
    for number, status in enumerate(statuses):
        initiative = make.make_initiative(f"n{number}", lead=leads, status=status, themes=[lamps])
        report = make.make_report(f"gazette-2025010{number + 1}", published_on=f"2025-01-0{number + 1}")
        make.make_evidence(initiative, "status", report.passages.get())
    [gap] = gaps_of(cities["alpha"], *leads)
    assert [initiative.slug for initiative in gap.examples] == expected


@pytest.mark.only_on("sqlite")
def test_only_published_cities_have_the_page_and_it_is_linked_from_theirs(client, cities):
    make.make_city("hidden", state="draft")
    assert read(client, "nowhere", status=404)
    assert read(client, "hidden", status=404)
    make.make_initiative(lead=[cities["alpha"]])
    assert b'href="/cities/alpha/gaps/"' in client.get("/cities/alpha/").content
    # A city without a known population has no cities of a similar size.
    assert [
        option["value"] for option in read(client, "zeta").select("#peers optgroup")[0].select("option")
    ] == [
        "partners",
        "country",
    ]
    assert "“size” was not found. Choose from the list." in words(read(client, "zeta", "?peers=size"))
    assert [link["href"] for link in read(client, "zeta").select(".views a")] == [
        "?peers=partners",
        "?peers=country",
    ]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/cities/Alpha/gaps/?peers=size", "/cities/alpha/gaps/?peers=size"),
        ("/cities/old-name/gaps/?peers=size", "/cities/new-name/gaps/?peers=size"),
        ("/ru/cities/OLD-name/gaps/", "/ru/cities/new-name/gaps/"),
    ],
)
@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("cities")
def test_a_former_slug_and_capitals_redirect_to_the_same_page(client, path, target):
    renamed = make.make_city("old-name")
    renamed.slug = "new-name"
    renamed.save()
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (301, target)


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("cities")
def test_editors_see_the_page_of_a_draft_as_a_preview(admin_client):
    city = make.make_city("hidden", state="draft")
    page = read(admin_client, "hidden")
    assert page.select_one(f'.preview a[href="/admin/cities/city/{city.pk}/change/"]')
    assert not read(admin_client, "alpha").select(".preview")


@pytest.mark.parametrize("choice", PEER_RULES)
@pytest.mark.usefixtures("loaded_package")
def test_gaps_and_their_numbers_equal_plain_sql(client, choice):
    oracle, found = Oracle(), 0
    initiatives, published = oracle.rows["initiatives"], oracle.published
    cities_of, themes_of = oracle.values["initiatives"]["city"], oracle.values["initiatives"]["theme"]
    for slug in ("almaty", "bishkek", "harbin"):
        city = City.objects.get(slug=slug)
        page = read(client, slug, f"?peers={choice}")
        assert wrong_numbers(page, oracle) == []
        rows = {key: oracle.rows["cities"][key] for key in published["cities"] if key != city.pk}
        own = {key for key in published["initiatives"] if city.pk in cities_of(key)}
        peers = {
            "country": {key for key, row in rows.items() if row["country_id"] == city.country_id},
            "size": {
                key
                for key, row in rows.items()
                if row["population"] and city.population / 2 <= row["population"] <= city.population * 2
            },
            "partners": {key for key in rows if any(key in cities_of(initiative) for initiative in own)},
        }[choice]
        expected = {}
        for theme in published["themes"]:
            on_theme = {key for key in published["initiatives"] if theme in themes_of(key)}
            running = {
                key
                for key in on_theme
                if initiatives[key]["status"] in ("under_way", "operating", "completed")
            }
            active = {peer for peer in peers if any(peer in cities_of(key) for key in running)}
            if len(active) >= 2 and not own & on_theme:
                expected[oracle.slug("themes", theme)] = {oracle.slug("cities", key) for key in active}
        with facet_index("initiatives") as state:
            gaps = theme_gaps(state, city, peer_group(state, city, PeerQuery(choice)))
        assert {gap.theme.slug: {peer.slug for peer, _running in gap.peers} for gap in gaps} == expected
        found += len(linked_numbers(page))
    assert found > 20


# The queries read the change log, for the page cache and the view, the city, the initiatives and their evidence, the
# roles of all cities (once after each change), the groups, their countries and former slugs.
@pytest.mark.usefixtures("loaded_package")
def test_the_page_runs_few_queries(check_query_count):
    check_query_count("/cities/almaty/gaps/", 10)
