import pytest
from django.http import QueryDict
from django.utils import translation

from initiatives.columns import INITIATIVES
from initiatives.models import Initiative, InitiativeCity
from sco_cities.cities.columns import CITIES
from sco_cities.cities.models import City, Country
from sco_cities.dashboard.map import context as module
from sco_cities.dashboard.map.context import MapContext, map_context
from sco_cities.facet_index.refresh import require_facet_index
from sco_cities.listings.list_query import ListQuery
from sco_cities.themes.models import Theme
from tests import factories as make

# What is not committed is read anew each time on PostgreSQL, and nothing of that is remembered.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def two_cities():
    alpha, beta = make.make_city("alphaville"), make.make_city("betaville", "xb")
    lamps = make.make_theme("lamps")
    make.make_initiative("one", reference=[alpha], lead=[beta], themes=[lamps])
    make.make_initiative("two", lead=[alpha], status="interest")
    make.make_initiative("hidden", lead=[alpha], partner=[beta], state="draft")


@pytest.fixture
def drawn(monkeypatch):
    """The numbers of which a map is drawn, from the first on."""
    drawn, draw = [], module.map_layout
    monkeypatch.setattr(module, "map_layout", lambda numbers: drawn.append(numbers) or draw(numbers))
    return drawn


def map_of(query="", listing=INITIATIVES) -> MapContext | None:
    with require_facet_index("cities", "initiatives") as state:
        return map_context(ListQuery(listing, state, QueryDict(query)))


def changed(model, slug, **values):
    found = model.objects.get(slug=slug)
    for name, value in values.items():
        setattr(found, name, value)
    found.save()


UNSEEN = {
    "a summary": lambda: changed(Initiative, "one", summary_en="Otherwise."),
    "a title": lambda: changed(Initiative, "one", title_en="Another"),
    "a draft": lambda: changed(Initiative, "hidden", status="agreed"),
    "an initiative elsewhere": lambda: make.make_initiative("three", state="draft"),
    "a status that nobody asks for": lambda: changed(Initiative, "one", status="completed"),
    "a report": lambda: make.make_report("gazette"),
}
SEEN = {
    "a name": lambda: changed(City, "alphaville", name_en="Alpha"),
    "a place": lambda: changed(City, "alphaville", latitude="12"),
    "a withdrawn city": lambda: changed(City, "betaville", state="draft"),
    "a role": lambda: InitiativeCity.objects.filter(initiative__slug="one", role="lead").update(
        role="reference"
    ),
    "a further part": lambda: InitiativeCity.objects.create(
        initiative=Initiative.objects.get(slug="two"), city=City.objects.get(slug="betaville"), role="partner"
    ),
    "a pillar": lambda: changed(Theme, "lamps", pillar="security"),
    "a published draft": lambda: changed(Initiative, "hidden", state="published"),
    "a withdrawn initiative": lambda: changed(Initiative, "one", state="draft"),
}


@pytest.mark.parametrize("change", UNSEEN.values(), ids=UNSEEN)
def test_a_map_outlives_a_change_of_what_it_does_not_show(drawn, change):
    before = map_of()
    change()
    assert map_of() is before
    assert len(drawn) == 1


@pytest.mark.parametrize("change", SEEN.values(), ids=SEEN)
def test_a_map_is_drawn_anew_when_what_it_shows_has_changed(drawn, change):
    before = map_of()
    change()
    assert map_of() != before
    assert len(drawn) == 2


def test_a_map_under_a_filter_follows_what_the_filter_finds(drawn):
    before = map_of("status=agreed")
    changed(Initiative, "two", status="agreed")
    assert map_of("status=agreed") != before
    assert len(drawn) == 2


def test_the_legend_of_a_pillar_follows_the_other_pillars(drawn):
    before = map_of("pillar=governance")
    assert before.pillars["security"] == 0
    Initiative.objects.get(slug="two").themes.add(make.make_theme("tunnels", pillar="security"))
    assert map_of("pillar=governance").pillars["security"] == 1


def test_a_map_of_very_many_filters_is_drawn_and_not_kept(drawn, monkeypatch):
    monkeypatch.setattr(module, "MAX_CACHED_QUERY", len("?city=alphaville"))
    for query in ("city=alphaville", "city=alphaville&city=betaville"):
        assert map_of(query) == map_of(query) != map_of()
    # That of one city and that of all once, that of two cities each time.
    assert len(drawn) == 4


def test_a_map_of_cities_follows_their_list(drawn):
    before = map_of("country=xb", listing=CITIES)
    changed(City, "alphaville", country=Country.objects.get(slug="xb"))
    assert map_of("country=xb", listing=CITIES) != before


def test_each_language_and_each_filter_has_a_map_of_its_own(drawn):
    def once_each():
        found = [map_of(), map_of("city=alphaville"), map_of("", listing=CITIES)]
        with translation.override("ru"):
            return [*found, map_of()]

    assert list(map(id, once_each())) == list(map(id, once_each()))
    assert len(drawn) == 4
