"""The peers with which a city is compared, selected by a rule or by the reader."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _
from pyroaring import BitMap

from initiatives.columns import INITIATIVES
from sco_cities.cities.models import PEER_RULES, City, Country, CountryGroup, Place, segment
from sco_cities.dashboard.dossier.views import place_of
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.collation import collation_key
from sco_cities.i18n.languages import active_language
from sco_cities.listings import querystring, registered_functions
from sco_cities.listings.filter_options import RecordChoices, label_sort_keys
from sco_cities.listings.querystring import QueryError, not_found

PARTNERS, COUNTRY, SIZE = PEER_RULES
# Query parameters.
PEERS, WITH_COUNTRY = "peers", "with_country"
# A similar population is at least half and at most twice the city's population.
SIZE_FACTOR = 2
# Maximum number of places and groups that can be chosen, because each of them may need a query.
MAX_CHOSEN = 20
COLLECTION = INITIATIVES.collection
_NONE = BitMap()


@dataclass(frozen=True)
class PeerGroup:
    """The published cities with which a city is compared, sorted alphabetically in the reader's language.

    `choice` is one of `PEER_RULES`, or "" for cities that the reader chose. If cities of a similar size are chosen,
    `least` and `most` limit the population. If there is a `country`, only initiatives that involve it are compared.
    """

    choice: str
    cities: list[City]
    least: int | None = None
    most: int | None = None
    country: Country | None = None


@dataclass
class PeerQuery:
    """The peers in a query string, selected by a rule or as `chosen` places and groups, and optionally a country.

    `chosen` maps the values in the query string to records. `error` is "" if all values are valid.
    """

    choice: str
    chosen: dict[str, Place | CountryGroup] = field(default_factory=dict)
    country: Country | None = None
    error: str = ""


def rules(city: City) -> tuple[str, ...]:
    """Returns the rules for the peers of a city. Similar sizes require that the city's population is known."""
    return tuple(rule for rule in PEER_RULES if rule != SIZE or city.population)


def published_groups(state: IndexState) -> list[CountryGroup]:
    """Returns the published groups with their countries, sorted alphabetically in the reader's language."""
    groups = CountryGroup.objects.using(state.using).published().prefetch_related("countries", "former_slugs")
    return sorted(groups, key=lambda group: collation_key(group.name, active_language()))


def published_countries(state: IndexState) -> list[Country]:
    """Returns the published countries, sorted alphabetically in the reader's language."""
    choices = RecordChoices(Country.collection, state)
    return sorted(choices.by_slug.values(), key=lambda country: choices.label_sort_keys[country.pk])


def read_peers(state: IndexState, city: City, params: QueryDict, groups: list[CountryGroup]) -> PeerQuery:
    """Reads the peers from a query string. Invalid values are skipped, and `error` describes the first of them."""
    values = querystring.values(params, PEERS) or [PARTNERS]
    known = rules(city)
    rule = next((value for value in values if value in known), "")
    query = PeerQuery(rule if len(values) == 1 else "")
    if len(values) > MAX_CHOSEN:
        query.error = _("Choose at most %(most)s places.") % {"most": MAX_CHOSEN}
    elif rule and not query.choice:
        query.error = _(
            "“%(value)s” cannot be combined with other values. Remove it or the other values."
        ) % {"value": rule}
    for value in values[:MAX_CHOSEN]:
        if value in known:
            continue
        record = place_of(state, value) or _group(groups, value)
        if record is None:
            query.error = query.error or _not_found(state, value, (City, Country), groups)
        elif record == city:
            query.error = query.error or _("A city cannot be compared with itself. Choose another place.")
        else:
            query.chosen[record.slug if isinstance(record, CountryGroup) else segment(record)] = record
    _read_country(state, querystring.values(params, WITH_COUNTRY), query)
    return query


def _read_country(state: IndexState, values: list[str], query: PeerQuery) -> None:
    if len(values) > 1:
        query.error = query.error or _("Enter only one value, not %(count)s.") % {"count": len(values)}
    elif values:
        place = place_of(state, values[0])
        if isinstance(place, Country):
            query.country = place
        else:
            query.error = query.error or _not_found(state, values[0], (Country,))


def _group(groups: Iterable[CountryGroup], text: str) -> CountryGroup | None:
    """Returns the group with this slug, former slug or name in any language. Returns None if no group matches."""
    return next((group for group in groups if text.casefold() in _names(group)), None)


def _names(group: CountryGroup) -> set[str]:
    former = (each.slug for each in group.former_slugs.all())
    names = (group.slug, *former, group.name_en, group.name_ru, group.name_zh)
    return {name.casefold() for name in names if name}


def _not_found(
    state: IndexState, value: str, models: Iterable[type[Place]], groups: Iterable[CountryGroup] = ()
) -> QueryError:
    """Returns the error for an unknown value, which suggests records with this or a similar name."""
    named, known = [], {group.slug for group in groups}
    for model in models:
        records = state.index(model.collection).records
        named += [records[key].slug for key in registered_functions.named(model.collection, value, state)]
        known |= RecordChoices(model.collection, state).by_slug.keys()
    return not_found(value, value.casefold(), named, sorted(known))


def peer_group(state: IndexState, city: City, query: PeerQuery) -> PeerGroup:
    """Returns the peers of `city`."""
    records = state.index(City.collection).records
    others = [records[key] for key in state.published(City.collection) if key != city.pk]
    least = most = None
    match query.choice:
        case "country":
            peers = [other for other in others if other.country_id == city.country_id]
        case "size":
            # Both limits are whole numbers of inhabitants, so the lower limit is rounded up.
            least, most = -(-city.population // SIZE_FACTOR), city.population * SIZE_FACTOR
            peers = [other for other in others if least <= (other.population or -1) <= most]
        case "partners":
            own, by_city = state.filter_keys(COLLECTION, "city", city.pk), state.facet(COLLECTION, "city")
            peers = [other for other in others if by_city.get(other.pk, _NONE).intersect(own)]
        case _:
            keys, countries = _chosen_keys(query)
            peers = [other for other in others if other.pk in keys or other.country_id in countries]
    order = label_sort_keys(state, City.collection)
    peers.sort(key=lambda peer: (order[peer.pk], peer.slug))
    return PeerGroup(query.choice, peers, least, most, query.country)


def _chosen_keys(query: PeerQuery) -> tuple[set[int], set[int]]:
    """Returns the keys of the chosen cities, and the keys of the countries chosen individually or in groups."""
    records = query.chosen.values()
    groups = [record.countries.all() for record in records if isinstance(record, CountryGroup)]
    countries = [record for record in records if isinstance(record, Country)]
    countries += (country for group in groups for country in group if country.is_published)
    return {record.pk for record in records if isinstance(record, City)}, {each.pk for each in countries}
