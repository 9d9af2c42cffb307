"""Sets up, checks and resets the authenticator and recovery codes of an account.

django-otp stores the devices, rejects used codes, and doubles the waiting time after each wrong code. This module
limits the waiting time.
"""

import math
import re
import secrets
import string
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

RECOVERY_CODES = 10
# Letters and digits that look alike are excluded. Twelve of the remaining 31 characters give 59 bits.
_ALPHABET = "".join(sorted(set(string.ascii_lowercase + string.digits) - set("il1o0")))
_GROUPS, _GROUP_LENGTH = 3, 4
# Number of time steps (of 30 seconds) that are accepted before and after the current step.
_TOLERANCE = 1
_DIGITS = 6
# After n wrong codes, django-otp waits 2**(n - 1) seconds. This is below the maximum for up to ten wrong codes.
MAX_WAIT = timedelta(minutes=15)
_FAILURES_BELOW_MAX_WAIT = 10


@dataclass(frozen=True)
class CodeCheck:
    """The result of a code check.

    It contains the primary key of the authenticator, or an error message if the code is wrong.
    """

    device: int | None
    error: str = ""
    is_recovery_code: bool = False


def authenticator_of(user) -> TOTPDevice | None:
    """Returns the confirmed authenticator of an account, or None."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("-pk").first()


def count_recovery_codes(user) -> int:
    return StaticDevice.objects.filter(user=user, token_set__isnull=False).values("token_set").count()


def check_code(user, entered: str) -> CodeCheck:
    """Checks an authenticator code or recovery code and marks it as used."""
    code = re.sub(r"[\s-]", "", entered).lower()
    is_recovery_code = not re.fullmatch(rf"[0-9]{{{_DIGITS}}}", code)
    with transaction.atomic():
        # The lock makes concurrent requests with the same code run one after the other, so that the second request is
        # rejected.
        authenticator = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).last()
        if authenticator is None:
            return CodeCheck(None, _("This account no longer has an authenticator. Log in again."))
        device = authenticator
        if is_recovery_code:
            device = StaticDevice.objects.select_for_update().filter(user=user, confirmed=True).last()
        if device is None:
            return CodeCheck(None, _wrong_code())
        now = timezone.now()
        if device.throttling_failure_timestamp and device.throttling_failure_timestamp > now:
            # The last wrong code is in the future, because the clock was corrected. The waiting time restarts now.
            device.throttling_failure_timestamp = now
            device.save(update_fields=["throttling_failure_timestamp"])
        is_allowed, reason = device.verify_is_allowed()
        if not is_allowed:
            until = min(reason["locked_until"], device.throttling_failure_timestamp + MAX_WAIT)
            if until > now:
                return CodeCheck(None, _locked(until - now))
            device.throttling_failure_count = _FAILURES_BELOW_MAX_WAIT
        if device.verify_token(code):
            return CodeCheck(authenticator.pk, is_recovery_code=is_recovery_code)
    return CodeCheck(None, _wrong_code())


def _wrong_code() -> str:
    return _(
        "This code is invalid or has already been used. Wait for the next one, or enter a recovery code."
    )


def _locked(wait: timedelta) -> str:
    minutes = math.ceil(wait.total_seconds() / 60)
    return ngettext(
        "Too many wrong codes. Try again in %(minutes)d minute, at %(time)s UTC.",
        "Too many wrong codes. Try again in %(minutes)d minutes, at %(time)s UTC.",
        minutes,
    ) % {"minutes": minutes, "time": date_format(timezone.now() + wait, "H:i")}


def new_key() -> str:
    """Returns the secret of a new authenticator, in the format of TOTPDevice."""
    return random_hex(20)


def set_up(user, key: str, code: str, replaces: int | None) -> tuple[TOTPDevice, list[str]] | None:
    """Confirms a new authenticator by its first code. Returns recovery codes, or None if the code is wrong.

    The new authenticator replaces the authenticator with the primary key `replaces`. If the account now has a
    different authenticator, nothing changes and the result is None. Therefore only one of two concurrent setups
    succeeds.
    """
    with transaction.atomic():
        # The account's row is locked, because there may be no device to lock yet.
        get_user_model()._default_manager.select_for_update().get(pk=user.pk)
        existing = authenticator_of(user)
        if (existing.pk if existing else None) != replaces:
            return None
        device = TOTPDevice(user=user, name="authenticator", key=key, confirmed=True)
        totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
        digits = re.sub(r"\s", "", code)
        if not re.fullmatch(rf"[0-9]{{{_DIGITS}}}", digits) or not totp.verify(int(digits), _TOLERANCE):
            return None
        # Prevents the code from being used again.
        device.last_t, device.drift = totp.t(), totp.drift
        TOTPDevice.objects.filter(user=user).delete()
        device.save()
        return device, make_recovery_codes(user)


def make_recovery_codes(user) -> list[str]:
    """Returns new recovery codes of an account. Earlier codes stop working."""
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="recovery codes", confirmed=True)
        codes = [_random_code() for _number in range(RECOVERY_CODES)]
        for code in codes:
            device.token_set.create(token=code.replace("-", ""))
    return codes


def _random_code() -> str:
    groups = (
        "".join(secrets.choice(_ALPHABET) for _letter in range(_GROUP_LENGTH)) for _group in range(_GROUPS)
    )
    return "-".join(groups)


def reset(user) -> bool:
    """Deletes the authenticator and the recovery codes of an account. Returns True if there were any."""
    deleted = [model.objects.filter(user=user).delete()[0] for model in (TOTPDevice, StaticDevice)]
    return any(deleted)


def reset_throttling(user) -> bool:
    """Ends the waiting time after wrong codes. Returns True if there was any."""
    waiting = [
        model.objects.filter(user=user, throttling_failure_count__gt=0).update(
            throttling_failure_count=0, throttling_failure_timestamp=None
        )
        for model in (TOTPDevice, StaticDevice)
    ]
    return any(waiting)
