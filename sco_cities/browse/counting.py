"""Numbers in sentences."""

from django.utils.formats import number_format


class Grouped(int):
    """A number that is written with its thousands set apart, in the reader's language."""

    def __str__(self):
        return number_format(int(self), force_grouping=True)
