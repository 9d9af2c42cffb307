"""Orders that are remembered: moved by what has changed, read anew where that is not known or too much."""

import threading
import time
from array import array

import pytest
from django.db import connections

from sco_cities.facet_index import change_log, incremental_cache, refresh
from sco_cities.facet_index.dimensions import Dimension
from sco_cities.facet_index.sorted_keys import SortedKeys
from sco_cities.themes.models import Theme
from tests import factories as make


class ByNumber:
    """Themes by a number, the greatest first, as a list would ask for them; counts how often they are read."""

    def __init__(self):
        self.readings = 0

    def read(self):
        self.readings += 1
        return SortedKeys.of(
            array("I", Theme.objects.order_by("-name_ru", "pk").values_list("pk", flat=True))
        )

    @staticmethod
    def ranks(keys):
        rows = Theme.objects.filter(pk__in=keys).values_list("pk", "name_ru")
        return {key: (-int(name), key) for key, name in rows}

    def slugs(self) -> list[str]:
        with refresh.facet_index("themes", patience_s=10) as now:
            keys = list(now.sorted("themes", "number", self.read, self.ranks).keys)
            # And once more, as the next page of the same state does.
            assert list(now.sorted("themes", "number", self.read, self.ranks).keys) == keys
        by_key = Theme.objects.in_bulk(keys)
        return [by_key[key].slug for key in keys]


def make_numbered(slug: str, number: int) -> Theme:
    return make.make_theme(slug, name_ru=str(number))


@pytest.mark.django_db
def test_a_remembered_order_follows_what_is_changed_added_and_removed():
    order = ByNumber()
    themes = [make_numbered(f"theme-{number}", number) for number in range(1, 6)]
    assert order.slugs() == ["theme-5", "theme-4", "theme-3", "theme-2", "theme-1"]
    Theme.objects.filter(pk=themes[0].pk).update(name_ru="9")
    themes[3].delete()
    make_numbered("new", 0)
    assert order.slugs() == ["theme-1", "theme-5", "theme-3", "theme-2", "new"]
    themes[1].save()
    assert order.slugs() == ["theme-1", "theme-5", "theme-3", "theme-2", "new"]
    assert order.readings == 1


@pytest.mark.django_db
@pytest.mark.parametrize("limit", ["FEW_EDITED", "MOST_EDITS"])
def test_after_more_changes_than_are_worth_following_an_order_is_read_anew(monkeypatch, limit):
    order = ByNumber()
    themes = [make_numbered(f"theme-{number}", number) for number in range(1, 4)]
    assert order.slugs() == ["theme-3", "theme-2", "theme-1"]
    monkeypatch.setattr(incremental_cache, limit, 1)
    for number in (7, 8):
        with refresh.facet_index("themes"):
            Theme.objects.filter(pk__in=[theme.pk for theme in themes[:2]]).update(name_ru=str(number))
    Theme.objects.filter(pk=themes[0].pk).update(name_ru="9")
    assert order.slugs() == ["theme-1", "theme-2", "theme-3"]
    assert order.readings == 2


@pytest.mark.django_db
def test_an_index_that_is_read_anew_has_its_orders_read_anew():
    order = ByNumber()
    make_numbered("theme-1", 1)
    assert order.slugs() == ["theme-1"]
    change_log.reset("default")
    make_numbered("theme-2", 2)
    assert order.slugs() == ["theme-2", "theme-1"]
    assert order.readings == 2


@pytest.mark.django_db
def test_an_order_in_use_is_followed_for_good(monkeypatch):
    monkeypatch.setattr(incremental_cache, "MAX_CHANGES", 1)
    order, theme = ByNumber(), make_numbered("theme-1", 1)
    make_numbered("theme-2", 2)
    for number in (3, 1, 4, 0):
        Theme.objects.filter(pk=theme.pk).update(name_ru=str(number))
        assert order.slugs() == (["theme-1", "theme-2"] if number > 2 else ["theme-2", "theme-1"])
    assert order.readings == 1


@pytest.mark.django_db
def test_a_request_that_began_before_a_change_has_the_order_of_its_moment():
    order, theme = ByNumber(), make_numbered("theme-1", 1)
    other = make_numbered("theme-2", 2)

    def keys(now):
        return list(now.sorted("themes", "number", order.read, order.ranks).keys)

    with refresh.facet_index("themes", patience_s=10) as before:
        assert keys(before) == [other.pk, theme.pk]
        Theme.objects.filter(pk=theme.pk).update(name_ru="3")
        with refresh.facet_index("themes") as after:
            assert keys(after) == [theme.pk, other.pk]
        assert keys(before) == [other.pk, theme.pk]
    assert order.readings == 1


@pytest.mark.django_db
def test_a_lazy_axis_that_somebody_has_asked_for_follows_what_is_changed(monkeypatch):
    readings, usual = [], Dimension.read

    def read(axis, using):
        if axis.name == "roles":
            readings.append(axis)
        return usual(axis, using)

    def roles():
        with refresh.facet_index("initiatives", patience_s=10) as now:
            values = now.axis("initiatives", "roles")
            assert now.axis("initiatives", "roles") is values
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
    assert len(readings) == 1


@pytest.mark.django_db(transaction=True)
def test_what_several_threads_ask_for_at_once_is_read_by_one_of_them(monkeypatch):
    readings, usual = {"roles": 0, "number": 0}, Dimension.read
    order = ByNumber()

    def counted(name, read):
        readings[name] += 1
        # Meanwhile all others come, and find nothing that is kept.
        time.sleep(0.3)
        return read()

    def read_axis(axis, using):
        return counted("roles", lambda: usual(axis, using)) if axis.name == "roles" else usual(axis, using)

    def ask():
        try:
            with refresh.facet_index("initiatives", patience_s=10) as now:
                together.wait(10)
                roles = now.axis("initiatives", "roles")
                numbers = now.sorted("themes", "number", lambda: counted("number", order.read), order.ranks)
                answers.append(([list(keys) for keys in roles.values()], list(numbers.keys)))
        finally:
            connections.close_all()

    monkeypatch.setattr(Dimension, "read", read_axis)
    theme, first = make_numbered("theme-1", 1), make.make_initiative(lead=[make.make_city("alpha")])
    answers, together = [], threading.Barrier(3)
    readers = [threading.Thread(target=ask) for _ in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(30)
    assert answers == [([[first.pk]], [theme.pk])] * 3
    assert readings == {"roles": 1, "number": 1}


@pytest.mark.django_db(transaction=True)
def test_who_asks_for_something_else_does_not_wait_for_what_is_read():
    order, is_read, may_end, orders = ByNumber(), threading.Event(), threading.Event(), []
    theme, first = make_numbered("theme-1", 1), make.make_initiative(lead=[make.make_city("alpha")])

    def read():
        is_read.set()
        assert may_end.wait(20)
        return order.read()

    def ask():
        try:
            with refresh.facet_index("themes", patience_s=10) as now:
                orders.append(list(now.sorted("themes", "number", read, order.ranks).keys))
        finally:
            connections.close_all()

    reader = threading.Thread(target=ask)
    reader.start()
    assert is_read.wait(20)
    with refresh.facet_index("initiatives", patience_s=10) as now:
        assert [list(keys) for keys in now.axis("initiatives", "roles").values()] == [[first.pk]]
    assert not orders
    may_end.set()
    reader.join(30)
    assert orders == [[theme.pk]]
