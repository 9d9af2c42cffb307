"""The values of a form as a browser submits them, from a page or from Django's forms."""

from collections.abc import Iterator
from unittest.mock import patch

from bs4 import BeautifulSoup
from django import forms
from django.template.response import SimpleTemplateResponse
from django.test import Client


def form_values(html: str | bytes, selector: str) -> dict[str, str | list[str]]:
    """Maps the field names of the unchanged form that `selector` finds to their values.

    The value of a multiple select is a list.
    """
    values: dict[str, str | list[str]] = {}
    form = BeautifulSoup(html, "lxml").select_one(selector)
    for field in form.select("input[name], textarea[name], select[name]"):
        name = field["name"]
        if field.name == "textarea":
            values[name] = field.text.removeprefix("\n")
        elif field.name == "select":
            selected = [option["value"] for option in field.select("option[selected]")]
            if field.has_attr("multiple"):
                values[name] = selected
            elif options := field.select("option"):
                values[name] = (selected or [options[0]["value"]])[0]
        elif field.get("type") in {"checkbox", "radio"}:
            if field.has_attr("checked"):
                values[name] = field.get("value", "on")
        elif field.get("type") not in {"submit", "button"}:
            values[name] = field.get("value", "")
    return values


def unrendered_form_values(client: Client, url: str) -> dict[str, str | list[str]]:
    """Returns `form_values` of an admin form without rendering its page, which takes three times as long."""
    with patch.object(SimpleTemplateResponse, "rendered_content", ""):
        context = client.get(url).context_data
    every_form = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        every_form += [inline.formset.management_form, *inline.formset.forms]
        if inline.has_add_permission:
            every_form.append(inline.formset.empty_form)
    values: dict[str, str | list[str]] = {}
    for form in every_form:
        for bound in form:
            values |= _widget_values(bound.field.widget, bound.html_name, bound.value())
    return values


def _widget_values(widget: forms.Widget, name: str, value) -> Iterator[tuple[str, str | list[str]]]:
    """Returns the pairs of name and value, if any, that a browser submits for a widget."""
    # Django's admin wraps the widgets of references.
    widget = getattr(widget, "widget", widget)
    if isinstance(widget, forms.MultiWidget):
        values = widget.decompress(value)
        for part, suffix, each in zip(widget.widgets, widget.widgets_names, values, strict=True):
            yield from _widget_values(part, name + suffix, each)
    elif isinstance(widget, forms.CheckboxInput):
        if widget.check_test(value):
            yield name, "on"
    elif isinstance(widget, forms.RadioSelect):
        if checked := widget.format_value(value):
            yield name, checked[-1]
    elif isinstance(widget, forms.SelectMultiple):
        yield name, widget.format_value(value)
    elif isinstance(widget, forms.Select):
        groups = widget.optgroups(name, widget.format_value(value))
        options = [option for _label, group, _index in groups for option in group]
        chosen = next((option for option in options if option["selected"]), options[0])
        yield name, str(chosen["value"])
    else:
        yield name, widget.format_value(value) or ""
