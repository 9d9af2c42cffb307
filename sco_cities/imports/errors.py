"""Errors that stop an import; the message is a sentence for the user."""

from django.utils.translation import gettext as _


class UnreadableFile(Exception):
    """The file cannot be read as a table."""


class ImportConflict(Exception):
    """The records have changed since the file was checked; nothing has been written."""

    def __init__(self):
        super().__init__(
            _("Records have changed since the file was checked. Nothing was imported. Check the file again.")
        )
