"""Cities for tests that compare them."""

import pytest

from tests import factories as make


@pytest.fixture
def cities():
    """Six cities of different sizes in two countries. Beta and gamma can become partners of alpha."""
    return {
        slug: make.make_city(slug, country, population=population)
        for slug, country, population in (
            ("alpha", "xa", 1_001), ("beta", "xa", 501), ("gamma", "xb", 2_002), ("delta", "xa", 2_003),
            ("epsilon", "xb", 500), ("zeta", "xb", None),
        )
    }  # fmt: skip


@pytest.fixture
def joint(cities):
    """Creates initiatives of alpha with beta and gamma."""
    for other in ("beta", "gamma"):
        make.make_initiative(lead=[cities["alpha"]], partner=[cities[other]])
