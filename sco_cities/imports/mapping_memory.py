"""Stores the mapping of a file for later files with the same headings."""

import hashlib
import json
from collections.abc import Mapping

from django.utils import timezone

from .column_mapping import COMMENT_SIGN, ColumnMapping
from .import_options import BY_ROW, NEW, ImportOptions
from .models import RememberedMapping
from .parser.headings import normalize_heading
from .row_evidence import ADDRESSES
from .row_identity import ROWS

# Answers about single rows and URLs are not reused for the next file.
_NOT_REMEMBERED = {ROWS, ADDRESSES}
MAX_ANSWERS = 1_000


def remembered(mapping: ColumnMapping) -> RememberedMapping | None:
    """The stored mapping for these headings, or None."""
    found = RememberedMapping.objects.filter(kind=mapping.kind.name, headings=_digest(mapping))
    return found.select_related("saved_by").first()


def remember(
    mapping: ColumnMapping, options: ImportOptions, user, given: Mapping[str, Mapping[str, str]]
) -> None:
    """Replaces the stored columns and default values for these headings, and adds the answers in `given`.

    Answers about new records and single rows do not apply to the next file.
    """
    before = remembered(mapping)
    answers = {domain: dict(values) for domain, values in (before.answers if before else {}).items()}
    for domain, values in given.items():
        if domain not in _NOT_REMEMBERED:
            known = answers.setdefault(domain, {})
            known |= {
                value: answer
                for value, answer in values.items()
                if not answer.startswith((NEW, BY_ROW)) and f"\n{BY_ROW}" not in value
            }
            answers[domain] = dict(list(known.items())[-MAX_ANSWERS:])
    columns = {
        normalize_heading(heading): name
        for heading, name in zip(mapping.header, mapping.names, strict=True)
        if heading
    }
    RememberedMapping.objects.update_or_create(
        kind=mapping.kind.name, headings=_digest(mapping),
        defaults={
            "columns": columns, "defaults": {**options.defaults, "report_language": options.report_language},
            "answers": answers, "saved_by": user,
            "saved_at": timezone.now(),
        },
    )  # fmt: skip


def _digest(mapping: ColumnMapping) -> str:
    headings = sorted(
        normalize_heading(heading)
        for heading in mapping.header
        if heading and not heading.startswith(COMMENT_SIGN)
    )
    return hashlib.sha256(json.dumps(headings).encode()).hexdigest()
