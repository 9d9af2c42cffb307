"""What lists show of a record: dates in words, and choices in the order of the alphabet."""

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
    """The column `name` of a list: where it holds dates as reports give them, in words."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    return formatted_dates(field) if isinstance(field, EDTFField) else name


def formatted_dates(field: EDTFField) -> Callable:
    """The dates of a column as people write them; sorted as they are stored, which is by time."""

    @admin.display(description=field.verbose_name, ordering=field.name)
    def shown(record) -> str | None:
        text = getattr(record, field.name)
        return edtf.format_date(text) if text else None

    # Django calls the cells after it.
    shown.__name__ = field.name
    return shown


def format_timestamp(when) -> str:
    """A day and an hour, each in one piece: at most two lines of a narrow column."""
    when = localtime(when)
    day = date_format(when, "SHORT_DATE_FORMAT").replace(" ", "\xa0")
    return format_html(
        '<time datetime="{}">{} {}</time>', when.isoformat(timespec="seconds"), day, date_format(when, "H:i")
    )


class AlphabeticalFilter(admin.RelatedFieldListFilter):
    """A filter whose choices come in the order of their names in the curator's language, not of their slugs."""

    def field_choices(self, field, request, model_admin):
        language = active_language()
        choices = super().field_choices(field, request, model_admin)
        return sorted(choices, key=lambda choice: collation_key(choice[1], language))


def alphabetical_filter(model: type[Model], name: str) -> str | tuple[str, type]:
    """The filter `name` of a list: where it is by another kind of record, in alphabetical order."""
    return (name, AlphabeticalFilter) if model._meta.get_field(name).is_relation else name
