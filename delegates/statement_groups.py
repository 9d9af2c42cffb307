"""The statements of an event grouped by speaker, or of a delegate grouped by event, in shown and other groups."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from sco_cities.sources.related_records import shown_of

from .models import Statement


@dataclass
class StatementGroup:
    """Statements with the same speaker or event. `record` is None if there is none or it is not published."""

    record: object | None
    statements: list[Statement] = field(default_factory=list)


@dataclass(frozen=True)
class StatementGroups:
    """The first groups and the other groups. A group may be divided between the two."""

    first: list[StatementGroup]
    others: list[StatementGroup]
    count: int

    def __bool__(self):
        return bool(self.count)


def in_report_order(statements: Iterable[Statement]) -> list[Statement]:
    """Sorts statements by their reports and passages, which must be prefetched."""
    return sorted(statements, key=_first_passage)


def _first_passage(statement: Statement) -> tuple:
    for item in statement.evidence.all():
        report = item.passage.report
        return report.published_first or datetime.date.max, report.slug, item.passage.number, statement.slug
    return datetime.date.max, "", 0, statement.slug


def gathered(statements: Iterable[Statement], name: str) -> list[Statement]:
    """Groups statements by the related record `name`, in order of first appearance. Those without it come last."""
    by_record: dict[int | None, list[Statement]] = {}
    for statement in statements:
        record = getattr(statement, name)
        key = record.pk if record and record.is_published else None
        by_record.setdefault(key, []).append(statement)
    return [each for key in sorted(by_record, key=lambda key: key is None) for each in by_record[key]]


def grouped_statements(statements: Iterable[Statement], name: str) -> StatementGroups:
    """Groups statements by the related record in the attribute `name`, and splits off those that a page shows first."""
    ordered = gathered(statements, name)
    shown = shown_of(len(ordered))
    return StatementGroups(_groups(ordered[:shown], name), _groups(ordered[shown:], name), len(ordered))


def _groups(statements: list[Statement], name: str) -> list[StatementGroup]:
    groups: list[StatementGroup] = []
    for statement in statements:
        record = getattr(statement, name)
        record = record if record and record.is_published else None
        if not groups or groups[-1].record != record:
            groups.append(StatementGroup(record))
        groups[-1].statements.append(statement)
    return groups
