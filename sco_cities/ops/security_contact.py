"""The setting SECURITY_CONTACT: where people report weaknesses of the site."""

import re

from django.core.exceptions import ImproperlyConfigured


def parse_security_contact(value: str) -> str:
    """The contact as an address for security.txt (RFC 9116), or "". Raises ImproperlyConfigured if it is none."""
    contact = value.strip()
    if re.fullmatch(r"[^\s@:/]+@[^\s@:/]+", contact):
        contact = f"mailto:{contact}"
    if contact and not re.fullmatch(r"mailto:[^\s@]+@[^\s@]+|https://[^\s/]\S*|tel:\+?[-0-9]+", contact):
        raise ImproperlyConfigured(
            f"SECURITY_CONTACT={value[:100]} is not a contact. Expected an e-mail address or a page, such as "
            "security@example.org or https://example.org/security."
        )
    return contact
