"""Cities to compare."""

import pytest

from tests import factories as make


@pytest.fixture
def cities():
    """Alpha with two partners, of which one is in its country, and two more cities; all of different sizes."""
    return {
        slug: make.make_city(slug, country, population=population)
        for slug, country, population in (
            ("alpha", "xa", 1_001), ("beta", "xa", 501), ("gamma", "xb", 2_002), ("delta", "xa", 2_003),
            ("epsilon", "xb", 500), ("zeta", "xb", None),
        )
    }  # fmt: skip


@pytest.fixture
def joint(cities):
    """Initiatives of alpha with beta and gamma."""
    for other in ("beta", "gamma"):
        make.make_initiative(lead=[cities["alpha"]], partner=[cities[other]])
