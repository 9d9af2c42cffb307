import pytest

from sco_cities.correction_requests import views
from sco_cities.ops.rate_limit import RateLimit


@pytest.fixture(autouse=True)
def new_limits(monkeypatch):
    """Each test starts with the limits of a new process."""
    monkeypatch.setattr(views, "by_address", RateLimit(views.REQUESTS_PER_ADDRESS, views.PERIOD_S))
    monkeypatch.setattr(views, "log_lines", RateLimit(1, 60))
