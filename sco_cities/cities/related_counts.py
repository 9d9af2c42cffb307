"""How much there is of each kind with a place, and the lists that show it."""

from dataclasses import dataclass

from django.db.models import Model, QuerySet
from django.utils.translation import npgettext

from sco_cities.facet_index.state import State
from sco_cities.sources.base_models import Record
from sco_cities.sources.related_records import Related, list_address, related

from .columns import CITIES
from .models import City, Country

# So many cities of a country are named.
FIRST = 20


@dataclass(frozen=True)
class Count:
    """The number of published records of a kind, the word after it, and the address of their list."""

    number: int
    word: str
    address: str


def counts_with(state: State, country: Country) -> list[Count]:
    """The initiatives, events, delegates and organisations of a country, as many as their lists find."""
    # These stand above cities: they are reached by the names of their relations, nothing is imported.
    return [
        _count(
            state,
            Country,
            "initiatives",
            country,
            lambda n: npgettext("after a number", "initiative", "initiatives", n),
        ),
        _count(state, City, "events", country, lambda n: npgettext("after a number", "event", "events", n)),
        _count(
            state,
            Country,
            "delegates",
            country,
            lambda n: npgettext("after a number", "delegate", "delegates", n),
        ),
        _count(
            state,
            Country,
            "organisations",
            country,
            lambda n: npgettext("after a number", "organisation", "organisations", n),
        ),
    ]


def _count(state: State, model: type[Model], relation: str, country: Country, word) -> Count:
    counted = model._meta.get_field(relation).related_model
    number = len(state.having(counted.collection, "country", country.pk))
    return Count(number, word(number), list_address(counted, country=country.slug))


def of_city(state: State, city: City, relation: str) -> Related:
    """The first of a city's delegates, organisations or events."""
    records = getattr(city, relation)
    count = len(state.having(relation, "city", city.pk))
    return related(records.published().for_mention(), count, city=city.slug)


def delegates_of(state: State, country: Country) -> Related:
    """The first delegates of a country, its own and those of its cities."""
    delegates: QuerySet = Country._meta.get_field("delegates").related_model.objects.published()
    count = len(state.having("delegates", "country", country.pk))
    return related(delegates.in_countries([country.slug]).for_mention(), count, country=country.slug)


def cities_of(state: State, country: Country) -> Related:
    """The cities of a country with most initiatives, each with the numbers of those by its role in them."""
    cities = state.having("cities", "country", country.pk)
    having, published = state.facet("initiatives", "city"), state.published("initiatives")
    names = state.index("cities").records

    def rank(key: int) -> tuple[int, str]:
        return -having[key].intersection_cardinality(published) if key in having else 0, names[key].name_en

    first: list[Record] = CITIES.read(sorted(cities, key=rank)[:FIRST], state)
    return Related(first, len(cities), list_address(City, country=country.slug))
