"""The setting HSTS: how long browsers use HTTPS only, and whether that binds more than this site."""

import re

from django.core.exceptions import ImproperlyConfigured

DEFAULT_HSTS = "max-age=63072000"
# What the preload list of browsers requires.
MIN_PRELOAD_SECONDS = 365 * 24 * 60 * 60


def parse_hsts(value: str) -> tuple[int, bool, bool]:
    """Seconds, with subdomains, with preload: from the value of a Strict-Transport-Security header, or seconds only.

    Raises ImproperlyConfigured for any other value.
    """
    match = re.fullmatch(
        r"(?:max-age=)?([0-9]{1,10})(; *includeSubDomains)?(; *preload)?", value.strip(), re.IGNORECASE
    )
    if match is None:
        raise ImproperlyConfigured(
            f"HSTS={value[:100]} is not valid. Expected seconds, for example HSTS=31536000, or to bind more than this "
            'site HSTS="31536000; includeSubDomains; preload".'
        )
    seconds, subdomains, preload = int(match[1]), bool(match[2]), bool(match[3])
    if preload and not (subdomains and seconds >= MIN_PRELOAD_SECONDS):
        raise ImproperlyConfigured(
            f"HSTS={value[:100]} is not valid: preload requires includeSubDomains and at least {MIN_PRELOAD_SECONDS} "
            "seconds."
        )
    return seconds, subdomains, preload
