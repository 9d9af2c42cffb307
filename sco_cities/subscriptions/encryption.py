"""Encryption of e-mail addresses in the database, and keyed codes to look them up.

Both use SECRET_KEY. Addresses encrypted with a key in SECRET_KEY_FALLBACKS can still be read and looked up.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.crypto import salted_hmac

_PURPOSE = "sco_cities.subscriptions.address"


def encrypt(address: str) -> str:
    """Encrypts an address with the current key."""
    return _fernet(*_keys()).encrypt(address.encode()).decode()


def decrypt(encrypted_address: str) -> str | None:
    """Decrypts an address. None if its key is neither the current key nor a former one."""
    try:
        return _fernet(*_keys()).decrypt(encrypted_address).decode()
    except InvalidToken:
        return None


def address_codes(address: str) -> list[str]:
    """Returns the lookup code of an address for each key, the current key first. Ignores letter case."""
    return [
        salted_hmac(_PURPOSE, address.casefold(), secret=key, algorithm="sha256").hexdigest()
        for key in _keys()
    ]


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


@lru_cache(maxsize=2)
def _fernet(*keys: str) -> MultiFernet:
    derived = (
        HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE.encode()).derive(key.encode())
        for key in keys
    )
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])
