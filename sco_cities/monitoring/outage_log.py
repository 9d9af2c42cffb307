"""One line a minute about refused requests, instead of a traceback for each: the beginning, the count, and the end."""

import logging
import threading
import time
from dataclasses import dataclass, field

from django.db import DEFAULT_DB_ALIAS

log = logging.getLogger(__name__)

# Seconds between two lines about the same kind of outage, and how long nothing is refused before it is over.
INTERVAL_S, QUIET_S = 60, 10
# Reasons that need no action of the operator unless they last: their lines are warnings.
PASSING = ("busy", "index", "maintenance")
# What is said of each reason, and of its end.
TEXTS = {
    "database": ("The database does not answer", "The database answers again"),
    "timeout": ("Queries take too long", "Queries are fast enough again"),
    "locked": ("Saves wait too long for others", "Saves work again"),
    "busy": ("There are more requests than the site can answer", "All requests are answered again"),
    "index": ("The facet index is being read", "The facet index is ready"),
    "maintenance": ("The site is being maintained", "The site is open again"),
}


@dataclass
class _Outage:
    """What this process knows of the outages of one kind; times are monotonic."""

    is_over: bool = True
    began_at: float = 0.0
    refused_at: float = 0.0
    logged_at: float = -float(INTERVAL_S)
    # Requests since it began, and since the last line.
    refused: int = 0
    since_line: int = 0
    # Whether the log says that it has begun.
    is_known: bool = False


@dataclass
class OutageLog:
    """The outages of this process."""

    outages: dict[str, _Outage] = field(default_factory=lambda: {reason: _Outage() for reason in TEXTS})
    lock: threading.Lock = field(default_factory=threading.Lock)
    has_open: bool = False

    def refused(self, reason: str, cause: str) -> None:
        """A request was refused, for a reason of TEXTS."""
        outage, now = self.outages[reason], time.monotonic()
        with self.lock:
            if outage.is_over:
                outage.is_over, outage.began_at, outage.refused, outage.is_known = False, now, 0, False
            self.has_open = True
            outage.refused += 1
            outage.since_line += 1
            outage.refused_at = now
            if now - outage.logged_at < INTERVAL_S:
                return
            since_line, is_first = outage.since_line, not outage.is_known
            outage.since_line, outage.is_known, outage.logged_at = 0, True, now
        text = TEXTS[reason][0] + (f" ({cause})" if cause else "")
        level = logging.WARNING if reason in PASSING else logging.ERROR
        if is_first:
            log.log(level, "%s: requests are refused with status 503.", text)
        else:
            log.log(level, "%s: %d more requests were refused.", text, since_line)

    def answered(self, queries: dict[str, int]) -> None:
        """A request was answered, with so many queries to each database: outages of which nothing is left are over."""
        if not self.has_open or DEFAULT_DB_ALIAS not in queries:
            return
        now = time.monotonic()
        with self.lock:
            over = [
                (reason, outage)
                for reason, outage in self.outages.items()
                if not outage.is_over and now - outage.refused_at >= QUIET_S
            ]
            for _reason, outage in over:
                outage.is_over, outage.since_line = True, 0
            self.has_open = any(not outage.is_over for outage in self.outages.values())
        for reason, outage in over:
            if outage.is_known:
                seconds = outage.refused_at - outage.began_at
                log.warning(
                    "%s. In %d s, %d requests were refused.", TEXTS[reason][1], seconds, outage.refused
                )
