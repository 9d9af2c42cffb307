"""The tool that counts records by the values of a filter."""

from django.http import HttpRequest
from django.urls import reverse

from sco_cities.api.markdown import address, escape
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.i18n.punctuation import with_label, with_remark
from sco_cities.listings import querystring

from .answer import Answer, empty_list_advice
from .arguments import Arguments

DEFAULT_VALUES, MAX_VALUES = 25, 100


def count_by(arguments: Arguments, request: HttpRequest) -> Answer:
    """The number of records, and for each value of a filter the number of those with it, the most frequent first."""
    list_query = arguments.list_query()
    name = arguments.choice("by", list_query.listing.countable_filters)
    limit = arguments.number("limit", DEFAULT_VALUES, MAX_VALUES)
    item = list_query.filterset.filters[name]
    # One more shows whether there are others.
    options = item.options(list_query.state, list_query.result_set.keys, [], limit + 1)
    found = sorted((each for each in options.visible if each.count), key=lambda each: -each.count)
    list_url = request.build_absolute_uri(reverse(f"{list_query.listing.collection}-list"))
    page_url = list_url + querystring.without(list_query.params).removesuffix("?")

    def url(value: str) -> str | None:
        # Records with this value and a selected one of the same filter: the list of one value has others.
        return (
            None
            if name in list_query.params
            else list_url + querystring.replacing(list_query.params, (name, value))
        )

    values = [
        {"value": each.value, "label": str(each.label), "count": each.count, "url": url(each.value)}
        for each in found[:limit]
    ]
    is_complete = len(found) <= limit
    count = list_query.result_set.count()
    data = {"count": count, "page_url": page_url, "by": name, "values": values, "is_complete": is_complete}
    advice, advice_data = empty_list_advice(list_query, list_url)
    if advice:
        return Answer(
            "\n".join([f"# {escape(list_query.heading)}", address(page_url), "", *advice]), data | advice_data
        )
    lines = [f"# {escape(list_query.heading)}", address(page_url), "", with_label(item.label, "").rstrip()]
    for each in values:
        link = f" {address(each['url'])}" if each["url"] else ""
        label = with_remark(escape(each["label"]), each["value"])
        lines.append(f"- {with_label(label, GroupedInt(each['count']))}{link}")
    return Answer("\n".join(lines if is_complete else [*lines, "- …"]), data)
