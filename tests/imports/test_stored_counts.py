"""The numbers for imports equal the facet index, but are read in a transaction."""

import pytest

from sco_cities.imports.current_cells import stored_counts
from tests import factories as make

pytestmark = pytest.mark.django_db


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
    keys = [country.pk for country in countries]
    assert stored_counts("countries", "initiative_count", keys, "default") == {first.pk: 3, second.pk: 1}
    assert stored_counts("countries", "initiative_count", keys[1:], "default") == {second.pk: 1}
    assert stored_counts("cities", "initiative_count", [alpha.pk, beta.pk, hidden.pk], "default") == {
        alpha.pk: 1, beta.pk: 2, hidden.pk: 1,
    }  # fmt: skip
