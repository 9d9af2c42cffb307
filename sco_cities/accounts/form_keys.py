"""Form keys, which identify the unsaved input of an account."""

from django.core.signing import BadSignature, Signer
from django.utils.crypto import get_random_string

# The name of the hidden field that contains the key.
KEY_FIELD = "form_key"


def make_key(account, name: str = "") -> str:
    """Returns a key for a form that the account has opened, with this name or a new one."""
    return _signer(account).sign(name or get_random_string(16))


def name_in_key(key: str, account) -> str:
    """Returns the name in a key that was made for the account. "" for any other text.

    Keys are signed for an account, so that the next person who logs in on a computer cannot read the previous person's
    input.
    """
    try:
        return _signer(account).unsign(key)
    except BadSignature:
        return ""


def _signer(account) -> Signer:
    return Signer(salt=f"form key of {account.pk}")
