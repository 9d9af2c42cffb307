"""`manage.py facet_index` prints the size of the index and the time needed to catch up with changes."""

import io
import json

import pytest
from django.core.management import call_command

from sco_cities.datapackage.dump import dump_files
from sco_cities.facet_index.models import Change
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def printed(**options) -> str:
    output = io.StringIO()
    call_command("facet_index", stdout=output, **options)
    return output.getvalue()


@pytest.fixture
def records():
    city = make.make_city()
    for slug in ("lamps", "roads"):
        make.make_initiative(slug, lead=[city])
    make.make_initiative("secret", state="draft")


@pytest.mark.usefixtures("records")
def test_the_command_prints_one_figure_per_line():
    figures = dict(line.split(": ") for line in printed().splitlines())
    # Two initiatives, a city and its country.
    assert figures.pop("records") == "4"
    assert int(figures.pop("bitmaps")) == 10
    assert list(figures) == ["memory_mb", "start_s", "lazy_s", "memory_with_lazy_mb"]
    assert all(float(value) > -1 for value in figures.values())


@pytest.mark.usefixtures("records")
@pytest.mark.thorough
def test_the_changes_that_it_measures_are_rolled_back():
    before, entries = dump_files(), Change.objects.count()
    assert json.loads(printed(measure=True))["catch_up_ms"] > 0
    assert dump_files() == before
    assert Change.objects.count() == entries
