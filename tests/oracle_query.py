"""The oracle's result for the query string of a list, from the name and the values of each filter."""

from collections.abc import Callable

from django.http import QueryDict

from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import registered_functions
from tests.sql_oracle import NAMED, SPANS, Oracle

# Parameters that are not filters with included and excluded values.
_OTHERS = ("sort", "year_from", "year_to", "q")


def matching_keys(oracle: Oracle, collection: str, query: str) -> set[int]:
    """The keys of the records that a list shows for a query string."""
    params = QueryDict(query)
    years = (int(params[name]) if name in params else None for name in ("year_from", "year_to"))
    keys = oracle.matching_keys(collection, {}, tuple(years))
    if phrases := params.getlist("q"):
        # The search has a separate index and separate tests.
        with facet_index(collection) as state:
            keys &= set(registered_functions.search(collection, phrases, state))
    for name in params.keys() - set(_OTHERS):
        values = [value.strip() for value in params.getlist(name)]
        included = [_test(oracle, collection, name, value) for value in values if not value.startswith("-")]
        excluded = [_test(oracle, collection, name, value[1:]) for value in values if value.startswith("-")]
        keys = {
            key
            for key in keys
            if (not included or any(test(key) for test in included))
            and not any(test(key) for test in excluded)
        }
    return keys


def ordered_keys(oracle: Oracle, collection: str, query: str, default_sort: str) -> list[int]:
    """The keys that `matching_keys` returns, in the order of the list."""
    sort = QueryDict(query).get("sort", default_sort)
    return oracle.ordered(collection, sort, matching_keys(oracle, collection, query))


def _test(oracle: Oracle, collection: str, name: str, value: str) -> Callable[[int], bool]:
    """Returns a function that tests whether the record with a key has a value of a filter."""
    if name == "started":
        return lambda key: _starts_in(oracle.rows[collection][key][SPANS[collection][0]], value)
    of_record = oracle.values[collection][name]
    if name not in NAMED:
        return lambda key: value in of_record(key)
    # The value "a,b" means that the record is related to both a and b.
    slugs = {slug.strip() for slug in value.split(",")}
    wanted = {key for key, row in oracle.rows[NAMED[name]].items() if row["slug"] in slugs}
    assert len(wanted) == len(slugs), value
    return lambda key: wanted <= of_record(key)


def _starts_in(start, value: str) -> bool:
    if value == "unknown" or start is None:
        return (value == "unknown") == (start is None)
    first, _slash, last = value.partition("/")
    first, last = (0 if first == ".." else int(first)), (9999 if last == ".." else int(last or first))
    return first <= start.year <= last
