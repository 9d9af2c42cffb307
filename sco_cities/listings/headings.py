"""What is listed, said in words: the heading of a list, its choices, and what contradicts itself in them."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sco_cities.i18n.punctuation import comma_list

from .fields import NOT
from .filters import ListFilter


class Phrase(NamedTuple):
    """What a filter keeps or leaves out, in words; it follows a comma wherever it `stands_apart`: ", agreed"."""

    words: str
    stands_apart: bool = False


def with_names(item: ListFilter, value: str) -> str:
    """What readers call a value of a filter: "completed", "not completed"; as it was given where it has no name."""
    # Typed words and years are what they are.
    if not item.has_options:
        return value
    label = item.label_of(value.removeprefix(NOT))
    return (
        pgettext("a choice that is left out", "not %(value)s") % {"value": label}
        if value.startswith(NOT)
        else label
    )


def join_alternatives(items: list[str]) -> str:
    """ "Almaty", "Almaty or Osh", "Almaty, Osh or Kazan"; of many, the first and the number of the others."""
    if len(items) > 4:
        return _("%(first)s or any of %(others)s more") % {
            "first": comma_list(items[:2]),
            "others": len(items) - 2,
        }
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s or %(last)s") % {"first": comma_list(items[:-1]), "last": items[-1]}


def phrases(name: str, item: ListFilter, values: list[str]) -> list[Phrase]:
    """What an active filter keeps and what it leaves out: "with Almaty or Osh", "not with Kazan"."""

    def said(names: list[str], pattern: str = "%s") -> Phrase:
        # Names last: a text that a reader has typed is no pattern.
        return Phrase(
            pattern.replace("%s", str(item.phrase)).replace("%s", join_alternatives(names)), item.stands_apart
        )

    if not item.has_options:
        quoted = pgettext("words that are searched for", "“%s”")
        return [said([quoted.replace("%s", value) if name == "q" else value for value in values])]
    unwanted = [value for value in values if value.startswith(NOT)]
    wanted = [value for value in values if value not in unwanted]
    kept = []
    if wanted:
        kept.append(said([with_names(item, value) for value in wanted]))
    if unwanted:
        names = [with_names(item, value.removeprefix(NOT)) for value in unwanted]
        # Translators: of a list, after "12 initiatives": %s is "with Kazan" or "agreed".
        kept.append(said(names, pgettext("what a list leaves out", "not %s")))
    return kept


def heading(counted: str, narrowed: list[Phrase]) -> str:
    """ "12 initiatives" with what narrows them: "12 initiatives with Osh, agreed"."""
    if not narrowed:
        return counted
    # Translators: stands between what narrows a list, as in "12 initiatives with Osh, agreed, on youth exchange".
    between = pgettext("between what narrows a list", ", ")
    said = {"counted": counted, "narrowed": between.join(each.words for each in narrowed)}
    if narrowed[0].stands_apart:
        # Translators: the heading of a list, such as "12 initiatives, agreed, with Osh".
        return pgettext("heading, then what is no attribute", "%(counted)s, %(narrowed)s") % said
    # Translators: the heading of a list, such as "12 initiatives with Osh, agreed". If what narrows it is rather
    # said with labels in your language ("country: Kazakhstan"), put a colon or brackets here.
    return pgettext("heading, then an attribute", "%(counted)s %(narrowed)s") % said


def contradiction(item: ListFilter, values: list[str]) -> str:
    """That a filter is asked for a value and told to leave it out at once, in a sentence; "" where it is not."""
    if not item.has_options:
        return ""
    unwanted = {value.removeprefix(NOT).lower() for value in values if value.startswith(NOT)}
    both = [with_names(item, value) for value in values if value.lower() in unwanted]
    if not both:
        return ""
    return _("%(filter)s: “%(value)s” is both selected and excluded. Remove one of the two.") % {
        "filter": item.label,
        "value": join_alternatives(both),
    }
