"""The heading of a list: what is listed, said in words."""

from django.utils.translation import gettext as _

from .fields import NOT
from .filters import ListFilter


def named(item: ListFilter, value: str) -> str:
    """What readers call a value of a filter: "completed", "not completed"; as it was given where it has no name."""
    # Typed words and years are what they are.
    if not item.has_options:
        return value
    label = item.label_of(value.removeprefix(NOT))
    return _("not %(value)s") % {"value": label} if value.startswith(NOT) else label


def joined(items: list[str]) -> str:
    """ "Almaty", "Almaty or Osh", "Almaty, Osh or Kazan"; of many, the first and the number of the others."""
    if len(items) > 4:
        return _("%(first)s or any of %(others)s others") % {
            "first": ", ".join(items[:2]),
            "others": len(items) - 2,
        }
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s or %(last)s") % {"first": ", ".join(items[:-1]), "last": items[-1]}


def phrases(name: str, item: ListFilter, values: list[str]) -> list[str]:
    """What an active filter keeps and what it leaves out: ["with Almaty or Osh", "not with Kazan"]."""
    if not item.has_options:
        return [str(item.phrase) % joined([f"“{value}”" if name == "q" else value for value in values])]
    unwanted = [value for value in values if value.startswith(NOT)]
    wanted = [value for value in values if value not in unwanted]
    said = []
    if wanted:
        said.append(str(item.phrase) % joined([named(item, value) for value in wanted]))
    if unwanted:
        kept = str(item.phrase) % joined([named(item, value.removeprefix(NOT)) for value in unwanted])
        apart = ", " if kept.startswith(", ") else ""
        said.append(apart + _("not %(value)s") % {"value": kept.removeprefix(", ")})
    return said


def heading(counted: str, said: list[str]) -> str:
    """ "12 initiatives" with what narrows them; a phrase with a leading comma stands apart from the first on."""
    text = counted
    for place, part in enumerate(said):
        part = part.removeprefix(", ") if place else part
        text += f", {part}" if place else (part if part.startswith(", ") else f" {part}")
    return text
