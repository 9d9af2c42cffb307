"""What reading finds: values with their places in the text and how sure they are."""

from dataclasses import dataclass, field
from typing import Any

from .report_text import Span

SURE, LIKELY, MAYBE = "sure", "likely", "maybe"


@dataclass
class Mark:
    """One value that a report names, with all its places; `text[start:end]` of a span is the quote.

    `names` are all names that are known of it in every language, `key` is that of a known record or empty, and
    `details` holds what belongs to its kind.
    """

    kind: str
    value: str
    spans: list[Span]
    confidence: str = LIKELY
    names: tuple[str, ...] = ()
    key: str = ""
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
