"""Short periodic work, such as sending e-mail.

The worker does this work in parallel with jobs. Requests never do it.
"""

import logging
import smtplib
import threading
from collections.abc import Callable

from django.core.mail import EmailMessage
from django.db import connections

from sco_cities.db.database_errors import classify_database_error

log = logging.getLogger(__name__)

INTERVAL_S = 5 * 60

PERIODIC_WORK: list[Callable[[], object]] = []


def register(work: Callable[[], object]) -> None:
    """Makes every worker call `work` every INTERVAL_S seconds. With several workers, calls may overlap."""
    PERIODIC_WORK.append(work)


class PeriodicThread(threading.Thread):
    """A thread that does the registered work until the process ends.

    The main thread may be busy with a job for minutes.
    """

    def __init__(self):
        super().__init__(name="periodic", daemon=True)
        self.has_ended = threading.Event()

    def run(self) -> None:
        while True:
            for work in PERIODIC_WORK:
                self._do(work)
            if self.has_ended.wait(INTERVAL_S):
                return

    def _do(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:
            # The worker itself reports an unavailable database. On SQLite, a long import locks the database.
            is_outage = classify_database_error(error) is not None
            log.log(logging.DEBUG if is_outage else logging.ERROR, "%s", work.__name__, exc_info=True)
        finally:
            connections.close_all()


class MailServerUnavailable(Exception):
    """The mail server accepts no e-mail at the moment."""


def deliver(message: EmailMessage, receiver: str, release: Callable[[], object]) -> bool:
    """Sends an e-mail. Returns False if the mail server rejects it.

    `release` gives up the claim on the e-mail, so that the next round sends it. `release` is called if the server asks
    for a later attempt, and before MailServerUnavailable is raised. `receiver` is the name in the log, never an e-mail
    address.
    """
    try:
        message.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError) as error:
        # The error concerns only this recipient. After a 4xx code, as in greylisting, the e-mail is sent again later.
        codes = [code for code, _text in getattr(error, "recipients", {}).values()]
        codes += [error.smtp_code] if isinstance(error, smtplib.SMTPDataError) else []
        if any(400 <= code < 500 for code in codes):
            release()
        log.warning("No e-mail to %s: %s", receiver, type(error).__name__)
        return False
    except OSError as error:
        release()
        log.warning("The mail server does not work. E-mails are delayed: %s", type(error).__name__)
        raise MailServerUnavailable from None
    return True
