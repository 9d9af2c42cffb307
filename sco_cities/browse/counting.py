"""Numbers in sentences and in annotations."""

from django.db.models import Count, Q
from django.utils.formats import number_format


class Grouped(int):
    """A number that is written with its thousands set apart, in the reader's language."""

    def __str__(self):
        return number_format(int(self), force_grouping=True)


def published_count(relation: str, **conditions) -> Count:
    """How many different published records a relation leads to."""
    published = Q(**{f"{relation}__state": "published"}) & Q(**conditions)
    return Count(relation, filter=published, distinct=True)
