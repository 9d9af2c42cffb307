"""The JSON schema of filters, from the declarations of all lists."""

from collections import defaultdict
from typing import Any

from sco_cities.api.json_schema import Schema
from sco_cities.api.parameter_schema import filter_parameter
from sco_cities.listings.all_of_filter import MATCH_CHOICES
from sco_cities.listings.listing import Listing
from sco_cities.search.searchable_lists import SEARCHABLE_LISTS


def filters_schema() -> Schema:
    """The filters of all lists as one object.

    Models call tools with one flat schema better than with a choice of nine, and some refuse such a choice. So each
    filter says which lists have it.
    """
    lists: dict[str, list[str]] = defaultdict(list)
    labels: dict[str, str] = {}
    codes: dict[str, dict[str, None]] = defaultdict(dict)
    is_number: dict[str, bool] = {}
    for listing in _listings():
        for name, item in listing.filterset.base_filters.items():
            parameter = filter_parameter(name, item)
            lists[name].append(listing.collection)
            labels.setdefault(name, parameter["description"])
            is_number[name] = parameter["schema"]["type"] == "integer"
            codes[name] |= dict.fromkeys(parameter["schema"].get("items", {}).get("enum", ()))
    properties = {
        name: _filter_schema(
            f"{label} ({', '.join(lists[name])})", list(codes[name]), is_number=is_number[name]
        )
        for name, label in labels.items()
    }
    for listing in _listings():
        for name, match in listing.match_parameters.items():
            properties[match] = {
                "type": "string",
                "enum": list(MATCH_CHOICES),
                "description": f"Whether records have any or all values of {name} ({listing.collection}).",
            }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _listings() -> list[Listing]:
    return [kind.listing for kind in SEARCHABLE_LISTS]


def _filter_schema(description: str, codes: list[str], *, is_number: bool) -> Schema:
    if is_number:
        return {"type": "integer", "description": description}
    items: dict[str, Any] = {"type": "string"} | ({"enum": codes} if codes else {})
    return {"type": "array", "items": items, "description": description}


def sort_names() -> str:
    """By list, the columns that it can be sorted by, in words."""
    return _by_list({listing.collection: list(listing.sorts) for listing in _listings()})


def countable_filters() -> str:
    """By list, the filters whose values can be counted, in words."""
    return _by_list({listing.collection: listing.countable_filters for listing in _listings()})


def _by_list(names: dict[str, list[str]]) -> str:
    return " ".join(f"{name}: {', '.join(each)}." for name, each in names.items())
