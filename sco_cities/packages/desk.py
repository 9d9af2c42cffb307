"""The desk of imports: a file comes in, is looked at, and changes records, all at once and not for good."""

from django.utils.translation import gettext_lazy as _

from sco_cities.curation.desks import Desk

IMPORTING = "curation.import_records"

IMPORT = Desk(
    url_name="admin:imports",
    urls="sco_cities.packages.urls",
    title=_("Import"),
    description=_("Bring in a CSV or Excel file: see what it changes first, take it back as a whole."),
    permission=IMPORTING,
)
