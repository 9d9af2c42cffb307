"""System checks of indexed models report each invalid declaration with a hint on how to correct it."""

from dataclasses import replace

import pytest

from sco_cities.facet_index import registry
from sco_cities.facet_index.checks import check_indexed_models
from sco_cities.facet_index.facet_counts import YearFacet
from sco_cities.facet_index.facets import (
    AttributeFacet,
    CountFacet,
    IdentityFacet,
    RelatedFacet,
    RoleFacet,
    UnionFacet,
    ValueCountFacet,
    ValueFacet,
)

# A change to the declaration of themes, the expected error, and the names in the error's hint.
BROKEN = [
    ({"dimensions": ()}, "E001", "state_dimension"),
    ({"needs": ("reports", "planets")}, "E002", "needs"),
    ({"needs": (), "facets": {"count": CountFacet("initiatives", "theme")}}, "E003", "initiatives"),
    ({"facets": {"planet": CountFacet("planets", "theme")}}, "E003", "planets"),
    ({"facets": {"title": AttributeFacet(ValueFacet("pillar"), "initiatives", "title")}}, "E004", "keeps_records"),
    ({"keeps_records": False, "facets": {"own": IdentityFacet()}}, "E004", "themes"),
    ({"facets": {"colour": ValueFacet("colour")}}, "E005", "themes"),
    ({"facets": {"colour": RoleFacet("colour", role="red")}}, "E005", "themes"),
    ({"facets": {"colour": UnionFacet(ValueFacet("pillar"), ValueFacet("colour"))}}, "E005", "themes"),
    ({"facets": {"colours": ValueCountFacet(ValueFacet("colour"), "events")}}, "E005", "themes"),
    ({"facets": {"years": YearFacet("from_year", "pillar")}}, "E005", "themes"),
    ({"facets": {"count": CountFacet("initiatives", "colour")}}, "E006", "initiatives"),
    ({"facets": {"city": RelatedFacet("initiatives", "theme", "colour")}}, "E006", "initiatives"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected", "hint"), BROKEN)
def test_an_invalid_declaration_causes_an_error_with_a_hint(changes, expected, hint, monkeypatch):
    themes = registry.indexed_model("themes")
    monkeypatch.setitem(registry._indexed_models, "themes", replace(themes, **changes))
    errors = [error for error in check_indexed_models(None) if error.obj is themes.model]
    assert f"facet_index.{expected}" in {error.id for error in errors}
    assert all("themes" in error.msg for error in errors)
    assert any(hint in error.hint for error in errors if error.id == f"facet_index.{expected}")


def test_the_declarations_of_all_apps_are_complete():
    assert check_indexed_models(None) == []
