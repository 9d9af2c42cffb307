"""The WSGI entry point is ready for the first request."""

from tests.ops.processes import python


def test_all_views_are_imported_before_the_first_request():
    code = "import sys, sco_cities.wsgi; print('sco_cities.imports.views' in sys.modules)"
    result = python("-c", code, DATABASE_URL="sqlite://:memory:")
    assert result.stdout.strip() == "True", result.stderr
