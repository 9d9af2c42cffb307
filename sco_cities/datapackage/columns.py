"""Column types of the package's tables.

A column parses a cell (`parse`) and writes a value as a cell (`cell`). It returns a value's referenced records
(`references`) and the model attributes to set (`attributes`). It also converts stored values to cells (`paths`,
`writer`), and defines a Frictionless schema (`schema`) and an SQLite type (`sql_type`). Limits come from the model's
fields, so packages and forms have the same limits.
"""

import datetime
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal as Number

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from sco_cities.core.fields import EDTFField
from sco_cities.history.serialization import json_value
from sco_cities.sources.base_models import SLUG_PATTERN

from .errors import closest_match
from .natural_keys import COUNTRIES, COUNTRY_CODE, RecordKey, StoredKeys, cell_of, slug_of


class PackageColumn:
    """A column that contains one model attribute as text.

    `attribute` is the name of the attribute if it differs from `name`, or "" if the table combines the attribute from
    several columns. `required` defaults to the value of the model's field. Packages may lack an `is_optional` column,
    because earlier versions of the site did not write it. If so, the column's stored values stay unchanged. Releases
    contain only `is_public` columns.
    """

    schema_type = "string"
    sql_type = "TEXT"
    # The table that the cells refer to. "" if the cells refer to records of several tables, or not to records.
    to = ""
    # True if each cell contains a list.
    is_list = False
    # The valid values of a cell, if the column contains codes.
    choices: Sequence[str] = ()

    def __init__(
        self,
        name: str,
        description: str,
        *,
        attribute: str | None = None,
        path="",
        required=None,
        is_optional: bool = False,
        is_public: bool = False,
    ):
        self.name = name
        self.is_optional = is_optional
        self.is_public = is_public
        self.description = description
        self.attribute = name if attribute is None else attribute
        self.paths: tuple[str, ...] = (path or self.attribute,)
        self.required = bool(required)
        self._required = required
        self.empty = ""
        self.unique = False
        self.field: models.Field | None = None

    def bind(self, model: type[models.Model]) -> None:
        """Sets `required`, `is_optional` and the limits from the model and its field."""
        self.is_optional |= self.name in getattr(model, "later_columns", ())
        if not self.attribute:
            return
        self.field = model._meta.get_field(self.attribute)
        self.unique = self.field.unique
        if self._required is None:
            self.required = not self.field.blank
        if self.field.null:
            self.empty = None

    @property
    def is_edtf(self) -> bool:
        """True if the cells are EDTF dates."""
        return isinstance(self.field, EDTFField)

    def parse(self, cell: str):
        """Returns the value of a cell. Raises ValueError with a message that explains how to correct the cell."""
        if self.required and not cell.strip():
            raise ValueError(_("A value is required here."))
        if not cell:
            return self.empty
        value = self.convert(cell)
        errors = []
        for validator in self.field.validators if self.field else ():
            try:
                validator(value)
            except ValidationError as error:
                errors += error.messages
        if errors:
            raise ValueError(" ".join(errors))
        return value

    def convert(self, cell: str):
        """Returns the value of a non-empty cell. Raises ValueError like `parse`."""
        return cell

    def cell(self, value) -> str:
        """Converts a value to a cell."""
        return "" if value is None else str(value)

    def references(self, value) -> Iterable[RecordKey]:
        """Returns the keys of the records that the value references."""
        return ()

    def attributes(self, value, stored: StoredKeys) -> dict:
        """Returns the model attributes that the value sets. `stored` contains the keys of the referenced records."""
        return {self.attribute: value} if self.attribute else {}

    def writer(self, pks: Collection[int] | None) -> Callable[..., str]:
        """Returns a function that converts values at `paths` to the cell, for rows with `pks` (None for all rows)."""
        return self.cell

    def sort_key(self, cell: str):
        """Returns the sort key of this cell."""
        return cell

    def constraints(self) -> dict:
        """Returns the column's constraints in the Frictionless schema."""
        constraints = {}
        if self.required:
            constraints["required"] = True
        if self.unique:
            constraints["unique"] = True
        if self.field and self.field.max_length and not self.field.choices:
            constraints["maxLength"] = self.field.max_length
        if self.attribute == "slug":
            constraints["pattern"] = SLUG_PATTERN
        return constraints

    def schema(self, *, may_be_empty: bool) -> dict:
        """Returns the column's field descriptor in the Frictionless schema."""
        schema = {"name": self.name, "type": self.schema_type, "description": self.description}
        constraints = self.constraints()
        if may_be_empty:
            constraints.pop("required", None)
        return schema | ({"constraints": constraints} if constraints else {})


class CountryCodeColumn(PackageColumn):
    """A column with a country's code. The code is upper case in packages, and the country's slug in the database."""

    def convert(self, cell):
        return slug_of(COUNTRIES, cell)

    def cell(self, value):
        return cell_of(COUNTRIES, value)

    def constraints(self):
        return {"required": True, "unique": True, "pattern": COUNTRY_CODE}


class ChoiceColumn(PackageColumn):
    """A column with one of the model's choices."""

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


class DayColumn(PackageColumn):
    """A column with a full date."""

    schema_type = "date"

    def convert(self, cell):
        if re.fullmatch(r"\d{4}-\d\d-\d\d", cell, re.ASCII):
            try:
                return datetime.date.fromisoformat(cell)
            except ValueError:
                pass
        raise ValueError(_("This is not a full date. Use the format YYYY-MM-DD."))


class NumericColumn(PackageColumn):
    """A column with a number within the limits given in the schema."""

    def __init__(self, *args, minimum=None, maximum=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.minimum, self.maximum = minimum, maximum

    def check_limits(self, number):
        low, high = self.minimum, self.maximum
        if (low is not None and number < low) or (high is not None and number > high):
            raise ValueError(
                _("The value must be between %(low)s and %(high)s.") % {"low": low, "high": high}
            )
        return number

    def constraints(self):
        limits = {"minimum": self.minimum, "maximum": self.maximum}
        return super().constraints() | {name: limit for name, limit in limits.items() if limit is not None}


class IntegerColumn(NumericColumn):
    """A column with a whole number."""

    schema_type, sql_type = "integer", "INTEGER"

    def convert(self, cell):
        if not re.fullmatch(r"-?\d{1,18}", cell, re.ASCII):
            raise ValueError(_("This is not a whole number. Use digits only, for example 12000."))
        return self.check_limits(int(cell))

    def sort_key(self, cell):
        return int(cell)


class DecimalColumn(NumericColumn):
    """A column with a decimal number, written without exponent and trailing zeros."""

    schema_type, sql_type = "number", "REAL"
    # SQLite stores decimals as binary floating point, which is exact up to this number of digits.
    digits = 15

    def convert(self, cell):
        if not re.fullmatch(r"-?\d+(\.\d+)?", cell, re.ASCII):
            raise ValueError(_("This is not a number. Use digits and a decimal point, for example 21.39."))
        number = Number(cell)
        if len(number.normalize().as_tuple().digits) > self.digits:
            too_long = _("A number can have at most %(digits)s significant digits.")
            raise ValueError(too_long % {"digits": self.digits})
        return self.check_limits(number)

    def cell(self, value):
        return json_value(value)
