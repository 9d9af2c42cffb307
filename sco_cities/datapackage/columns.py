"""The kinds of columns that the tables of the package have.

A column knows how a cell is read (`parse`), which records it names (`names`), which attributes of the model
it sets (`attributes`), how a stored value is written (`paths`, `writer`) and how the Frictionless schema
describes it (`schema`). Limits come from the model's fields, so that the package and the forms agree.
"""

import datetime
import re
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal as Number

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from sco_cities.core.fields import EDTFField
from sco_cities.sources.base_models import SLUG_PATTERN

from .errors import closest_match
from .natural_keys import COUNTRIES, COUNTRY_CODE, RecordKey, Stored, slug_of


class PackageColumn:
    """A column whose cell is the text of one attribute.

    `attribute` is the model's, where it is not the column's name; "" where the table puts it together from
    several columns. `required` is taken from the model's field unless it is given.
    """

    schema_type = "string"

    def __init__(self, name: str, description: str, *, attribute: str | None = None, path="", required=None):
        self.name = name
        self.description = description
        self.attribute = name if attribute is None else attribute
        self.paths: tuple[str, ...] = (path or self.attribute,)
        self.required = bool(required)
        self._required = required
        self.empty = ""
        self.unique = False
        self.field: models.Field | None = None

    def bind(self, model: type[models.Model]) -> None:
        """Takes limits and requiredness from the model's field."""
        if not self.attribute:
            return
        self.field = model._meta.get_field(self.attribute)
        self.unique = self.field.unique
        if self._required is None:
            self.required = not self.field.blank
        if self.field.null:
            self.empty = None

    def parse(self, cell: str):
        """The value of a cell; raises ValueError with a sentence that says what would be right."""
        if self.required and not cell.strip():
            raise ValueError(_("A value is required here."))
        if not cell:
            return self.empty
        value = self.convert(cell)
        wrong = []
        for validator in self.field.validators if self.field else ():
            try:
                validator(value)
            except ValidationError as error:
                wrong += error.messages
        if wrong:
            raise ValueError(" ".join(wrong))
        return value

    def convert(self, cell: str):
        """The value of a cell that is not empty; raises ValueError as `parse` does."""
        return cell

    def names(self, value) -> Iterable[RecordKey]:
        """The records that the value refers to."""
        return ()

    def attributes(self, value, stored: Stored) -> dict:
        """The model's attributes that the value sets; the records it names have been loaded into `stored`."""
        return {self.attribute: value} if self.attribute else {}

    def writer(self, among: Collection[int] | None) -> Callable[..., str]:
        """A function from the values at `paths` to the cell; `among` are the primary keys that it is for."""
        return lambda value: "" if value is None else str(value)

    def sort_key(self, cell: str):
        """What rows are put in order by."""
        return cell

    def constraints(self) -> dict:
        """The constraints of the Frictionless schema."""
        found = {}
        if self.required:
            found["required"] = True
        if self.unique:
            found["unique"] = True
        if self.field and self.field.max_length and not self.field.choices:
            found["maxLength"] = self.field.max_length
        return found

    def schema(self) -> dict:
        """The field of the Frictionless schema."""
        described = {"name": self.name, "type": self.schema_type, "description": self.description}
        constraints = self.constraints()
        return described | ({"constraints": constraints} if constraints else {})


class TextColumn(PackageColumn):
    """Text as it stands."""


class SlugColumn(PackageColumn):
    """The slug of the row's own record."""

    def constraints(self):
        return super().constraints() | {"pattern": SLUG_PATTERN}


class CountryCodeColumn(PackageColumn):
    """A country's own code: capitals in the package, the record's slug in the database."""

    def convert(self, cell):
        return slug_of(COUNTRIES, cell)

    def writer(self, among):
        return str.upper

    def constraints(self):
        return {"required": True, "unique": True, "pattern": COUNTRY_CODE}


class ChoiceColumn(PackageColumn):
    """One of the model's choices."""

    def bind(self, model):
        super().bind(model)
        self.choices = [value for value, _label in self.field.choices]

    def convert(self, cell):
        if cell not in self.choices:
            one_of = _("Use one of: %(choices)s.") % {"choices": ", ".join(self.choices)}
            raise ValueError(one_of + closest_match(cell, self.choices))
        return cell

    def constraints(self):
        return super().constraints() | {"enum": self.choices}


class DateColumn(PackageColumn):
    """A date in EDTF, as vague as the report gives it."""

    def bind(self, model):
        super().bind(model)
        if not isinstance(self.field, EDTFField):
            raise TypeError(f"{self.name} is no EDTF date")


class DayColumn(PackageColumn):
    """A full date."""

    schema_type = "date"

    def convert(self, cell):
        if re.fullmatch(r"\d{4}-\d\d-\d\d", cell, re.ASCII):
            try:
                return datetime.date.fromisoformat(cell)
            except ValueError:
                pass
        raise ValueError(_("This is not a full date; write it as YYYY-MM-DD."))


class NumericColumn(PackageColumn):
    """A number between two limits, which are part of the package's schema."""

    def __init__(self, *args, minimum=None, maximum=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.minimum, self.maximum = minimum, maximum

    def within(self, number):
        low, high = self.minimum, self.maximum
        if (low is not None and number < low) or (high is not None and number > high):
            raise ValueError(
                _("The value must be between %(low)s and %(high)s.") % {"low": low, "high": high}
            )
        return number

    def constraints(self):
        limits = {"minimum": self.minimum, "maximum": self.maximum}
        found = {name: limit for name, limit in limits.items() if limit is not None}
        return super().constraints() | found


class IntegerColumn(NumericColumn):
    """A whole number."""

    schema_type = "integer"

    def convert(self, cell):
        if not re.fullmatch(r"-?\d{1,18}", cell, re.ASCII):
            raise ValueError(_("This is not a whole number; use digits only, for example 12000."))
        return self.within(int(cell))

    def sort_key(self, cell):
        return int(cell)


class DecimalColumn(NumericColumn):
    """A number with decimals, written without exponent and without zeros that say nothing."""

    schema_type = "number"
    # SQLite keeps numbers as binary fractions, which hold this many digits exactly.
    digits = 15

    def convert(self, cell):
        if not re.fullmatch(r"-?\d+(\.\d+)?", cell, re.ASCII):
            raise ValueError(_("This is not a number; use digits and a decimal point, for example 21.39."))
        number = Number(cell)
        if len(number.normalize().as_tuple().digits) > self.digits:
            too_long = _("A number can have at most %(digits)s significant digits.")
            raise ValueError(too_long % {"digits": self.digits})
        return self.within(number)

    def writer(self, among):
        # Adding zero makes a negative zero, which not every database keeps, a plain one.
        return lambda value: f"{(value + 0).normalize():f}"
