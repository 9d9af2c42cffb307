"""The columns of the tables are derived from the fields of the models."""

import pytest

from delegates.models import Event
from sco_cities.datapackage.record_tables import public
from sco_cities.sources.models import Passage


def bound(column, model):
    column.bind(model)
    return column


@pytest.mark.parametrize("name", ["series", "host_city", "themes"])
def test_a_field_that_earlier_packages_lack_is_optional(name, monkeypatch):
    (column,) = public(Event, **{name: "What it is"})
    assert not bound(column, Event).is_optional
    monkeypatch.setattr(Event, "later_columns", (name,), raising=False)
    assert bound(column, Event).is_optional


def test_a_column_of_a_reverse_relation_has_its_own_and_other_ends_swapped():
    (speakers,) = public(Passage, speakers="Who speaks")
    column = bound(speakers, Passage)
    assert (column.own, column.other, column.to) == ("passage", "delegate", "delegates")


def test_a_column_without_a_field_fails_at_startup():
    with pytest.raises(AttributeError, match="colour"):
        public(Event, colour="No field")
