import pytest
from django.http import QueryDict
from django.utils import translation

from initiatives.columns import INITIATIVES
from initiatives.models import Initiative, InitiativeCity
from sco_cities.cities.columns import CITIES
from sco_cities.cities.models import City, Country
from sco_cities.dashboard.map import context as module
from sco_cities.dashboard.map.context import MapContext, map_context
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_query import ListQuery
from sco_cities.themes.models import Theme
from tests import factories as make

# On PostgreSQL, uncommitted data is not cached and is read again each time.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def two_cities():
    alpha, beta = make.make_city("alphaville"), make.make_city("betaville", "xb")
    lamps = make.make_theme("lamps")
    make.make_initiative("one", reference=[alpha], lead=[beta], themes=[lamps])
    make.make_initiative("two", lead=[alpha], status="interest")
    make.make_initiative("hidden", lead=[alpha], partner=[beta], state="draft")


@pytest.fixture
def layouts(monkeypatch):
    """The numbers of every map that is computed."""
    layouts, map_layout = [], module.map_layout
    monkeypatch.setattr(module, "map_layout", lambda *given: layouts.append(given) or map_layout(*given))
    return layouts


def get_map(query="", listing=INITIATIVES) -> MapContext | None:
    with facet_index("cities", "initiatives") as state:
        return map_context(ListQuery(listing, state, QueryDict(query)))


def change_record(model, slug, **values):
    record = model.objects.get(slug=slug)
    for name, value in values.items():
        setattr(record, name, value)
    record.save()


IRRELEVANT_CHANGES = {
    "a summary": lambda: change_record(Initiative, "one", summary_en="Otherwise."),
    "a title": lambda: change_record(Initiative, "one", title_en="Another"),
    "a draft": lambda: change_record(Initiative, "hidden", status="agreed"),
    "an initiative elsewhere": lambda: make.make_initiative("three", state="draft"),
    "a status without a filter": lambda: change_record(Initiative, "one", status="completed"),
    "a report": lambda: make.make_report("gazette"),
}
RELEVANT_CHANGES = {
    "a name": lambda: change_record(City, "alphaville", name_en="Alpha"),
    "a place": lambda: change_record(City, "alphaville", latitude="12"),
    "a withdrawn city": lambda: change_record(City, "betaville", state="draft"),
    "a role": lambda: InitiativeCity.objects.filter(initiative__slug="one", role="lead").update(
        role="reference"
    ),
    "another role": lambda: InitiativeCity.objects.create(
        initiative=Initiative.objects.get(slug="two"), city=City.objects.get(slug="betaville"), role="partner"
    ),
    "a pillar": lambda: change_record(Theme, "lamps", pillar="security"),
    "a published draft": lambda: change_record(Initiative, "hidden", state="published"),
    "a withdrawn initiative": lambda: change_record(Initiative, "one", state="draft"),
}


@pytest.mark.parametrize("change", IRRELEVANT_CHANGES.values(), ids=IRRELEVANT_CHANGES)
def test_a_map_stays_cached_after_an_irrelevant_change(layouts, change):
    before = get_map()
    change()
    assert get_map() is before
    assert len(layouts) == 1


@pytest.mark.parametrize("change", RELEVANT_CHANGES.values(), ids=RELEVANT_CHANGES)
def test_a_map_is_recomputed_after_a_relevant_change(layouts, change):
    before = get_map()
    change()
    assert get_map() != before
    assert len(layouts) == 2


def test_a_filtered_map_follows_the_filtered_records(layouts):
    before = get_map("status=agreed")
    change_record(Initiative, "two", status="agreed")
    assert get_map("status=agreed") != before
    assert len(layouts) == 2


def test_the_legend_of_a_map_filtered_by_pillar_follows_the_other_pillars(layouts):
    before = get_map("pillar=governance")
    assert before.pillars["security"] == 0
    Initiative.objects.get(slug="two").themes.add(make.make_theme("tunnels", pillar="security"))
    assert get_map("pillar=governance").pillars["security"] == 1


def test_a_map_with_very_many_filters_is_not_cached(layouts, monkeypatch):
    monkeypatch.setattr(module, "MAX_CACHED_QUERY", len("?city=alphaville"))
    for query in ("city=alphaville", "city=alphaville&city=betaville"):
        assert vars(get_map(query)) == vars(get_map(query)) != vars(get_map())
    # The maps of one city and of all cities are computed once, and the map of two cities twice.
    assert len(layouts) == 4


def test_a_map_of_cities_follows_their_list(layouts):
    before = get_map("country=xb", listing=CITIES)
    change_record(City, "alphaville", country=Country.objects.get(slug="xb"))
    assert get_map("country=xb", listing=CITIES) != before


def test_each_language_and_each_filter_has_its_own_map(layouts):
    def once_each():
        maps = [get_map(), get_map("city=alphaville"), get_map("", listing=CITIES)]
        with translation.override("ru"):
            return [*maps, get_map()]

    assert list(map(id, once_each())) == list(map(id, once_each()))
    assert len(layouts) == 4
