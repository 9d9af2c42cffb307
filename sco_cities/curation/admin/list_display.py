"""Columns and filters of changelists: readable dates, and filter choices in alphabetical order."""

from collections.abc import Callable

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime

from sco_cities.core import edtf
from sco_cities.core.fields import EDTFField
from sco_cities.i18n.collation import collation_key
from sco_cities.i18n.languages import active_language


def column(model: type[Model], name: str) -> str | Callable:
    """The entry `name` of `list_display`; a column of EDTF dates is formatted for reading."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    return formatted_dates(field) if isinstance(field, EDTFField) else name


def formatted_dates(field: EDTFField) -> Callable:
    """A list column with formatted EDTF dates; sorted by the stored text, so by time."""

    @admin.display(description=field.verbose_name, ordering=field.name)
    def display(record) -> str | None:
        text = getattr(record, field.name)
        return edtf.format_date(text) if text else None

    # Django derives the CSS class of the cells from it.
    display.__name__ = field.name
    return display


def format_timestamp(when) -> str:
    """Date and time, each without a line break inside: at most two lines in a narrow column."""
    when = localtime(when)
    day = date_format(when, "SHORT_DATE_FORMAT").replace(" ", "\xa0")
    return format_html(
        '<time datetime="{}">{} {}</time>', when.isoformat(timespec="seconds"), day, date_format(when, "H:i")
    )


class AlphabeticalFilter(admin.RelatedFieldListFilter):
    """A filter whose choices are sorted by name in the curator's language, not by slug."""

    def field_choices(self, field, request, model_admin):
        language = active_language()
        choices = super().field_choices(field, request, model_admin)
        return sorted(choices, key=lambda choice: collation_key(choice[1], language))


def alphabetical_filter(model: type[Model], name: str) -> str | tuple[str, type]:
    """The entry `name` of `list_filter`; the choices of a relation are in alphabetical order."""
    return (name, AlphabeticalFilter) if model._meta.get_field(name).is_relation else name
