"""What was typed into a form that cannot be saved any more, to be read and copied."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.text import capfirst


def unsaved_input(form, formsets) -> list[tuple[str, list[tuple[str, str]]]]:
    """By heading, what each field is called and what was typed into it; nothing of empty ones."""
    found = [("", list(_typed(form)))]
    for formset in formsets:
        heading = capfirst(formset.model._meta.verbose_name)
        found += [(heading, list(_typed(row))) for row in formset.forms]
    return [(heading, typed) for heading, typed in found if typed]


def _typed(form) -> Iterator[tuple[str, str]]:
    for bound in form.visible_fields():
        if bound.data and bound.name != "DELETE":
            yield capfirst(bound.label), _format_value(bound)


def _format_value(bound) -> str:
    try:
        value = bound.field.clean(bound.data)
    except ValidationError:
        value = bound.data
    choices = dict(getattr(bound.field, "choices", ()) if isinstance(value, str) else ())
    if isinstance(value, str):
        return str(choices.get(value, value))
    return str(value) if not hasattr(value, "__iter__") else ", ".join(map(str, value))
