"""The counts used by imports equal the counts of the facet index, but are read in a transaction."""

import pytest

from sco_cities.imports.column_types import IMPORTABLE_MODELS
from sco_cities.imports.current_cells import StoredCells
from tests import factories as make

pytestmark = pytest.mark.django_db


def counts(kind: str, *slugs: str, column: str = "initiatives") -> dict[str, str]:
    """Returns the cells of a count column by slug."""
    importable = IMPORTABLE_MODELS[kind]
    stored = StoredCells(importable, [importable.columns[column]]).read(slugs)
    return {slug: cells[column] for slug, cells in stored.items()}


def test_initiatives_of_a_country_name_it_or_a_published_city_and_count_once():
    countries = [make.make_country(code) for code in ("xa", "xb", "xc")]
    first, second, _third = countries
    alpha, beta = make.make_city("alpha", first), make.make_city("beta", first)
    hidden = make.make_city("hidden", second, state="draft")
    make.make_initiative("both-ways", lead=[alpha], partner=[beta], countries=[first])
    make.make_initiative("by-city", reference=[beta])
    make.make_initiative("by-name", countries=[first, second])
    make.make_initiative("of-a-hidden-city", lead=[hidden])
    make.make_initiative("draft", lead=[alpha], countries=countries, state="draft")
    assert counts("countries", "xa", "xb", "xc") == {"xa": "3", "xb": "1", "xc": "0"}
    assert counts("countries", "xb") == {"xb": "1"}
    assert counts("cities", "alpha", "beta", "hidden") == {"alpha": "1", "beta": "2", "hidden": "1"}


def test_the_attended_events_of_a_delegate_are_counted_if_they_are_published():
    delegate = make.make_delegate("ada", state="draft")
    for slug, state in (("open", "published"), ("closed", "draft")):
        make.make_attendance(make.make_event(slug, state=state), delegate)
    assert counts("delegates", "ada", column="events") == {"ada": "1"}
