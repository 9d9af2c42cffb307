"""The results of the reader (values with their positions in the text and their certainty)."""

from dataclasses import dataclass, field
from typing import Any

from .report_text import Span

SURE, LIKELY, MAYBE = "sure", "likely", "maybe"


@dataclass
class Mark:
    """A value that a report names, with all its positions. `text[start:end]` of a span is the quote.

    `names` contains all known names in every language. `key` is the slug of a known record, or "". `details` contains
    data that depends on the kind.
    """

    kind: str
    value: str
    spans: list[Span]
    confidence: str = LIKELY
    names: tuple[str, ...] = ()
    key: str = ""
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
