"""Mixin for read-only admin classes."""


class ReadOnlyAdminMixin:
    """Makes an admin class or inline read-only, regardless of the user's permissions."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
