"""How much there is of each kind with a place, and the lists that show it."""

from dataclasses import dataclass

from django.db.models import Model, QuerySet
from django.utils.translation import npgettext

from sco_cities.facet_index.state import IndexState
from sco_cities.sources.base_models import Record
from sco_cities.sources.related_records import RelatedRecords, list_url, related_records

from .columns import CITIES
from .models import City, Country

# So many cities of a country are named.
FIRST = 20


@dataclass(frozen=True)
class RelatedCount:
    """The number of published records of a kind, the word after it, and the address of their list."""

    number: int
    word: str
    address: str


def related_counts(state: IndexState, country: Country) -> list[RelatedCount]:
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


def _count(state: IndexState, model: type[Model], relation: str, country: Country, word) -> RelatedCount:
    counted = model._meta.get_field(relation).related_model
    number = len(state.having(counted.collection, "country", country.pk))
    return RelatedCount(number, word(number), list_url(counted, country=country.slug))


def of_city(state: IndexState, city: City, relation: str) -> RelatedRecords:
    """The first of a city's delegates, organisations or events."""
    records = getattr(city, relation)
    count = len(state.having(relation, "city", city.pk))
    return related_records(records.published().for_mention(), count, city=city.slug)


def delegates_of(state: IndexState, country: Country) -> RelatedRecords:
    """The first delegates of a country, its own and those of its cities."""
    delegates: QuerySet = Country._meta.get_field("delegates").related_model.objects.published()
    count = len(state.having("delegates", "country", country.pk))
    return related_records(delegates.in_countries([country.slug]).for_mention(), count, country=country.slug)


def cities_of(state: IndexState, country: Country) -> RelatedRecords:
    """The cities of a country with most initiatives, each with the numbers of those by its role in them."""
    cities = state.having("cities", "country", country.pk)
    having, published = state.facet("initiatives", "city"), state.published("initiatives")
    names = state.index("cities").records

    def rank(key: int) -> tuple[int, str]:
        return -having[key].intersection_cardinality(published) if key in having else 0, names[key].name_en

    first: list[Record] = CITIES.read(sorted(cities, key=rank)[:FIRST], state)
    return RelatedRecords(first, len(cities), list_url(City, country=country.slug))
