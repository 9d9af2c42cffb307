"""Plain texts in Markdown (CommonMark), where every character means itself."""

import re
from urllib.parse import quote

from sco_cities.sources.web_address import link_address

# Also "&", which begins a character reference, and "~" and "|", which extensions use.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
# At the start of a line these begin a list, a heading or a rule.
_AT_START = re.compile(r"[-+=]|\d+(?=[.)](?:\s|$))")
# What an address may contain besides letters and digits.
_SAFE_IN_ADDRESS = "/:?#@!$&'*+,;=%~-._[]"


def escape(text: object) -> str:
    """A text on one line, without its markup."""
    line = _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))
    start = _AT_START.match(line)
    if not start:
        return line
    # A number is followed by the sign that must not end it.
    end = start.end()
    return f"\\{line}" if not line[0].isdigit() else f"{line[:end]}\\{line[end:]}"


def address(url: str) -> str:
    """A web address as a link; anything else as text."""
    return escape(url) if url and not link_address(url) else f"<{quote(url, safe=_SAFE_IN_ADDRESS)}>"
