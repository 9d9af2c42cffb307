"""The input of a form that can no longer be saved, so that the curator can copy it."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.text import capfirst

from sco_cities.i18n.punctuation import comma_list


def unsaved_input(form, formsets) -> list[tuple[str, list[tuple[str, str]]]]:
    """(heading, [(label, text)]) for the form and each row; empty fields are left out."""
    sections = [("", list(_field_values(form)))]
    for formset in formsets:
        heading = capfirst(formset.model._meta.verbose_name)
        sections += [(heading, list(_field_values(row))) for row in formset.forms]
    return [(heading, values) for heading, values in sections if values]


def _field_values(form) -> Iterator[tuple[str, str]]:
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
    return str(value) if not hasattr(value, "__iter__") else comma_list(value)
