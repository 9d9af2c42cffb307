"""The desks of review: the queue, and what contributors have in hand."""

from django.utils.translation import gettext_lazy as _

from sco_cities.curation.desks import Desk
from sco_cities.curation.roles.rights import REVIEWING

from . import queue

URLS = "sco_cities.curation.review.urls"
CONTRIBUTING = "sources.add_evidence"

REVIEW = Desk(
    url_name="admin:review",
    urls=URLS,
    title=_("Review"),
    description=_("What contributors have sent: publish it, or send it back and say why."),
    permission=REVIEWING,
    waiting=lambda request: queue.count_waiting(),
)
MY_RECORDS = Desk(
    url_name="admin:my_records",
    urls="sco_cities.curation.review.own_urls",
    title=_("My records"),
    description=_("Your drafts, what you have sent to review, and what was sent back to you."),
    permission=CONTRIBUTING,
)
