"""The results of reading (values with their positions in the text and their certainty)."""

from dataclasses import dataclass, field
from typing import Any

from .report_text import Span

SURE, LIKELY, MAYBE = "sure", "likely", "maybe"


@dataclass
class Mark:
    """One value that a report names, with all its positions. `text[start:end]` of a span is the quote.

    `names` are all its known names in every language, `key` is the slug of a known record or empty, and `details` holds
    data of its kind.
    """

    kind: str
    value: str
    spans: list[Span]
    confidence: str = LIKELY
    names: tuple[str, ...] = ()
    key: str = ""
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
