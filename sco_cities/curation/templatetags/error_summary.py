"""A summary of form errors for the top of a page."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms, template
from django.utils.text import capfirst
from django.utils.translation import gettext as _

register = template.Library()


@dataclass(frozen=True)
class ErrorLink:
    """A field error. `label` names the field, and `anchor` is the id of its control."""

    label: str
    anchor: str
    text: str


@register.simple_tag
def error_summary(adminform, inline_admin_formsets) -> list[ErrorLink]:
    """Returns the errors of all visible fields in a change form and its inlines, in page order."""
    links = [*_links(adminform.form)]
    for inline in inline_admin_formsets:
        for number, form in enumerate(inline.formset.forms, 1):
            where = _("%(rows)s, row %(number)s") % {
                "rows": capfirst(inline.opts.verbose_name_plural),
                "number": number,
            }
            links += _links(form, where)
    return links


def _links(form: forms.BaseForm, where: str = "") -> Iterator[ErrorLink]:
    for field in form.visible_fields() if form.is_bound else ():
        label = str(capfirst(field.label))
        for text in field.errors:
            yield ErrorLink(f"{where}: {label}" if where else label, field.id_for_label, text)
