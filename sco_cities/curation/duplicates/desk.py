"""The desk of duplicates: pairs of records that may be one."""

from django.utils.translation import gettext_lazy as _

from sco_cities.curation.desks import Desk

MERGING = "curation.merge_records"

# What waits is not counted on the index: finding pairs reads every record of a kind.
DUPLICATES = Desk(
    url_name="admin:duplicates",
    urls="sco_cities.curation.duplicates.urls",
    title=_("Duplicates"),
    description=_(
        "Records that may be one and the same: compare them, merge them, or say that they are two."
    ),
    permission=MERGING,
)
