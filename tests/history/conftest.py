# These tests read the history of the records that the tests of changes write.
from tests.changes.conftest import draft, lamps, record_page  # noqa: F401
