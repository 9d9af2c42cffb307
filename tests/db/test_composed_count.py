"""Counts whose SQL is composed once per process."""

from django.contrib.auth.models import User

from sco_cities.db.pk_queries import count_rows

composed = []


def rows(account: int, beginning: str, limit: int):
    composed.append((beginning, limit))
    return User.objects.filter(is_active=True, username__startswith=beginning).exclude(pk=account)[:limit]


def test_sql_is_composed_once_for_each_other_argument_and_counts_the_rows_of_any_account(db):
    ada, _adam, ben = (User.objects.create_user(name) for name in ("ada", "adam", "ben"))
    assert count_rows(rows, "a", 9, account=ada.pk) == 1
    assert count_rows(rows, "a", 9, account=ben.pk) == 2
    assert count_rows(rows, "a", 1, account=ben.pk) == 1
    assert composed == [("a", 9), ("a", 1)]


def test_a_query_without_an_account_has_only_the_given_arguments(db):
    User.objects.create_user("ada")
    assert count_rows(active_accounts) == 1


def test_a_query_that_cannot_have_rows_counts_zero(db):
    User.objects.create_user("ada")
    assert count_rows(no_accounts) == 0
    assert count_rows(accounts_of_empty_groups) == 0


def no_accounts():
    return User.objects.filter(pk__in=[])


def accounts_of_empty_groups():
    return no_accounts().values("pk").union(User.objects.filter(username__in=[]).values("pk"))


def active_accounts():
    return User.objects.filter(is_active=True)
