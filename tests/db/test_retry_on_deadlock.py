"""A view whose transaction was aborted by a deadlock runs again once with the same POST data."""

import threading
from contextlib import ExitStack, closing
from types import SimpleNamespace

import pytest
from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from initiatives.models import InitiativeCity
from sco_cities.db.database_errors import retry_on_deadlock
from tests import factories as make
from tests.curation.admin_client import CITIES, RecordPage, curator_client, errors_in, row


class Deadlock(Exception):
    pgcode = "40P01"


class UniqueViolation(Exception):
    pgcode = "23505"


class StatementTimeout(Exception):
    pgcode = "57014"


def failing_view(cause, times, error=OperationalError):
    """Returns a view that fails `times` times and then returns the number of its calls and the received data."""
    calls = []

    @retry_on_deadlock
    def view(request):
        calls.append(request)
        messages.info(request, f"attempt {len(calls)}")
        content = request.FILES["file"].read().decode()
        request.POST = {"title": "changed"} if len(calls) <= times else request.POST
        if len(calls) <= times:
            raise error("failed") from cause()
        return HttpResponse(f"{len(calls)} {request.POST['title']} {content}")

    return view


@pytest.fixture
def post_request():
    """Creates requests with a file, and closes them at the end like the server."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(_post_request()))


def _post_request():
    file = SimpleUploadedFile("lamps.csv", b"slug")
    request = RequestFactory().post("/", {"title": "as sent", "file": file})
    request.session = {}
    request._messages = default_storage(request)
    return request


@pytest.fixture
def without_transaction(monkeypatch):
    monkeypatch.setattr("sco_cities.db.database_errors.connection", SimpleNamespace(in_atomic_block=False))


@pytest.mark.usefixtures("without_transaction")
@pytest.mark.parametrize(
    ("cause", "error"), [(Deadlock, OperationalError), (UniqueViolation, IntegrityError)]
)
def test_after_a_deadlock_the_view_runs_again_with_the_same_data_and_without_old_messages(
    post_request, cause, error
):
    request = post_request()
    assert failing_view(cause, 1, error)(request).content == b"2 as sent slug"
    assert [str(message) for message in request._messages] == ["attempt 2"]


@pytest.mark.usefixtures("without_transaction")
@pytest.mark.parametrize(
    ("cause", "times", "error"),
    [
        (Deadlock, 2, OperationalError),
        (StatementTimeout, 1, OperationalError),
        (UniqueViolation, 2, IntegrityError),
        (Exception, 1, IntegrityError),
    ],
)
def test_a_second_deadlock_and_other_errors_propagate(post_request, cause, times, error):
    with pytest.raises(error):
        failing_view(cause, times, error)(post_request())


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite writers wait for each other")
def test_a_form_is_saved_despite_a_deadlock_with_renames_in_the_opposite_order():
    record_page = RecordPage(curator_client())
    lamps = make.make_initiative("lamps", state="draft")
    first, second = make.make_city("alphaville"), make.make_city("betatown")
    form = record_page.open(lamps)
    form |= {f"{CITIES}-TOTAL_FORMS": "2"}
    form |= row(CITIES, 0, id="", city=second.pk, role="lead", initiative=lamps.pk)
    form |= row(CITIES, 1, id="", city=first.pk, role="partner", initiative=lamps.pk)
    is_locked, waits = threading.Event(), []

    def rename():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                # Because this transaction has a long deadlock_timeout, PostgreSQL aborts the transaction of the form.
                cursor.execute("SET LOCAL deadlock_timeout = '1min'")
                cursor.execute("SET LOCAL lock_timeout = 0")
                cursor.execute("UPDATE cities_city SET slug = 'gammaville' WHERE id = %s", [first.pk])
                is_locked.set()
                _wait_for_blocked_lock(cursor)
                waits.append("form")
                cursor.execute("UPDATE cities_city SET slug = 'deltatown' WHERE id = %s", [second.pk])
        finally:
            connections.close_all()

    thread = threading.Thread(target=rename)
    thread.start()
    assert is_locked.wait(10)
    record_page.send(form)
    thread.join()
    assert waits == ["form"]
    assert record_page.was_saved, errors_in(record_page.response)
    assert InitiativeCity.objects.filter(initiative=lamps).count() == 2


def _wait_for_blocked_lock(cursor):
    for _ in range(200):
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
        if cursor.fetchone()[0]:
            return
        cursor.execute("SELECT pg_sleep(0.05)")
