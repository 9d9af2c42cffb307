"""What the database has undone because two were waiting for each other is done again, once, from what was sent."""

import threading
from types import SimpleNamespace

import pytest
from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, connections, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from initiatives.models import InitiativeCity
from sco_cities.db.retry_on_deadlock import retry_on_deadlock
from tests import factories as make
from tests.curation.admin_client import CITIES, Desk, curator_client, errors_in, row


class Deadlock(Exception):
    pgcode = "40P01"


class TooSlow(Exception):
    pgcode = "57014"


def failing(cause, times):
    """A view that fails so often, and then says how often it was called and what was sent to it."""
    calls = []

    @retry_on_deadlock
    def view(request):
        calls.append(request)
        messages.info(request, f"attempt {len(calls)}")
        read = request.FILES["file"].read().decode()
        request.POST = {"title": "changed"} if len(calls) <= times else request.POST
        if len(calls) <= times:
            raise OperationalError("failed") from cause()
        return HttpResponse(f"{len(calls)} {request.POST['title']} {read}")

    return view


def sent():
    file = SimpleUploadedFile("lamps.csv", b"slug")
    request = RequestFactory().post("/", {"title": "as sent", "file": file})
    request.session = {}
    request._messages = default_storage(request)
    return request


@pytest.fixture
def outside_of_transactions(monkeypatch):
    monkeypatch.setattr("sco_cities.db.retry_on_deadlock.connection", SimpleNamespace(in_atomic_block=False))


@pytest.mark.usefixtures("outside_of_transactions")
def test_a_deadlock_is_tried_once_more_with_what_was_sent_and_leaves_no_message():
    request = sent()
    assert failing(Deadlock, 1)(request).content == b"2 as sent slug"
    assert [str(message) for message in request._messages] == ["attempt 2"]


@pytest.mark.usefixtures("outside_of_transactions")
@pytest.mark.parametrize(("cause", "times"), [(Deadlock, 2), (TooSlow, 1)])
def test_a_second_deadlock_and_other_failures_are_told(cause, times):
    with pytest.raises(OperationalError):
        failing(cause, times)(sent())


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite one waits until the other is done")
def test_a_form_that_names_what_somebody_else_renames_in_the_opposite_order_is_saved():
    desk = Desk(curator_client())
    lamps = make.make_initiative("lamps", state="draft")
    first, second = make.make_city("alphaville"), make.make_city("betatown")
    form = desk.open(lamps)
    form |= {f"{CITIES}-TOTAL_FORMS": "2"}
    form |= row(CITIES, 0, id="", city=second.pk, role="lead", initiative=lamps.pk)
    form |= row(CITIES, 1, id="", city=first.pk, role="partner", initiative=lamps.pk)
    is_held, waits = threading.Event(), []

    def rename():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                # This one is patient: it is the form that the database ends.
                cursor.execute("SET LOCAL deadlock_timeout = '1min'")
                cursor.execute("SET LOCAL lock_timeout = 0")
                cursor.execute("UPDATE cities_city SET slug = 'gammaville' WHERE id = %s", [first.pk])
                is_held.set()
                _wait_until_somebody_waits(cursor)
                waits.append("form")
                cursor.execute("UPDATE cities_city SET slug = 'deltatown' WHERE id = %s", [second.pk])
        finally:
            connections.close_all()

    renaming = threading.Thread(target=rename)
    renaming.start()
    assert is_held.wait(10)
    desk.send(form)
    renaming.join()
    assert waits == ["form"]
    assert desk.was_saved, errors_in(desk.response)
    assert InitiativeCity.objects.filter(initiative=lamps).count() == 2


def _wait_until_somebody_waits(cursor):
    for _ in range(200):
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
        if cursor.fetchone()[0]:
            return
        cursor.execute("SELECT pg_sleep(0.05)")
