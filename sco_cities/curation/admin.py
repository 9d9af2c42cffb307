"""The desks of the workbench, in the order of the admin's index, and the accounts of those who work there."""

from .desks import register
from .duplicates.desk import DUPLICATES
from .health.desk import HEALTH
from .history.desk import HISTORY
from .review.desk import MY_RECORDS, REVIEW
from .roles import accounts as accounts

register(REVIEW)
register(MY_RECORDS)
register(HEALTH)
register(DUPLICATES)
register(HISTORY)
