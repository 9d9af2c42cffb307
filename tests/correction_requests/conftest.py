import pytest

from sco_cities.correction_requests import views
from sco_cities.ops.rate_limit import ClientLimit, RateLimit
from tests import factories as make


@pytest.fixture(autouse=True)
def new_limits(monkeypatch):
    """Each test starts with the limits of a new process."""
    limit = ClientLimit(views.REQUESTS_PER_ADDRESS, views.REQUESTS_PER_NETWORK, views.PERIOD_S)
    monkeypatch.setattr(views, "by_client", limit)
    monkeypatch.setattr(views, "log_lines", RateLimit(1, 60))


@pytest.fixture
def lamps(db):
    record = make.make_initiative(
        "bright-lamps", lead=[make.make_city()], themes=[make.make_theme()], sourced=True
    )
    make.make_evidence(record, make.make_figure(record, label='lamps & "poles" / 2', label_ru="столбы"))
    return record
