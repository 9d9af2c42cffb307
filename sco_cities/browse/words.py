"""The heading of a list: what is listed, said in words."""

from django.utils.translation import gettext as _


def named(facet, value: str) -> str:
    """A filter value by its name, or as it was given where it has none."""
    labels = {option.value: option.label for option in facet.options}
    return str(labels.get(value) or labels.get(value.lower()) or value)


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


def phrase(template: str, facet) -> str:
    """What the active filter `facet` keeps: "with Almaty or Osh"."""
    values = [named(facet, value) for value in facet.values]
    if not facet.options:
        values = [f"“{value}”" if facet.name == "q" else value for value in values]
    return str(template) % joined(values)


def heading(counted: str, phrases: list[str]) -> str:
    """ "12 initiatives" with what narrows them; a phrase with a leading comma stands apart from the first on."""
    text = counted
    for place, part in enumerate(phrases):
        part = part.removeprefix(", ") if place else part
        text += f", {part}" if place else (part if part.startswith(", ") else f" {part}")
    return text
