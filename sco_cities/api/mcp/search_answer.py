"""The tool that searches: the ids of records, in the shape that assistants expect of a tool with this name."""

from itertools import chain, zip_longest
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sco_cities.api.search_document import search_document
from sco_cities.listings.fields import SearchField

from .answer import Answer, InvalidArguments
from .arguments import Arguments
from .json_rpc import JsonObject
from .record_answers import MAX_SIZE


def search(arguments: Arguments, request: HttpRequest) -> Answer:
    """The best matches, joint initiatives and themes, then the first hits of each kind in turn."""
    try:
        phrases = SearchField().clean([arguments.text("query")])
    except ValidationError as error:
        raise InvalidArguments({"query": error.messages}) from None
    found = search_document(phrases, request)
    hits = [*found["best_matches"], *(found["joint_initiatives"] or {"hits": []})["hits"]]
    for theme in found["themes"]:
        url = request.build_absolute_uri(reverse("themes-record", args=[theme["slug"]]))
        hits.append(theme | {"kind": "themes", "url": url})
    hits += filter(None, chain.from_iterable(zip_longest(*(group["hits"] for group in found["groups"]))))
    results = list({result["id"]: result for result in map(_result, hits)}.values())[:MAX_SIZE]
    document: JsonObject = {"results": results}
    if found["did_you_mean"]:
        document["did_you_mean"] = found["did_you_mean"]
    if not results:
        document["advice"] = _(
            "No record has all of these words. Search for fewer words or for one name, without the words of a "
            "question, or use list_records with filters, whose values count_by lists."
        )
    return Answer.of_document(document)


def _result(hit: dict[str, Any]) -> JsonObject:
    return {"id": f"{hit['kind']}:{hit['slug']}", "title": hit["name"], "url": hit["url"]}
