"""A web process renders the home pages before it accepts requests."""

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.utils.translation import get_language

from sco_cities.dashboard import views
from tests import factories as make

LANGUAGES = ["en", "ru", "zh-hans"]


@pytest.fixture
def made(monkeypatch):
    """The languages and paths of the rendered home pages."""
    pages = []
    monkeypatch.setattr(
        views, "index", lambda request: pages.append((get_language(), request.path)) or HttpResponse()
    )
    return pages


def test_warm_up_renders_the_home_page_in_every_language(made):
    views.make_home_pages()
    assert made == list(zip(LANGUAGES, ["/", "/ru/", "/zh-hans/"], strict=True))


@pytest.mark.parametrize("hosts", [["cities.example"], [".cities.example"], ["*"]])
@pytest.mark.django_db
def test_the_pages_can_be_made_for_any_setting_of_hosts(hosts, settings, caplog):
    settings.ALLOWED_HOSTS = hosts
    make.make_initiative("lamps")
    views.make_home_pages()
    assert caplog.messages == []


def test_a_stopped_process_renders_no_page(made):
    views.make_home_pages(lambda: False)
    assert made == []


def test_after_that_time_no_page_is_begun(made, monkeypatch):
    monkeypatch.setattr(views, "MAX_S", -1)
    views.make_home_pages()
    assert made == []


def test_an_unavailable_database_is_logged_and_the_process_starts(monkeypatch, caplog):
    def fail(request):
        raise OperationalError("away")

    monkeypatch.setattr(views, "index", fail)
    views.make_home_pages()
    assert caplog.messages == ["The home pages could not be prepared before the first request: away"]
