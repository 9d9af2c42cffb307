"""Characters that XML 1.0 does not allow."""

import re

# The content of a regular expression's character class.
NOT_IN_XML = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_INVALID = re.compile(f"[{NOT_IN_XML}]")


def replace_invalid(text: str) -> str:
    """Replaces characters that XML does not allow with U+FFFD."""
    return _INVALID.sub("\N{REPLACEMENT CHARACTER}", text)
