"""The keys of forms, which identify the unsaved texts of an account."""

from django.core.signing import BadSignature, Signer
from django.utils.crypto import get_random_string

# The hidden field with the key.
KEY_FIELD = "form_key"


def make_key(account, name: str = "") -> str:
    """The key of a form opened by the account, with this name or a new one."""
    return _signer(account).sign(name or get_random_string(16))


def name_in_key(key: str, account) -> str:
    """The name in a key made for the account. "" for any other text.

    The signature hides one person's texts from the next one who logs in on the same computer.
    """
    try:
        return _signer(account).unsign(key)
    except BadSignature:
        return ""


def _signer(account) -> Signer:
    return Signer(salt=f"form key of {account.pk}")
