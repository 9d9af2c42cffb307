"""Places that we lack: a name that is exactly theirs is no misspelt name of one of our records."""

from functools import lru_cache

from sco_cities.facet_index.state import IndexState

from .gazetteer_names import city_names, country_names
from .name_forms import Script, forms_of_query, joined_forms, without_brackets

_KNOWN_NAMES = {"cities": city_names, "countries": country_names}


class OtherPlaces:
    """The names of cities or countries that are not among the published records."""

    def __init__(self, collection: str, ours: set[str]):
        self.collection = collection
        self._joined = set().union(
            *(names for key, names in _joined_names(collection).items() if key not in ours)
        )

    def __contains__(self, name: str) -> bool:
        return not self._joined.isdisjoint(_joined_parts(name, self.collection))


def is_place_of_other_kind(name: str, collection: str) -> bool:
    """Whether a name is exactly that of a country, of which no city is a misspelling; and the reverse."""
    other = {"cities": "countries", "countries": "cities"}.get(collection)
    return other is not None and not _all_joined_names(other).isdisjoint(_joined_parts(name, other))


def _joined_parts(name: str, collection: str) -> set[str]:
    """A name, and what is before and in its brackets, as they are compared."""
    outer, inner = without_brackets(name)
    forms = (form for each in {name, outer, *inner} for form in forms_of_query(each, collection))
    return {form.joined for form in forms if form.script != Script.READING}


def other_places(collection: str, state: IndexState) -> OtherPlaces:
    """The places of the gazetteers that we lack; none of kinds that have no gazetteer."""
    index, published = state.index(collection), state.published(collection)
    identifier = "geonames_id" if collection == "cities" else "slug"

    def read() -> OtherPlaces:
        ours = {str(getattr(index.records[key], identifier)) for key in published} if index.records else set()
        return OtherPlaces(collection, ours)

    return state.memoize(("other places", collection), (index.changes, published), read)


@lru_cache(maxsize=8)
def _joined_names(collection: str) -> dict[str, frozenset[str]]:
    """The names of known places as they are compared, by GeoNames number or code."""
    names = _KNOWN_NAMES[collection]() if collection in _KNOWN_NAMES else {}
    return {key: frozenset(joined_forms(texts, collection)) for key, texts in names.items()}


@lru_cache(maxsize=2)
def _all_joined_names(collection: str) -> frozenset[str]:
    return frozenset().union(*_joined_names(collection).values())
