"""The order in which statements are read."""

import datetime
from collections.abc import Iterable

from .models import Statement


def in_reading_order(statements: Iterable[Statement]) -> list[Statement]:
    """Statements in the order of the reports and passages that tell them, which were prefetched with them."""
    return sorted(statements, key=_first_passage)


def _first_passage(statement: Statement) -> tuple:
    for item in statement.evidence.all():
        report = item.passage.report
        return report.published_first or datetime.date.max, report.slug, item.passage.number, statement.slug
    return datetime.date.max, "", 0, statement.slug
