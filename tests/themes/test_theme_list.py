import pytest

from sco_cities.themes.models import Theme
from tests import factories as make
from tests.curation.admin_client import soup

pytestmark = pytest.mark.django_db


def groups_of(page):
    """Returns the heading of each group, its fragment identifier, and the names below it."""
    return [
        (
            body.find("tr", class_="group").get_text(" ", strip=True),
            body.th["id"],
            [a.text for a in body(class_="title")],
        )
        for body in page.find(id="themes")("tbody")
    ]


def make_themes():
    for slug, pillar in (("light", "security"), ("air", "cooperation"), ("guard", "security")):
        make.make_theme(slug, pillar=pillar)


def test_themes_are_grouped_by_pillar_and_the_security_themes_have_a_heading(client):
    make_themes()
    cooperation = ("Trust-based cooperation", "cooperation", ["Air"])
    security = ("Security themes", "security", ["Guard", "Light"])
    assert groups_of(soup(client.get("/themes/"))) == [cooperation, security]
    assert groups_of(soup(client.get("/themes/?pillar=security"))) == [security]
    assert [heading for heading, *_ in groups_of(soup(client.get("/themes/?sort=-pillar")))] == [
        security[0],
        cooperation[0],
    ]


def test_the_themes_of_a_pillar_with_the_most_initiatives_come_first(client):
    make_themes()
    for slug in ("locks", "lamps"):
        make.make_initiative(slug, themes=[Theme.objects.get(slug="light")])
    [_cooperation, (_heading, _id, names)] = groups_of(soup(client.get("/themes/")))
    assert names == ["Light", "Guard"]


def test_themes_in_another_order_have_no_groups(client):
    make_themes()
    page = soup(client.get("/themes/?sort=name_en"))
    assert not page(class_="group")
    assert [each.text for each in page(class_="title")] == ["Air", "Guard", "Light"]


def test_the_footer_links_to_the_heading_of_the_security_themes(client):
    make_themes()
    page = soup(client.get("/themes/"))
    [link] = {a["href"] for a in page("a") if a.text == "Security themes"}
    path, _hash, name = link.partition("#")
    assert soup(client.get(path)).find(id=name).get_text(" ", strip=True).startswith("Security themes")


def test_the_number_of_initiatives_of_a_theme_precedes_the_number_of_completed_initiatives(client):
    air, light = make.make_theme("air"), make.make_theme("light")
    make.make_initiative("trams", themes=[air], status="operating")
    make.make_initiative("buses", themes=[air, light], status="agreed")
    cells = soup(client.get("/themes/?sort=name_en"))(class_="bar-cell")
    assert [" ".join(each.get_text(" ", strip=True).split()) for each in cells] == [
        "2 initiatives , operating or completed: 1 agreed: 1 operating: 1",
        "1 initiative agreed: 1",
    ]
