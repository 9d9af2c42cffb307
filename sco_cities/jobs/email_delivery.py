"""Sends e-mails that a worker has claimed, and gives up the claim if an e-mail can be sent later."""

import logging
import smtplib
from collections.abc import Callable

from django.core.mail import EmailMessage

log = logging.getLogger(__name__)


class MailServerUnavailable(Exception):
    """The mail server accepts no e-mail at the moment."""


def deliver(message: EmailMessage, receiver: str, release: Callable[[], object]) -> bool:
    """Sends an e-mail. Returns False if the mail server rejects it.

    `release` gives up the claim, so that the next round sends the e-mail. It is called if the server requests a later
    attempt, and before MailServerUnavailable is raised. `receiver` is the name in the log, never an address.
    """
    try:
        message.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError) as error:
        # The error concerns this receiver only.
        if _is_temporary(error):
            release()
        log.warning("No e-mail to %s: %s", receiver, type(error).__name__)
        return False
    except OSError as error:
        release()
        log.warning("The mail server does not work, e-mails wait: %s", type(error).__name__)
        raise MailServerUnavailable from None
    return True


def _is_temporary(error: Exception) -> bool:
    """Whether the server requests a later attempt (codes 4xx), as greylisting does."""
    codes = [code for code, _text in getattr(error, "recipients", {}).values()]
    codes += [error.smtp_code] if isinstance(error, smtplib.SMTPDataError) else []
    return any(400 <= code < 500 for code in codes)
