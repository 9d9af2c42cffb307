"""Check constraints that forms validate without the database agree with it."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint

from initiatives.models import Initiative, InitiativeCity
from sco_cities.core.constraints import FieldCheck
from sco_cities.sources.models import Evidence, Figure

CHECKS = [
    (model, constraint)
    for model in (Initiative, InitiativeCity, Evidence, Figure)
    for constraint in model._meta.constraints
    if isinstance(constraint, FieldCheck)
]


def error_of(validate, *arguments, **options) -> tuple | None:
    try:
        validate(*arguments, **options)
    except ValidationError as error:
        return error.message, error.code
    return None


@pytest.mark.parametrize(
    "value", ["", " ", "agreed", "published", "lead", "supports", "exact", "Lamps", None]
)
@pytest.mark.parametrize(("model", "constraint"), CHECKS, ids=lambda part: getattr(part, "name", None))
def test_a_field_check_gives_the_answer_of_the_database(model, constraint, value, db):
    instance = model(**{constraint.field: value})
    of_django = CheckConstraint(
        condition=constraint.condition,
        name=constraint.name,
        violation_error_message=constraint.violation_error_message,
    )
    expected = error_of(of_django.validate, model, instance)
    assert error_of(constraint.validate, model, instance) == expected
    assert of_django == constraint


@pytest.mark.parametrize(("model", "constraint"), CHECKS, ids=lambda part: getattr(part, "name", None))
def test_a_field_check_runs_no_query_and_skips_an_excluded_field(
    model, constraint, db, django_assert_num_queries
):
    with django_assert_num_queries(0):
        assert error_of(constraint.validate, model, model(**{constraint.field: ""}))
        assert not error_of(
            constraint.validate, model, model(**{constraint.field: ""}), exclude={constraint.field}
        )


def test_migrations_contain_the_check_of_django():
    assert all(
        constraint.deconstruct()[0] == "django.db.models.CheckConstraint" for _model, constraint in CHECKS
    )
