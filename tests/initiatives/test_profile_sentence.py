"""The sentence at the top of the pages of cities, countries and themes."""

import pytest

from tests import factories as make
from tests.html import read_page

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture
def places():
    """A city with three initiatives and two partners. One theme is more common than the other theme."""
    home, near, far = (
        make.make_city("alphaville"),
        make.make_city("betaburg"),
        make.make_city("gamma", make.make_country("xb")),
    )
    light, night = make.make_theme("light"), make.make_theme("night")
    make.make_initiative("one", lead=[home], partner=[near], themes=[light, night], status="operating")
    make.make_initiative("two", lead=[far], partner=[home], themes=[light], status="operating")
    make.make_initiative("three", lead=[home], themes=[light], status="agreed")
    return home


@pytest.mark.parametrize(
    ("address", "sentence", "links"),
    [
        (
            "/cities/alphaville/",
            "Alphaville takes part in 3 initiatives. Its partners are 2 cities. 2 are reported as operating. "
            "The most common theme is Light (3).",
            ["?city=alphaville", "?city=alphaville&status=operating", "?city=alphaville&theme=light"],
        ),
        (
            "/cities/betaburg/",
            "Betaburg takes part in 1 initiative. Its partner is 1 city. 1 is reported as operating.",
            ["?city=betaburg", "?city=betaburg&status=operating"],
        ),
        (
            "/countries/xb/",
            "Country XB takes part in 1 initiative. Its partner is 1 country. 1 is reported as operating.",
            ["?country=xb"],
        ),
        (
            "/themes/light/",
            "3 initiatives are on this theme. 3 cities take part. 2 are reported as operating.",
            ["?theme=light", "?theme=light&status=operating"],
        ),
        ("/ru/cities/alphaville/", "участие в 3 инициативах. Партнёры: 2 города.", []),
        (
            "/zh-hans/cities/alphaville/",
            "参与了 3个合作事项 。伙伴城市有 2座 。据报道，其中 2个 已在运行。",
            [],
        ),
    ],
)
@pytest.mark.usefixtures("places")
def test_the_sentence_counts_initiatives_partners_and_operating_initiatives(client, address, sentence, links):
    page = read_page(client, address)
    assert sentence in page.text()
    assert {f"/initiatives/{link}" for link in links} <= set(page.links())


@pytest.mark.parametrize(
    ("themes", "named"),
    [
        ([["light"], ["light", "night"]], "Light (2)"),
        ([["light"]], None),
        ([["light", "night"], ["light", "night"]], None),
        ([[], []], None),
    ],
)
def test_the_most_common_theme_is_named_if_it_is_first_alone_and_has_two(client, themes, named):
    city = make.make_city("alphaville")
    by_slug = {slug: make.make_theme(slug) for slug in ("light", "night")}
    for number, slugs in enumerate(themes):
        make.make_initiative(f"initiative-{number}", lead=[city], themes=[by_slug[slug] for slug in slugs])
    text = read_page(client, "/cities/alphaville/").text()
    assert ("The most common theme" in text) == bool(named)
    assert not named or f"The most common theme is {named}." in text


def test_missing_parts_are_not_mentioned(client):
    city = make.make_city("alphaville")
    assert "takes part" not in read_page(client, "/cities/alphaville/").text()
    make.make_initiative("alone", lead=[city], status="interest")
    text = read_page(client, "/cities/alphaville/").text()
    assert "Alphaville takes part in 1 initiative." in text
    assert "partner is" not in text
    assert "reported as operating" not in text


@pytest.mark.parametrize(("learns", "shown"), [(True, True), (False, False)])
def test_the_table_has_columns_for_learning_and_sharing_only_if_needed(client, learns, shown):
    city, other = make.make_city("alphaville"), make.make_city("betaburg")
    make.make_initiative("one", lead=[city], **{"reference" if learns else "partner": [other]})
    assert ("Alphaville learns" in read_page(client, "/cities/alphaville/").text()) == shown
