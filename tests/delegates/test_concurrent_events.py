"""Two who change events at the same moment: each sees what the other has done."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction

from delegates.models import Event
from tests import factories as make


@pytest.mark.django_db(transaction=True)
def test_of_two_who_put_events_into_each_other_at_once_the_second_is_told():
    first, second = make.make_event("first"), make.make_event("second")
    is_cleaned, told = threading.Event(), []

    def put(event: Event, into: Event) -> None:
        event.parent = into
        event.full_clean()
        is_cleaned.set()
        event.save()

    def put_the_other_way() -> None:
        try:
            assert is_cleaned.wait(10)
            with transaction.atomic():
                put(Event.objects.get(slug="second"), first)
        except ValidationError as error:
            told.append(error.message_dict)
        finally:
            connections.close_all()

    other = threading.Thread(target=put_the_other_way)
    other.start()
    with transaction.atomic():
        put(first, second)
        # The other one has all the time to go on, if nothing held it back.
        other.join(0.5)
    other.join(20)
    assert told == [{"parent": ["An event cannot be part of itself."]}]
    assert list(Event.objects.values_list("slug", "parent__slug")) == [("first", "second"), ("second", None)]
