"""Cached sort orders and lazy dimensions are updated after changes and read again after too many changes."""

import threading
import time
from array import array

import pytest
from django.db import connections

from sco_cities.facet_index import change_log, refresh, state
from sco_cities.facet_index.dimensions import Dimension
from sco_cities.facet_index.sorted_keys import SortedKeys
from sco_cities.themes.models import Theme
from tests import factories as make


class ByNumber:
    """Themes sorted by a number in descending order. The class counts how often the order is read."""

    def __init__(self):
        self.reads = 0

    def read(self):
        self.reads += 1
        return SortedKeys.from_array(
            array("I", Theme.objects.order_by("-name_ru", "pk").values_list("pk", flat=True))
        )

    @staticmethod
    def ranks(keys):
        rows = Theme.objects.filter(pk__in=keys).values_list("pk", "name_ru")
        return {key: (-int(name), key) for key, name in rows}

    def slugs(self) -> list[str]:
        with refresh.facet_index("themes") as state:
            keys = list(state.sort_order("themes", "number", self.read, self.ranks).keys)
            # The second call simulates the next page of the same state.
            assert list(state.sort_order("themes", "number", self.read, self.ranks).keys) == keys
        by_key = Theme.objects.in_bulk(keys)
        return [by_key[key].slug for key in keys]


def make_numbered(slug: str, number: int) -> Theme:
    return make.make_theme(slug, name_ru=str(number))


@pytest.mark.django_db
def test_a_cached_order_is_updated_after_changes_additions_and_deletions():
    order = ByNumber()
    themes = [make_numbered(f"theme-{number}", number) for number in range(1, 6)]
    assert order.slugs() == ["theme-5", "theme-4", "theme-3", "theme-2", "theme-1"]
    Theme.objects.filter(pk=themes[0].pk).update(name_ru="9")
    themes[3].delete()
    make_numbered("new", 0)
    assert order.slugs() == ["theme-1", "theme-5", "theme-3", "theme-2", "new"]
    themes[1].save()
    assert order.slugs() == ["theme-1", "theme-5", "theme-3", "theme-2", "new"]
    assert order.reads == 1


@pytest.mark.django_db
@pytest.mark.parametrize("limit", ["FEW_CHANGED", "MAX_CHANGES"])
def test_after_too_many_changes_an_order_has_started_again(monkeypatch, limit):
    order = ByNumber()
    themes = [make_numbered(f"theme-{number}", number) for number in range(1, 4)]
    assert order.slugs() == ["theme-3", "theme-2", "theme-1"]
    monkeypatch.setattr(state, limit, 1)
    for number in (7, 8):
        with refresh.facet_index("themes"):
            Theme.objects.filter(pk__in=[theme.pk for theme in themes[:2]]).update(name_ru=str(number))
    Theme.objects.filter(pk=themes[0].pk).update(name_ru="9")
    assert order.slugs() == ["theme-1", "theme-2", "theme-3"]
    assert order.reads == 2


@pytest.mark.django_db
def test_after_an_index_has_started_again_its_orders_are_read_again():
    order = ByNumber()
    make_numbered("theme-1", 1)
    assert order.slugs() == ["theme-1"]
    change_log.reset("default")
    make_numbered("theme-2", 2)
    assert order.slugs() == ["theme-2", "theme-1"]
    assert order.reads == 2


@pytest.mark.django_db
def test_an_order_that_is_used_between_changes_is_never_read_again(monkeypatch):
    monkeypatch.setattr(state, "MAX_CHANGES", 1)
    order, theme = ByNumber(), make_numbered("theme-1", 1)
    make_numbered("theme-2", 2)
    for number in (3, 1, 4, 0):
        Theme.objects.filter(pk=theme.pk).update(name_ru=str(number))
        assert order.slugs() == (["theme-1", "theme-2"] if number > 2 else ["theme-2", "theme-1"])
    assert order.reads == 1


