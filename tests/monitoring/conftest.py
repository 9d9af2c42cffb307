"""Fixtures for tests of monitoring."""

from tests.ops.conftest import unavailable_database  # noqa: F401 - the fixture
