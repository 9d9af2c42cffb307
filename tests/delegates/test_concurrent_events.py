"""If two transactions change events concurrently, each sees the other's changes."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction

from delegates.models import Event
from tests import factories as make


@pytest.mark.django_db(transaction=True)
def test_of_two_concurrent_changes_that_create_a_cycle_of_events_the_second_is_rejected():
    first, second = make.make_event("first"), make.make_event("second")
    is_cleaned, errors = threading.Event(), []

    def set_parent(event: Event, parent: Event) -> None:
        event.parent = parent
        event.full_clean()
        is_cleaned.set()
        event.save()

    def set_reverse() -> None:
        try:
            assert is_cleaned.wait(10)
            with transaction.atomic():
                set_parent(Event.objects.get(slug="second"), first)
        except ValidationError as error:
            errors.append(error.message_dict)
        finally:
            connections.close_all()

    other = threading.Thread(target=set_reverse)
    other.start()
    with transaction.atomic():
        set_parent(first, second)
        # If there were no lock, the other thread would finish in this time.
        other.join(0.5)
    other.join(20)
    assert errors == [{"parent": ["An event cannot be part of itself."]}]
    assert list(Event.objects.values_list("slug", "parent__slug")) == [("first", "second"), ("second", None)]
