"""Administrators can give only permissions that they have, and change only accounts with no more than these."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet


def granted_permissions(user) -> QuerySet[Permission]:
    """The permissions of an account and of its groups, also while it is not active; for superusers all."""
    if user.is_superuser:
        return Permission.objects.all()
    return Permission.objects.filter(Q(user=user) | Q(group__user=user)).distinct()


def grantable_permissions(user, target: QuerySet[Permission]) -> QuerySet[Permission]:
    """The permissions that `user` may choose from: the own ones, and `target`, which are given already."""
    return Permission.objects.filter(
        Q(pk__in=granted_permissions(user).values("pk")) | Q(pk__in=target.values("pk"))
    )


def grantable_groups(user, target: QuerySet[Group]) -> QuerySet[Group]:
    """The groups that `user` may choose from: those without further permissions, and `target`."""
    others = Permission.objects.exclude(pk__in=granted_permissions(user).values("pk"))
    beyond = Group.objects.filter(permissions__in=others)
    return Group.objects.filter(~Q(pk__in=beyond.values("pk")) | Q(pk__in=target.values("pk")))


def may_change_account(user, account) -> bool:
    """Whether `account` has no permission that `user` lacks: a new password would make them those of `user`."""
    if user.is_superuser:
        return True
    if account.is_superuser:
        return False
    return not granted_permissions(account).exclude(pk__in=granted_permissions(user).values("pk")).exists()
