"""Page cursors of the API, which are opaque strings for clients."""

import base64
import binascii

_PREFIX = b"k"


def encode_cursor(key: int) -> str:
    """Returns the cursor of the page that follows the record or change with this primary key."""
    return base64.urlsafe_b64encode(_PREFIX + str(key).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> int | None:
    """Decodes the primary key in a cursor. Returns None if the cursor is invalid."""
    try:
        content = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except (UnicodeEncodeError, binascii.Error):
        return None
    key = content.removeprefix(_PREFIX)
    is_valid = content.startswith(_PREFIX) and key.isdigit() and len(key) <= 18
    return int(key) if is_valid and encode_cursor(int(key)) == cursor else None