@pytest.mark.django_db
def test_a_request_that_started_before_a_change_has_the_earlier_order():
    order, theme = ByNumber(), make_numbered("theme-1", 1)
    other = make_numbered("theme-2", 2)

    def keys(state):
        return list(state.sort_order("themes", "number", order.read, order.ranks).keys)

    with refresh.facet_index("themes") as before:
        assert keys(before) == [other.pk, theme.pk]
        Theme.objects.filter(pk=theme.pk).update(name_ru="3")
        with refresh.facet_index("themes") as after:
            assert keys(after) == [theme.pk, other.pk]
        assert keys(before) == [other.pk, theme.pk]
    assert order.reads == 1


@pytest.mark.django_db
def test_a_lazy_dimension_in_use_is_updated_after_changes(monkeypatch):
    reads, original = [], Dimension.read

    def read(dimension, using):
        if dimension.name == "roles":
            reads.append(dimension)
        return original(dimension, using)

    def roles():
        with refresh.facet_index("initiatives") as state:
            values = state.dimension("initiatives", "roles")
            assert state.dimension("initiatives", "roles") is values
        return {value: list(keys) for value, keys in values.items()}

    monkeypatch.setattr(Dimension, "read", read)
    alpha, beta = make.make_city("alpha"), make.make_city("beta")
    first, second = make.make_initiative(lead=[alpha], partner=[beta]), make.make_initiative(lead=[alpha])
    assert roles() == {("lead", alpha.pk): [first.pk, second.pk], ("partner", beta.pk): [first.pk]}
    first.city_roles.filter(city=beta).update(role="reference")
    second.delete()
    third = make.make_initiative(lead=[beta])
    assert roles() == {
        ("lead", alpha.pk): [first.pk], ("lead", beta.pk): [third.pk], ("reference", beta.pk): [first.pk],
    }  # fmt: skip
    assert len(reads) == 1


@pytest.mark.django_db(transaction=True)
def test_an_order_needed_by_several_threads_has_started_by_one_of_them(monkeypatch):
    reads, original = {"roles": 0, "number": 0}, Dimension.read
    order = ByNumber()

    def count_read(name, read):
        reads[name] += 1
        # Long enough for all other threads to find the cache empty.
        time.sleep(0.3)
        return read()

    def read_dimension(dimension, using):
        if dimension.name == "roles":
            return count_read("roles", lambda: original(dimension, using))
        return original(dimension, using)

    def run():
        try:
            with refresh.facet_index("initiatives") as state:
                barrier.wait(10)
                roles = state.dimension("initiatives", "roles")
                numbers = state.sort_order(
                    "themes", "number", lambda: count_read("number", order.read), order.ranks
                )
                answers.append(([list(keys) for keys in roles.values()], list(numbers.keys)))
        finally:
            connections.close_all()

    monkeypatch.setattr(Dimension, "read", read_dimension)
    theme, first = make_numbered("theme-1", 1), make.make_initiative(lead=[make.make_city("alpha")])
    answers, barrier = [], threading.Barrier(3)
    readers = [threading.Thread(target=run) for _ in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(30)
    assert answers == [([[first.pk]], [theme.pk])] * 3
    assert reads == {"roles": 1, "number": 1}


@pytest.mark.django_db(transaction=True)
def test_threads_that_need_something_else_do_not_wait_for_a_read():
    order, has_started, may_finish, orders = ByNumber(), threading.Event(), threading.Event(), []
    theme, first = make_numbered("theme-1", 1), make.make_initiative(lead=[make.make_city("alpha")])

    def read():
        has_started.set()
        assert may_finish.wait(20)
        return order.read()

    def run():
        try:
            with refresh.facet_index("themes") as state:
                orders.append(list(state.sort_order("themes", "number", read, order.ranks).keys))
        finally:
            connections.close_all()

    reader = threading.Thread(target=run)
    reader.start()
    assert has_started.wait(20)
    with refresh.facet_index("initiatives") as state:
        assert [list(keys) for keys in state.dimension("initiatives", "roles").values()] == [[first.pk]]
    assert not orders
    may_finish.set()
    reader.join(30)
    assert orders == [[theme.pk]]
