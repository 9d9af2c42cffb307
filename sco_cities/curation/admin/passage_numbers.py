"""Numbers of new passages. Curators may enter them. Otherwise, the report's next free numbers are used."""

from collections.abc import Collection

from django import forms
from django.utils.translation import gettext_lazy as _

from sco_cities.sources.models import Report

LARGEST = 32_767


class PassageNumberField(forms.IntegerField):
    """An optional field for the number of a passage."""

    def __init__(self, **kwargs):
        defaults = {
            "label": _("number"), "required": False, "min_value": 1, "max_value": LARGEST,
            "help_text": _("The paragraph number in the report. If left empty, the next free number is used."),
        }  # fmt: skip
        super().__init__(**defaults | kwargs)


def next_number(report: Report | None) -> int:
    """Returns the next free passage number of a report. 1 for a new report."""
    stored = report is not None and report.pk
    return next_free(set(report.passages.values_list("number", flat=True)) if stored else ())


def next_free(taken: Collection[int]) -> int:
    """Returns the number after the largest one, or the first gap if the largest one is the maximum."""
    number = max(taken, default=0) + 1
    return number if number <= LARGEST else next(each for each in range(1, LARGEST + 1) if each not in taken)
