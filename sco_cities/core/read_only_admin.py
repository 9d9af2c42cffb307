"""Rows that are read-only in the admin."""


class ReadOnlyAdminMixin:
    """An admin class or inline without adding, changing and deleting, whatever the permissions of the user."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
