"""The values of a record in which an error can be reported."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.sources.base_models import WHOLE, Record
from sco_cities.sources.evidence_coverage import field_label, figure_key, figure_label
from sco_cities.sources.models import Report
from sco_cities.sources.passages import passage_key


def value_choices(record: Record) -> list[tuple[str, str]]:
    """(key, label) of each value of the record, of its figures and, for a report, of its passages.

    The first one is the record as a whole, with an empty key. Keys are those of evidence: "status", "figure:LABEL".
    """
    model = type(record)
    choices = [
        ("", field_label(model, WHOLE)),
        *((key, field_label(model, key)) for key in model.evidence_fields),
    ]
    choices += [(figure_key(figure.label), figure_label(figure)) for figure in record.figures.order_by("pk")]
    if isinstance(record, Report):
        choices += [
            (passage_key(number), _("passage %(number)s") % {"number": number})
            for number in record.passages.order_by("number").values_list("number", flat=True)
        ]
    return [(key, capfirst(label)) for key, label in choices]
