"""Russian units have the plural form required by the number before them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from sco_cities.i18n.numbers import form_for, validate_forms

BUSES = "автобус | автобуса | автобусов"


@pytest.mark.parametrize(
    ("number", "exact", "after_over"),
    [
        ("1", "автобус", "автобуса"),
        ("2", "автобуса", "автобусов"),
        ("5", "автобусов", "автобусов"),
        ("11", "автобусов", "автобусов"),
        ("12", "автобусов", "автобусов"),
        ("21", "автобус", "автобуса"),
        ("171.000000", "автобус", "автобуса"),
        ("111", "автобусов", "автобусов"),
        ("16600000", "автобусов", "автобусов"),
        ("0", "автобусов", "автобусов"),
        ("2.5", "автобуса", "автобуса"),
        ("-1", "автобус", "автобуса"),
    ],
)
def test_the_form_of_a_unit_depends_on_the_number(number, exact, after_over):
    assert form_for(BUSES, Decimal(number)) == exact
    assert form_for(BUSES, Decimal(number), is_exact=False) == after_over
    assert form_for("км", Decimal(number)) == "км"


@pytest.mark.parametrize(
    ("text", "is_valid"), [(BUSES, True), ("км", True), ("a | b", False), ("a || c", False)]
)
def test_a_unit_has_one_form_or_three(text, is_valid):
    if is_valid:
        return validate_forms(text)
    with pytest.raises(ValidationError):
        validate_forms(text)
