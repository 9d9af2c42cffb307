"""Rules for evidence and rulings. The field and the passage must exist, and differing evidence must give a value."""

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _

from sco_cities.sources.base_models import WHOLE
from sco_cities.sources.models import Stance

from .errors import PackageError, closest_match
from .natural_keys import RECORD_MODELS, RecordKey, StoredKeys
from .parse import Package, Row
from .table import Table
from .tables import EVIDENCE, FIGURES, PASSAGES, RULINGS, figure_label


def problems(package: Package, stored: StoredKeys) -> Iterator[PackageError]:
    """Yields all violations of the rules. `stored` contains the keys of the referenced records."""
    rows = package.rows.get(EVIDENCE.name, [])
    rulings = package.rows.get(RULINGS.name, [])
    labels = figure_labels(package, stored, [*rows, *rulings])
    passages = _passages(package, stored, rows)
    for row in rulings:
        if FIGURES.name not in package.unreadable and {"record", "field"} <= row.values.keys():
            yield from _field_problems(RULINGS, row, labels)
    for row in rows:
        values = row.values
        if FIGURES.name not in package.unreadable and {"record", "field"} <= values.keys():
            yield from _field_problems(EVIDENCE, row, labels)
        if PASSAGES.name not in package.unreadable and {"report", "passage"} <= values.keys():
            yield from _passage_problems(row, passages)
        if values.get("stance", Stance.SUPPORTS) != Stance.SUPPORTS and not values.get("reported_value", "?"):
            message = _("Enter the value that the passage reports, because it differs from the record.")
            yield PackageError(EVIDENCE.name, row.line, "reported_value", "", message)


def figure_labels(package: Package, stored: StoredKeys, rows: list[Row]) -> dict[RecordKey, set[str]]:
    """The labels of all figures, in the package and stored, per record in `rows`."""
    records = {row.values["record"] for row in rows if "record" in row.values}
    # The figures of a record may be stored without being in the package.
    stored.load(records)
    stored.load_figures(records)
    labels = defaultdict(set)
    for record, label in stored.figures():
        labels[record].add(label)
    for row in package.rows.get(FIGURES.name, ()):
        if {"record", "label"} <= row.values.keys():
            labels[row.values["record"]].add(row.values["label"])
    return labels


def _field_problems(table: Table, row: Row, labels: dict[RecordKey, set[str]]) -> Iterator[PackageError]:
    record, field = row.values["record"], row.values["field"]
    own = labels.get(record, set())
    label = figure_label(field)
    fields = [WHOLE, *RECORD_MODELS[record[0]].evidence_fields]
    if label in own or (label is None and field in fields):
        return
    if label is None:
        message = _("There is no such evidence field in %(table)s.") % {"table": record[0]}
    else:
        message = _("The record has no such figure.")
    suggestion = closest_match(field, [*fields, *(f"figure:{label}" for label in own)])
    yield PackageError(table.name, row.line, "field", field, message + suggestion)


def _passages(package: Package, stored: StoredKeys, rows: list[Row]) -> dict[str, set[int]]:
    """The numbers of all passages, in the package and stored, per report that `rows` cite."""
    stored.load_passages(row.values["report"] for row in rows if "report" in row.values)
    numbers = defaultdict(set)
    for report, number in stored.passages():
        numbers[report].add(number)
    for row in package.rows.get(PASSAGES.name, ()):
        if {"report", "number"} <= row.values.keys():
            numbers[row.values["report"]].add(row.values["number"])
    return numbers


def _passage_problems(row: Row, passages: dict[str, set[int]]) -> Iterator[PackageError]:
    report, number = row.values["report"], row.values["passage"]
    numbers = passages.get(report, set())
    if number in numbers:
        return
    if numbers:
        known = ", ".join(map(str, sorted(numbers)))
        message = _("“%(report)s” has no passage with this number. Available passages: %(known)s.") % {
            "report": report,
            "known": known,
        }
    else:
        message = _("“%(report)s” has no passages.") % {"report": report}
    yield PackageError(EVIDENCE.name, row.line, "passage", row.cells["passage"], message)
