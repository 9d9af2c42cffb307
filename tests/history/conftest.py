# These tests read the history of records written by the fixtures of the tests of `changes`.
from tests.changes.conftest import draft, lamps, record_page  # noqa: F401
