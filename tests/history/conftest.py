# These tests read the history of records created by the fixtures of `tests/changes`.
from tests.changes.conftest import draft, lamps, record_page  # noqa: F401
