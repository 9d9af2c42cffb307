"""URLs of reports. They use http or https, and contain a host but no user name or password, which readers would see."""

import re
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_INVALID = _("Enter a URL that begins with http:// or https://, without a user name and password.")


@deconstructible
class WebAddressValidator(URLValidator):
    """Accepts URLs that anyone can open in a browser."""

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
    """A model field for URLs that `WebAddressValidator` accepts."""

    default_validators = [WebAddressValidator()]

    def deconstruct(self):
        # Migrations use Django's field, because the database column is the same.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, kwargs


class WebAddressFormField(forms.URLField):
    """A form field for URLs that `WebAddressValidator` accepts."""

    default_validators = [WebAddressValidator()]
    default_error_messages = {"invalid": _INVALID}

    def __init__(self, *, assume_scheme="https", **kwargs):
        super().__init__(assume_scheme=assume_scheme, **kwargs)


def link_address(address: str) -> str:
    """Returns the URL if a link to it is safe, otherwise "". Forms store only safe URLs."""
    return address if _SCHEME.match(address) else ""


def host_of(address: str) -> str:
    """Returns the host of a URL without "www.", such as "en.people.cn", or the whole text without a host."""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    return (host or address).removeprefix("www.")
