"""List headings, which describe the active filters, labels of values, and messages about contradictory values."""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sco_cities.i18n.punctuation import Typeset, comma_list

from .fields import NOT, divide
from .filters import ListFilter

# Matches a placeholder in quotation marks, as in the Russian phrase "статус «%s»".
_QUOTED_PLACEHOLDER = re.compile("[«“]%s[»”]")


class Phrase(NamedTuple):
    """The text for an active filter in a heading. If `comma_before` is set, a comma separates it from the count."""

    text: str
    comma_before: bool = False


def value_label(item: ListFilter, value: str) -> str:
    """The label of a filter value, such as "completed" or "not completed". Values without a label stay unchanged."""
    # Search words and years have no labels.
    if not item.has_options:
        return value
    label = item.label_of(value.removeprefix(NOT))
    return excluded_label(label) if value.startswith(NOT) else label


def excluded_label(label: str) -> str:
    """The label of an excluded value, such as "not completed"."""
    return pgettext("a choice that is left out", "not %(value)s") % {"value": label}


def join_alternatives(items: list[str]) -> str:
    """Joins labels as in "Almaty", "Almaty or Osh", "Almaty, Osh or Kazan". If there are many, counts the rest."""
    if len(items) > 4:
        return _("%(first)s or any of %(others)s more") % {
            "first": comma_list(items[:2]),
            "others": len(items) - 2,
        }
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s or %(last)s") % {"first": comma_list(items[:-1]), "last": items[-1]}


def phrases(name: str, item: ListFilter, values: list[str]) -> list[Phrase]:
    """Describes the values of a filter, such as "with Almaty or Osh" and, if excluded, "not with Kazan".

    If the translated phrase quotes the value, each of several values is quoted, as in «согласовано» или «действует».
    """

    def make_phrase(labels: list[str], pattern: str = "%s") -> Phrase:
        template = pattern.replace("%s", str(item.phrase))
        if quoted := _QUOTED_PLACEHOLDER.search(template):
            template = template.replace(quoted[0], "%s")
            labels = [quoted[0].replace("%s", label) for label in labels]
        # Labels are inserted last, because a "%s" in text typed by a reader is not a placeholder.
        return Phrase(template.replace("%s", join_alternatives(labels)), item.comma_before)

    if not item.has_options:
        quoted = pgettext("words that are searched for", "“%s”")
        return [make_phrase([quoted.replace("%s", value) if name == "q" else value for value in values])]
    included, excluded = divide(values)
    result = []
    if included:
        result.append(make_phrase([value_label(item, value) for value in included]))
    if excluded:
        labels = [value_label(item, value.removeprefix(NOT)) for value in excluded]
        # Translators: of a list, after "12 initiatives": %s is "with Kazan" or "agreed".
        result.append(make_phrase(labels, pgettext("what a list leaves out", "not %s")))
    return result


def heading(count_label: str, filters: list[Phrase]) -> str:
    """Combines a count and the texts of filters, as in "12 initiatives with Osh, agreed"."""
    if not filters:
        return Typeset(count_label)
    # Translators: separates the filters in a heading: "12 initiatives with Osh, agreed".
    separator = pgettext("between what narrows a list", ", ")
    parts = {"counted": count_label, "narrowed": separator.join(each.text for each in filters)}
    if filters[0].comma_before:
        # Translators: the heading of a list, such as "12 initiatives, agreed, with Osh".
        return Typeset(pgettext("heading, then what is no attribute", "%(counted)s, %(narrowed)s") % parts)
    # Translators: the heading of a list, such as "12 initiatives with Osh, agreed".
    # If filters have labels in your language ("country: Kazakhstan"), add a colon or brackets.
    return Typeset(pgettext("heading, then an attribute", "%(counted)s %(narrowed)s") % parts)


def contradiction(item: ListFilter, values: list[str]) -> str:
    """A sentence that names the values both included and excluded by a filter. "" if there are none."""
    if not item.has_options:
        return ""
    excluded = {value.removeprefix(NOT).lower() for value in values if value.startswith(NOT)}
    both = [value_label(item, value) for value in values if value.lower() in excluded]
    if not both:
        return ""
    return _("%(filter)s: “%(value)s” is both selected and excluded. Remove one of the two.") % {
        "filter": item.label,
        "value": join_alternatives(both),
    }
