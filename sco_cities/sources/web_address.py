"""Addresses of reports: http or https, with a host, and without a user name and password, which readers would see."""

import re
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_INVALID = _("Enter an address that begins with http:// or https://, without a user name and password.")


@deconstructible
class WebAddressValidator(URLValidator):
    """Accepts addresses that anyone can open in a browser."""

    def __call__(self, value):
        super().__call__(value)
        parts = urlsplit(value)
        if parts.scheme.lower() not in ("http", "https") or "@" in parts.netloc:
            raise ValidationError(
                _INVALID,
                code=self.code,
                params={"value": value},
            )


class WebAddressField(models.URLField):
    """A field for such addresses."""

    default_validators = [WebAddressValidator()]

    def deconstruct(self):
        # For migrations it is the field of Django: the column is the same.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, kwargs


class WebAddressFormField(forms.URLField):
    """A field of forms for such addresses."""

    default_validators = [WebAddressValidator()]
    default_error_messages = {"invalid": _INVALID}

    def __init__(self, *, assume_scheme="https", **kwargs):
        super().__init__(assume_scheme=assume_scheme, **kwargs)


def link_address(address: str) -> str:
    """An address that a link may lead to; "" if it is none, although the forms refuse to store such a one."""
    return address if _SCHEME.match(address) else ""


def host_of(address: str) -> str:
    """The host of an address, without "www.": "en.people.cn". The whole text if it has none."""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    return (host or address).removeprefix("www.")
